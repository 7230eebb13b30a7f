"""PostgreSQL: the contract of each connection, and backups with its own tools."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

CONTRACT: Mapping[str, str] = {
    "TimeZone": "UTC",
    "default_transaction_isolation": "read committed",
    "synchronous_commit": "on",
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "1min",
}
"""What every connection must have. What is read and then written is locked first (SELECT … FOR UPDATE)."""

CONNECT = {"target_session_attrs": "read-write", "connect_timeout": 5, "application_name": "trainer"}
"""With several hosts in the address, the one that accepts writes; after a failover that is another one."""


class BackupToolMissing(Exception):
    """pg_dump, pg_restore or psql is not installed here."""


class ContractNotKept(RuntimeError):
    """The server did not comply."""


class BackupFailed(Exception):
    """One of them refused; what it said of it."""


def keep_contract(connection: DBAPIConnection) -> None:
    """Set what every connection must have, and read it back. Raises ContractNotKept."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        for name, value in CONTRACT.items():
            cursor.execute(f"SET {name} = '{value}'")
        names = ", ".join(f"current_setting('{name}')" for name in CONTRACT)
        cursor.execute(f"SELECT {names}")
        found = dict(zip(CONTRACT, cursor.fetchone(), strict=True))
    connection.commit()
    if found != CONTRACT:
        raise ContractNotKept(f"PostgreSQL does not keep its contract: wanted {dict(CONTRACT)}, found {found}.")


def dump(database_url: str, target: Path) -> None:
    """Write a backup that `restore` reads. Raises BackupToolMissing, BackupFailed."""
    _run("pg_dump", *_to(database_url), "--format=custom", "--no-owner", f"--file={target}", database_url=database_url)


def restore(database_url: str, source: Path, afterwards: Sequence[str]) -> None:
    """Put a backup in the place of everything in the database and do what comes `afterwards`: all of it or nothing.

    Raises BackupToolMissing, BackupFailed.
    """
    with TemporaryDirectory(prefix="trainer-restore-") as folder:
        script = Path(folder) / "restore.sql"
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", f"--file={script}", str(source))
        # The script ends with an empty search path.
        statements = [f"--command={statement}" for statement in ("SET search_path = public", *afterwards)]
        options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        steps = (f"--command={_DROP_ALL}", f"--file={script}", *statements)
        _run("psql", *_to(database_url), *options, *steps, database_url=database_url)


_DROP_ALL = """SET client_min_messages = warning; DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP TABLE public.%I CASCADE', one.tablename);
    END LOOP;
END $$"""
"""pg_restore drops what is in the backup only: tables of later migrations would stay and stand in the way."""


def contents(source: Path) -> tuple[str, set[str]]:
    """The migration that a backup is at, empty where it names none, and its tables. Nothing is restored.

    Raises BackupToolMissing, and BackupFailed where it is no backup.
    """
    listed = _run("pg_restore", "--list", str(source))
    tables = {found[1] for line in listed.splitlines() if (found := _TABLE.match(line))}
    rows = _run("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(source))
    version = _VERSION.search(rows)
    return version[1] if version else "", tables


def is_backup(path: Path) -> bool:
    """Whether a file says of itself that pg_dump wrote it, as `dump` has it."""
    with path.open("rb") as file:
        return file.read(5) == b"PGDMP"


def rows_in(source: Path, table: str, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What these columns of a table hold in a backup, as it is written there; nothing where there is no such table.

    Raises BackupToolMissing, BackupFailed.
    """
    with TemporaryDirectory(prefix="trainer-backup-") as folder:
        script = Path(folder) / "rows.sql"
        _run("pg_restore", "--data-only", f"--table={table}", f"--file={script}", str(source))
        with script.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if header := re.match(rf"COPY public\.{table} \((.+)\) FROM stdin;$", line):
                    places = [header[1].split(", ").index(column) for column in columns]
                    for row in iter(lines.readline, _END_OF_ROWS):
                        cells = row.rstrip("\n").split("\t")
                        yield tuple(cells[place] for place in places)


_END_OF_ROWS = "\\.\n"
_TABLE = re.compile(r"\d+; \d+ \d+ TABLE public (\S+) ")
_VERSION = re.compile(r"^COPY public\.alembic_version \(version_num\) FROM stdin;\n(\S+)\n\\\.$", re.MULTILINE)


def _to(database_url: str) -> tuple[str]:
    # The password goes through the environment: a command line can be read by everybody on the machine.
    address = make_url(database_url).set(drivername="postgresql", password=None)
    return (f"--dbname={address.render_as_string(hide_password=False)}",)


def _run(tool: str, *arguments: str, database_url: str = "") -> str:
    program = shutil.which(tool)
    if program is None:
        raise BackupToolMissing(f"{tool} is not installed (Debian: apt-get install postgresql-client)")
    password = make_url(database_url).password if database_url else ""
    environment = os.environ | {"PGPASSWORD": password or ""}  # noqa: TID251 - handed on to a child
    done = subprocess.run([program, *arguments], env=environment, check=False, capture_output=True, text=True)  # noqa: S603 - our own words
    if done.returncode:
        raise BackupFailed(f"{tool}: {' '.join(done.stderr.split()) or done.returncode}")
    return done.stdout
