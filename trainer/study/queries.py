"""Read what a learner has read."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.study.models import Reading


def readings_of(session: Session, user_id: int) -> Mapping[str, Reading]:
    """The lessons a learner has opened, by lesson id."""
    rows = session.scalars(select(Reading).where(Reading.user_id == user_id))
    return {reading.lesson_id: reading for reading in rows}


def is_finished(reading: Reading | None) -> bool:
    """Whether a lesson with this reading was read to its end."""
    return reading is not None and reading.finished_at is not None


def reading_of(session: Session, user_id: int, lesson_id: str) -> Reading | None:
    """A learner's place in one lesson."""
    return session.get(Reading, (user_id, lesson_id))
