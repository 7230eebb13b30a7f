"""Which misconceptions a learner holds, and how many people of a group do."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.answers.models import Misbelief, Standing
from trainer.answers.rollups import belief_of
from trainer.content.courses import Course, Misconception
from trainer.db import batches
from trainer.learning.misconceptions import Belief, may_tell

MOST_BELIEVED = 12


@dataclass(frozen=True)
class Spread:
    """How many people of a group hold a misconception, and how many have overcome it."""

    held: int
    overcome: int


@dataclass(frozen=True)
class Believed:
    """A misconception of a course, and how many people of a group hold it or have overcome it."""

    misconception: Misconception
    spread: Spread


def beliefs_of(session: Session, user_id: int) -> Mapping[str, Belief]:
    """Every misconception that the learner's answers outside assessments have shown, by id."""
    rows = session.scalars(select(Misbelief).where(Misbelief.user_id == user_id))
    return {row.misconception: belief_of(row) for row in rows}


def misconceptions_of_group(
    session: Session, user_ids: Collection[int], objectives: Collection[str]
) -> Mapping[str, Spread] | None:
    """How many people of a group hold and have overcome each misconception, by id; no names.

    None where fewer than five of them have practised these objectives, those of the course it is about: it is drawn
    from practice, and of a group in which only one person has answered anything everybody would know whose answers
    these are.
    """
    practised, held, overcome = 0, Counter[str](), Counter[str]()
    people = select(func.count(func.distinct(Standing.user_id))).where(Standing.objective.in_(objectives))
    beliefs = select(Misbelief.misconception, func.count(), func.count(Misbelief.overcome_at))
    for some in batches(set(user_ids)):
        practised += session.scalar(people.where(Standing.user_id.in_(some))) or 0
        rows = session.execute(beliefs.where(Misbelief.user_id.in_(some)).group_by(Misbelief.misconception))
        for id, shown_by, overcome_by in rows:
            held[id] += shown_by - overcome_by
            overcome[id] += overcome_by
    return {id: Spread(held[id], overcome[id]) for id in held} if may_tell(practised) else None


def misconceptions_told(session: Session, user_ids: Collection[int], course: Course) -> Sequence[Believed] | None:
    """The misconceptions of a course that most of a group hold, most first; None where too few have practised it."""
    spreads = misconceptions_of_group(session, user_ids, course.objectives_by_id)
    if spreads is None:
        return None
    known = course.misconceptions_by_id
    named = [Believed(known[id], spread) for id, spread in spreads.items() if id in known]
    return sorted(named, key=lambda each: (-each.spread.held, each.misconception.id))[:MOST_BELIEVED]
