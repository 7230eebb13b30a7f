"""Every page a learner sees, for everybody: axe-core in both themes, at three widths, and from right to left."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import (
    OF_COLOURS,
    STANDARDS,
    axe_findings,
    keep_picture,
    low_targets,
    sideways,
    small_targets,
    small_texts,
)
from tests.browser.screens import SCREENS, opened
from tests.browser.story import Story

pytestmark = pytest.mark.once

WIDTHS = (1280, 390, 320)
NARROW = 736
"""Pixels under which a page is laid out for fingers."""
THEMES = {"light": STANDARDS, "dark": OF_COLOURS}
"""What axe looks for in each: a theme changes colours and nothing else, which tests/test_house.py holds."""
PICTURES = {(1280, "light"), (390, "dark")}


@pytest.mark.parametrize("name", SCREENS)
def test_screen_is_accessible_in_every_look(browser: Browser, story: Story, name: str, complaints: list[str]) -> None:
    found = []
    with opened(browser, story, name, complaints) as page:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            found += [f"{width}: {finding}" for finding in (*small_texts(page), *small_targets(page))]
            if width < NARROW:
                found += [f"{width}: {finding}" for finding in low_targets(page)]
            found += [f"{width}: {sideways(page)} pixels too wide"] if sideways(page) > 0 else []
            for theme, rules in THEMES.items():
                page.emulate_media(color_scheme=theme)
                found += [f"{width} {theme}: {finding}" for finding in axe_findings(page, rules)]
                if (width, theme) in PICTURES:
                    keep_picture(page, f"{name}-{width}-{theme}")
        found += [f"from right to left: {finding}" for finding in mirrored(page)]
    assert not found, "\n".join(found)


def mirrored(page: Page) -> list[str]:
    """What goes wrong when the page runs from right to left, on a small phone."""
    page.evaluate("document.documentElement.dir = 'rtl'")
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*axe_findings(page), *([f"{too_wide} pixels too wide"] if too_wide > 0 else [])]


@pytest.mark.parametrize("name", ["lesson-answered", "progress", "looking-back"])
def test_screen_can_be_read_in_forced_colours(browser: Browser, story: Story, name: str, complaints: list[str]) -> None:
    with opened(browser, story, name, complaints, forced_colors="active") as page:
        assert not axe_findings(page)
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
