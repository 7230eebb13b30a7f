"""Values against shapes: what is wrong is said in the words of somebody who writes YAML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import pytest
from pydantic import Field

from trainer.content.banks import read_bank
from trainer.content.fields import field_names_at
from trainer.content.shapes import Shape
from trainer.content.validation import nearest, quoted, validate
from trainer.content.yaml_files import read_yaml

ITEM = "objective: O, bloom: apply, difficulty: 1, rationale: r, sources: [{{ref: F}}]"
HEAD = "schema: bank/1\nid: t\ntitle: t\ncourse: t\nitems:\n"

TABLE = [
    ("cloze", "gaps: [{id: g, option: []}]", '"option" is not a field here; did you mean "options"?'),
    ("cloze", "gaps: [{id: g, misses: [{match: 3, feedback: x}]}]", '"match" must be text, but is the number 3'),
    ("cloze", "scoring: {method: per_gip, points_each: 1}", 'did you mean "per_gap"?'),
    ("numeric", "answer: {value: '7', tolerance: 0, unit: x}", '"value" must be a number, but is the text "7".'),
    ("numeric", "answer: {value: 7, tolerance: 0, unit: x, integer: yes}", '"integer" must be true or false'),
    ("numeric", "responses: [{match: all, feedback: x}]", '"match" must be a number or \'*\', but is the text "all".'),
    ("numeric", "responses: [{match: [1], feedback: x}]", "\"match\" must be a number or '*', but is a list."),
    ("hotspot", "asset: {file: a.svg, viewbox: [0, 0, 1], alt: x}", '"viewbox" has too few entries.'),
    ("hotspot", "regions: [{id: a, shape: square, label: x, feedback: y}]", "choose from circle, rect."),
    ("matching", "right: [r1]", 'Entry 1 of "right" must be a mapping (`key: value`), but is the text "r1".'),
    ("matching", "pairs: {l1: 3}", '"l1" must be text, but is the number 3; put it in quotes.'),
    ("matching", "shuffle: {lefd: true}", '"lefd" is not a field here; did you mean "left"?'),
    ("matching", "feedback: [x]", '"feedback" must be a mapping (`key: value`), but is a list.'),
    ("scenario", "parts: [{id: x}]", 'Entry 1 of "parts" needs a `type`.'),
    ("scenario", "parts: [{id: x, type: nope}]", 'Entry 1 of "parts" needs a `type`; choose from categorise, cloze'),
    ("scenario", "parts: [{id: x, type: numeric, answr: 3}]", '"answr" is not a field here; did you mean "answer"?'),
    ("scenario", "parts: [4]", 'Entry 1 of "parts" must be a mapping (`key: value`), but is the number 4.'),
    ("single_choice", "stem: {a: b}", '"stem" must be text, but is a mapping (`key: value`).'),
]


@pytest.mark.parametrize(("kind", "fields", "words"), TABLE)
def test_mistake_in_a_question_is_told_in_plain_words(kind: str, fields: str, words: str) -> None:
    document = read_yaml(f"{HEAD}- {{id: A, type: {kind}, {ITEM.format()}, {fields}}}\n", "x")
    read_bank(document)
    found = [problem.message for problem in document.problems]
    assert any(words in message for message in found), found


@dataclass(frozen=True)
class Round(Shape):
    radius: float
    label: str


@dataclass(frozen=True)
class Square(Shape):
    side: float
    label: str
    tilt: Annotated[float, Field(gt=-90, lt=90)] = 0


@dataclass(frozen=True)
class Drawing(Shape):
    shapes: Annotated[tuple[Round | Square, ...], Field(max_length=2)]
    named: Mapping[str, Annotated[Square, Field()]]
    nick: Annotated[str, Field(alias="not")] = ""


def problems_of(text: str) -> list[str]:
    document = read_yaml(text, "x")
    validate(document, (), Drawing, document.value)
    return [problem.message for problem in document.problems]


def test_alternatives_speak_only_of_the_nearest() -> None:
    assert problems_of("shapes: [{side: a, label: b}]\nnamed: {}\n") == [
        '"side" must be a number, but is the text "a".'
    ]
    assert problems_of("shapes: [{radius: 1, labl: b}]\nnamed: {}\n") == [
        '"label" is missing.',
        '"labl" is not a field here; did you mean "label"?',
    ]


def test_limits_are_told() -> None:
    assert problems_of("shapes: [{side: 1, label: b, tilt: 90}]\nnamed: {}\n") == ['"tilt" must be less than 90.0.']
    assert problems_of("shapes: [{side: 1, label: b, tilt: -90}]\nnamed: {}\n") == ['"tilt" must be more than -90.0.']
    three = "{side: 1, label: b}, " * 3
    assert problems_of(f"shapes: [{three}]\nnamed: {{}}\n") == [
        '"shapes" has too many entries; at most 2 are possible.'
    ]


def test_value_that_is_no_mapping_at_all_is_told() -> None:
    assert problems_of("just text\n") == ['This must be a mapping (`key: value`), but is the text "just text".']
    assert problems_of("") == ["This is empty."]


def test_field_names_are_found_through_lists_mappings_and_alternatives() -> None:
    assert field_names_at(Drawing, ()) == {"shapes", "named", "not"}
    assert field_names_at(Drawing, ("shapes", 3)) == {"radius", "side", "tilt", "label"}
    assert field_names_at(Drawing, ("named", "x")) == {"side", "tilt", "label"}
    assert field_names_at(Drawing, ("shapes", 0, "nothing")) == set()
    assert field_names_at(Drawing, ("nothing",)) == set()


def test_nearest_word_is_offered_among_few_and_many() -> None:
    many = [f"F{number:03}" for number in range(300)]
    assert nearest("F2999", many) == '; did you mean "F299"?'
    assert nearest("banana", many) == "."
    assert nearest("x", ["a", "b"]) == "; choose from a, b."
    assert nearest("x", []) == "."


def test_quoted_word_has_a_bearable_length() -> None:
    assert quoted("x" * 100) == f'"{"x" * 60}…"'
