"""People are written to when a check opens to them: once, and only those whom it concerns."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.effects.measuring import DAY, DIAGNOSTIC, ENTRY, LATER, publish_measured, take, take_the_course
from tests.exams.sitting_exams import COURSE, FREE, MINUTE, publish_exams
from tests.factories import NOW
from trainer.accounts.models import User
from trainer.content.exams import Exam
from trainer.db import transaction
from trainer.effects.commands import _calls, _invite, invite_to_checks
from trainer.effects.models import CheckInvitation
from trainer.learning.effect import delayed
from trainer.library.queries import live_catalogue
from trainer.mail import OutboxMail
from trainer.settings import Settings

ENDED = NOW + 10 * DAY + 2 * MINUTE


@pytest.fixture(autouse=True)
def ended(session: Session, alice: User, bob: User) -> None:
    """Alice has ended the course, Bob has not begun it."""
    publish_measured(session)
    take_the_course(session, alice, before=3, after=9)
    session.commit()


def written(session: Session, engine: Engine, settings: Settings, after: timedelta) -> list[tuple[str, str]]:
    """The mails there are once the job has run so long after the end of the course."""
    invite_to_checks(engine, settings, ENDED + after)
    mails = session.execute(select(OutboxMail.recipient, OutboxMail.body).order_by(OutboxMail.id)).all()
    session.rollback()
    return list(mails)


def test_nobody_is_called_before_the_check_opens(session: Session, engine: Engine, settings: Settings) -> None:
    assert written(session, engine, settings, 30 * DAY - timedelta(seconds=1)) == []


def test_she_is_called_once_to_each_check(session: Session, alice: User, engine: Engine, settings: Settings) -> None:
    for after in (30 * DAY, 30 * DAY, 40 * DAY):
        ((recipient, body),) = written(session, engine, settings, after)
    assert recipient == alice.email
    assert f"{settings.base_url.rstrip('/')}/effect/{COURSE}" in body
    assert "5 questions" in body
    assert "until 23 Jan 2027, 09:02 (UTC)" in body
    assert "{" not in body
    assert len(written(session, engine, settings, 91 * DAY)) == 2
    invited = session.execute(select(CheckInvitation.user_id, CheckInvitation.occasion)).all()
    assert set(invited) == {(alice.id, delayed(30)), (alice.id, delayed(90))}


def test_mail_says_the_time_of_her_own_zone(session: Session, alice: User, engine: Engine, settings: Settings) -> None:
    session.execute(update(User).where(User.id == alice.id).values(time_zone="America/Los_Angeles"))
    session.commit()
    ((_, body),) = written(session, engine, settings, 31 * DAY)
    assert "until 23 Jan 2027, 01:02 (America/Los_Angeles)" in body


def test_she_is_called_on_the_days_that_were_told_to_her(
    session: Session, alice: User, engine: Engine, settings: Settings
) -> None:
    publish_measured(session, ENTRY, replace(LATER, days=(60,), open_days=3))
    assert written(session, engine, settings, 29 * DAY) == []
    assert len(written(session, engine, settings, 31 * DAY)) == 1
    assert len(written(session, engine, settings, 61 * DAY)) == 1
    assert len(written(session, engine, settings, 91 * DAY)) == 2


def test_somebody_else_at_her_check_keeps_no_mail_away(
    session: Session, alice: User, bob: User, engine: Engine, settings: Settings
) -> None:
    take_the_course(session, bob, before=3, after=9)
    take(session, bob, delayed(30), right=3, at=ENDED + 30 * DAY)
    session.commit()
    assert [recipient for recipient, _ in written(session, engine, settings, 31 * DAY)] == [alice.email]


def test_check_whose_time_is_over_calls_nobody(session: Session, engine: Engine, settings: Settings) -> None:
    assert written(session, engine, settings, 51 * DAY) == []
    assert len(written(session, engine, settings, 51 * DAY - timedelta(seconds=1))) == 1


def test_who_came_by_herself_is_not_called(session: Session, alice: User, engine: Engine, settings: Settings) -> None:
    take(session, alice, delayed(30), right=3, at=ENDED + 30 * DAY)
    session.commit()
    assert written(session, engine, settings, 31 * DAY) == []


def test_who_may_not_sign_in_is_not_called(session: Session, alice: User, engine: Engine, settings: Settings) -> None:
    session.execute(update(User).where(User.id == alice.id).values(active=False))
    session.commit()
    assert written(session, engine, settings, 31 * DAY) == []


def test_mail_goes_to_the_address_of_today(session: Session, alice: User, engine: Engine, settings: Settings) -> None:
    session.execute(update(User).where(User.id == alice.id).values(email="alice.new@example.org"))
    session.commit()
    assert [recipient for recipient, _ in written(session, engine, settings, 31 * DAY)] == ["alice.new@example.org"]


@pytest.mark.parametrize("exams", [(DIAGNOSTIC,), ()])
def test_she_is_called_also_where_the_course_measures_nothing_any_more(
    session: Session, engine: Engine, settings: Settings, exams: tuple[Exam, ...]
) -> None:
    publish_exams(session, FREE, *exams)
    assert len(written(session, engine, settings, 31 * DAY)) == 1


def test_who_was_called_while_the_job_was_at_work_is_called_once(
    session: Session, engine: Engine, settings: Settings
) -> None:
    """Two processes find her at once, whatever lease they hold: she is looked up again before the mail is written."""
    with transaction(engine, read_only=True) as reading:
        catalogue = live_catalogue(reading)
        (call,) = _calls(reading, catalogue, catalogue.courses[COURSE], ENDED + 31 * DAY)
    for _ in range(2):
        with transaction(engine) as own:
            _invite(own, settings, call, ENDED + 31 * DAY)
    assert session.scalars(select(CheckInvitation.occasion)).all() == [delayed(30)]
