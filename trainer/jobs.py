"""Work that nobody waits for: jobs that run again and again, one process at a time however many there are.

There is no queue beside the database. What has to be done is a row (a mail in the outbox, say), written in the
transaction that made it necessary, and a job looks for such rows. So nothing is lost between two stores, and a job
that dies is simply run again. Each job holds a lease while it runs: of many processes one does the work.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy import Engine, String, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from trainer import clock
from trainer.db import Base, is_unavailable, make_engine, transaction
from trainer.settings import Settings

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""Longest a job may take; after that another process believes that its holder died."""

TICK = 1.0
"""Seconds between two looks at what is due."""


@dataclass(frozen=True)
class Job:
    """`run` does what is to do now and returns; it must be harmless when run again."""

    name: str
    every: timedelta
    run: Callable[[Engine, Settings, datetime], None]


class JobLease(Base):
    """Who may run a job again, and when."""

    __tablename__ = "job_lease"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    free_at: Mapped[datetime]
    last_run_at: Mapped[datetime | None]


def work(settings: Settings, jobs: Sequence[Job], stop: Event) -> None:
    """Run the jobs as they fall due until `stop` is set; what runs then is finished first."""
    engine = make_engine(settings.database_url)
    try:
        while not stop.wait(TICK):
            run_due(engine, settings, jobs)
    finally:
        engine.dispose()


def working(settings: Settings, jobs: Sequence[Job], stop: Event) -> Thread:
    """The same in a thread of its own, started."""
    thread = Thread(target=work, args=(settings, jobs, stop), name="jobs", daemon=True)
    thread.start()
    return thread


def run_due(engine: Engine, settings: Settings, jobs: Sequence[Job]) -> None:
    """Run each job that is due and that no other process runs. A job that fails is logged and tried again later."""
    for job in jobs:
        try:
            with _leased(engine, job) as is_ours:
                if is_ours:
                    job.run(engine, settings, clock.now())
        except DBAPIError as error:
            if not is_unavailable(error):
                log.exception("Job %s failed.", job.name)
        except Exception:
            log.exception("Job %s failed.", job.name)


@contextmanager
def _leased(engine: Engine, job: Job) -> Iterator[bool]:
    is_ours = _is_due(engine, job) and _take(engine, job)
    try:
        yield is_ours
    finally:
        if is_ours:
            _give_back(engine, job)


def _is_due(engine: Engine, job: Job) -> bool:
    # Reading first: a look each second must not take the write lock each second.
    with transaction(engine, read_only=True) as session:
        free_at = session.scalar(select(JobLease.free_at).where(JobLease.name == job.name))
    return free_at is None or free_at <= clock.now()


def _take(engine: Engine, job: Job) -> bool:
    now = clock.now()
    try:
        with transaction(engine) as session:
            if session.get(JobLease, job.name) is None:
                session.add(JobLease(name=job.name, free_at=now + LEASE))
                return True
            free = update(JobLease).where(JobLease.name == job.name, JobLease.free_at <= now)
            taken = free.values(free_at=now + LEASE).returning(JobLease.name)
            return session.scalar(taken) is not None
    except IntegrityError:
        return False  # another process made the row in the same moment


def _give_back(engine: Engine, job: Job) -> None:
    now = clock.now()
    with transaction(engine) as session:
        mine = update(JobLease).where(JobLease.name == job.name)
        session.execute(mine.values(free_at=now + job.every, last_run_at=now))
