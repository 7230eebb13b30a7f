"""A Markdown text read: its tokens, what it mentions and what is wrong with it, each with line and column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from markdown_it.token import Token

from trainer.content.documents import Document
from trainer.content.markdown.syntax import PROSE, RAW, make_parser
from trainer.content.validation import nearest, quoted
from trainer.content.yaml_files import read_yaml

LONGEST = 100_000
"""Characters in one text: twenty times a long lesson."""

MOST_MARKS = 6_000
"""Brackets, stars, bars … in one text. Parsing time can grow with their square."""

DEEPEST = 12

At = tuple[int, int]
"""Line and column in the text, from 0."""

BODY_FIELDS = {"refute": ("claim", "why", "correction"), "figure": ("alt", "caption")}
_REQUIRED = {"refute": ("claim", "why", "correction"), "figure": ("alt",)}
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_MARKS = re.compile(r"[\[\]*_`|!<~]")
_PARSER = make_parser()


@dataclass(frozen=True)
class Remark:
    """Something wrong in a text."""

    at: At
    code: str
    message: str


@dataclass(frozen=True)
class Mention:
    """Something that a text refers to by its id."""

    kind: Literal["term", "lesson", "status", "source", "figure", "question"]
    target: str
    at: At


@dataclass
class Reading:
    """A text, read. `bodies` holds the YAML inside blocks by the line the block begins on."""

    tokens: Sequence[Token] = ()
    mentions: list[Mention] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    bodies: dict[int, dict[str, str]] = field(default_factory=dict)


@lru_cache(maxsize=4096)
def read_markdown(text: str) -> Reading:
    """The text, read; it never raises. The result is shared: do not change it."""
    reading = Reading()
    if (refusal := _too_much(text)) is not None:
        reading.remarks.append(refusal)
        return reading
    reading.tokens = _PARSER.parse(text)
    _Walk(text.split("\n"), reading).walk()
    return reading


def _too_much(text: str) -> Remark | None:
    if len(text) > LONGEST:
        return Remark((0, 0), "too-long", f"The text has over {LONGEST:,} characters; split it.")
    if len(text) > MOST_MARKS and len(_MARKS.findall(text)) > MOST_MARKS:
        return Remark((0, 0), "too-complex", f"The text has over {MOST_MARKS:,} brackets, stars and bars; split it.")
    return None


class _Walk:
    """Goes through the tokens in order and notes mentions and remarks."""

    def __init__(self, lines: list[str], reading: Reading) -> None:
        self._lines = lines
        self._reading = reading
        self._level = 1
        self._open: list[str] = []
        self._cursor: At = (0, 0)

    def walk(self) -> None:
        for token in self._reading.tokens:
            if token.type == "inline":
                self._walk_inline(token)
            elif token.type == "heading_open":
                self._see_heading(token)
            elif token.type == "directive_open":
                self._see_block(token)
            elif token.type == "directive_close":
                self._open.pop()
            elif token.type == "stray_end":
                self._remark(self._start(token), "stray-end", "This `:::` ends no block.")
            if token.level > DEEPEST and token.nesting == 1:
                self._remark(self._start(token), "too-deep", "Lists, quotes and blocks are nested too deep.")

    def _see_heading(self, token: Token) -> None:
        level = int(token.tag[1])
        if level == 1:
            self._remark(self._start(token), "heading-level", "Headings start at `##`; the title is the page's `#`.")
        elif level > self._level + 1:
            message = f"A level is skipped: after {'#' * self._level} comes {'#' * (self._level + 1)}."
            self._remark(self._start(token), "heading-level", message)
        self._level = max(level, 1)

    def _see_block(self, token: Token) -> None:
        name, at = token.meta["name"], self._start(token)
        if name not in (*PROSE, *RAW):
            self._remark(at, "unknown-block", f"There is no block {quoted(name)}{nearest(name, (*PROSE, *RAW))}")
        if not token.meta["is_closed"]:
            self._remark(at, "unclosed-block", f"The block {quoted(name)} is not ended; put `:::` on its own line.")
        if name == "question" and token.level > 0:
            self._remark(at, "nested-question", "A question cannot stand inside another block, a list or a quote.")
        self._open.append(name)
        if name in RAW:
            self._see_raw(token, name, at)

    def _see_raw(self, token: Token, name: str, at: At) -> None:
        title = token.meta["title"]
        if name == "question":
            if token.content.strip():
                self._remark((at[0] + 1, 0), "block-body", "The body of a question block is empty.")
            self._mention("question", title, at, "the id of an item")
            return
        if name == "figure":
            self._mention("figure", title, at, "the name of a file in assets/")
        self._read_body(token.content, name, at)

    def _mention(self, kind: Literal["figure", "question"], target: str, at: At, what: str) -> None:
        if not target:
            self._remark(at, "block-title", f"Write {what} after `::: {kind}`.")
            return
        column = max(self._lines[at[0]].find(target), 0)
        self._reading.mentions.append(Mention(kind, target, (at[0], column)))

    def _read_body(self, content: str, name: str, at: At) -> None:
        document = read_yaml(content, "", at[0] + 2)
        self._check_body(document, name)
        for problem in document.problems:
            self._remark((problem.line - 1, problem.column - 1), problem.code, problem.message)
        fields = document.value if isinstance(document.value, dict) else {}
        body = {key: text for key, text in fields.items() if isinstance(text, str) and key in BODY_FIELDS[name]}
        self._reading.bodies[at[0]] = body
        for key, text in body.items():
            if key != "alt":
                self._read_inner(text, key, document)

    def _check_body(self, document: Document, name: str) -> None:
        if document.problems:
            return
        if not isinstance(document.value, dict):
            fields = ", ".join(f"`{key}:`" for key in BODY_FIELDS[name])
            document.report((), "block-body", f"The body of this block is YAML with {fields}.")
            return
        for key, text in document.value.items():
            if key not in BODY_FIELDS[name]:
                document.report_key((key,), "unknown-field", f"{quoted(key)} is not a field here"
                                    f"{nearest(key, BODY_FIELDS[name])}")  # fmt: skip
            elif not isinstance(text, str) or not text.strip():
                document.report((key,), "empty", f"{quoted(key)} must be text that says something.")
        for key in _REQUIRED[name]:
            if key not in document.value:
                document.report((), "missing-field", f"{quoted(key)} is missing.")

    def _read_inner(self, text: str, key: str, document: Document) -> None:
        place = document.place((key,))
        inner = read_markdown(text)
        for mention in inner.mentions:
            at = _inside(place.line, place.column, place.indent, mention.at)
            self._reading.mentions.append(replace(mention, at=at))
        for remark in inner.remarks:
            self._remark(_inside(place.line, place.column, place.indent, remark.at), remark.code, remark.message)
        for token in inner.tokens:
            if token.type in {"heading_open", "directive_open"}:
                at = (place.line - 1, place.column - 1)
                self._remark(at, "nested-block", f"There can be no headings or blocks in {quoted(key)}.")

    def _walk_inline(self, token: Token) -> None:
        self._cursor = self._start(token)
        self._end = token.map[1] if token.map else len(self._lines)
        for child in token.children or ():
            if child.type == "link_open":
                self._see_link(str(child.attrGet("href") or ""), child.markup)
            elif child.type == "image":
                at = self._find("![")
                self._remark(at, "image", "Pictures are figures: write a `::: figure FILE.svg` block.")
            elif child.type == "status":
                self._see_status(child)
            elif child.type == "source_note":
                self._see(Mention("source", child.content, self._find(child.markup)))
            elif child.type == "text" and (found := _HTML.search(child.content)):
                message = f"HTML is shown as text: {quoted(found.group())}. Put it in backticks if that is meant."
                self._remark(self._find(found.group()), "html", message)

    def _see_link(self, url: str, markup: str) -> None:
        at = self._find(url if markup == "autolink" else f"({url}")
        at = at if markup == "autolink" else (at[0], at[1] + 1)
        scheme, colon, target = url.partition(":")
        if colon and scheme == "term":
            self._see(Mention("term", target, at))
        elif colon and scheme == "lesson":
            self._see(Mention("lesson", target, at))
        elif scheme != "https" or not re.match(r"//[^/\s]+", target):
            self._remark(at, "link", f"Links begin with `term:`, `lesson:` or `https://`, not {quoted(url)}.")

    def _see_status(self, token: Token) -> None:
        at = self._find(token.markup)
        if not re.fullmatch(r"[A-Za-z0-9-]+\.[A-Za-z0-9_-]+", token.content):
            message = f"{quoted(token.markup)} is not a value; write {{{{ entry.value }}}}, as in status.yaml."
            self._remark(at, "status-value", message)
        else:
            self._see(Mention("status", token.content, at))

    def _see(self, mention: Mention) -> None:
        self._reading.mentions.append(mention)

    def _remark(self, at: At, code: str, message: str) -> None:
        self._reading.remarks.append(Remark(at, code, message))

    def _start(self, token: Token) -> At:
        return (token.map[0] if token.map else 0, 0)

    def _find(self, needle: str) -> At:
        """Where `needle` stands next in the lines of this paragraph."""
        line, column = self._cursor
        for number in range(line, min(self._end, len(self._lines))):
            found = self._lines[number].find(needle, column if number == line else 0)
            if found >= 0:
                self._cursor = (number, found + 1)
                return number, found
        return self._cursor


def _inside(line: int, column: int, indent: int | None, at: At) -> At:
    """A place in a text that begins at `line` and `column` of the text around it."""
    if indent is None:
        return line - 1, column - 1
    return line + at[0], indent - 1 + at[1]
