"""How well a learner knows an objective, read off the roll-up of her answers."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.answers.models import Knowledge
from trainer.learning.forecast import Known
from trainer.learning.mastery import Ladder, Mastery
from trainer.learning.mastery import mastery_of as read_ladder


def mastery_of(session: Session, user_id: int, objective: str, now: datetime) -> Mastery:
    """Mastery of one objective."""
    return mastery_of_all(session, user_id, (objective,), now)[objective]


def mastery_of_all(session: Session, user_id: int, objectives: Iterable[str], now: datetime) -> Mapping[str, Mastery]:
    """Mastery of several objectives, by id; those without an answer are at level 0."""
    wanted = tuple(objectives)
    rows = knowledge_of(session, user_id, wanted)
    return {objective: mastery_in(rows.get(objective), now) for objective in wanted}


def known_of(session: Session, user_id: int, objectives: Iterable[str]) -> Mapping[str, Known]:
    """What forecasts of several objectives rest on, by id; `Known()` for those without an answer."""
    wanted = tuple(objectives)
    rows = knowledge_of(session, user_id, wanted)
    return {id: Known.from_json(rows[id].known) if id in rows else Known() for id in wanted}


def knowledge_of(session: Session, user_id: int, objectives: Collection[str]) -> Mapping[str, Knowledge]:
    """The roll-ups of those of the objectives that were answered, by id."""
    hers = select(Knowledge).where(Knowledge.user_id == user_id, Knowledge.objective.in_(objectives))
    return {row.objective: row for row in session.scalars(hers)}


def mastery_in(row: Knowledge | None, now: datetime) -> Mastery:
    """The mastery that a roll-up stands for; without one, that of somebody who has answered nothing."""
    ladder = Ladder.from_json(row.ladder) if row else Ladder()
    return read_ladder(ladder, max(now, ladder.last or now))
