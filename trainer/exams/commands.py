"""Jobs of the assessments: end what is over, tell what may be told by now."""

from datetime import datetime

from sqlalchemy import Engine, select

from trainer.db import transaction
from trainer.exams.grading import end_overdue, tell
from trainer.exams.models import ExamAttempt
from trainer.exams.queries import finished_of, overdue, sitting
from trainer.settings import Settings

AT_ONCE = 50


def end_exams(engine: Engine, _: Settings, now: datetime) -> None:
    """Hand in for everybody whose time and grace are over; each in a transaction of its own."""
    with transaction(engine, read_only=True) as session:
        late = [attempt.id for attempt in overdue(session, now, AT_ONCE)]
    for id in late:
        with transaction(engine) as session:
            end_overdue(session, session.get_one(ExamAttempt, id), now=now)


def tell_results(engine: Engine, _: Settings, now: datetime) -> None:
    """Let finished attempts count for their learners' bars on the day from which their score may be seen."""
    waiting = select(ExamAttempt.id).where(
        ExamAttempt.submitted_at.is_not(None), ExamAttempt.told_at.is_(None), ExamAttempt.tell_on <= now.date()
    )
    with transaction(engine, read_only=True) as session:
        untold = session.scalars(waiting.order_by(ExamAttempt.id)).all()
    for id in untold:
        with transaction(engine) as session:
            its = sitting(session, session.get_one(ExamAttempt, id))
            tell(session, finished_of(session, its, now), now=now)
