"""A question by keyboard only; and what is typed survives reloads, lost connections and ended sessions."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from tests.browser.looking import Site
from tests.browser.one_of_each import KINDS, first_of, set_with_one_of_each
from trainer.accounts.models import User

pytestmark = pytest.mark.once


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


def told_keys(page: Page) -> set[str]:
    """What the list beside the question says that keys do."""
    return set(page.locator(".rail .keys dd:visible").all_text_contents())


@pytest.mark.parametrize("kind", KINDS)
def test_list_names_the_keys_that_do_something(page: Page, practice: str, kind: str) -> None:
    page.goto(f"{practice}/{KINDS.index(kind) + 1}")
    letters = page.locator("[data-letters]")
    expected = {
        "choose an answer": letters.count() > 0,
        "how sure you are": page.locator("[data-certainty]").count() > 0,
        "check the answer": True,
        "go on": False,
        "show a hint": bool(first_of(kind).hints),
        "mark to revisit": True,
    }
    told = told_keys(page)
    assert {words: words in told for words in expected} == expected
    if letters.count() == 1:
        last = page.locator(".rail [data-last-letter]").inner_text()
        page.keyboard.press(last.lower())
        expect(letters.locator("input").last).to_be_checked()
    page.get_by_role("button", name="I don’t know").click()
    expect(page.locator(".feedback")).to_be_focused()
    assert told_keys(page) == {"go on", "mark to revisit", "this list, and a switch for the keys"}


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
    expect(page.locator(".rail .keys dd:visible")).to_have_text(["check the answer"])
    expect(page.locator(".rail").get_by_role("link", name="Switch them on")).to_be_visible()


def test_note_is_kept_in_a_field_that_was_made_larger(page: Page) -> None:
    page.get_by_role("button", name="I don’t know").click()
    expect(page.locator(".feedback")).to_be_focused()
    page.get_by_text("Note to myself").click()
    field = page.get_by_label("Only you can see it.")
    field.fill("Permitted is not accredited.")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    corner = box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0], corner[1] + 90, steps=5)
    page.mouse.up()
    assert field.get_attribute("style"), "the field was made larger"
    page.get_by_role("button", name="Keep note").click()
    expect(page.get_by_text("Kept.")).to_be_visible()


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
    expect(page.locator("body")).to_have_css("background-color", "rgb(8, 23, 27)")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
