"""Read marks, notes and challenges."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
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


def kept_with(session: Session, user_id: int, item_id: str, item_hash: str) -> Kept:
    """Mark, note and whether this version was challenged already."""
    note = session.get(Note, (user_id, item_id))
    mine = select(Challenge.id).where(
        Challenge.user_id == user_id, Challenge.item_id == item_id, Challenge.item_hash == item_hash
    )
    return Kept(
        item_id=item_id,
        item_hash=item_hash,
        marked=session.get(Revisit, (user_id, item_id)) is not None,
        note=note.text if note else "",
        note_version=note.version if note else 0,
        challenged=session.scalar(mine.limit(1)) is not None,
    )


def marked_items(session: Session, user_id: int) -> frozenset[str]:
    """The questions a learner wants to see again."""
    return frozenset(session.scalars(select(Revisit.item_id).where(Revisit.user_id == user_id)))


def notes_of(session: Session, user_id: int) -> Sequence[Note]:
    """A learner's notes, last changed first."""
    mine = select(Note).where(Note.user_id == user_id, Note.text != "")
    return session.scalars(mine.order_by(Note.changed_at.desc())).all()
