"""Reloads, second windows, lost sessions, bad lines, leaving: nothing is lost and nothing counts twice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.browser.looking import Site
from tests.browser.one_of_each import KINDS, set_with_one_of_each
from tests.factories import PASSWORD
from trainer.accounts.models import BrowserSession, User
from trainer.answers.models import Answer

THOUGHT = "Half a thought"


@pytest.fixture
def practice(site: Site, alice: User, session: Session) -> str:
    """Alice's set with one question of every type."""
    return set_with_one_of_each(session, alice)


@pytest.fixture
def asked(open_page: Callable[..., Page], alice: User, practice: str) -> Page:
    """Alice before a question that wants a text."""
    page = open_page(alice)
    page.goto(f"{practice}/{KINDS.index('short_text') + 1}")
    return page


def test_draft_is_there_after_a_reload_and_in_a_second_window(asked: Page) -> None:
    with asked.expect_response("**/draft"):
        asked.locator(".question textarea").fill(THOUGHT)
    second = asked.context.new_page()
    second.goto(asked.url)
    for page in (asked, second):
        page.reload()
        expect(page.locator(".question textarea")).to_have_value(THOUGHT)


def test_lesson_is_reopened_where_it_was_left(alices_page: Page, site: Site) -> None:
    alices_page.goto("/lessons/M01-L1")
    section = alices_page.locator(".lesson > h2").nth(1)
    with alices_page.expect_response("**/place"):
        section.evaluate("section => section.scrollIntoView()")
    alices_page.goto("/")
    alices_page.get_by_role("link", name="Open the lesson").click()
    expect(alices_page).to_have_url(re.compile(f"#{section.get_attribute('id')}$"))
    expect(section).to_be_in_viewport()


def test_second_tab_is_told_and_sees_its_own_text(asked: Page, session: Session, alice: User) -> None:
    second = asked.context.new_page()
    second.goto(asked.url)
    for page, text in ((asked, "First"), (second, "Second")):
        page.locator(".question textarea").fill(text)
        page.get_by_role("radio", name="Sure", exact=True).check(force=True)
        page.get_by_role("button", name="Check answer").click()
        expect(page.locator(".feedback")).to_be_visible()
    expect(second.get_by_role("alert").filter(has_text="You answered this in another tab")).to_be_focused()
    second.get_by_text("What you entered here", exact=True).first.click()
    expect(second.locator("[disabled] textarea")).to_have_value("Second")
    assert [dict(answer.given) for answer in answers_of(session, alice)] == [{"text": "First"}]


def test_text_outlives_a_session_that_ended(asked: Page, session: Session) -> None:
    asked.route("**/draft", lambda route: route.abort())
    here = asked.url
    asked.locator(".question textarea").fill(THOUGHT)
    asked.get_by_role("radio", name="Sure", exact=True).check(force=True)
    session.execute(delete(BrowserSession))
    session.commit()
    asked.get_by_role("button", name="Check answer").click()
    asked.wait_for_url("**/sign-in?**")
    asked.get_by_label("E-mail address").fill("alice@example.org")
    asked.get_by_label("Password", exact=True).fill(PASSWORD)
    asked.get_by_role("button", name="Sign in").click()
    asked.wait_for_url(here)
    expect(asked.locator(".question textarea")).to_have_value(THOUGHT)


def test_answer_sent_twice_over_a_bad_line_counts_once(asked: Page, session: Session, alice: User) -> None:
    tries = []

    def lose_the_reply(route: Route) -> None:
        if route.request.method != "POST" or "draft" in route.request.url:
            return route.continue_()
        tries.append(route.fetch())
        return route.abort() if len(tries) == 1 else route.fulfill(response=tries[-1])

    asked.route("**/practice/**", lose_the_reply)
    asked.locator(".question textarea").fill(THOUGHT)
    asked.get_by_role("radio", name="Sure", exact=True).check(force=True)
    asked.get_by_role("button", name="Check answer").click()
    expect(asked.get_by_text("That did not arrive.")).to_be_visible()
    expect(asked.locator(".question textarea")).to_have_value(THOUGHT)
    asked.get_by_role("button", name="Try again").click()
    expect(asked.locator(".feedback")).to_be_visible()
    assert len(tries) == 2
    assert len(answers_of(session, alice)) == 1


def test_slow_server_is_spoken_of(asked: Page) -> None:
    held: list[Route] = []
    asked.route(asked.url, lambda route: held.append(route))  # noqa: PLW0108 - playwright marks its listeners
    asked.locator(".question textarea").fill(THOUGHT)
    asked.get_by_role("radio", name="Sure", exact=True).check(force=True)
    asked.get_by_role("button", name="Check answer").click()
    expect(asked.get_by_text("Still trying")).to_be_visible()
    held[0].continue_()
    expect(asked.locator(".feedback")).to_be_visible()
    expect(asked.get_by_text("Still trying")).to_have_count(0)


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_glossary_term_is_explained_on_the_spot(alices_page: Page, site: Site, by: str) -> None:
    alices_page.goto("/lessons/M01-L1")
    term = alices_page.locator("button.term").first
    popover = alices_page.locator(f"[id='{term.get_attribute('popovertarget')}']")
    expect(popover).to_be_hidden()
    term.focus()
    term.click() if by == "click" else alices_page.keyboard.press("Enter")
    expect(popover).to_be_visible()
    expect(popover).to_be_in_viewport(ratio=0.95)
    alices_page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(term).to_be_focused()


def test_colours_are_switched_without_javascript(open_page: Callable[..., Page], alice: User, practice: str) -> None:
    page = open_page(alice, java_script_enabled=False)
    page.goto("/progress")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/progress")


def test_signing_out_leaves_nothing_to_go_back_to(alices_page: Page, site: Site) -> None:
    alices_page.goto("/progress")
    alices_page.locator("details.menu > summary").click()
    alices_page.get_by_role("button", name="Sign out").click()
    alices_page.wait_for_url("**/sign-in")
    alices_page.go_back()
    alices_page.wait_for_url("**/sign-in**")
    expect(alices_page.get_by_role("heading", name="Progress")).to_have_count(0)


def answers_of(session: Session, user: User) -> list[Answer]:
    """Everything recorded of her."""
    return list(session.scalars(select(Answer).where(Answer.user_id == user.id)))
