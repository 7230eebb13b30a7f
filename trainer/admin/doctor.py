"""What `trainer doctor` looks at: each finding is one line, good or bad, with what to do about the bad ones."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, make_url

from trainer import sqlite
from trainer.db import schema_head, schema_version, transaction
from trainer.library.queries import last_check, live_number
from trainer.settings import Settings

ROOM = 512 * 1024 * 1024
"""Bytes free below which the disk is called full."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    says: str


def findings(settings: Settings, engine: Engine) -> Iterator[Finding]:
    """Everything, from the disk to the content. The database must be there."""
    yield from _of_data_folder(settings.data_dir)
    yield from _of_database(settings, engine)
    yield from _of_schema(engine)
    if schema_version(engine) == schema_head():
        yield from _of_content(engine)
    yield _of_address(settings)


def _of_data_folder(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    yield Finding(free >= ROOM, f"{free // 1024**2} MiB free in {folder}")
    key = folder / "secret-key"
    if key.exists():
        others = key.stat().st_mode & 0o077
        yield Finding(not others, f"{key} can be read {'by others: chmod 600 it' if others else 'by its owner only'}")


def _of_database(settings: Settings, engine: Engine) -> Iterator[Finding]:
    if engine.dialect.name == "sqlite":
        yield from _of_sqlite(Path(make_url(settings.database_url).database or ""))
    else:
        with engine.connect() as connection:
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
        yield Finding(True, f"PostgreSQL {version}")
        tool = shutil.which("pg_dump")
        yield Finding(bool(tool), "pg_dump is here" if tool else "pg_dump is missing: there are no backups without it")


def _of_sqlite(path: Path) -> Iterator[Finding]:
    mode, synchronous = sqlite.journal()
    version = sqlite.library.sqlite_version
    why = "" if mode == "wal" else " (before 3.51.3 WAL can corrupt a database; a rollback journal is slower but safe)"
    yield Finding(True, f"SQLite {version}, journal {mode}, synchronous {synchronous}{why}")
    problems = sqlite.problems_in(path)
    yield Finding(not problems, f"{path}: {'; '.join(problems[:5]) or 'sound'}")


def _of_schema(engine: Engine) -> Iterator[Finding]:
    version = schema_version(engine) or "nothing"
    current = version == schema_head()
    yield Finding(current, f"migrations: at {version}" + ("" if current else f", the code wants {schema_head()}"))


def _of_content(engine: Engine) -> Iterator[Finding]:
    with transaction(engine, read_only=True) as session:
        number, check = live_number(session), last_check(session)
    yield Finding(number is not None, f"release {number} is live" if number else "nothing is published yet")
    errors = sum(problem.is_error for problem in check.problems) if check else 0
    yield Finding(not errors, f"{errors} errors in courses and banks" + (": trainer check" if errors else ""))


def _of_address(settings: Settings) -> Finding:
    is_safe = settings.base_url.startswith("https:") or "//127.0.0.1" in settings.base_url
    return Finding(is_safe, f"served as {settings.base_url}" + ("" if is_safe else ": passwords travel in the open"))
