"""Jobs: each runs when it is due, in one process at a time, and goes on after a failure."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
import time_machine
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from trainer import jobs
from trainer.jobs import Job, run_due, work, working
from trainer.settings import Settings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Count:
    """A job that counts its runs and fails when it is told to."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.runs: list[datetime] = []
        self.failure = failure
        self.job = Job("count", timedelta(minutes=5), self.run)

    def run(self, engine: Engine, settings: Settings, now: datetime) -> None:
        self.runs.append(now)
        if self.failure:
            raise self.failure


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_job_runs_at_once_and_again_when_it_is_due(
    engine: Engine, settings: Settings, clock: time_machine.Traveller
) -> None:
    count = Count()
    for minutes in (0, 1, 4, 5, 6, 10):
        clock.move_to(NOON + timedelta(minutes=minutes))
        run_due(engine, settings, [count.job])
    assert count.runs == [NOON, NOON + timedelta(minutes=5), NOON + timedelta(minutes=10)]


def test_job_runs_in_one_of_many_processes(engine: Engine, settings: Settings) -> None:
    count = Count()
    with ThreadPoolExecutor(8) as processes:
        list(processes.map(lambda _: run_due(engine, settings, [count.job]), range(24)))
    assert len(count.runs) == 1


def test_job_whose_holder_died_is_taken_over_after_the_lease(
    engine: Engine, settings: Settings, clock: time_machine.Traveller
) -> None:
    dying = Count(failure=KeyboardInterrupt())
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(jobs, "_give_back", lambda *_: None)
        run_due(engine, settings, [dying.job])
    count = Count()
    run_due(engine, settings, [count.job])
    assert count.runs == []
    clock.shift(jobs.LEASE)
    run_due(engine, settings, [count.job])
    assert len(count.runs) == 1


@pytest.mark.parametrize(
    "failure", [RuntimeError("broken"), OperationalError("SELECT", {}, ValueError("no such table"))]
)
def test_job_that_fails_is_logged_and_tried_again(
    engine: Engine,
    settings: Settings,
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
) -> None:
    count, other = Count(failure), Count()
    others = Job("other", timedelta(minutes=5), other.run)
    with caplog.at_level(logging.ERROR):
        run_due(engine, settings, [count.job, others])
    assert "Job count failed" in caplog.text
    assert len(other.runs) == 1, "the others run all the same"
    clock.shift(timedelta(minutes=5))
    run_due(engine, settings, [count.job])
    assert len(count.runs) == 2


def test_database_that_is_busy_is_no_failure(
    engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    busy = Count(OperationalError("SELECT", {}, ValueError("database is locked")))
    with caplog.at_level(logging.ERROR):
        run_due(engine, settings, [busy.job])
    assert caplog.text == ""


def test_work_goes_on_until_it_is_stopped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "TICK", 0.01)
    ran, stop = Event(), Event()
    thread = working(settings, [Job("ring", timedelta(0), lambda *_: ran.set())], stop)
    assert ran.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_work_that_is_stopped_before_it_began_does_nothing(settings: Settings) -> None:
    stop, count = Event(), Count()
    stop.set()
    work(settings, [count.job], stop)
    assert count.runs == []
