"""Content as JSON and back: canonical, so that the same content has the same text, and the text's hash is its version.

Only what differs from a field's default is written. So a field added later, with a default, leaves old hashes alone.
"""

import json
from hashlib import sha256
from typing import cast

from trainer.content.banks import split
from trainer.content.courses import Course, Lesson
from trainer.content.documents import Plain
from trainer.content.exams import Exam
from trainer.content.fields import fields_of
from trainer.content.items import Envelope, Item
from trainer.content.validation import adapter, from_json
from trainer.learning.question_types import question_types

_APART = {"lessons": True, "assets": True}
_WHERE = {"path": True, "first_line": True}


def content_hash(text: str) -> str:
    """The version of a document: SHA-256 of its text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def item_to_json(item: Item) -> str:
    """An item in the fields of its author's file."""
    envelope = {name: getattr(item, name) for name in fields_of(Envelope)}
    fields = _dumped(Envelope, Envelope(**envelope))
    fields |= _dumped(type(item.question), item.question)
    return _canonical({**fields, "type": item.kind})


def item_from_json(text: str) -> Item:
    """The item that `item_to_json` wrote. Raises KeyError or ValidationError for anything else."""
    fields = json.loads(text)
    kind = question_types()[fields["type"]]
    envelope, question = split(fields, kind)
    checked = from_json(Envelope, json.dumps(envelope))
    asked = from_json(kind, json.dumps(question))
    return Item(question=asked, **{name: getattr(checked, name) for name in fields_of(Envelope)})


def course_to_json(course: Course) -> str:
    """A course without its lessons and figures, which are documents of their own."""
    return _canonical(_dumped(Course, course, _APART))


def course_from_json(text: str) -> Course:
    """The course that `course_to_json` wrote, without lessons and figures."""
    return from_json(Course, text)


def lesson_to_json(lesson: Lesson) -> str:
    """A lesson with its Markdown, without the place where it was written."""
    return _canonical(_dumped(Lesson, lesson, _WHERE))


def lesson_from_json(text: str) -> Lesson:
    """The lesson that `lesson_to_json` wrote."""
    return from_json(Lesson, text)


def exam_to_json(exam: Exam) -> str:
    """An exam as an attempt pins it."""
    return _canonical(_dumped(Exam, exam))


def exam_from_json(text: str) -> Exam:
    """The exam that `exam_to_json` wrote."""
    return from_json(Exam, text)


def _dumped(shape: type, value: object, without: dict[str, bool] | None = None) -> dict[str, Plain]:
    dumped = adapter(shape).dump_python(value, mode="json", by_alias=True, exclude_defaults=True, exclude=without)
    return cast("dict[str, Plain]", dumped)


def _canonical(fields: dict[str, Plain]) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
