"""Plain values against a shape: the value it makes, or every problem in the words of somebody who writes YAML."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from trainer.content.documents import Document, Plain, Route
from trainer.content.fields import field_names_at
from trainer.learning.question_types import question_types
from trainer.learning.question_types.scenario import part_type

T = TypeVar("T")

_KINDS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a date like 2026-11-23",
    "tuple": "a list",
    "list": "a list",
    "dict": "a mapping (`key: value`)",
    "mapping": "a mapping (`key: value`)",
    "dataclass": "a mapping (`key: value`)",
}


_ABSENT = frozenset({"missing", "unexpected_keyword_argument"})
"""What is not there, or should not be: the signs that another shape was meant."""


@cache
def adapter(shape: type) -> TypeAdapter[Any]:
    """The pydantic validator of a shape."""
    return TypeAdapter(shape)


def from_json(shape: type[T], text: str) -> T:
    """The value of a shape in JSON. Raises pydantic.ValidationError."""
    return cast("T", adapter(cast("type", shape)).validate_json(text))


def validate(document: Document, route: Route, shape: type[T], value: Plain) -> T | None:
    """`value`, which stands at `route`, as a `shape`; None if it has problems, which are then in the document."""
    try:
        return from_json(shape, json.dumps(value))
    except ValidationError as error:
        troubles = [_trouble(value, details) for details in error.errors(include_url=False)]
        for trouble in _without_other_branches(troubles):
            _report(document, route, shape, trouble)
        return None


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint at the word that was probably meant, `; did you mean "stem"?`, or the choice if it is small."""
    known = sorted(set(words))
    if close := get_close_matches(word[:80], _likely(word, known), 1, 0.6):
        return f'; did you mean "{close[0]}"?'
    if known and len(", ".join(known)) < 150:
        return "; choose from " + ", ".join(known) + "."
    return "."


def _likely(word: str, known: list[str]) -> list[str]:
    """Out of many words only those of like length and beginning: comparing with all takes seconds in a bad file."""
    if len(known) <= 50:
        return known
    alike = (k for k in known if abs(len(k) - len(word)) <= 3 and k[:1] == word[:1])
    return list(islice(alike, 500))


def quoted(word: object) -> str:
    """A word of the author's in a message, cut to a bearable length."""
    text = str(word)
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


@dataclass(frozen=True)
class _Trouble:
    """One thing pydantic found. `branches` are the alternatives of unions it tried on the way, with their routes."""

    type: str
    route: Route
    branches: tuple[tuple[Route, str], ...]
    given: Plain
    limits: dict[str, Any]
    otherwise: str = ""


def _trouble(value: Plain, details: ErrorDetails) -> _Trouble:
    route: list[str | int] = []
    branches = []
    for position, step in enumerate(details["loc"]):
        if isinstance(value, dict) and step in value:
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        elif details["type"] != "missing" or position < len(details["loc"]) - 1:
            branches.append((tuple(route), str(step)))
            continue
        route.append(step)
    return _Trouble(details["type"], tuple(route), tuple(branches), details["input"], details.get("ctx", {}))


def _without_other_branches(troubles: list[_Trouble]) -> list[_Trouble]:
    """Of a value that may have one of several shapes, only what is wrong with the shape it comes nearest to."""
    weights: dict[tuple[Route, str], int] = defaultdict(int)
    for trouble in troubles:
        for branch in trouble.branches:
            weights[branch] += 2 if trouble.type in _ABSENT else 1
    best: dict[Route, tuple[Route, str]] = {}
    for branch, weight in weights.items():
        if branch[0] not in best or weight < weights[best[branch[0]]]:
            best[branch[0]] = branch
    kept = [t for t in troubles if all(best[route] == (route, tag) or t.route == route for route, tag in t.branches)]
    return list(_one_a_place(kept))


def _one_a_place(troubles: Iterable[_Trouble]) -> Iterator[_Trouble]:
    """Where a value may be one of several plain kinds, such as a number or `*`, all of them in one problem."""
    places: dict[tuple[Route, bool], list[_Trouble]] = defaultdict(list)
    for trouble in troubles:
        places[trouble.route, trouble.type in _ABSENT].append(trouble)
    for first, *others in places.values():
        words = " or ".join(str(other.limits["expected"]) for other in others if other.type == "literal_error")
        yield replace(first, otherwise=words)


def _report(document: Document, route: Route, shape: type, trouble: _Trouble) -> None:
    at = (*route, *trouble.route)
    name = quoted(trouble.route[-1]) if trouble.route else "This"
    if trouble.type == "missing" and isinstance(trouble.route[-1], int):
        document.report(at[:-1], "out-of-range", f"{_named(trouble.route[:-1])} has too few entries.")
    elif trouble.type == "missing":
        document.report(at[:-1], "missing-field", f"{name} is missing.")
    elif trouble.type in _ABSENT:
        hint = nearest(str(trouble.route[-1]), _names_beside(shape, trouble))
        document.report_key(at, "unknown-field", f"{name} is not a field here{hint}")
    else:
        code, message = _in_words(trouble)
        at = (*at, "type") if code == "unknown-type" else at
        document.report(at, code, f"{_named(trouble.route)} {message}")


def _names_beside(shape: type, trouble: _Trouble) -> set[str]:
    """The fields there are where an unknown one stands; in a part of a scenario, those of its question type."""
    for route, tag in trouble.branches:
        if tag in question_types():
            return field_names_at(part_type(tag), trouble.route[len(route) : -1])
    return field_names_at(shape, trouble.route[:-1])


def _named(route: Route) -> str:
    names = [step for step in route if isinstance(step, str)]
    if not names:
        return "This"
    if isinstance(route[-1], int):
        return f"Entry {route[-1] + 1} of {quoted(names[-1])}"
    return quoted(names[-1])


def _in_words(trouble: _Trouble) -> tuple[str, str]:
    if trouble.given is None:
        return "empty", "is empty."
    if trouble.type in {"literal_error", "enum"}:
        return "not-offered", f"cannot be {quoted(trouble.given)}{_choice(trouble)}"
    words = _kind_in_words(trouble) or _limits_in_words(trouble)
    return words or ("invalid", f"is not right: {_described(trouble.given)}.")


def _kind_in_words(trouble: _Trouble) -> tuple[str, str] | None:
    kind = trouble.type.partition("_")[0]
    if kind == "union":
        kinds = str(trouble.limits.get("expected_tags", "")).replace("'", "")
        return "unknown-type", f"needs a `type`; choose from {kinds}." if kinds else "needs a `type`."
    if trouble.type == "string_type" and not isinstance(trouble.given, list | dict):
        return "wrong-type", f"must be text, but is {_described(trouble.given)}; put it in quotes."
    if kind == "date" or (trouble.type.endswith(("_type", "from_float", "_parsing")) and kind in _KINDS):
        wanted = _KINDS[kind] + (f" or {trouble.otherwise}" if trouble.otherwise else "")
        return "wrong-type", f"must be {wanted}, but is {_described(trouble.given)}."
    return None


def _choice(trouble: _Trouble) -> str:
    expected = str(trouble.limits.get("expected", "")).replace(" or ", ", ")
    return nearest(str(trouble.given), [word.strip("' ") for word in expected.split(",") if word.strip()])


def _limits_in_words(trouble: _Trouble) -> tuple[str, str] | None:
    limits = trouble.limits
    words: Mapping[str, Callable[[], str]] = {
        "greater_than_equal": lambda: f"must be {limits['ge']} or more.",
        "greater_than": lambda: f"must be more than {limits['gt']}.",
        "less_than_equal": lambda: f"must be {limits['le']} or less.",
        "less_than": lambda: f"must be less than {limits['lt']}.",
        "string_too_short": lambda: "is empty.",
        "string_too_long": lambda: f"is too long: at most {limits['max_length']} characters.",
        "string_pattern_mismatch": lambda: _pattern_in_words(limits["pattern"], trouble.given),
        "too_short": lambda: f"has {limits['actual_length']} entries; it needs at least {limits['min_length']}.",
        "too_long": lambda: f"has too many entries; at most {limits['max_length']} are possible.",
        "missing_argument": lambda: "is incomplete.",
    }
    if trouble.type not in words:
        return None
    codes = {"string_too_short": "empty", "string_pattern_mismatch": "bad-name"}
    return codes.get(trouble.type, "out-of-range"), words[trouble.type]()


def _pattern_in_words(pattern: str, given: Plain) -> str:
    what = quoted(given)
    if pattern.startswith("^https"):
        return f"must be an address like https://example.org/page, not {what}."
    if pattern.startswith("^[a-z]{2,3}"):
        return f"must be a language like en-GB, not {what}."
    return f"may only have letters, digits and hyphens, at most 64, not {what}."


def _described(given: Plain) -> str:
    if isinstance(given, bool):
        return f"`{str(given).lower()}`"
    if isinstance(given, int | float):
        return f"the number {str(given)[:20]}"
    if isinstance(given, str):
        return f"the text {quoted(given)}"
    return "a list" if isinstance(given, list) else "a mapping (`key: value`)"
