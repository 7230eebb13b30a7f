"""SQLite: which library, in which journal mode, and the contract of each connection.

Which library. SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when several connections write and
checkpoint at the same moment; Debian 12 brings 3.40.1. So where a wheel with a newer SQLite exists (pysqlite3) it is
used, and elsewhere Python's own. Both must never open one file in one process (the locks of the one would be lost
when the other closes it), so everything here goes through `library`.

Which journal. With a sound SQLite: WAL. With an older one: a rollback journal (DELETE) with synchronous=EXTRA, which
does not have the fault. Measured with 8 writers and 4 readers on one file (2 cores): WAL and FULL 693 to 1,242
commits a second, 95 % within 4 to 21 ms, readers never wait; DELETE and EXTRA 235 to 342, 95 % within 108 ms, readers
wait for each commit. Both are enough for a team; the slower one is kept for safety only.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any
from urllib.parse import quote

SOUND_WAL = (3, 51, 3)
BUSY_MS = 5000
"""How long to wait for a lock in all."""
LOOK_MS = 2
"""How long SQLite waits by itself before a writer looks again."""

COMPANIONS = ("", "-wal", "-shm", "-journal")
"""What the names of the files of one database end with."""

library: ModuleType = import_module("pysqlite3.dbapi2") if find_spec("pysqlite3") else sqlite3
"""The DB-API module to open every SQLite file with."""


class ContractNotKept(RuntimeError):
    """SQLite did not comply."""


def journal() -> tuple[str, str]:
    """Journal mode and synchronous level for the library at hand: ("wal", "full") or ("delete", "extra")."""
    return ("wal", "full") if library.sqlite_version_info >= SOUND_WAL else ("delete", "extra")


def keep_contract(connection: sqlite3.Connection) -> None:
    """Set what every connection must have, and read it back. Raises ContractNotKept where SQLite did not comply.

    A network folder is one reason: WAL needs memory shared between processes and is refused there.
    """
    mode, synchronous = journal()
    wanted: dict[str, str | int] = {
        "busy_timeout": BUSY_MS,
        "journal_mode": mode,
        "synchronous": {"full": 2, "extra": 3}[synchronous],
        "foreign_keys": 1,
        "mmap_size": 0,
    }
    for name, value in wanted.items():
        connection.execute(f"PRAGMA {name} = {value}").close()
    found = {name: _pragma(connection, name) for name in wanted}
    if found != wanted:
        raise ContractNotKept(f"SQLite does not keep its contract: wanted {wanted}, found {found}.")


def begin(connection: sqlite3.Connection, *, read_only: bool, patience_ms: int | None = None) -> None:
    """Begin a transaction: it takes the write lock at once unless it is for reading only.

    A transaction that reads first and asks for the lock later loses updates or fails with "database is locked";
    1,049 of 1,200 concurrent read-then-write updates were lost that way, none with BEGIN IMMEDIATE. Raises the
    library's OperationalError where another holds the lock for all of `patience_ms`, else BUSY_MS.
    """
    connection.execute(f"PRAGMA query_only = {int(read_only)}").close()
    if read_only:
        connection.execute("BEGIN").close()
    else:
        _take_write_lock(connection, BUSY_MS if patience_ms is None else patience_ms)


def _take_write_lock(connection: sqlite3.Connection, patience_ms: int) -> None:
    # SQLite waits with pauses that grow to 100 ms: who has waited long waits ever longer, while the lock goes to
    # whoever comes by. Short even pauses give it to the next within LOOK_MS.
    give_up = monotonic() + patience_ms / 1000
    connection.execute(f"PRAGMA busy_timeout = {LOOK_MS}").close()
    try:
        while not _began(connection, is_last_try=monotonic() > give_up):
            pass
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}").close()


def _began(connection: sqlite3.Connection, *, is_last_try: bool) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE").close()
    except library.OperationalError as error:
        if is_last_try or "locked" not in str(error):
            raise
        return False
    return True


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a database in use, through SQLite's own backup interface; `target` is new or empty."""
    with _opened(source) as origin, _opened(target) as copy:
        origin.backup(copy)
        # A copy in WAL mode would need its -wal file beside it; a backup should be one file.
        copy.execute("PRAGMA journal_mode = delete").close()


def replace_database(source: Path, target: Path) -> None:
    """Put a backup in the place of a database, page by page under its locks, so that nobody reads a mix.

    What others hold open goes on working and sees the restored state next. The backup must be known to be sound.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _opened(source) as origin, _opened(target) as place:
        origin.backup(place)


def set_aside(database: Path, target: Path) -> None:
    """Move a file that is too damaged to be opened out of the way, with what SQLite keeps beside it."""
    for ending in COMPANIONS:
        file = database.with_name(database.name + ending)
        if file.exists():
            shutil.move(file, target.with_name(target.name + ending))


def is_damage(said: str) -> bool:
    """Whether SQLite's message speaks of a file that is damaged, rather than of one it cannot get at now."""
    return "malformed" in said or "not a database" in said


def is_database(path: Path) -> bool:
    """Whether a file says of itself that it is an SQLite database; an empty one does not."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def rows_in(path: Path, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """What these columns of a table hold, in a file that is only read; nothing where there is no such table."""
    connection = library.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    try:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone():
            yield from connection.execute(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 - our own names
    finally:
        connection.close()


def problems_in(path: Path, *, thorough: bool = True) -> list[str]:
    """What SQLite finds wrong in a database file; nothing if it is sound.

    Without `thorough`, indexes are not compared with their tables, which takes most of the time.
    """
    look = "PRAGMA integrity_check" if thorough else "PRAGMA quick_check"
    with _opened(path) as connection:
        try:
            found = [row[0] for row in connection.execute(look)]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        except library.DatabaseError as error:
            return [str(error)]
    rows = [f"a row of {table} refers to a missing row of {parent}" for table, _, parent, _ in orphans]
    return [line for line in found if line != "ok"] + rows


class _opened:  # noqa: N801 - read as a function: `with _opened(path)`
    """A connection that is closed at the end; sqlite3's own `with` only ends the transaction."""

    def __init__(self, path: Path) -> None:
        self._connection: sqlite3.Connection = library.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _pragma(connection: sqlite3.Connection, name: str) -> str | int | None:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return row[0] if row else None
