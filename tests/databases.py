"""The database of a test: a copy of one that was migrated once. SQLite, or with TRAINER_TEST_DATABASE=postgresql a real
PostgreSQL; the whole suite runs on either."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import trainer.app  # noqa: F401 - with it come all tables
from tests.factories import settings_for
from tests.postgres import drop_database, make_database, running_postgres
from trainer.db import Base, make_engine, schema_head, upgrade

KIND = os.environ.get("TRAINER_TEST_DATABASE", "sqlite")


class Databases(Protocol):
    """Makes migrated, empty databases."""

    def new(self, folder: Path) -> "Iterator[str]": ...


class SqliteDatabases:
    """Copies of a file."""

    def __init__(self, template: Path) -> None:
        self.template = template
        _migrate(f"sqlite:///{template}", template.parent)

    @contextmanager
    def new(self, folder: Path) -> Iterator[str]:
        """The address of a fresh copy."""
        copy = folder / "trainer.sqlite3"
        shutil.copyfile(self.template, copy)
        yield f"sqlite:///{copy}"


class PostgresDatabases:
    """A database made from a template and emptied after each test; making one anew takes ten times as long."""

    def __init__(self, server: str, folder: Path) -> None:
        self.server = server
        _migrate(make_database(server, "template_trainer"), folder)
        self.url = make_database(server, "test", "template_trainer")

    @contextmanager
    def new(self, folder: Path) -> Iterator[str]:
        """The address of the emptied database."""
        yield self.url
        engine = make_engine(self.url)
        try:
            with engine.begin() as connection:
                connection.execute(text(_EMPTY))
        except DBAPIError:
            # A test that failed may have left a lock, or tables in a shape of its own.
            drop_database(self.server, "test")
            make_database(self.server, "test", "template_trainer")
        finally:
            engine.dispose()


_EMPTY = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL lock_timeout = '2s';
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one.tablename);
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        PERFORM setval(one.sequencename::regclass, 1, false);
    END LOOP;
END $$
"""
"""As a replica, so that neither triggers nor foreign keys keep rows."""


@contextmanager
def databases(folder: Path) -> Iterator[SqliteDatabases | PostgresDatabases]:
    """The maker of databases for a whole run."""
    if KIND == "sqlite":
        yield SqliteDatabases(folder / "template.sqlite3")
    elif KIND == "postgresql":
        with running_postgres() as server:
            yield PostgresDatabases(server, folder)
    else:
        raise RuntimeError(f"TRAINER_TEST_DATABASE is sqlite or postgresql, not {KIND!r}.")


def _migrate(url: str, folder: Path) -> None:
    if schema_head():
        upgrade(settings_for(url, folder))
        return
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
