"""What authors read: what is live and since when, a bank question by question, one question with all about it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.courses import Course, Misconception, Objective, Source
from trainer.content.items import Item
from trainer.content.store import item_from_json, item_to_json
from trainer.learning.errors import NotFound
from trainer.library.catalogue import Catalogue, ItemRow
from trainer.library.documents import bodies
from trainer.library.models import Publication
from trainer.library.queries import item_version, live_catalogue
from trainer.notebook.queries import Doubt, count_doubts, doubts_about


@dataclass(frozen=True)
class Live:
    """The release that learners see: since when, and by whom it was made live."""

    number: int
    since: datetime
    by: str
    lessons: int
    questions: int


@dataclass(frozen=True)
class QuestionLine:
    """A question in the list of its bank. `recheck` is set where its facts are to be looked at again by now."""

    row: ItemRow
    prompt: str
    type_name: str
    objective: str
    status: str
    recheck: date | None
    doubts: int


@dataclass(frozen=True)
class UsedSource:
    """A source of a question, with the place in it; `source` is missing where the course no longer lists it."""

    ref: str
    where: str
    source: Source | None


@dataclass(frozen=True)
class QuestionSheet:
    """A version of a question with what the course says about it. `row` is missing where the question is not live."""

    item: Item
    hash: str
    row: ItemRow | None
    course: Course | None
    objective: Objective | None
    sources: tuple[UsedSource, ...]
    misconceptions: tuple[Misconception, ...]
    doubts: Sequence[Doubt]

    @property
    def is_live(self) -> bool:
        """Whether this very version is what learners get."""
        return self.row is not None and self.row.hash == self.hash


@dataclass(frozen=True)
class DoubtLine:
    """A doubt in a list. `is_live` says that learners still get the version that was doubted."""

    doubt: Doubt
    prompt: str
    is_live: bool


def live_now(session: Session) -> Live | None:
    """What is live; nothing before the first release."""
    newest = select(Publication).order_by(Publication.id.desc()).limit(1)
    publication = session.scalar(newest)
    if publication is None:
        return None
    catalogue = live_catalogue(session)
    counted = len(catalogue.lessons), len(catalogue.items)
    return Live(publication.release_number, publication.at, publication.by, *counted)


def bank_lines(
    session: Session, catalogue: Catalogue, bank_id: str, *, kind: str = "", objective: str = "", today: date
) -> Sequence[QuestionLine]:
    """The questions of a bank in the author's order, of one type and on one objective where these are given."""
    rows = [row for row in rows_of_bank(catalogue, bank_id) if kind in ("", row.kind)]
    rows = [row for row in rows if objective in ("", row.objective)]
    items = _items(session, (row.hash for row in rows))
    doubts = count_doubts(session)
    return [_line(row, items[row.hash], catalogue, doubts=doubts.get(row.id, 0), today=today) for row in rows]


def rows_of_bank(catalogue: Catalogue, bank_id: str) -> Sequence[ItemRow]:
    """All questions of a bank. Raises NotFound."""
    if bank_id not in catalogue.banks:
        raise NotFound(f"There is no bank {bank_id}.")
    return [catalogue.items[id] for id in catalogue.banks[bank_id].items]


def question_sheet(session: Session, item_id: str, hash: str = "") -> QuestionSheet:
    """A question as it is live, or in the version `hash`. Raises NotFound."""
    catalogue = live_catalogue(session)
    row = catalogue.items.get(item_id)
    wanted = hash or (row.hash if row else "")
    item = item_version(session, wanted)
    if item.id != item_id:
        raise NotFound(f"There is no version {hash} of {item_id}.")
    course = _course(catalogue, row, item)
    return QuestionSheet(
        item=item,
        hash=wanted,
        row=row,
        course=course,
        objective=course.objectives_by_id.get(item.objective) if course else None,
        sources=tuple(_sources(item, course)),
        misconceptions=tuple(_misconceptions(item, course)),
        doubts=doubts_about(session, item_id),
    )


def doubt_lines(session: Session, doubts: Sequence[Doubt]) -> Sequence[DoubtLine]:
    """Doubts with the questions they are about, in the same order."""
    live = {row.hash for row in live_catalogue(session).items.values()}
    items = _items(session, {doubt.item_hash for doubt in doubts})
    return [DoubtLine(d, _prompt(items, d.item_hash), d.item_hash in live) for d in doubts]


def _prompt(items: Mapping[str, Item], hash: str) -> str:
    return items[hash].question.prompt if hash in items else ""


def _items(session: Session, hashes: Iterable[str]) -> Mapping[str, Item]:
    """Versions of questions by hash, all in one query; those that are unknown are left out."""
    return {hash: item_from_json(body) for hash, body in bodies(session, hashes).items()}


def _line(row: ItemRow, item: Item, catalogue: Catalogue, *, doubts: int, today: date) -> QuestionLine:
    objective = catalogue.courses[row.course].objectives_by_id.get(row.objective)
    due = item.review.recheck_after
    return QuestionLine(
        row=row,
        prompt=item.question.prompt,
        type_name=item.question.name,
        objective=objective.short if objective else row.objective,
        status=item.review.status,
        recheck=due if due and due < today else None,
        doubts=doubts,
    )


def _course(catalogue: Catalogue, row: ItemRow | None, item: Item) -> Course | None:
    """The course of a question; of one that is no longer live, the course that has its objective."""
    if row:
        return catalogue.courses[row.course]
    return next((c for c in catalogue.courses.values() if item.objective in c.objectives_by_id), None)


def _sources(item: Item, course: Course | None) -> Iterator[UsedSource]:
    known = course.sources_by_id if course else {}
    for source in item.sources:
        yield UsedSource(source.ref, source.where, known.get(source.ref))


def _misconceptions(item: Item, course: Course | None) -> Iterator[Misconception]:
    """Those that any piece of the question embodies, whatever its type, in the order in which they are written."""
    known = course.misconceptions_by_id if course else {}
    for id in dict.fromkeys(_named(json.loads(item_to_json(item)))):
        if id in known:
            yield known[id]


def _named(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("misconception"), str):
            yield value["misconception"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _named(each)
