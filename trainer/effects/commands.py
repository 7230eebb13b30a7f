"""The job that calls people to the checks some weeks after the course, when they open."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytz
from babel.dates import format_datetime
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, aliased

from trainer.accounts.models import User
from trainer.answers.rollups import one_at_a_time
from trainer.content.courses import Course
from trainer.db import transaction
from trainer.effects.models import CheckInvitation
from trainer.exams.models import RECORD, ExamAttempt
from trainer.exams.occasions import Programme, programme_of, programme_then
from trainer.learning.effect import AFTER, State, delayed, window
from trainer.library.catalogue import Catalogue
from trainer.library.queries import live_catalogue
from trainer.mail import put_in_outbox, rendered
from trainer.settings import Settings

LONGEST_DELAY = 730 + 365
"""Days after which no check can be open: content.exams.Exam allows no later one."""


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
        catalogue = live_catalogue(session)
        calls = [call for course in catalogue.courses.values() for call in _calls(session, catalogue, course, now)]
    for call in calls:
        with transaction(engine) as session:
            _invite(session, settings, call, now)


def _calls(session: Session, catalogue: Catalogue, course: Course, now: datetime) -> Iterator[_Call]:
    """Each by the days that were told to the person, whatever the course is measured by now."""
    told, known = dict[int | None, Programme | None](), dict[str, Collection[int]]()
    for user_id, ended_at, release in _ended(session, course.id, now):
        if release not in told:
            then = programme_then(session, catalogue, course, release)
            told[release] = then or programme_of(catalogue, course.id)
        programme = told[release]
        exam = programme.later if programme else None
        for days in exam.days if exam else ():
            assert exam is not None
            its_window, occasion = window(ended_at, days, exam.open_days), delayed(days)
            if its_window.state(now) is not State.OPEN:
                continue
            if occasion not in known:
                known[occasion] = _known(session, course.id, occasion)
            if user_id not in known[occasion]:
                yield _Call(user_id, course.id, occasion, exam.blueprint.questions, its_window.closes)


def _ended(session: Session, course: str, now: datetime) -> Iterable[tuple[int, datetime, int | None]]:
    """Who has handed in the test after a course, as far as a check can still be open; when, and in which release she
    began its first test. Only people who may still sign in."""
    first = aliased(ExamAttempt)
    hers = (first.user_id == ExamAttempt.user_id, first.course == course, first.occasion != RECORD)
    release = select(first.release).where(*hers).order_by(first.id).limit(1)
    ended = (
        select(ExamAttempt.user_id, ExamAttempt.submitted_at, release.correlate(ExamAttempt).scalar_subquery())
        .join(User, User.id == ExamAttempt.user_id)
        .where(
            ExamAttempt.course == course,
            ExamAttempt.occasion == AFTER,
            ExamAttempt.submitted_at > now - timedelta(days=LONGEST_DELAY),
            User.active,
        )
    )
    for user_id, ended_at, its_release in session.execute(ended.order_by(ExamAttempt.id)):
        if ended_at is not None:
            yield user_id, ended_at, its_release


def _known(session: Session, course: str, occasion: str, user_id: int | None = None) -> Collection[int]:
    """Those who were written to already, or have begun the check by themselves; of one person, or of all."""
    written = select(CheckInvitation.user_id).where(
        CheckInvitation.course == course, CheckInvitation.occasion == occasion
    )
    begun = select(ExamAttempt.user_id).where(ExamAttempt.course == course, ExamAttempt.occasion == occasion)
    if user_id is not None:
        written, begun = written.where(CheckInvitation.user_id == user_id), begun.where(ExamAttempt.user_id == user_id)
    return frozenset(session.scalars(written)) | frozenset(session.scalars(begun))


def _invite(session: Session, settings: Settings, call: _Call, now: datetime) -> None:
    one_at_a_time(session, call.user_id)
    user = session.get(User, call.user_id)
    if user is None or _known(session, call.course, call.occasion, user.id):
        return
    session.add(
        CheckInvitation(user_id=user.id, course=call.course, occasion=call.occasion, invited_at=now),
    )
    body = rendered(
        "check_open.txt",
        settings,
        name=user.name,
        questions=call.questions,
        until=_told(call.closes, user.time_zone),
        path=f"/effect/{call.course}",
    )
    put_in_outbox(session, user.email, "Trainer: what has stayed?", body, now=now)


def _told(at: datetime, zone: str) -> str:
    """A time as somebody in this zone has it, and which zone that is; UTC where nobody knows hers."""
    known = zone if zone in pytz.all_timezones_set else "UTC"
    return f"{format_datetime(at, 'd MMM yyyy, HH:mm', tzinfo=pytz.timezone(known), locale='en_GB')} ({known})"
