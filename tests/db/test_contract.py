"""The connection contract of both databases, set in one place, is read back here on new connections."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from trainer import postgresql, sqlite
from trainer.db import make_engine, transaction


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'deep' / 'er' / 'x.sqlite3'}")
    yield engine
    engine.dispose()


def pragma(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_sqlite_connection_keeps_the_contract(sqlite_engine: Engine) -> None:
    mode, synchronous = sqlite.journal()
    assert pragma(sqlite_engine, "journal_mode") == mode
    assert pragma(sqlite_engine, "synchronous") == {"full": 2, "extra": 3}[synchronous]
    assert pragma(sqlite_engine, "foreign_keys") == 1
    assert pragma(sqlite_engine, "busy_timeout") == 5000
    assert pragma(sqlite_engine, "mmap_size") == 0


@pytest.mark.parametrize(
    ("version", "expected"),
    [((3, 40, 1), ("delete", "extra")), ((3, 51, 2), ("delete", "extra")), ((3, 51, 3), ("wal", "full"))],
)
def test_wal_is_used_only_where_it_is_sound(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], expected: tuple[str, str]
) -> None:
    monkeypatch.setattr(sqlite.library, "sqlite_version_info", version)
    assert sqlite.journal() == expected


def test_connection_that_cannot_keep_the_contract_is_refused() -> None:
    in_memory = sqlite.library.connect(":memory:", isolation_level=None)
    with pytest.raises(RuntimeError, match="does not keep its contract"):
        sqlite.keep_contract(in_memory)
    in_memory.close()


def test_writing_transaction_takes_the_lock_at_once(sqlite_engine: Engine) -> None:
    with transaction(sqlite_engine) as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
    with transaction(sqlite_engine) as first:
        first.execute(text("SELECT 1"))
        other = sqlite.library.connect(str(sqlite_engine.url.database), timeout=0, isolation_level=None)
        with pytest.raises(sqlite.library.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    with transaction(sqlite_engine, read_only=True) as reader:
        assert reader.execute(text("SELECT count(*) FROM t")).scalar_one() == 0


def test_postgresql_connection_keeps_the_contract(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("speaks of PostgreSQL")
    with engine.connect() as connection:
        found = {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in postgresql.CONTRACT}
    assert found == postgresql.CONTRACT


def test_two_libraries_are_never_mixed(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        opened = connection.connection.driver_connection
    assert isinstance(opened, sqlite.library.Connection)
    assert (sqlite.library is not sqlite3) == (type(opened) is not sqlite3.Connection)
