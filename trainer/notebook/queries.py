"""Read marks, notes, challenges and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.learning.errors import N_, NotFound
from trainer.notebook.models import Challenge, ChallengeDecision, Note, Revisit


@dataclass(frozen=True)
class Decision:
    """What an author decided on a doubt, and why; `by` is the author's name, which the doubter may see."""

    upheld: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Kept:
    """What a learner keeps beside one question."""

    item_id: str
    item_hash: str
    marked: bool
    note: str
    note_version: int
    challenged: bool
    decision: Decision | None = None


@dataclass(frozen=True)
class Doubt:
    """A challenge as authors see it: which version, shown where, what was said, what was decided; not by whom."""

    public_id: str
    item_id: str
    item_hash: str
    text: str
    place: str
    made_at: datetime
    decision: Decision | None


def kept_with(session: Session, user_id: int, item_id: str, item_hash: str) -> Kept:
    """Mark, note and whether this version was challenged already."""
    return kept_with_all(session, user_id, {item_id: item_hash})[item_id]


def kept_with_all(session: Session, user_id: int, versions: Mapping[str, str]) -> Mapping[str, Kept]:
    """The same for several questions; `versions` has the version shown of each, by item id."""
    notes = select(Note).where(Note.user_id == user_id, Note.item_id.in_(versions))
    marked = select(Revisit.item_id).where(Revisit.user_id == user_id, Revisit.item_id.in_(versions))
    doubted = _challenges().where(Challenge.user_id == user_id, Challenge.item_hash.in_(versions.values()))
    texts = {note.item_id: note for note in session.scalars(notes)}
    marks = set(session.scalars(marked))
    doubts = {doubt.item_hash: doubt for doubt in _doubts(session, doubted)}
    return {
        item_id: Kept(
            item_id=item_id,
            item_hash=item_hash,
            marked=item_id in marks,
            note=texts[item_id].text if item_id in texts else "",
            note_version=texts[item_id].version if item_id in texts else 0,
            challenged=item_hash in doubts,
            decision=doubts[item_hash].decision if item_hash in doubts else None,
        )
        for item_id, item_hash in versions.items()
    }


def earlier_challenge(session: Session, user_id: int, item_hash: str) -> Challenge | None:
    """The learner's doubt about this version of a question."""
    mine = select(Challenge).where(Challenge.user_id == user_id, Challenge.item_hash == item_hash)
    return session.scalar(mine.limit(1))


def count_challenges_since(session: Session, user_id: int, since: datetime) -> int:
    """How many doubts a learner has told after a moment."""
    mine = select(func.count()).where(Challenge.user_id == user_id, Challenge.made_at > since)
    return session.scalar(mine) or 0


def marked_items(session: Session, user_id: int) -> frozenset[str]:
    """The questions a learner wants to see again."""
    return frozenset(session.scalars(select(Revisit.item_id).where(Revisit.user_id == user_id)))


def notes_of(session: Session, user_id: int) -> Sequence[Note]:
    """A learner's notes, last changed first."""
    mine = select(Note).where(Note.user_id == user_id, Note.text != "")
    return session.scalars(mine.order_by(Note.changed_at.desc())).all()


def own_doubts(session: Session, user_id: int) -> Sequence[Doubt]:
    """A learner's own doubts with what became of them, newest first."""
    return _doubts(session, _challenges().where(Challenge.user_id == user_id).order_by(*_NEWEST_FIRST))


def doubts_about(session: Session, item_id: str) -> Sequence[Doubt]:
    """What learners think is wrong with a question, newest first."""
    return _doubts(session, _challenges().where(Challenge.item_id == item_id).order_by(*_NEWEST_FIRST))


def doubt_of(session: Session, public_id: str) -> Doubt:
    """One doubt, for authors. Raises NotFound."""
    found = _doubts(session, _challenges().where(Challenge.public_id == public_id))
    if not found:
        raise NotFound(N_("There is no such doubt."))
    return found[0]


def open_doubts(session: Session, limit: int) -> tuple[Sequence[Doubt], int]:
    """Doubts that nobody has decided on, the one that waits longest first, and how many there are in all."""
    still_open = _challenges().where(ChallengeDecision.id.is_(None))
    count = session.scalar(select(func.count()).select_from(still_open.subquery())) or 0
    return _doubts(session, still_open.order_by(Challenge.made_at, Challenge.id).limit(limit)), count


def decided_doubts(session: Session, page: int, size: int) -> tuple[Sequence[Doubt], int]:
    """A page (from 1) of the doubts that were decided on, the latest decision first, and how many there are."""
    decided = _challenges().where(ChallengeDecision.id.is_not(None)).order_by(ChallengeDecision.id.desc())
    count = session.scalar(select(func.count()).select_from(ChallengeDecision)) or 0
    return _doubts(session, decided.limit(size).offset((page - 1) * size)), count


def count_doubts(session: Session) -> Mapping[str, int]:
    """How many doubts wait for a decision, by question; those without any are left out."""
    counted = (
        select(Challenge.item_id, func.count().label("times"))
        .outerjoin(ChallengeDecision, ChallengeDecision.challenge_id == Challenge.id)
        .where(ChallengeDecision.id.is_(None))
        .group_by(Challenge.item_id)
    )
    return {row.item_id: row.times for row in session.execute(counted)}


_NEWEST_FIRST = (Challenge.made_at.desc(), Challenge.id.desc())


def _challenges() -> Select[Any, Any]:
    of_it = ChallengeDecision.challenge_id == Challenge.id
    return select(Challenge, ChallengeDecision).outerjoin(ChallengeDecision, of_it)


def _doubts(session: Session, challenges: Select[Any, Any]) -> Sequence[Doubt]:
    return [_doubt(challenge, decision) for challenge, decision in session.execute(challenges)]


def _doubt(challenge: Challenge, decision: ChallengeDecision | None) -> Doubt:
    return Doubt(
        public_id=challenge.public_id,
        item_id=challenge.item_id,
        item_hash=challenge.item_hash,
        text=challenge.text,
        place=challenge.place,
        made_at=challenge.made_at,
        decision=decision_of(decision) if decision else None,
    )


def decision_of(row: ChallengeDecision) -> Decision:
    """A decision as it is shown."""
    return Decision(row.upheld, row.reason, row.decided_by, row.decided_at)
