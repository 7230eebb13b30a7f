"""Figures: SVG from authors, let through an allow-list and written anew.

Read with expat's own events: they carry line and column, no tree is built, and a DOCTYPE (the only way to entities)
stops the reading. What is not on the lists below does not come out, whatever it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import NoReturn
from xml.parsers import expat

from trainer.content.problems import Problem
from trainer.content.validation import nearest, quoted

LARGEST = 200_000
MOST_ELEMENTS = 3_000
DEEPEST = 24
SMALLEST_TEXT = 16


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _words("svg g defs marker title desc path rect circle ellipse line polyline polygon text tspan")
CLASSES = _words(
    "fig-surface fig-sunken fig-brand fig-tint fig-mark fig-good fig-bad fig-none fig-line fig-edge fig-ink-line "
    "fig-brand-line fig-dash fig-text fig-text2 fig-on-brand fig-strong fig-small fig-mid fig-end"
)
_WITH_TEXT = frozenset({"title", "desc", "text", "tspan"})

_NUMBERS = re.compile(r"[-+0-9eE.,\s]*")
_LENGTH = re.compile(r"[-+]?[0-9]*\.?[0-9]+(px|em|%)?")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(
        [
            "x",
            "y",
            "x1",
            "y1",
            "x2",
            "y2",
            "cx",
            "cy",
            "r",
            "rx",
            "ry",
            "dx",
            "dy",
            "width",
            "height",
            "font-size",
            "stroke-width",
        ],
        _LENGTH,
    ),
    **dict.fromkeys(
        ["markerWidth", "markerHeight", "refX", "refY", "stroke-dashoffset", "textLength", "stroke-miterlimit"], _LENGTH
    ),
    **dict.fromkeys(_words("x y x1 y1 x2 y2 cx cy r rx ry dx dy width height font-size stroke-width"), _LENGTH),
    **dict.fromkeys(_words("markerWidth markerHeight refX refY textLength stroke-dashoffset"), _LENGTH),
    **dict.fromkeys(_words("points viewBox stroke-dasharray"), _NUMBERS),
    "opacity": re.compile(r"[0-9.]+"),
    "d": re.compile(r"[-+0-9eE.,\sMmLlHhVvCcSsQqTtAaZz]*"),
    "transform": re.compile(r"((translate|scale|rotate|skewX|skewY|matrix)\([-+0-9eE.,\s]*\)[\s,]*)*"),
    "id": _ID,
    "orient": re.compile(r"auto|auto-start-reverse|[-+0-9.]+"),
    "markerUnits": re.compile(r"strokeWidth|userSpaceOnUse"),
    "stroke-linecap": re.compile(r"butt|round|square"),
    "stroke-linejoin": re.compile(r"miter|round|bevel"),
    "text-anchor": re.compile(r"start|middle|end"),
    "dominant-baseline": re.compile(r"auto|middle|central|hanging|alphabetic"),
    "font-weight": re.compile(r"normal|bold|[1-9]00"),
    "font-style": re.compile(r"normal|italic"),
    "letter-spacing": _LENGTH,
    "fill-rule": re.compile(r"nonzero|evenodd"),
    "preserveAspectRatio": re.compile(r"[A-Za-z ]*"),
    "xml:space": re.compile(r"default|preserve"),
    **dict.fromkeys(("marker-start", "marker-mid", "marker-end"), re.compile(r"url\(#[A-Za-z][A-Za-z0-9_-]{0,63}\)")),
}
_LEFT_OUT = frozenset({"xmlns", "role", "version", "xml:lang", "lang", "focusable"})
_COLOUR = frozenset({"fill", "stroke", "color", "style", "stop-color", "fill-opacity", "stroke-opacity"})


@dataclass
class Figure:
    """A figure that was read. `text` is clean SVG, or None; `viewbox` is x, y, width, height."""

    text: str | None = None
    viewbox: tuple[float, ...] = ()
    problems: list[Problem] = field(default_factory=list)


class _Stop(Exception):
    """Nothing after this point is worth reading."""


def read_svg(text: str, path: str) -> Figure:
    """The figure in `text`, with every problem; it never raises."""
    reader = _Reader(path)
    if len(text) > LARGEST:
        reader.note(1, 1, "too-large", f"The figure is over {LARGEST // 1000} kB; simplify it.")
        return reader.figure
    try:
        reader.parser.Parse(text.encode(), True)
        reader.finish()
    except _Stop:
        pass
    except expat.ExpatError as error:
        reader.note(error.lineno, error.offset + 1, "syntax", f"This is not XML: {expat.ErrorString(error.code)}.")
    return reader.figure


def with_own_ids(text: str, prefix: str) -> str:
    """Clean SVG whose ids begin with `prefix`, so that several figures can stand in one page."""
    text = text.replace(' id="', f' id="{prefix}')
    return text.replace('="url(#', f'="url(#{prefix}')


class _Reader:
    def __init__(self, path: str) -> None:
        self.figure = Figure()
        self._path = path
        self._out: list[str] = []
        self._stack: list[str | None] = []
        self._count = 0
        self._ids: set[str] = set()
        self._used: list[tuple[str, int, int]] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.ProcessingInstructionHandler = self._refuse_instruction

    def note(self, line: int, column: int, code: str, message: str) -> None:
        self.figure.problems.append(Problem(self._path, line, column, code, message))

    def finish(self) -> None:
        for name, line, column in self._used:
            if name not in self._ids:
                self.note(line, column, "unknown-marker", f"There is no marker with the id {quoted(name)}.")
        if not self.figure.problems:
            self.figure.text = "".join(self._out)

    def _refuse(self, code: str, message: str) -> None:
        self.note(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1, code, message)

    def _give_up(self, code: str, message: str) -> NoReturn:
        self._refuse(code, message)
        raise _Stop

    def _refuse_doctype(self, *_: object) -> None:
        self._give_up("doctype", "A DOCTYPE is not read. Delete it.")

    def _refuse_instruction(self, *_: object) -> None:
        self._refuse("instruction", "Processing instructions (`<?…?>`) are not read. Delete it.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._stack) >= DEEPEST:
            self._give_up("too-complex", f"More than {MOST_ELEMENTS} elements, or nested deeper than {DEEPEST}.")
        if not self._is_welcome(name):
            self._stack.append(None)
            return
        self._stack.append(name)
        if name == "svg":
            self._read_viewbox(attributes)
        kept = [self._attribute(name, key, value) for key, value in attributes.items()]
        self._out.append(f"<{name}{''.join(kept)}>")

    def _is_welcome(self, name: str) -> bool:
        if not self._stack and name != "svg":
            self._give_up("not-svg", f"The file begins with <{name[:30]}>, not with <svg>.")
        if name not in ELEMENTS or (name == "svg" and self._stack):
            self._refuse("svg-element", f"<{name[:30]}> is not allowed in figures; use shapes, paths, text and groups.")
            return False
        return None not in self._stack

    def _end(self, _name: str) -> None:
        if (name := self._stack.pop()) is not None:
            self._out.append(f"</{name}>")

    def _characters(self, text: str) -> None:
        if self._stack[-1] in _WITH_TEXT:
            self._out.append(escape(text))

    def _attribute(self, element: str, name: str, value: str) -> str:
        """The attribute as it may stand in the page, or nothing."""
        if name in _LEFT_OUT or name.startswith(("aria-", "xmlns:")):
            return ""
        if name == "class":
            return self._classes(value)
        if name in _COLOUR:
            self._refuse("svg-colour", f'`{name}` is not allowed: colour comes from classes such as "fig-brand".')
            return ""
        if element == "svg" and name in {"width", "height"}:
            self._refuse("svg-size", f"Leave `{name}` out of <svg>; the viewBox is enough.")
            return ""
        return self._geometry(name, value)

    def _geometry(self, name: str, value: str) -> str:
        pattern = _PATTERNS.get(name)
        if pattern is None:
            self._refuse("svg-attribute", f"The attribute `{name[:40]}` is not allowed in figures.")
            return ""
        if not pattern.fullmatch(value.strip()):
            self._refuse("svg-value", f"`{name}` cannot be {quoted(value)}.")
            return ""
        self._look_at(name, value.strip())
        return f' {name}="{escape(value.strip())}"'

    def _look_at(self, name: str, value: str) -> None:
        if name == "id":
            if value in self._ids:
                self._refuse("duplicate-id", f"The id {quoted(value)} occurs twice.")
            self._ids.add(value)
        elif name.startswith("marker-"):
            place = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
            self._used.append((value[5:-1], *place))
        elif name == "font-size" and float(re.sub(r"[a-z%]+", "", value)) < SMALLEST_TEXT:
            self._refuse("svg-small-text", f"Text of {value} is too small to read; write {SMALLEST_TEXT} or more.")

    def _classes(self, value: str) -> str:
        for name in set(value.split()) - CLASSES:
            self._refuse("svg-class", f"There is no figure class {quoted(name)}{nearest(name, CLASSES)}")
        kept = [name for name in value.split() if name in CLASSES]
        return f' class="{" ".join(kept)}"' if kept else ""

    def _read_viewbox(self, attributes: dict[str, str]) -> None:
        try:
            box = tuple(float(number) for number in re.split(r"[\s,]+", attributes.get("viewBox", "").strip()))
        except ValueError:
            box = ()
        if len(box) != 4 or not (0 < box[2] < 1e5 and 0 < box[3] < 1e5):
            self._refuse("svg-viewbox", '<svg> needs a viewBox of four numbers, such as "0 0 600 720".')
        else:
            self.figure.viewbox = box
