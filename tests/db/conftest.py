"""A database without tables, for what is below the tables."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.databases import PostgresDatabases, SqliteDatabases
from tests.postgres import drop_database, make_database

_numbers = count(1)


@pytest.fixture
def empty_database_url(all_databases: SqliteDatabases | PostgresDatabases, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database without tables."""
    if isinstance(all_databases, SqliteDatabases):
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    name = f"empty_{next(_numbers)}"
    yield make_database(all_databases.server, name)
    drop_database(all_databases.server, name)
