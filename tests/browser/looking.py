"""How the browser tests look at a page: what it complains about, what axe finds, whether it scrolls sideways."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import ConsoleMessage, Page

AXE = next((Path(__file__).parent / "vendor").glob("axe-core@*/axe.min.js"))
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose verdict depends on colours."""
ARTEFACTS = Path(__file__).parents[2] / "artefacts" / "screens"

PATIENCE = 10_000
"""Milliseconds in which anything that is waited for must come: a machine that runs tests is busy."""

POINTER, TOUCH = (24, 24), (24, 44)
"""The least width and height of what is to be hit, in pixels."""

EXPECTED = (
    "status of 401",
    "status of 409",
    "status of 422",
    "status of 429",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_FAILED",
    "Response Status Error Code 401",
    "htmx:afterRequest",
    "htmx:sendError",
)
"""Chromium and htmx log answers that are meant, and connections that a test cuts, as if they were mistakes."""


@dataclass(frozen=True)
class Site:
    """The app and where it is served."""

    app: Flask
    url: str


def watch(page: Page, complaints: list[str]) -> Page:
    """Note every error of a script, every warning of the console and every refusal by the policy for content."""

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(known in message.text for known in EXPECTED):
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    return page


def axe_findings(page: Page, rules: Sequence[str] = STANDARDS) -> list[str]:
    """What axe holds against the page, a line each: by all rules of these standards, or by the rules named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found = page.evaluate(_RUN_AXE, list(rules))
    return [f"{finding['id']}: {_places(finding['nodes'])}" for finding in found]


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def small_targets(page: Page) -> list[str]:
    """What is to be hit and smaller than 24 pixels, links in running text aside (WCAG 2.5.8)."""
    return list(page.evaluate(_SMALL_TARGETS, POINTER))


def low_targets(page: Page) -> list[str]:
    """What a finger is to hit and is less than 44 pixels high, links in running text aside."""
    return list(page.evaluate(_SMALL_TARGETS, TOUCH))


def small_texts(page: Page) -> list[str]:
    """Texts that are set smaller than 13 pixels."""
    return list(page.evaluate(_SMALL_TEXTS))


def keep_picture(page: Page, name: str) -> None:
    """A screenshot of the whole page among the artefacts."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True, caret="initial")


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def _places(nodes: Iterable[dict[str, Any]]) -> str:
    return "; ".join(f"{node['target']} {node.get('failureSummary', '')}" for node in nodes)


_RUN_AXE = """async (tags) => {
  const options = { runOnly: tags, resultTypes: ["violations"], preload: false };
  return (await axe.run(document, options)).violations;
}"""

_SMALL_TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || around.closest("svg, script") || !around.getClientRects().length) continue;
    const size = parseFloat(getComputedStyle(around).fontSize);
    if (size < 12.99) small.add(`${size}px: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return [...small];
}"""

_SMALL_TARGETS = """([least_wide, least_high]) => {
  const inText = "p > *, .prose button, .vh, .skip";
  const inline = (it) => getComputedStyle(it).display === "inline" || it.matches(inText);
  const found = [];
  for (const it of document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden]), textarea")) {
    const target = it.matches("[type=radio], [type=checkbox]") ? it.labels[0] ?? it : it;
    const box = target.getBoundingClientRect();
    if (!target.getClientRects().length || box.width < 3 || inline(it) || inline(target)) continue;
    if (box.width < least_wide - 0.5 || box.height < least_high - 0.5) {
      found.push(`${Math.round(box.width)} × ${Math.round(box.height)}: ${it.outerHTML.slice(0, 120)}`);
    }
  }
  return found;
}"""
