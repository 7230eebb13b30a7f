"""YAML 1.2 as plain values with places, for files nobody trusts: it refuses, with line and column, and never raises.

Built on the parser's event stream. Composing nodes first would recurse (30,000 `[` kill the process), and
PyYAML's own resolvers are YAML 1.1: `no` would be False, `010` eight and `12:30:00` a number.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import yaml

from trainer.content.documents import Document, Place, Plain, Route
from trainer.content.problems import Problem
from trainer.content.text_files import CONTROL, line_and_column

DEEPEST = 32
MOST_NODES = 100_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = re.compile(r"(null|Null|NULL|~)?\Z")
_BOOL = re.compile(r"(true|True|TRUE|(false|False|FALSE))\Z")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL_OR_HEX = re.compile(r"0(o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_A_NUMBER = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")
_LONGEST_NUMBER = 18

_PLAIN_WORDS = (
    ("mapping values are not allowed", 'There is a ": " too many here. Put a text with a colon in quotes.'),
    ("did not find expected key", "The indentation does not fit, or a quote or comma is missing just before."),
    ("did not find expected ',' or ']'", "A `[` list is not closed, or a comma is missing."),
    ("did not find expected ',' or '}'", "A `{` is not closed, or a comma is missing."),
    ("did not find expected '-' indicator", "The indentation does not fit the list around it."),
    ("did not find expected node content", "Something is missing or left over here."),
    ("could not find expected ':'", 'A key needs a ":" and a space after it.'),
    ("found unexpected end of stream", "A quote is opened and never closed."),
    ("found character that cannot start any token", "A text cannot start with this character. Put it in quotes."),
    ("found a tab", "Tabs cannot indent; use spaces."),
    ("found unknown escape character", 'In double quotes, write "\\\\" for a backslash, or use single quotes.'),
    ("block sequence entries are not allowed", "A list cannot begin here. Put it on a new line."),
    ("did not find expected <document start>", "Something is left over after the end of the content."),
    ("did not find expected alphabetic or numeric", "A text cannot start with `*` or `&`. Put it in quotes."),
)


def read_yaml(text: str, path: str, first_line: int = 1, first_column: int = 1) -> Document:
    """The values in `text`, which begins at `first_line` of the file (after other content, or as a part of it).

    A file that cannot be read to its end has no value: what is cut off would look like missing.
    """
    document = Document(path, start=Place(first_line, first_column))
    builder = _Builder(document, first_line - 1, first_column - 1)
    with _no_garbage_collection():
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                if not builder.take(event):
                    document.value = None
                    break
        except yaml.MarkedYAMLError as error:
            builder.refuse_syntax(error)
            document.value = None
        except yaml.reader.ReaderError as error:
            builder.refuse_character(error, text)
            document.value = None
    return document


class _Mark(Protocol):
    """Where the parser is; the fast parser has a class of its own for it."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Thousands of new small values make the collector run over and over: without it, loading is three times faster."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass
class _Open:
    """A list or mapping being read. `route` is None inside something refused, of which no places are kept."""

    value: list[Plain] | dict[str, Plain]
    route: Route | None
    key: str | None = None
    awaits_value: bool = False


class _Builder:
    """Takes one event after the other; holds the open lists and mappings on a stack of its own."""

    def __init__(self, document: Document, line_offset: int, column_offset: int) -> None:
        self._document = document
        self._offsets = line_offset, column_offset
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> bool:
        """Whether to go on after this event."""
        if isinstance(event, yaml.NodeEvent):
            return self._take_node(event)
        if isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "many-documents", "A second document begins here (`---`). Write one a file.")
                return False
        return True

    def refuse_syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        said = f"{error.problem or ''} {error.context or ''}"
        plain = next((words for sign, words in _PLAIN_WORDS if sign in said), f"This is not YAML: {said.strip()}.")
        if "quote is opened" in plain or "is not closed" in plain:
            mark = error.context_mark or mark
        self._note(self._place(mark), "syntax", plain)

    def refuse_character(self, error: yaml.reader.ReaderError, text: str) -> None:
        offset = error.position if isinstance(error.position, int) else 0
        line, column = line_and_column(text, offset)
        place = Place(line + self._offsets[0], column + self._offsets[1])
        self._note(place, "control-character", "There is an invisible character here that YAML forbids; delete it.")

    def _take_node(self, event: yaml.NodeEvent) -> bool:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._refuse(event, "too-many-values", f"The file has over {MOST_NODES:,} values; split it.")
            return False
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, "alias", f"Aliases (`*{event.anchor}`) are not read. Write the text out.")
            self._add(event, None)
            return True
        self._refuse_decoration(event)
        if isinstance(event, yaml.ScalarEvent):
            self._add(event, self._scalar(event))
            return True
        return self._begin(event)

    def _refuse_decoration(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._refuse(event, "anchor", f"Anchors (`&{event.anchor}`) are not read. Delete it.")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._refuse(event, "tag", f"Tags (`{tag}`) are not read. Delete it.")

    def _begin(self, event: yaml.NodeEvent) -> bool:
        if len(self._open) >= DEEPEST:
            self._refuse(event, "too-deep", f"Lists and mappings are nested deeper than {DEEPEST}.")
            return False
        value: list[Plain] | dict[str, Plain] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        self._open.append(_Open(value, self._add(event, value)))
        return True

    def _add(self, event: yaml.NodeEvent, value: Plain) -> Route | None:
        """Put a value where it belongs; its route, or None if it is refused."""
        if not self._open:
            self._document.value = value
            return self._placed((), event)
        inside = self._open[-1]
        if isinstance(inside.value, list):
            inside.value.append(value)
            return None if inside.route is None else self._placed((*inside.route, len(inside.value) - 1), event)
        if not inside.awaits_value:
            self._take_key(inside, event, value)
            return None
        return self._take_value(inside, event, value)

    def _take_key(self, inside: _Open, event: yaml.NodeEvent, key: Plain) -> None:
        inside.awaits_value, inside.key = True, None
        if not isinstance(key, str):
            self._refuse(event, "key-not-text", "This key is not text. Put it in quotes.")
        elif isinstance(inside.value, dict) and key in inside.value:
            self._refuse(event, "duplicate-key", f'The key "{key}" occurs twice here; the first one counts.')
        else:
            inside.key = key
            if inside.route is not None:
                self._document.keys[(*inside.route, key)] = self._place(event.start_mark)

    def _take_value(self, inside: _Open, event: yaml.NodeEvent, value: Plain) -> Route | None:
        inside.awaits_value = False
        if inside.key is None or not isinstance(inside.value, dict):
            return None
        inside.value[inside.key] = value
        return None if inside.route is None else self._placed((*inside.route, inside.key), event)

    def _placed(self, route: Route, event: yaml.NodeEvent) -> Route:
        place = self._place(event.start_mark)
        if isinstance(event, yaml.ScalarEvent) and event.style == "|":
            place = Place(place.line, place.column, self._indent(route, event))
        self._document.places[route] = place
        return route

    def _indent(self, route: Route, event: yaml.ScalarEvent) -> int:
        """The column of block text: two further than its key, the usual hand; the line is what matters."""
        key = self._document.keys.get(route)
        return key.column + 2 if key else self._place(event.start_mark).column

    def _scalar(self, event: yaml.ScalarEvent) -> Plain:
        text: str = event.value
        if event.style == '"':
            text = self._without_control_characters(event)
        if event.style or not event.implicit[0]:
            return text
        if _NULL.match(text):
            return None
        if found := _BOOL.match(text):
            return found.group(2) is None
        return self._number(event, text)

    def _without_control_characters(self, event: yaml.ScalarEvent) -> str:
        """Escapes in double quotes (`"\\0"`) can make characters that the file itself may not hold."""
        if CONTROL.search(event.value):
            self._refuse(event, "control-character", "This text has an invisible control character; delete it.")
        return CONTROL.sub("", event.value)

    def _number(self, event: yaml.ScalarEvent, text: str) -> Plain:
        if _OCTAL_OR_HEX.match(text) and len(text) <= _LONGEST_NUMBER:
            return int(text, 0)
        if _NOT_A_NUMBER.match(text):
            self._refuse(event, "number", "This is not a number one can count with. Put it in quotes if it is text.")
            return text
        if not _FLOAT.match(text):
            return text
        if len(text) > _LONGEST_NUMBER or float(text) in (float("inf"), float("-inf")):
            self._refuse(event, "number", "This number is too long. Put it in quotes if it is text.")
            return text
        return int(text) if _INT.match(text) else float(text)

    def _place(self, mark: _Mark | None) -> Place:
        if mark is None:
            return self._document.start
        return Place(mark.line + 1 + self._offsets[0], mark.column + 1 + self._offsets[1])

    def _refuse(self, event: yaml.Event, code: str, message: str) -> None:
        self._note(self._place(event.start_mark), code, message)

    def _note(self, place: Place, code: str, message: str) -> None:
        self._document.problems.append(Problem(self._document.path, place.line, place.column, code, message))
