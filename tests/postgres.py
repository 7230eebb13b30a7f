"""A real PostgreSQL, started on a socket in a folder of its own and thrown away afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

_FOLDERS = ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin")
# Durability is what the server offers, not what is under test here; without it a database is made in 20 ms.
_FAST = "-c fsync=off -c full_page_writes=off -c max_connections=200 -c listen_addresses="


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a running server, with a database name to be appended."""
    home = Path(tempfile.mkdtemp(prefix="trainer-pg-"))
    data = home / "data"
    _hand_over(home)
    try:
        _call("initdb", "-D", str(data), "-U", "trainer", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"{_FAST} -c unix_socket_directories={home}"
        _call("pg_ctl", "-D", str(data), "-l", str(home / "log"), "-o", options, "-w", "start")
        yield f"postgresql+psycopg://trainer@/{{}}?host={home}"
    finally:
        _call("pg_ctl", "-D", str(data), "-m", "immediate", "stop", check=False)
        shutil.rmtree(home, ignore_errors=True)


def make_database(server: str, name: str, template: str = "template1") -> str:
    """A new database on the server, a copy of `template`; its address."""
    _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server.format(name)


def drop_database(server: str, name: str) -> None:
    """Away with it, whoever is still connected."""
    _run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run(server: str, statement: str) -> None:
    engine = create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _program(name: str) -> str:
    for folder in _FOLDERS:
        if (Path(folder) / name).exists():
            return f"{folder}/{name}"
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} of PostgreSQL is not installed; on Debian: apt-get install postgresql-15")
    return found


def _call(name: str, *arguments: str, check: bool = True) -> None:
    # PostgreSQL refuses to run as root.
    words = ["runuser", "-u", _somebody(), "--"] if os.geteuid() == 0 else []
    # The server inherits pg_ctl's output and keeps it open: a pipe would never end.
    output = subprocess.DEVNULL if name == "pg_ctl" else subprocess.PIPE
    command = [*words, _program(name), *arguments]
    done = subprocess.run(command, check=False, stdout=output, stderr=subprocess.STDOUT, cwd="/")
    if check and done.returncode:
        raise RuntimeError(f"{name} failed: {(done.stdout or b'').decode(errors='replace')[-2000:]}")


def _somebody() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, _somebody())
