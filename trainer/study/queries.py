"""Read what a learner has read."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.models import TESTS, Answer
from trainer.db import batches
from trainer.study.models import Reading


def readings_of(session: Session, user_id: int) -> Mapping[str, Reading]:
    """The lessons a learner has opened, by lesson id."""
    rows = session.scalars(select(Reading).where(Reading.user_id == user_id))
    return {reading.lesson_id: reading for reading in rows}


def finished_by(
    session: Session, user_ids: Collection[int], lessons: Collection[str]
) -> Mapping[int, Mapping[str, Reading]]:
    """Which of these lessons these people have read to the end, by person and lesson."""
    found: dict[int, dict[str, Reading]] = {id: {} for id in user_ids}
    for some in batches(user_ids):
        theirs = select(Reading).where(Reading.user_id.in_(some), Reading.finished_at.is_not(None))
        for reading in session.scalars(theirs):
            if reading.lesson_id in lessons:
                found[reading.user_id][reading.lesson_id] = reading
    return found


def is_finished(reading: Reading | None) -> bool:
    """Whether a lesson with this reading was read to its end."""
    return reading is not None and reading.finished_at is not None


def reading_of(session: Session, user_id: int, lesson_id: str) -> Reading | None:
    """A learner's place in one lesson."""
    return session.get(Reading, (user_id, lesson_id))


def began(
    session: Session, user_ids: Collection[int], lessons: Collection[str], objectives: Collection[str]
) -> Mapping[int, datetime]:
    """When these people began what consists of these lessons and objectives: with a first lesson finished or a first
    question answered in a lesson, in practice or in review.

    Asked for each person by herself: an index leads to her first answer, and the million others are left alone.
    """
    read = select(func.min(Reading.finished_at)).where(Reading.user_id == User.id, Reading.lesson_id.in_(lessons))
    answered = select(Answer.answered_at).where(
        Answer.user_id == User.id, Answer.objective.in_(objectives), Answer.place.not_in(TESTS)
    )
    first = (read, answered.order_by(Answer.answered_at).limit(1))
    asked = select(User.id, *(each.correlate(User).scalar_subquery() for each in first))
    found: dict[int, datetime] = {}
    for some in batches(user_ids):
        for user_id, *times in session.execute(asked.where(User.id.in_(some))):
            if any(times):
                found[user_id] = min(at for at in times if at)
    return found
