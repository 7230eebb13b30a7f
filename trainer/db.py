"""The database: the base of all tables, engines that keep the connection contract, transactions, migrations.

A writing transaction takes its lock when it begins; a reading one cannot write: in a request that the edge has not let
write, and in `transaction(engine, read_only=True)`, both databases refuse. Contracts are in sqlite.py, postgresql.py.
"""

import errno
import logging
import os
import pkgutil
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import flask
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from trainer import clock, paths, postgresql, sqlite
from trainer.learning.errors import N_, Conflict
from trainer.settings import Settings

log = logging.getLogger(__name__)
Key = TypeVar("Key", int, str)

_UPGRADE_LOCK = 7_318_420_931
"""Any number that nobody else uses for an advisory lock in this database."""

BATCH = 10_000
"""Parameters that a statement can take: SQLite 32,766, PostgreSQL 65,535."""

HURRY_MS = 100
"""How long a transaction waits for a lock where what it writes can be left undone."""


class NewerDatabase(Conflict):
    """The database, or a backup, is at a migration that this code does not know: nothing here may touch it."""

    def __init__(self, version: str) -> None:
        message = N_(
            "The database was made by a newer Trainer (migration %(version)s); "
            "this one knows migrations up to %(newest)s."
        )
        super().__init__(message, version=version, newest=schema_head())


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, stored as UTC. A naive one is refused: nobody knows when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; inside, all times are aware.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite keeps no time zone; what we stored was UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def batches(ids: Collection[Key]) -> Iterator[list[Key]]:
    """The ids in parts that fit into one statement on both databases."""
    every = list(ids)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]


class Base(DeclarativeBase):
    """The base of every table. Constraints have names, so that a migration can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy's own name


class _RequestSession(Session):
    """The session of a request: reads only, but for the time in which the edge lets it write."""

    def get_bind(self, *arguments: Any, **options: Any) -> Engine | Connection:
        bind = super().get_bind(*arguments, **options)
        return _reading(bind) if isinstance(bind, Engine) and _only_reads() else bind


def _only_reads() -> bool:
    return flask.has_request_context() and not flask.g.get("may_write", False)


@lru_cache(maxsize=8)
def _reading(engine: Engine) -> Engine:
    # Always the same one: a session takes a connection for each engine it is given, and keeps it until it ends.
    return engine.execution_options(trainer_read_only=True)


db = SQLAlchemy(session_options={"class_": _RequestSession, "expire_on_commit": False})
"""`db.session` inside a request."""


def begin_writing() -> None:
    """Let the request write from here on. What was read so far stays as it is.

    From the first statement on it then holds SQLite's one write lock. So the edge (trainer/web/guarding.py) says this
    only once it knows who is asking; what is written depending on something is read, and locked, after this.
    """
    db.session.commit()
    flask.g.may_write = True


def end_writing(*, keep: bool) -> None:
    """Commit what the request has done, or undo it; from here on it only reads."""
    if keep:
        db.session.commit()
    else:
        db.session.rollback()
    flask.g.may_write = False


def attach_database(app: Flask, settings: Settings) -> None:
    """Give an app its database: `db.session` in each request, closed at its end."""
    app.config.update(SQLALCHEMY_ENGINES={"default": engine_options(settings.database_url)})
    db.init_app(app)
    # The extension also closes asynchronous sessions, of which there are none; that took a thread and 3 ms a request.
    app.teardown_appcontext_funcs = [end for end in app.teardown_appcontext_funcs if not iscoroutinefunction(end)]


def new_public_id() -> str:
    """An id that may leave the house: a UUIDv7, so that new rows stand together in the index."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    number = milliseconds << 80 | random
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=number))


def engine_options(url: str) -> dict[str, Any]:
    """What to give `create_engine` and SQLALCHEMY_ENGINES, so that every connection keeps the contract."""
    if make_url(url).get_backend_name() == "sqlite":
        path = Path(make_url(url).database or "")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        timeout = sqlite.BUSY_MS / 1000
        return {"url": url, "module": sqlite.library, "connect_args": {"timeout": timeout, "isolation_level": None}}
    return {"url": url, "connect_args": dict(postgresql.CONNECT), "pool_pre_ping": True}


def make_engine(url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL address whose connections keep the contract."""
    return create_engine(**engine_options(url))


@event.listens_for(Engine, "connect")
def _keep_contract(connection: Any, record: object) -> None:
    if isinstance(connection, sqlite.library.Connection):
        sqlite.keep_contract(connection)
    else:
        postgresql.keep_contract(connection)


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if connection.dialect.name == "sqlite":
        _begin_sqlite(connection, options)
    elif options.get("trainer_read_only"):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    elif "trainer_patience_ms" in options:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {options['trainer_patience_ms']:d}")


def _begin_sqlite(connection: Connection, options: Mapping[str, Any]) -> None:
    opened: Any = connection.connection.driver_connection
    patience_ms = options.get("trainer_patience_ms")
    try:
        sqlite.begin(opened, read_only=bool(options.get("trainer_read_only")), patience_ms=patience_ms)
    except sqlite.library.OperationalError as error:
        raise OperationalError("BEGIN", {}, error) from error


@contextmanager
def transaction(engine: Engine, *, read_only: bool = False) -> Iterator[Session]:
    """A session for a command or a job: returning commits, raising rolls back."""
    with _session(engine.execution_options(trainer_read_only=True) if read_only else engine) as session:
        yield session


@contextmanager
def hurried_transaction(engine: Engine) -> Iterator[Session]:
    """The same for what can be left undone: where another holds a lock, it hardly waits."""
    with _session(engine.execution_options(trainer_patience_ms=HURRY_MS)) as session:
        yield session


@contextmanager
def _session(bind: Engine) -> Iterator[Session]:
    with Session(bind, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def database_of(settings: Settings) -> Iterator[Engine]:
    """The database for a command, brought up to date; its connections are closed at the end."""
    upgrade(settings)
    engine = make_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def damage(settings: Settings, *, thorough: bool = True) -> list[str]:
    """What is wrong in the file of a SQLite database; nothing where there is no such file. PostgreSQL looks itself."""
    file = sqlite_file(settings)
    return sqlite.problems_in(file, thorough=thorough) if file and file.is_file() else []


def one_at_a_time(session: Session, what: str) -> None:
    """Wait until no other transaction does `what`. On SQLite a writing transaction is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": what})


def is_unavailable(error: DBAPIError) -> bool:
    """Whether the database could not serve for now (locked, full, gone), so that trying again later makes sense."""
    if error.connection_invalidated:
        return True
    if sqlstate := getattr(error.orig, "sqlstate", None):
        # lock_not_available, query_canceled, deadlock, serialisation, class 08 connection, 53 resources, 57P going down
        return sqlstate in {"55P03", "57014", "40P01", "40001"} or sqlstate.startswith(("08", "53", "57P"))
    words = ("database is locked", "database or disk is full", "disk i/o error", "unable to open", "connection")
    return any(word in str(error.orig).lower() for word in words)


def schema_head() -> str:
    """The newest migration that this code knows."""
    return ScriptDirectory(str(paths.MIGRATIONS)).get_current_head() or ""


def knows_schema(version: str) -> bool:
    """Whether this code knows the migration of that number; else a newer one, or another program, made it."""
    return version in {script.revision for script in ScriptDirectory(str(paths.MIGRATIONS)).walk_revisions()}


def schema_version(engine: Engine) -> str:
    """The migration that the database is at; empty for an empty database."""
    with engine.execution_options(trainer_read_only=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(settings: Settings) -> None:
    """Bring the database to the newest migration, after a backup if there is something in it: all of it or nothing.

    Raises NewerDatabase, without a backup, where this code is the older one.
    """
    engine = make_engine(settings.database_url)
    try:
        if (version := schema_version(engine)) == schema_head():
            return
        if version and not knows_schema(version):
            raise NewerDatabase(version)
        if version:
            _back_up_before_upgrade(settings)
        migrate(engine)
    finally:
        engine.dispose()


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring a database to a revision, all of it or nothing, without a backup."""
    with _migrating(engine) as connection:
        run_migrations(connection, revision)


def run_migrations(connection: Connection, revision: str = "head") -> None:
    """Bring the database behind `connection` to a revision, inside the transaction it is in."""
    command.upgrade(alembic_config(connection), revision)


def new_migration(engine: Engine, name: str) -> None:
    """Write the next file in migrations/versions/: what the tables of the code have that the migrations lack."""
    for module in pkgutil.walk_packages([str(Path(__file__).parent)], "trainer."):
        if module.name.endswith((".models", ".mail", ".jobs")):
            import_module(module.name)
    with _migrating(engine) as connection:
        run_migrations(connection)
        config = alembic_config(connection)
        number = f"{len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1:04}"
        made = command.revision(config, name, autogenerate=True, rev_id=number)
    if isinstance(made, Script):
        Path(made.path).chmod(0o644)  # source, unlike all else that commands write


def alembic_config(connection: Connection) -> Config:
    """What migrations/env.py needs: the open connection and the tables as the code has them."""
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes.update(connection=connection, target_metadata=Base.metadata)
    return config


def _back_up_before_upgrade(settings: Settings) -> None:
    target = new_backup_name(settings, f"before-{schema_head()}")
    try:
        back_up(settings, target)
    except postgresql.BackupToolMissing as missing:
        log.warning("Upgrading without a backup: %s.", missing)
    else:
        log.warning("The database is upgraded; how it was before lies in %s.", target)


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Altering a table copies it and drops the old one, which would cascade; so off, and checked at the end.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = 0")  # type: ignore[union-attr]
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            yield connection
            _refuse_orphans(connection)


def _refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise RuntimeError(f"The migration would leave rows that refer to nothing: {orphans[:5]}")


def back_up(settings: Settings, target: Path) -> None:
    """A consistent backup of the database in use, in one file that only its owner reads, whole or not at all.

    Raises FileExistsError, BackupToolMissing, BackupFailed.
    """
    if target.exists():
        raise FileExistsError(errno.EEXIST, "There is such a file already", str(target))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part-{os.getpid()}")
    part.touch(mode=0o600)
    try:
        if file := sqlite_file(settings):
            sqlite.copy_database(file, part)
        else:
            postgresql.dump(settings.database_url, part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def new_backup_name(settings: Settings, why: str) -> Path:
    """Where to put a backup that nobody asked for."""
    return settings.data_dir / "backups" / f"{why}-{clock.now():%Y%m%d-%H%M%S-%f}.backup"


def sqlite_file(settings: Settings) -> Path | None:
    """The file of an SQLite database; nothing for PostgreSQL."""
    url = make_url(settings.database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def table_names(engine: Engine) -> list[str]:
    """The tables that are there."""
    return sorted(inspect(engine).get_table_names())
