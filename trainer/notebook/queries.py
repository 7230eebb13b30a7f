"""Read marks, notes and challenges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.notebook.models import Challenge, Note, Revisit


@dataclass(frozen=True)
class Kept:
    """What a learner keeps beside one question."""

    item_id: str
    item_hash: str
    marked: bool
    note: str
    note_version: int
    challenged: bool


@dataclass(frozen=True)
class Doubt:
    """A challenge as authors see it: which version, what was said; not by whom."""

    item_id: str
    item_hash: str
    text: str
    made_at: datetime


def kept_with(session: Session, user_id: int, item_id: str, item_hash: str) -> Kept:
    """Mark, note and whether this version was challenged already."""
    return kept_with_all(session, user_id, {item_id: item_hash})[item_id]


def kept_with_all(session: Session, user_id: int, versions: Mapping[str, str]) -> Mapping[str, Kept]:
    """The same for several questions; `versions` has the version shown of each, by item id."""
    notes = select(Note).where(Note.user_id == user_id, Note.item_id.in_(versions))
    marked = select(Revisit.item_id).where(Revisit.user_id == user_id, Revisit.item_id.in_(versions))
    challenged = select(Challenge.item_hash).where(
        Challenge.user_id == user_id, Challenge.item_hash.in_(versions.values())
    )
    texts = {note.item_id: note for note in session.scalars(notes)}
    marks, doubted = set(session.scalars(marked)), set(session.scalars(challenged))
    return {
        item_id: Kept(
            item_id=item_id,
            item_hash=item_hash,
            marked=item_id in marks,
            note=texts[item_id].text if item_id in texts else "",
            note_version=texts[item_id].version if item_id in texts else 0,
            challenged=item_hash in doubted,
        )
        for item_id, item_hash in versions.items()
    }


def earlier_challenge(session: Session, user_id: int, item_hash: str) -> Challenge | None:
    """The learner's doubt about this version of a question."""
    mine = select(Challenge).where(Challenge.user_id == user_id, Challenge.item_hash == item_hash)
    return session.scalar(mine.limit(1))


def marked_items(session: Session, user_id: int) -> frozenset[str]:
    """The questions a learner wants to see again."""
    return frozenset(session.scalars(select(Revisit.item_id).where(Revisit.user_id == user_id)))


def notes_of(session: Session, user_id: int) -> Sequence[Note]:
    """A learner's notes, last changed first."""
    mine = select(Note).where(Note.user_id == user_id, Note.text != "")
    return session.scalars(mine.order_by(Note.changed_at.desc())).all()


def doubts_about(session: Session, item_id: str) -> Sequence[Doubt]:
    """What learners think is wrong with a question, newest first."""
    about = select(*_DOUBT).where(Challenge.item_id == item_id)
    return [Doubt(*row) for row in session.execute(about.order_by(Challenge.made_at.desc(), Challenge.id.desc()))]


def doubts_page(session: Session, page: int, size: int) -> tuple[Sequence[Doubt], int]:
    """A page (from 1) of all doubts, newest first, and how many there are in all."""
    newest_first = select(*_DOUBT).order_by(Challenge.made_at.desc(), Challenge.id.desc())
    rows = session.execute(newest_first.limit(size).offset((page - 1) * size))
    return [Doubt(*row) for row in rows], session.scalar(select(func.count()).select_from(Challenge)) or 0


def count_doubts(session: Session) -> Mapping[str, int]:
    """How many doubts there are, by question; those without any are left out."""
    counted = select(Challenge.item_id, func.count().label("times")).group_by(Challenge.item_id)
    return {row.item_id: row.times for row in session.execute(counted)}


_DOUBT = (Challenge.item_id, Challenge.item_hash, Challenge.text, Challenge.made_at)
