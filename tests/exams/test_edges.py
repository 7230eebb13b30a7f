"""A second before and a second after: what an assessment does at the edges of its times."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.exams.sitting_exams import FREE, publish_exams, questions, right_form
from tests.exams.test_exam_pages import FINAL, answer, start
from tests.factories import NOW
from tests.pages import text_of
from trainer.accounts.models import User
from trainer.content.exams import Reveal
from trainer.exams.commands import end_exams
from trainer.exams.models import ExamAttempt, ExamResult
from trainer.settings import Settings

COUNT = 12


@pytest.fixture(autouse=True)
def clock(session: Session) -> Iterator[time_machine.Traveller]:
    """The clock, which stands at NOW until a test moves it."""
    publish_exams(session)
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


EDGES = [
    # seconds after the deadline, whether an answer counts, what the question's page is then
    (-1, True, 200),
    (0, True, 200),
    (30, True, 200),
    (31, False, 302),
]


@pytest.mark.parametrize(("seconds", "counts", "page"), EDGES)
def test_at_the_edges_of_the_deadline(
    hers: Browser,
    session: Session,
    clock: time_machine.Traveller,
    seconds: int,
    counts: bool,
    page: int,
) -> None:
    attempt = start(hers)
    sent = {"key": "k" * 20, "version": "0", "go": "stay"}
    given = _right(session)
    clock.shift(timedelta(minutes=30, seconds=seconds))
    assert hers.get(f"{attempt}/1").status_code == page
    assert hers.post(f"{attempt}/1", data={**given, **sent}).status_code == (303 if counts else 409)
    hers.post(f"{attempt}/hand-in")
    (result,) = session.scalars(select(ExamResult)).all()
    assert (result.share > 0) == counts
    ended = session.scalars(select(ExamAttempt)).one()
    assert ended.submitted_at == NOW + timedelta(minutes=30, seconds=seconds if counts else 0)
    assert ended.ended_by == ("learner" if counts else "deadline")


def _right(session: Session) -> dict[str, str]:
    attempt = session.scalars(select(ExamAttempt)).one()
    found = dict(right_form(session, questions(session, attempt)[0]))
    session.rollback()
    return found


@pytest.mark.parametrize(("seconds", "opens"), [(-1, False), (0, True)])
def test_at_the_edge_of_the_waiting_time(
    hers: Browser, clock: time_machine.Traveller, seconds: int, opens: bool
) -> None:
    attempt = start(hers)
    hers.post(f"{attempt}/hand-in")
    clock.shift(timedelta(hours=24, seconds=seconds))
    assert hers.post(FINAL).status_code == (303 if opens else 409)


@pytest.mark.parametrize(("seconds", "opens"), [(-1, False), (0, True)])
def test_page_offers_another_attempt_when_the_waiting_time_is_over(
    hers: Browser, clock: time_machine.Traveller, seconds: int, opens: bool
) -> None:
    attempt = start(hers)
    hers.post(f"{attempt}/hand-in")
    clock.shift(timedelta(hours=24, seconds=seconds))
    assert ("Begin now" in hers.get(FINAL).get_data(as_text=True)) == opens


@pytest.mark.parametrize(("seconds", "holds"), [(-1, True), (0, False)])
def test_at_the_edge_of_the_validity(
    hers: Browser, session: Session, alice: User, clock: time_machine.Traveller, seconds: int, holds: bool
) -> None:
    publish_exams(session, replace(FREE, renewal_days=0))
    pass_it(hers, session)
    clock.move_to(NOW.replace(year=NOW.year + 1) + timedelta(seconds=seconds))
    hers.sign_in(alice.fs_uniquifier)
    assert hers.post(FINAL).status_code == (409 if holds else 303)


@pytest.mark.parametrize(("seconds", "opens"), [(-1, False), (0, True)])
def test_pass_can_be_renewed_from_ninety_days_before_its_end(
    hers: Browser, session: Session, alice: User, clock: time_machine.Traveller, seconds: int, opens: bool
) -> None:
    pass_it(hers, session)
    clock.move_to(NOW.replace(year=NOW.year + 1) + timedelta(days=-90, seconds=seconds))
    hers.sign_in(alice.fs_uniquifier)
    page = hers.get(FINAL).get_data(as_text=True)
    assert ("Begin now" in page) == opens
    assert "Passed" in page, "until then the pass holds"
    assert hers.post(FINAL).status_code == (303 if opens else 409)


def pass_it(hers: Browser, session: Session) -> None:
    """Answer everything right and hand in."""
    attempt = start(hers)
    for position in range(1, COUNT + 1):
        answer(hers, session, attempt, position)
    hers.post(f"{attempt}/hand-in")


@pytest.mark.parametrize(("seconds", "shows"), [(-1, False), (0, True)])
def test_at_the_edge_of_the_day_of_the_result(
    hers: Browser, session: Session, clock: time_machine.Traveller, seconds: int, shows: bool
) -> None:
    day = NOW.date() + timedelta(days=9)
    publish_exams(session, replace(FREE, attempts=1, reveal=Reveal(what="score", when=day)))
    attempt = start(hers)
    hers.post(f"{attempt}/hand-in")
    clock.move_to(datetime.combine(day, time(), UTC) + timedelta(seconds=seconds))
    assert ("Not passed yet" in text_of(hers.get(f"{attempt}/result"))) == shows


@pytest.mark.parametrize(("seconds", "is_over"), [(30, False), (31, True)])
def test_at_the_edge_of_the_grace_the_result_is_made_by_the_job(
    hers: Browser, engine: Engine, settings: Settings, session: Session, seconds: int, is_over: bool
) -> None:
    start(hers)
    end_exams(engine, settings, NOW + timedelta(minutes=30, seconds=seconds))
    assert len(session.scalars(select(ExamResult.id)).all()) == is_over
