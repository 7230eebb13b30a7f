"""What `trainer doctor` looks at: each finding is one line, good or bad, with what to do about the bad ones."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine

from trainer import sqlite
from trainer.admin.troubles import TROUBLES, in_one_line
from trainer.db import NewerDatabase, knows_schema, make_engine, schema_head, schema_version, sqlite_file, transaction
from trainer.library.queries import last_check, live_number
from trainer.settings import Settings, as_served, prepared
from trainer.web.naming import THIS_MACHINE

ROOM = 512 * 1024 * 1024
"""Bytes free below which the disk is called full."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    says: str


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything, from the disk to the content. What cannot even be looked at is a bad finding too."""
    for look in (_of_data_folder, _of_private_files, _of_database, _of_schema_and_content, _of_mail, _of_address):
        try:
            yield from look(settings)
        except TROUBLES as error:
            yield Finding(False, in_one_line(error))


@contextmanager
def _opened(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _of_data_folder(settings: Settings) -> Iterator[Finding]:
    folder = prepared(settings).data_dir
    free = shutil.disk_usage(folder).free
    yield Finding(free >= ROOM, f"{free // 1024**2} MiB free in {folder}")


def _of_private_files(settings: Settings) -> Iterator[Finding]:
    folder, database = settings.data_dir, sqlite_file(settings)
    for path, mode in ((folder, "700"), (folder / "secret-key", "600"), *([(database, "600")] if database else [])):
        if path.exists():
            others = path.stat().st_mode & 0o077
            says = f"by others: chmod {mode} it" if others else "by its owner only"
            yield Finding(not others, f"{path} can be read {says}")


def _of_database(settings: Settings) -> Iterator[Finding]:
    if file := sqlite_file(settings):
        yield from _of_sqlite(file)
        return
    tool = shutil.which("pg_dump")
    yield Finding(bool(tool), "pg_dump is here" if tool else "pg_dump is missing: there are no backups without it")
    with _opened(settings) as engine, engine.connect() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    yield Finding(True, f"PostgreSQL {version}")


def _of_sqlite(path: Path) -> Iterator[Finding]:
    mode, synchronous = sqlite.journal()
    version = sqlite.library.sqlite_version
    why = "" if mode == "wal" else " (before 3.51.3 WAL can corrupt a database; a rollback journal is slower but safe)"
    yield Finding(True, f"SQLite {version}, journal {mode}, synchronous {synchronous}{why}")
    problems = sqlite.problems_in(path)
    yield Finding(not problems, f"{path}: {'; '.join(problems[:5]) or 'sound'}")


def _of_schema_and_content(settings: Settings) -> Iterator[Finding]:
    with _opened(settings) as engine:
        version = schema_version(engine)
        yield _of_schema(version)
        if version == schema_head():
            yield from _of_content(engine)


def _of_schema(version: str) -> Finding:
    if version and not knows_schema(version):
        return Finding(False, str(NewerDatabase(version)))
    current = version == schema_head()
    wanted = "" if current else f", the code wants {schema_head()}"
    return Finding(current, f"migrations: at {version or 'nothing'}{wanted}")


def _of_content(engine: Engine) -> Iterator[Finding]:
    with transaction(engine, read_only=True) as session:
        number, check = live_number(session), last_check(session)
    yield Finding(number is not None, f"release {number} is live" if number else "nothing is published yet")
    errors = sum(problem.is_error for problem in check.problems) if check else 0
    yield Finding(not errors, f"{errors} errors in courses and banks" + (": trainer check" if errors else ""))


def _of_mail(settings: Settings) -> Iterator[Finding]:
    if settings.smtp_url is None:
        where = settings.data_dir / "mails"
        yield Finding(True, f"no mail server is set (TRAINER_SMTP_URL): mails are written to {where}")
        return
    server = urlsplit(settings.smtp_url)
    who = f" as {unquote(server.username)}" if server.username else ""
    name, port = server.hostname, f":{server.port}" if server.port else ""
    how = ", its password unencrypted if need be" if server.username and server.query else ""
    yield Finding(True, f"mails are sent by {server.scheme}://{name}{port}{who}{how}")


def _of_address(settings: Settings) -> Iterator[Finding]:
    address = as_served(settings).base_url
    is_safe = address.startswith("https:") or urlsplit(address).hostname in THIS_MACHINE
    yield Finding(is_safe, f"served as {address}" + ("" if is_safe else ": passwords travel in the open"))
