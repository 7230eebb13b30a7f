"""PostgreSQL: the contract of each connection, and backups with its own tools."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

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
    """pg_dump or pg_restore is not installed here."""


def keep_contract(connection: DBAPIConnection) -> None:
    """Set what every connection must have, and read it back. Raises RuntimeError where the server did not comply."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        for name, value in CONTRACT.items():
            cursor.execute(f"SET {name} = '{value}'")
        names = ", ".join(f"current_setting('{name}')" for name in CONTRACT)
        cursor.execute(f"SELECT {names}")
        found = dict(zip(CONTRACT, cursor.fetchone(), strict=True))
    connection.commit()
    if found != CONTRACT:
        raise RuntimeError(f"PostgreSQL does not keep its contract: wanted {dict(CONTRACT)}, found {found}.")


def dump(database_url: str, target: Path) -> None:
    """Write a backup that `restore` reads. Raises BackupToolMissing or subprocess.CalledProcessError."""
    if target.exists():
        raise FileExistsError(f"{target} exists already.")
    _run("pg_dump", database_url, "--format=custom", "--no-owner", f"--file={target}")


def restore(database_url: str, source: Path) -> None:
    """Put a backup in the place of everything in the database, in one transaction: all of it or nothing."""
    options = ("--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction")
    _run("pg_restore", database_url, *options, str(source))


def _run(tool: str, database_url: str, *arguments: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise BackupToolMissing(f"{tool} is not installed (Debian: apt-get install postgresql-client)")
    url = make_url(database_url).set(drivername="postgresql")
    # The password goes through the environment: a command line can be read by everybody on the machine.
    environment = os.environ | {"PGPASSWORD": url.password or ""}  # noqa: TID251 - handed on to a child
    address = url.set(password=None).render_as_string(hide_password=False)
    command = [program, f"--dbname={address}", *arguments]
    subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
