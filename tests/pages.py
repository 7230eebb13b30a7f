"""What every page must have, whichever test fetched it."""

import html
import re
from collections import Counter
from html.parser import HTMLParser

from werkzeug.test import TestResponse

FIELDS = {"input", "select", "textarea"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}


class Page(HTMLParser):
    """The few facts about a page that are checked."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.problems: list[str] = []
        self.depth_of_label = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag is about."""
        found = dict(attrs)
        self.counts[tag] += 1
        if identity := found.get("id"):
            self.ids[identity] += 1
        self.problems += [f"<{tag} {name}>" for name in found if name == "style" or name.startswith("on")]
        if tag == "label":
            self.depth_of_label += 1
            self.labelled.add(found.get("for") or "")
        if tag in FIELDS and found.get("type") not in NEEDS_NO_LABEL and not self.depth_of_label:
            self.fields.append(found)
        if tag == "form" and "action" not in found:
            self.problems.append("a form without an action")
        if tag == "script" and not found.get("src"):
            self.problems.append("an inline script")
        if tag == "img" and "alt" not in found:
            self.problems.append("a picture without a text")

    def handle_endtag(self, tag: str) -> None:
        """Leave a label."""
        if tag == "label":
            self.depth_of_label -= 1


def check_page(text: str) -> None:
    """Raise AssertionError with all that is wrong with a page or fragment."""
    page = Page(text)
    problems = page.problems + [f"id {name} is there {n} times" for name, n in page.ids.items() if n > 1]
    for found in page.fields:
        if not (found.get("aria-label") or found.get("aria-labelledby") or found.get("id") in page.labelled):
            problems.append(f"a field without a label: {found.get('name') or found}")
    if "<html" in text:
        problems += [f"{page.counts[tag]} × <{tag}>" for tag in ("title", "h1", "main") if page.counts[tag] != 1]
    assert not problems, "\n".join(problems)


def text_of(response: TestResponse) -> str:
    """The words of the page's main part, as they are read, with single spaces."""
    main = re.search(r"<main\b.*</main>", response.get_data(as_text=True), re.S)
    assert main, "a page has a main part"
    words = html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"</(p|li|h\d|td|th|dd|dt|div|button|a)>", " ", main[0])))
    return " ".join(words.split())
