"""A question by keyboard only; and what is typed survives reloads, lost connections and ended sessions."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from tests.browser.looking import Site
from tests.browser.one_of_each import KINDS, first_of, set_with_one_of_each
from trainer.accounts.models import User


@pytest.fixture
def practice(site: Site, alice: User, session: Session) -> str:
    """Alice's set with one question of every type."""
    return set_with_one_of_each(session, alice)


@pytest.fixture
def page(open_page: Callable[..., Page], alice: User, practice: str) -> Page:
    """Alice before a question with one answer."""
    page = open_page(alice)
    page.goto(f"{practice}/{KINDS.index('single_choice') + 1}")
    return page


def test_question_is_answered_with_three_keys(page: Page) -> None:
    page.keyboard.press("b")
    expect(page.locator("[data-letters] input").nth(1)).to_be_checked()
    page.keyboard.press("3")
    expect(page.get_by_role("radio", name="Sure", exact=True)).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".feedback")).to_be_focused()
    here = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)


def test_h_shows_a_hint(page: Page, practice: str) -> None:
    kind = next(kind for kind in KINDS if first_of(kind).hints)
    page.goto(f"{practice}/{KINDS.index(kind) + 1}")
    page.keyboard.press("h")
    expect(page.locator(".hints details").first).to_have_attribute("open", "")


def test_m_marks_the_question(page: Page) -> None:
    page.keyboard.press("m")
    expect(page.locator("[data-mark]")).to_have_attribute("aria-pressed", "true")


def test_keys_do_nothing_in_a_text_field(page: Page, practice: str) -> None:
    page.goto(f"{practice}/{KINDS.index('short_text') + 1}")
    field = page.locator(".question textarea")
    field.focus()
    page.keyboard.type("a3m?")
    expect(field).to_have_value("a3m?")
    expect(page.locator("[data-certainty] input:checked")).to_have_count(0)
    expect(page.locator("#keys-dialog")).to_be_hidden()


def test_keys_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    switch = page.locator("[data-keys-switch]")
    switch.uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.locator("[data-letters] input:checked")).to_have_count(0)


def test_typed_text_survives_a_reload(page: Page, practice: str) -> None:
    page.route("**/draft", lambda route: route.abort())
    page.goto(f"{practice}/{KINDS.index('short_text') + 1}")
    page.locator(".question textarea").fill("Half a thought")
    page.reload()
    expect(page.locator(".question textarea")).to_have_value("Half a thought")
    expect(page.get_by_text("What you had written is back.")).to_be_visible()


def test_answer_without_connection_is_kept_and_sent_again_once(page: Page) -> None:
    keys = []

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.post_data_json["key"])
        if len(keys) == 1:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route(
        "**/practice/*/*", lambda route: lose_the_first(route) if route.request.method == "POST" else route.continue_()
    )
    page.keyboard.press("a")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That did not arrive.")).to_be_visible()
    expect(page.locator("[data-letters] input").first).to_be_checked()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".feedback")).to_be_visible()
    assert len(keys) == 2
    assert keys[0] == keys[1], "the same answer, so it counts once"


def test_ended_session_asks_to_sign_in_and_keeps_the_text(page: Page, practice: str) -> None:
    page.route("**/draft", lambda route: route.abort())
    page.goto(f"{practice}/{KINDS.index('short_text') + 1}")
    page.locator(".question textarea").fill("Half a thought")
    page.get_by_role("radio", name="Sure", exact=True).check(force=True)
    page.context.clear_cookies()
    page.get_by_role("button", name="Check answer").click()
    page.wait_for_url("**/sign-in?**")
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    assert "Half a thought" in page.evaluate("JSON.stringify({...sessionStorage})")


def test_theme_is_changed_at_once_and_remembered(page: Page) -> None:
    page.goto("/")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(8, 23, 27)"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
