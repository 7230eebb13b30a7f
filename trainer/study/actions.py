"""Remember where a learner is in a lesson, and take the answers to its checks."""

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.actions import Asked, Reply, submit_answer
from trainer.answers.models import Answer
from trainer.answers.rollups import one_at_a_time
from trainer.study.models import Reading


def remember_place(session: Session, user: User, lesson_id: str, section: str, *, now: datetime) -> Reading:
    """The learner has come to a section of a lesson."""
    one_at_a_time(session, user.id)
    reading = _reading(session, user, lesson_id, now)
    reading.section, reading.read_at = section[:128], now
    return reading


def finish_lesson(session: Session, user: User, lesson_id: str, *, now: datetime) -> Reading:
    """The learner says she has read it; the first time and the last are kept."""
    one_at_a_time(session, user.id)
    reading = _reading(session, user, lesson_id, now)
    reading.read_at = now
    reading.finished_at = reading.finished_at or now
    reading.finished_last_at = now
    return reading


def answer_check(session: Session, user: User, asked: Asked, reply: Reply, *, now: datetime) -> Answer:
    """Record the answer to a check; answering is reading, so the place is remembered too."""
    answer = submit_answer(session, user, asked, reply, now=now)
    _reading(session, user, asked.place_id, now).read_at = now
    return answer


def _reading(session: Session, user: User, lesson_id: str, now: datetime) -> Reading:
    """Her reading of a lesson, made if it is her first; her row is locked, so no other request makes it too."""
    reading = session.get(Reading, (user.id, lesson_id), populate_existing=True)
    if reading is None:
        reading = Reading(user_id=user.id, lesson_id=lesson_id, section="", read_at=now)
        session.add(reading)
        session.flush()
    return reading
