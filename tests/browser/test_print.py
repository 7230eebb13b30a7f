"""On paper: what is asked can be answered with a pen, and nothing stands there that only a screen can use."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import keep_picture
from tests.browser.one_of_each import KINDS
from tests.browser.screens import SCREENS, Screen, opened
from tests.browser.story import Story

pytestmark = pytest.mark.once

CONTROLS = "main :is(input, select, textarea, button:not(.term, .status)):visible"
A4 = {"width": 794, "height": 1123}
"""A sheet in pixels."""


@pytest.mark.parametrize("name", [*(f"{kind}-asked" for kind in KINDS), "lesson", "past-answer", "notes"])
def test_page_can_be_printed(browser: Browser, story: Story, name: str, complaints: list[str]) -> None:
    with opened(browser, story, SCREENS[name], complaints, viewport=A4) as page:
        asked = page.locator(".question-form:not(.is-answered)").count()
        expect(page.locator(".on-paper:visible")).to_have_count(0)
        page.emulate_media(media="print")
        expect(page.locator(CONTROLS)).to_have_count(0)
        expect(page.locator(".question-form > .on-paper:visible")).to_have_count(asked)
        expect(page.locator(".question-form:not(.is-answered) > .question:visible")).to_have_count(0)
        keep_picture(page, f"{name}-paper")


def test_note_is_printed_as_text(browser: Browser, story: Story, complaints: list[str]) -> None:
    with opened(browser, story, Screen("Bea", "/progress/notes"), complaints, viewport=A4) as page:
        text = page.locator(".own-note-text").first.inner_text()
        page.locator(".own-note-question a").first.click()
        page.emulate_media(media="print")
        expect(page.locator(".kept .on-paper")).to_have_text(text)
        expect(page.locator(".kept .on-paper")).to_be_visible()
