"""`trainer serve` and `trainer worker`: make ready, then answer requests and do the jobs until told to stop.

gunicorn with threads: two processes of four. Few threads keep the queue at SQLite's single writer short, and threads,
unlike plain processes, put up with slow and kept-alive connections where no proxy stands in front. Each process makes
its own app and its own connections after the fork: an SQLite connection that crosses a fork is a broken one.
"""

import errno
import logging
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import click
from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker
from sqlalchemy import Engine

from trainer.accounts.actions import first_admin_link
from trainer.answers.commands import rebuild_waiting
from trainer.app import create_app
from trainer.clock import now
from trainer.db import damage, database_of, db, make_engine, schema_version, sqlite_file, transaction, upgrade
from trainer.effects.commands import invite_to_checks
from trainer.exams.commands import end_exams, tell_results
from trainer.jobs import Job, work, working
from trainer.library.actions import publish_folders
from trainer.library.queries import Checked, last_check
from trainer.mail import forget_old_mails, send_waiting
from trainer.notices.following import follow_notices
from trainer.notices.writing import write_notices
from trainer.reports.digest import send_digests
from trainer.settings import DEFAULT_BASE_URL, Settings, prepared, remember_address
from trainer.training.commands import remind_of_plans, settle_plans
from trainer.web.figures import begin_figures, share_figures
from trainer.web.headers import ALWAYS

log = logging.getLogger(__name__)


def look_for_damage(_: Engine, settings: Settings, __: datetime) -> None:
    """Say so, loudly, where the database file has a fault. Once a night; a backup from before is still at hand then."""
    for fault in damage(settings):
        log.critical("The database is damaged: %s. Restore a backup: trainer restore FILE", fault)


JOBS: Sequence[Job] = (
    Job("send-mail", timedelta(seconds=5), send_waiting),
    Job("end-exams", timedelta(seconds=5), end_exams),
    Job("settle-plans", timedelta(minutes=1), settle_plans),
    Job("remind-of-plans", timedelta(minutes=15), remind_of_plans),
    Job("send-digests", timedelta(minutes=30), send_digests),
    Job("tell-exam-results", timedelta(hours=1), tell_results),
    Job("invite-to-checks", timedelta(hours=1), invite_to_checks),
    Job("write-notices", timedelta(minutes=1), write_notices),
    # Before old mails are forgotten: what became of them is kept with the notices.
    Job("follow-notices", timedelta(minutes=1), follow_notices),
    Job("forget-old-mails", timedelta(days=1), forget_old_mails),
    Job("look-for-damage", timedelta(days=1), look_for_damage),
)

LONGEST_FAREWELL = 20
"""Seconds a job may go on after the end was called."""


LONGEST_QUEUE = 2048
"""Connections that wait to be accepted; gunicorn's own number."""


EVERYWHERE: Mapping[str, str] = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared with, not bound to
"""What it takes to listen on all addresses, and how this machine itself then reaches it."""
ONLY_THIS_MACHINE = (
    "Other machines can connect but are refused: set TRAINER_BASE_URL to the address people use (http://NAME:PORT)."
)


MOST_ERRORS_SAID = 20
NOT_ALL_IS_LIVE = (
    "Content with errors is not live; what was live of it before stays. All problems: trainer check, or /author."
)


@dataclass(frozen=True)
class Listening:
    """Where to listen and with how many processes."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4

    @property
    def address(self) -> str:
        """What to bind to."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """How a browser on this machine reaches it."""
        host = EVERYWHERE.get(self.host)
        return f"http://{host}:{self.port}" if host else f"http://{self.address}"


@click.command()
@click.option("--host", default=Listening.host, show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=Listening.port, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=Listening.workers, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--jobs/--no-jobs",
    default=True,
    help="Do the jobs (mails, ending assessments, upkeep) too, or leave them to `trainer worker`.",
)
@click.option("--program", default="trainer", hidden=True)
@click.pass_obj
def serve(settings: Settings, *, host: str, port: int, workers: int, jobs: bool, program: str) -> None:
    """Bring the database up to date, publish courses and banks, and serve.

    SIGTERM finishes what runs, then ends. Example: trainer serve --host 0.0.0.0 --port 8080
    """
    listening = Listening(host, port, workers)
    settings = prepared(settings)
    # Before anything is done: the link of the site that listens there already must go on working.
    place = take_place(listening)
    if settings.base_url == DEFAULT_BASE_URL:
        settings = replace(settings, base_url=listening.url)
        if listening.host in EVERYWHERE:
            click.echo(ONLY_THIS_MACHINE)
    make_ready(settings, program)
    _Server(settings, listening, place, JOBS if jobs else ()).run()


@click.command()
@click.pass_obj
def worker(settings: Settings) -> None:
    """Do the jobs (mails, ending assessments, upkeep) here, where `trainer serve --no-jobs` leaves them alone.

    Example: trainer worker
    """
    stop = Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stop.set())
    settings = prepared(settings)
    upgrade(settings)
    click.echo("Trainer's worker is ready")
    work(settings, JOBS, stop)


def take_place(listening: Listening) -> socket.socket:
    """A socket that listens there; who calls too early waits. Raises ClickException where it is not to be had."""
    try:
        family, *_, address = socket.getaddrinfo(listening.host, listening.port, type=socket.SOCK_STREAM)[0]
        return _listening_socket(family, address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(
                f"Another program, perhaps another Trainer, listens on {listening.address}. Choose another port: --port"
            ) from error
        raise click.ClickException(f"Trainer cannot listen on {listening.address}: {error.strerror}") from error


def _listening_socket(family: int, address: Any) -> socket.socket:
    place = socket.socket(family, socket.SOCK_STREAM)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(address)
        place.listen(LONGEST_QUEUE)
    except OSError:
        place.close()
        raise
    return place


def make_ready(settings: Settings, program: str) -> None:
    """Migrate and publish; say how to begin, as long as nobody administers this site. Refuses a damaged database."""
    if faults := damage(settings, thorough=False):
        words = "; ".join(faults[:3])
        raise click.ClickException(f"The database is damaged ({words}). Restore a backup: trainer restore FILE")
    with database_of(settings) as engine:
        rebuild_waiting(engine)
        errors, link = _publish(engine, settings)
    for line in (*errors[:MOST_ERRORS_SAID], *([NOT_ALL_IS_LIVE] if errors else [])):
        click.echo(line, err=True)
    if link:
        click.echo(f"Open this link to become the first administrator (it works once, for 24 hours): {link}")
        click.echo(f"For a sample team with some weeks behind it: {program} demo")


def _publish(engine: Engine, settings: Settings) -> tuple[Sequence[str], str | None]:
    """Publish the folders; what is wrong with them, and the link for a first administrator while there is none."""
    with transaction(engine) as session:
        publish_folders(session, settings.courses, settings.banks, now(), by="trainer serve")
        return errors_of(last_check(session)), first_admin_link(session, settings.base_url, now())


def errors_of(check: Checked | None) -> Sequence[str]:
    """What keeps courses or banks from being live, a line each."""
    return [str(problem) for problem in check.problems if problem.is_error] if check else []


def refuse(client: socket.socket, status: int, reason: str, _: str) -> None:
    """Answer what is no HTTP, in gunicorn's place: with the headers of all our answers, and without repeating it."""
    body = f"{status} {reason}\n"
    headers = {**ALWAYS, "Cache-Control": "no-store", "Connection": "close", "Content-Type": "text/plain"}
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    util.write_nonblock(client, "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode("latin-1"))


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told what to do by us and by no file or variable of its own."""

    def __init__(self, settings: Settings, listening: Listening, place: socket.socket, jobs: Sequence[Job]) -> None:
        self._settings = settings
        self._listening = listening
        self._place = place.detach()  # gunicorn takes it over, and closes it when told to end
        self._jobs = jobs
        self._figures = settings.data_dir / "metrics" / listening.address
        self._stop = Event()
        self._jobs_thread: Thread | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options().items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        share_figures(self._figures)
        util.write_error = refuse
        return create_app(self._settings)

    def _options(self) -> dict[str, Any]:
        return {
            "bind": [f"fd://{self._place}"],
            "worker_class": "gthread",
            "workers": self._listening.workers,
            "threads": self._listening.threads,
            "graceful_timeout": 30,
            "keepalive": 15,
            "loglevel": "warning",
            "control_socket_disable": True,
            # Only ProxyFix believes what a proxy says, and only as many as TRAINER_PROXY_HOPS tells.
            "secure_scheme_headers": {},
            "when_ready": lambda _: self._open(),
            "post_worker_init": self._begin,
            "worker_exit": lambda _, __: self._end(),
            "on_exit": lambda _: self._fold(),
        }

    def _open(self) -> None:
        """The address is ours: nobody else listens there, and commands may print links to it."""
        begin_figures(self._figures)
        remember_address(self._settings)

    def _begin(self, worker: Worker) -> None:
        if self._jobs:
            self._jobs_thread = working(self._settings, self._jobs, self._stop)
        if worker.age == 1:  # the first of the first processes; those that replace one are silent
            click.echo(f"Trainer is ready at {self._settings.base_url}")

    def _end(self) -> None:
        """Let the job that runs finish; close the database, which folds SQLite's -wal file into its database file."""
        self._stop.set()
        if self._jobs_thread:
            self._jobs_thread.join(LONGEST_FAREWELL)
        if self.callable:
            with self.callable.app_context():
                db.engine.dispose()

    def _fold(self) -> None:
        """Look into the database once more when all processes have ended: of two that close it in the same moment each
        takes the other for still at work, and leaves SQLite's -wal file behind."""
        if sqlite_file(self._settings):
            engine = make_engine(self._settings.database_url)
            schema_version(engine)
            engine.dispose()


COMMANDS: Sequence[click.Command] = (serve, worker)
