"""What is written is read again as it was, whatever an author may have put into it."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from trainer.content.items import Item, SourceRef
from trainer.content.store import item_from_json, item_to_json
from trainer.learning.question_types import question_types

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, width=32)
ENVELOPE: dict[str, Any] = {
    "objective": "M01-O1",
    "bloom": "understand",
    "difficulty": 2,
    "sources": (SourceRef(ref="F001", where="page 1"),),
    "rationale": "Because.",
    "tags": ("water",),
    "hints": ("Think.",),
}


def leaves(value: Any, route: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """Every text, number and truth in it, with the way there."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*route, key))]
    if isinstance(value, list):
        return [leaf for place, inner in enumerate(value) for leaf in leaves(inner, (*route, place))]
    return [(route, value)]


def put(value: Any, route: tuple[Any, ...], new: Any) -> None:
    """Put something else at the end of the way."""
    for step in route[:-1]:
        value = value[step]
    value[route[-1]] = new


def instead_of(old: Any) -> st.SearchStrategy[Any]:
    """Another value of the same sort."""
    if isinstance(old, bool):
        return st.booleans()
    return TEXTS if isinstance(old, str) else NUMBERS


def items_like(kind: str) -> st.SearchStrategy[Item]:
    """Items of a type: its examples with other texts and numbers in some places, as far as they are allowed there."""

    @st.composite
    def changed(draw: st.DrawFn) -> Item:
        example = draw(st.sampled_from(question_types()[kind].examples()))
        raw = json.loads(item_to_json(Item(id="T-1", question=example.question, **ENVELOPE)))
        places = [(route, old) for route, old in leaves(raw) if route not in {("type",), ("id",)}]
        for route, old in draw(st.lists(st.sampled_from(places), max_size=4)):
            before = json.dumps(raw)
            put(raw, route, draw(instead_of(old)))
            if not is_allowed(raw):
                raw = json.loads(before)
        assume(is_allowed(raw))
        return item_from_json(json.dumps(raw))

    return changed()


def is_allowed(raw: Any) -> bool:
    """Whether this can be read at all."""
    try:
        item_from_json(json.dumps(raw))
    except (ValidationError, KeyError):
        return False
    return True


@pytest.mark.parametrize("kind", sorted(question_types()))
def test_item_to_json_and_back_is_the_identity_for_any_texts_and_numbers(kind: str) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(items_like(kind))
    def check(item: Item) -> None:
        text = item_to_json(item)
        assert item_from_json(text) == item
        assert item_to_json(item_from_json(text)) == text

    check()
