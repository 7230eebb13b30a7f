"""A release written down: what is live, by id and hash, as JSON, and the catalogue it stands for.

    {"courses": {id: {"hash": …, "lessons": {id: hash}, "assets": {name: hash}}},
     "banks": {id: {"title": …, "course": id, "items": [{"id": …, "hash": …, "objective": …, …}], "use": "exam"}}}

`use` is written only for banks that are kept for exams, so that the others have the hashes they always had.

Retired items are left out: their documents stay for past answers, but nobody is asked them any more.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from trainer.content.courses import Course
from trainer.content.items import PRACTICE, Bank, Item
from trainer.library.catalogue import BankRow, Catalogue, ItemRow, LessonRow
from trainer.library.documents import CourseParts

Manifest = dict[str, Any]
"""JSON of the shape above."""

EMPTY: Manifest = {"courses": {}, "banks": {}}


def course_entry(parts: CourseParts) -> Manifest:
    """A course in the manifest."""
    return {"hash": parts.hash, "lessons": dict(parts.lessons), "assets": dict(parts.assets)}


def bank_entry(bank: Bank, course: Course, hashes: Mapping[str, str]) -> Manifest:
    """A bank in the manifest. `hashes` are those of its items, by id."""
    rows = [_item_entry(item, course, hashes[item.id]) for item in bank.items if not item.is_retired]
    use = {} if bank.use == PRACTICE else {"use": bank.use}
    return {"title": bank.title, "course": bank.course, "items": rows, **use}


def _item_entry(item: Item, course: Course, hash: str) -> Manifest:
    return {
        "id": item.id,
        "hash": hash,
        "objective": item.objective,
        "module": course.module_of_objective(item.objective) or "",
        "lesson": item.lesson,
        "kind": item.kind,
        "difficulty": item.difficulty,
        "bloom": item.bloom,
        "time_s": item.time_s,
    }


def digest_of(manifest: Mapping[str, Any]) -> str:
    """The same for the same content, whatever the order of its keys."""
    return sha256(json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def parts_of(entry: Mapping[str, Any]) -> CourseParts:
    """What a course of the manifest is put together from."""
    return CourseParts(entry["hash"], entry["lessons"], entry["assets"])


def catalogue_of(number: int, manifest: Mapping[str, Any], courses: Mapping[str, Course]) -> Catalogue:
    """The catalogue of a release."""
    banks = {id: entry for id, entry in manifest["banks"].items() if entry["course"] in courses}
    items = [row for id, entry in banks.items() for row in _item_rows(id, entry)]
    return Catalogue(
        number=number,
        courses=courses,
        lessons={row.id: row for course in courses.values() for row in _lesson_rows(course, manifest)},
        items={row.id: row for row in items},
        banks={id: _bank_row(id, entry) for id, entry in banks.items()},
    )


def _item_rows(bank: str, entry: Mapping[str, Any]) -> list[ItemRow]:
    use = entry.get("use", PRACTICE)
    return [ItemRow(course=entry["course"], bank=bank, use=use, **row) for row in entry["items"]]


def _bank_row(id: str, entry: Mapping[str, Any]) -> BankRow:
    return BankRow(id, entry["title"], entry["course"], tuple(row["id"] for row in entry["items"]))


def _lesson_rows(course: Course, manifest: Mapping[str, Any]) -> list[LessonRow]:
    hashes = manifest["courses"][course.id]["lessons"]
    return [
        LessonRow(
            id=lesson.id,
            hash=hashes[lesson.id],
            course=course.id,
            module=module.id,
            title=lesson.title,
            minutes=lesson.minutes,
            summary=lesson.summary,
            objectives=lesson.objectives,
        )
        for module in course.modules
        for lesson in (course.lessons_by_id.get(id) for id in module.lessons)
        if lesson is not None
    ]
