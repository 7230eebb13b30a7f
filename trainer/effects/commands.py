"""The job that calls people to the checks some weeks after the course, when they open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date
from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.rollups import one_at_a_time
from trainer.db import transaction
from trainer.effects.models import CheckInvitation
from trainer.exams.models import ExamAttempt
from trainer.exams.occasions import Programme, programmes
from trainer.learning.effect import AFTER, delayed, window
from trainer.library.queries import live_catalogue
from trainer.mail import put_in_outbox, rendered
from trainer.settings import Settings


@dataclass(frozen=True)
class _Call:
    """Somebody to be called to a check, which can be begun until `closes`."""

    user_id: int
    course: str
    occasion: str
    questions: int
    closes: datetime


def invite_to_checks(engine: Engine, settings: Settings, now: datetime) -> None:
    """Write to everybody to whom a check has opened and who was not written to; each in a transaction of its own."""
    with transaction(engine, read_only=True) as session:
        calls = [call for programme in programmes(live_catalogue(session)) for call in _calls(session, programme, now)]
    for call in calls:
        with transaction(engine) as session:
            _invite(session, settings, call, now)


def _calls(session: Session, programme: Programme, now: datetime) -> Iterator[_Call]:
    exam = programme.later
    for days in exam.days if exam else ():
        assert exam is not None
        occasion, latest = delayed(days), now - timedelta(days=days)
        for attempt in _ended(session, programme, latest - timedelta(days=exam.open_days), latest):
            assert attempt.submitted_at is not None
            closes = window(attempt.submitted_at, days, exam.open_days).closes
            call = _Call(attempt.user_id, programme.course.id, occasion, exam.blueprint.questions, closes)
            if not _is_called(session, call):
                yield call


def _ended(session: Session, programme: Programme, since: datetime, until: datetime) -> Sequence[ExamAttempt]:
    """The tests after the course that were handed in between these times, by people who may still sign in."""
    ended = (
        select(ExamAttempt)
        .join(User, User.id == ExamAttempt.user_id)
        .where(
            ExamAttempt.course == programme.course.id,
            ExamAttempt.occasion == AFTER,
            ExamAttempt.submitted_at > since,
            ExamAttempt.submitted_at <= until,
            User.active,
        )
    )
    return session.scalars(ended.order_by(ExamAttempt.id)).all()


def _is_called(session: Session, call: _Call) -> bool:
    """Whether she was written to already, or has begun the check by herself."""
    written = exists().where(
        CheckInvitation.user_id == call.user_id,
        CheckInvitation.course == call.course,
        CheckInvitation.occasion == call.occasion,
    )
    taken = exists().where(
        ExamAttempt.user_id == call.user_id, ExamAttempt.course == call.course, ExamAttempt.occasion == call.occasion
    )
    return bool(session.scalar(select(written | taken)))


def _invite(session: Session, settings: Settings, call: _Call, now: datetime) -> None:
    one_at_a_time(session, call.user_id)
    user = session.get(User, call.user_id)
    if user is None or _is_called(session, call):
        return
    session.add(
        CheckInvitation(user_id=user.id, course=call.course, occasion=call.occasion, invited_at=now),
    )
    body = rendered(
        "check_open.txt",
        settings,
        name=user.name,
        questions=call.questions,
        day=format_date(call.closes.date() - timedelta(days=1), "medium", locale="en_GB"),
        path=f"/effect/{call.course}",
    )
    put_in_outbox(session, user.email, "Trainer: what has stayed?", body, now=now)
