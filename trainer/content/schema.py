"""The shape of banks, courses and exams as JSON Schema 2020-12, so that editors complete names and mark mistakes."""

from collections.abc import Iterable
from typing import Any

from trainer.content.banks import BankHead
from trainer.content.courses import CourseHead
from trainer.content.exams import ExamList
from trainer.content.items import Envelope
from trainer.content.validation import adapter
from trainer.learning.question_types import question_types

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def course_schema() -> Schema:
    """The schema of course.yaml."""
    return {"$schema": DIALECT, **_alone(CourseHead), "title": "A course"}


def exams_schema() -> Schema:
    """The schema of exams.yaml."""
    return {"$schema": DIALECT, **_alone(ExamList), "title": "The exams of a course"}


def bank_schema() -> Schema:
    """The schema of a bank: its head, and items of every question type."""
    definitions: Schema = {}
    head, envelope = _taken(BankHead, definitions), _taken(Envelope, definitions)
    kinds = {kind: _taken(shape, definitions) for kind, shape in question_types().items()}
    for kind, question in kinds.items():
        definitions[f"item_{kind}"] = _item(kind, envelope, question)
    definitions["item"] = _by_type(kinds)
    head["properties"]["items"] = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/item"}}
    head["required"].append("items")
    return {"$schema": DIALECT, **head, "title": "A question bank", "$defs": definitions}


def _alone(shape: type) -> Schema:
    schema: Schema = adapter(shape).json_schema(mode="validation")
    return schema


def _taken(shape: type, definitions: Schema) -> Schema:
    """The schema of a shape; what it refers to goes to `definitions`."""
    schema = _alone(shape)
    definitions |= schema.pop("$defs", {})
    return schema


def _item(kind: str, envelope: Schema, question: Schema) -> Schema:
    """An item is one flat mapping: its envelope, its type and the fields of its question."""
    reasons = [] if "parts" in question["properties"] else ["rationale"]
    return {
        "type": "object",
        "title": question.get("title", kind),
        "description": question.get("description", ""),
        "properties": {**envelope["properties"], "type": {"const": kind}, **question["properties"]},
        "required": _once(["type", *envelope["required"], *reasons, *question.get("required", [])]),
        "additionalProperties": False,
    }


def _by_type(kinds: Iterable[str]) -> Schema:
    """One branch by the value of `type`: editors then speak of that type only, not of all twelve."""
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": sorted(kinds)}},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
                "then": {"$ref": f"#/$defs/item_{kind}"},
            }
            for kind in sorted(kinds)
        ],
    }


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))
