"""The pictures of the README; and the bar at the foot of a question covers nothing.

TRAINER_SCREENSHOTS=docs/images makes the README's pictures anew.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import ARTEFACTS
from tests.browser.one_of_each import KINDS
from tests.browser.screens import CHOICE, Screen, answer_choice_wrong, opened
from tests.browser.story import Story

pytestmark = pytest.mark.once

README_PICTURES = Path(os.environ.get("TRAINER_SCREENSHOTS", ARTEFACTS.parent / "readme"))
LARGEST_PICTURE = 200_000


def _look_at_a_figure(page: Page) -> None:
    page.locator(".lesson > .figure").first.evaluate("it => it.previousElementSibling.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(100)


OF_THE_README = {
    "today-light": (Screen("Bea", "/"), (1280, 800)),
    "progress-light": (Screen("Bea", "/progress"), (1280, 1000)),
    "lesson-dark": (Screen("Bea", "/lessons/M01-L1", _look_at_a_figure), (1280, 800)),
    "question-phone-dark": (Screen("Dan", f"SET/{KINDS.index('categorise') + 1}"), (390, 844)),
    "feedback-light": (Screen("Dan", f"SET/{CHOICE}", answer_choice_wrong), (1280, 800)),
}


@pytest.mark.parametrize("name", OF_THE_README)
def test_readme_pictures_are_light(browser: Browser, story: Story, name: str, complaints: list[str]) -> None:
    screen, (width, height) = OF_THE_README[name]
    theme = name.rpartition("-")[2]
    README_PICTURES.mkdir(parents=True, exist_ok=True)
    picture = README_PICTURES / f"{name}.png"
    size = {"width": width, "height": height}
    with opened(browser, story, screen, complaints, viewport=size, color_scheme=theme) as page:
        page.screenshot(path=picture, caret="initial")
    assert picture.stat().st_size < LARGEST_PICTURE


def test_fixed_bar_covers_nothing_at_the_end(browser: Browser, story: Story, complaints: list[str]) -> None:
    with opened(browser, story, Screen("Dan", "SET/1"), complaints) as page:
        for position, kind in enumerate(KINDS, 1):
            page.goto(f"{story.told.set}/{position}")
            for width, height in ((1280, 850), (390, 700), (320, 568)):
                page.set_viewport_size({"width": width, "height": height})
                page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
                bar = page.locator(".actions").bounding_box()
                assert bar is not None
                assert page.locator("main").evaluate(_FOOT) <= bar["y"], f"{kind} at {width}"


_FOOT = """main => Math.max(...[...main.querySelectorAll("label, p, button, select, textarea, summary")]
  .filter((it) => !it.closest(".actions") && it.checkVisibility())
  .map((it) => it.getBoundingClientRect().bottom))"""
