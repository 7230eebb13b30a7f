"""Asking about a lesson and deciding on a doubt: by keyboard, without a script, and with a reload in between."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen, opened
from tests.browser.story import Story

LESSON = "/lessons/M01-L3"
FIELD, SEND = "Your question", "Send the question"


def test_question_can_be_asked_without_a_script(browser: Browser, story: Story, complaints: list[str]) -> None:
    with opened(browser, story, Screen("Alice", LESSON), complaints, java_script_enabled=False) as page:
        page.get_by_text("Ask about this lesson").click()
        page.get_by_label(FIELD).fill("  ")
        page.get_by_role("button", name=SEND).click()
        page.get_by_text("Write your question first.").wait_for()
        page.get_by_label(FIELD).fill("No script here?")
        page.get_by_role("button", name=SEND).click()
        page.get_by_text("no reply yet").wait_for()
        expect(page).to_have_url(re.compile(f"{LESSON}#questions$"))


def test_question_typed_by_keyboard_outlives_a_reload_and_is_gone_once_sent(
    browser: Browser, story: Story, complaints: list[str]
) -> None:
    with opened(browser, story, Screen("Cem", LESSON), complaints) as page:
        page.locator("#questions summary").last.focus()
        for key in ("Enter", "Tab"):
            page.keyboard.press(key)
        page.keyboard.type("By keys alone?")
        page.reload()
        expect(page.get_by_label(FIELD)).to_have_value("By keys alone?")
        page.get_by_label(FIELD).focus()
        for key in ("Tab", "Space", "Tab", "Enter"):
            page.keyboard.press(key)
        page.get_by_text("no reply yet").wait_for()
        page.wait_for_function("document.activeElement.textContent.includes('with the authors')")
        page.reload()
        expect(page.get_by_label(FIELD)).to_have_value("")


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_author_decides_and_finds_the_way_to_the_correction(
    browser: Browser, story: Story, complaints: list[str], script: bool
) -> None:
    asker = "Alice" if script else "Cem"
    with opened(browser, story, Screen(asker, "/lessons/M01-L1"), complaints, java_script_enabled=script) as page:
        doubting = page.locator("details:has(> summary:has-text('I think this question is wrong'))").first
        doubting.locator("summary").click()
        doubting.locator("textarea").fill(f"{asker} thinks so.")
        doubting.get_by_role("button", name="Tell the authors").click()
        page.get_by_text("You doubted this question.").first.wait_for()
    with opened(browser, story, Screen("Otto", "/author/inbox"), complaints, java_script_enabled=script) as page:
        page.locator(f".own-note:has-text('{asker} thinks so.') a").first.click()
        page.get_by_label("The learner is right").check()
        page.get_by_label("Reason").fill("Two are right indeed.")
        page.get_by_role("button", name="Decide and tell the learner").click()
        page.get_by_role("link", name="Grade finished assessments again").click()
        page.get_by_role("heading", name="Grade again").wait_for()
    with opened(browser, story, Screen(asker, "/progress/questions"), complaints) as page:
        page.get_by_text("You were right to doubt this. Thank you").wait_for()
