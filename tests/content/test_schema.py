"""The JSON Schemas: they accept what is right and refuse what is wrong, as the reader does."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.content.conftest import BANK, COURSE
from trainer.content.schema import bank_schema, course_schema
from trainer.content.yaml_files import read_yaml
from trainer.learning.question_types import question_types

SHARED = Path(__file__).parents[3] / "shared" / "course" / "exemplar_items.yaml"
KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "number": (int, float)}


def accepts(schema: Any, value: Any, root: Any) -> bool:
    """A small validator: the keywords that our schemas use, and no other."""
    if isinstance(schema, bool):
        return schema
    known = set(_KEYWORDS) | {"$schema", "$defs", "title", "description", "default", "format", "then", "discriminator"}
    assert set(schema) <= known, set(schema) - known
    return all(_KEYWORDS[key](schema, value, root) for key in schema if key in _KEYWORDS)


def _type(schema: Any, value: Any, root: Any) -> bool:
    if schema["type"] == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if schema["type"] == "number" and isinstance(value, bool):
        return False
    return isinstance(value, KINDS[schema["type"]])


def _properties(schema: Any, value: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(
        accepts(inner, value[key], root) for key, inner in schema["properties"].items() if key in value
    )


def _pattern_properties(schema: Any, value: Any, root: Any) -> bool:
    patterns = schema["patternProperties"].items() if isinstance(value, dict) else ()
    return all(
        accepts(inner, value[key], root) for pattern, inner in patterns for key in value if re.search(pattern, key)
    )


def _additional(schema: Any, value: Any, root: Any) -> bool:
    others = set(value) - set(schema.get("properties", {})) if isinstance(value, dict) else set()
    return all(accepts(schema["additionalProperties"], value[key], root) for key in others)


_KEYWORDS: dict[str, Any] = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "patternProperties": _pattern_properties,
    "const": lambda s, v, r: v == s["const"],
    "enum": lambda s, v, r: v in s["enum"],
    "pattern": lambda s, v, r: not isinstance(v, str) or bool(re.search(s["pattern"], v)),
    "required": lambda s, v, r: not isinstance(v, dict) or all(key in v for key in s["required"]),
    "items": lambda s, v, r: not isinstance(v, list) or all(accepts(s["items"], x, r) for x in v),
    "prefixItems": lambda s, v, r: all(accepts(i, x, r) for i, x in zip(s["prefixItems"], v, strict=False)),
    "minItems": lambda s, v, r: len(v) >= s["minItems"],
    "maxItems": lambda s, v, r: len(v) <= s["maxItems"],
    "minProperties": lambda s, v, r: len(v) >= s["minProperties"],
    "minLength": lambda s, v, r: not isinstance(v, str) or len(v) >= s["minLength"],
    "maxLength": lambda s, v, r: not isinstance(v, str) or len(v) <= s["maxLength"],
    "minimum": lambda s, v, r: not isinstance(v, int | float) or v >= s["minimum"],
    "maximum": lambda s, v, r: not isinstance(v, int | float) or v <= s["maximum"],
    "exclusiveMinimum": lambda s, v, r: not isinstance(v, int | float) or v > s["exclusiveMinimum"],
    "anyOf": lambda s, v, r: any(accepts(x, v, r) for x in s["anyOf"]),
    "oneOf": lambda s, v, r: sum(accepts(x, v, r) for x in s["oneOf"]) == 1,
    "allOf": lambda s, v, r: all(accepts(x, v, r) for x in s["allOf"]),
    "if": lambda s, v, r: not accepts(s["if"], v, r) or accepts(s["then"], v, r),
    "propertyNames": lambda s, v, r: not isinstance(v, dict) or all(accepts(s["propertyNames"], k, r) for k in v),
    "$ref": lambda s, v, r: accepts(r["$defs"][s["$ref"].removeprefix("#/$defs/")], v, r),
}  # fmt: skip


def bank_accepts(text: str) -> bool:
    schema = bank_schema()
    return accepts(schema, read_yaml(text, "x").value, schema)


def test_bank_schema_accepts_a_bank() -> None:
    assert bank_accepts(BANK)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("difficulty: 2", "difficulty: 6"),
        ("difficulty: 2", "difficulty: two"),
        ("bloom: understand", "bloom: know"),
        ("type: single_choice", "type: essay"),
        ("stem: Why", "stm: Why"),
        ("rationale: Leaves", "reason: Leaves"),
        ("title: Tea\n", ""),
        ("schema: bank/1", "schema: bank/2"),
        ("text: For the cup", "txt: For the cup"),
        ("id: T-SC-001", "id: T SC 001"),
        ("    stem: What first?", "    stm: What first?"),
        ("sources:\n  - {ref: F001, where: page 1}", "sources: []"),
    ],
)
def test_bank_schema_refuses_a_mistake(old: str, new: str) -> None:
    assert old in BANK
    assert not bank_accepts(BANK.replace(old, new, 1))


def test_bank_schema_has_every_question_type() -> None:
    definitions = bank_schema()["$defs"]
    assert {name for name in definitions if name.startswith("item_")} == {f"item_{kind}" for kind in question_types()}


@pytest.mark.skipif(not SHARED.exists(), reason="the exemplary items lie beside the repository")
def test_bank_schema_accepts_the_exemplary_items() -> None:
    head = "schema: bank/1\nid: exemplar\ntitle: Exemplary items\ncourse: unknown\n"
    assert bank_accepts(SHARED.read_text().replace("schema: item/1\n", head))


def test_course_schema_accepts_a_course_and_refuses_a_mistake() -> None:
    schema = course_schema()
    assert accepts(schema, read_yaml(COURSE, "x").value, schema)
    assert not accepts(schema, read_yaml(COURSE.replace("minutes: 10", "minutes: ten"), "x").value, schema)
