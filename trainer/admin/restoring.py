"""Putting a backup in the place of the database. What is not ours, not sound or of a newer Trainer changes nothing.

On SQLite everything is done to a copy, which is put in place last. On PostgreSQL the file is looked at, then put in
place in one transaction; if it cannot be brought up to date afterwards, what was there comes back.

Who was signed in when the backup was made may have signed out since, and links may have been used: their rows would
bring both back to life. So all sessions and one-time links end with a restore.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.util import CommandError
from sqlalchemy import Engine, delete, text
from sqlalchemy.exc import DBAPIError

from trainer import postgresql, sqlite
from trainer.accounts.models import BrowserSession, OneTimeLink
from trainer.admin.troubles import said_by
from trainer.db import (
    NewerDatabase,
    back_up,
    knows_schema,
    make_engine,
    migrate,
    new_backup_name,
    schema_version,
    sqlite_file,
    table_names,
    transaction,
)
from trainer.learning.errors import N_, Invalid
from trainer.settings import Settings

_ENDINGS = tuple(str(delete(table)) for table in (BrowserSession, OneTimeLink))


class NotABackup(Invalid):
    """The file is not one that `trainer backup` wrote for this kind of database, or it is damaged."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(N_("%(file)s cannot be restored, and nothing was changed: %(why)s."), file=file, why=why)


def restore(settings: Settings, source: Path) -> Path | None:
    """Put a backup in the place of the database, brought up to date; where what was there lies now, if anything was.

    Raises NotABackup or NewerDatabase, having changed nothing.
    """
    if target := sqlite_file(settings):
        return _restore_sqlite(settings, source, target)
    return _restore_postgresql(settings, source)


def _restore_sqlite(settings: Settings, source: Path, target: Path) -> Path | None:
    if not sqlite.is_database(source):
        raise NotABackup(source, "it is not an SQLite database")
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="restore-", dir=settings.data_dir) as folder:
        copy = Path(folder) / "copy.sqlite3"
        try:
            _make_ready(source, copy)
        except (DBAPIError, CommandError, sqlite.library.Error) as error:
            raise NotABackup(source, said_by(error)) from error
        return _put_in_place(settings, copy, target)


def _make_ready(source: Path, copy: Path) -> None:
    sqlite.copy_database(source, copy)
    if faults := sqlite.problems_in(copy):
        raise NotABackup(source, f"it is damaged ({'; '.join(faults[:3])})")
    engine = make_engine(f"sqlite:///{copy}")
    try:
        tables = set(table_names(engine))
        _refuse_foreign(source, schema_version(engine) if tables else "", tables)
        _bring_up_to_date(engine)
    finally:
        engine.dispose()


def _put_in_place(settings: Settings, copy: Path, target: Path) -> Path | None:
    kept = new_backup_name(settings, "before-restore")
    had_something = target.is_file() and target.stat().st_size > 0
    try:
        if had_something:
            back_up(settings, kept)
        sqlite.replace_database(copy, target)
    except sqlite.library.DatabaseError as error:
        if not sqlite.is_damage(str(error)):
            raise
        # So damaged that SQLite does not open it: that is what backups are for.
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sqlite.set_aside(target, kept)
        sqlite.replace_database(copy, target)
    return kept if had_something else None


def _restore_postgresql(settings: Settings, source: Path) -> Path | None:
    try:
        version, tables = postgresql.contents(source)
    except postgresql.BackupFailed as error:
        raise NotABackup(source, str(error)) from error
    _refuse_foreign(source, version, tables)
    engine = make_engine(settings.database_url)
    try:
        kept = new_backup_name(settings, "before-restore") if table_names(engine) else None
        if kept:
            back_up(settings, kept)
        postgresql.restore(settings.database_url, source, _ENDINGS)
        _bring_up_to_date_or_back(settings, engine, source, kept)
    finally:
        engine.dispose()
    return kept


def _bring_up_to_date_or_back(settings: Settings, engine: Engine, source: Path, kept: Path | None) -> None:
    try:
        migrate(engine)
    except DBAPIError as error:
        if kept is None:
            raise
        engine.dispose()
        postgresql.restore(settings.database_url, kept, ())
        raise NotABackup(source, said_by(error)) from error


def _bring_up_to_date(engine: Engine) -> None:
    migrate(engine)
    with transaction(engine) as session:
        for statement in _ENDINGS:
            session.execute(text(statement))


def _refuse_foreign(source: Path, version: str, tables: set[str]) -> None:
    if not version:
        raise NotABackup(source, "it is not a backup of Trainer")
    if not knows_schema(version):
        raise NewerDatabase(version)
    if missing := _tables_at(version) - tables:
        raise NotABackup(source, f"it is not a backup of Trainer, it lacks the table {min(missing)}")


def _tables_at(version: str) -> set[str]:
    with TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/new.sqlite3")
        try:
            migrate(engine, version)
            return set(table_names(engine))
        finally:
            engine.dispose()
