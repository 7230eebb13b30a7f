"""Content as documents: the text of each version, under the hash of that text.

A course is kept in pieces, itself without its lessons and figures, and each of those, so that a corrected lesson does
not store the whole course again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from trainer.content.courses import Asset, Course
from trainer.content.items import Item
from trainer.content.store import (
    content_hash,
    course_from_json,
    course_to_json,
    item_from_json,
    item_to_json,
    lesson_from_json,
    lesson_to_json,
)
from trainer.learning.errors import NotFound
from trainer.library.models import ContentDocument

ITEM, LESSON, COURSE, ASSET = "item", "lesson", "course", "asset"
BATCH = 500
"""Hashes in one query; SQLite takes at least 999 parameters."""


@dataclass(frozen=True)
class Version:
    """A document by the hash of its text."""

    hash: str
    kind: str
    body: str


@dataclass(frozen=True)
class CourseParts:
    """The hashes a course is put together from: lessons by id, figures by file name."""

    hash: str
    lessons: Mapping[str, str]
    assets: Mapping[str, str]


def item_document(item: Item) -> Version:
    """An item as a document."""
    return _version(ITEM, item_to_json(item))


def course_documents(course: Course) -> tuple[CourseParts, tuple[Version, ...]]:
    """A course as documents, and how they belong together."""
    head = _version(COURSE, course_to_json(course))
    lessons = {lesson.id: _version(LESSON, lesson_to_json(lesson)) for lesson in course.lessons}
    assets = {asset.name: _version(ASSET, asset.text) for asset in course.assets}
    parts = CourseParts(head.hash, _hashes(lessons), _hashes(assets))
    return parts, (head, *lessons.values(), *assets.values())


def store(session: Session, versions: Iterable[Version]) -> None:
    """Add those documents that are not there yet."""
    wanted = {version.hash: version for version in versions}
    for hash in bodies(session, wanted):
        del wanted[hash]
    rows = [{"hash": version.hash, "kind": version.kind, "body": version.body} for version in wanted.values()]
    if rows:
        session.execute(insert(ContentDocument), rows)


def load_item(session: Session, hash: str) -> Item:
    """A version of an item. Raises NotFound."""
    body = session.scalar(
        select(ContentDocument.body).where(ContentDocument.hash == hash, ContentDocument.kind == ITEM)
    )
    if body is None:
        raise NotFound(f"There is no version {hash}.")
    return item_from_json(body)


def load_course(session: Session, parts: CourseParts) -> Course:
    """A course put together again."""
    text = bodies(session, [parts.hash, *parts.lessons.values(), *parts.assets.values()])
    lessons = tuple(lesson_from_json(text[hash]) for hash in parts.lessons.values())
    assets = tuple(Asset(name, text[hash]) for name, hash in parts.assets.items())
    return replace(course_from_json(text[parts.hash]), lessons=lessons, assets=assets)


def bodies(session: Session, hashes: Iterable[str]) -> dict[str, str]:
    """The texts of those documents that are there, by hash."""
    asked = list(hashes)
    columns = select(ContentDocument.hash, ContentDocument.body)
    found: dict[str, str] = {}
    for start in range(0, len(asked), BATCH):
        some = columns.where(ContentDocument.hash.in_(asked[start : start + BATCH]))
        found |= {row.hash: row.body for row in session.execute(some)}
    return found


def _version(kind: str, body: str) -> Version:
    return Version(content_hash(body), kind, body)


def _hashes(versions: Mapping[str, Version]) -> dict[str, str]:
    return {name: version.hash for name, version in versions.items()}
