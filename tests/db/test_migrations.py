"""Migrations: all of an upgrade or nothing, after a backup; and the way back from a backup."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from tests.factories import settings_for
from trainer import paths, postgresql, sqlite
from trainer.cli import trainer
from trainer.db import (
    NewerDatabase,
    back_up,
    make_engine,
    schema_head,
    schema_version,
    transaction,
    upgrade,
)
from trainer.settings import Settings

REVISION = '''"""A revision."""

import sqlalchemy as sa
from alembic import op

revision = "{number:04}"
down_revision = {below}


def upgrade() -> None:
{steps}
'''
CREATE = """
    op.create_table("tea", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))
    op.create_table("cup", sa.Column("tea_id", sa.Integer(), sa.ForeignKey("tea.id", ondelete="CASCADE")))
"""
CHANGE = """
    with op.batch_alter_table("tea") as tea:
        tea.add_column(sa.Column("minutes", sa.Integer(), server_default="3"))
        tea.alter_column("name", nullable=False)
"""
FAIL = CHANGE + '    op.execute("INSERT INTO nowhere VALUES (1)")\n'
ORPHAN = '    op.execute("DELETE FROM tea")\n'

Migrations = Callable[..., None]


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Migrations:
    """Puts these steps in the place of the real migrations."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    shutil.copy(paths.MIGRATIONS / "env.py", folder)
    monkeypatch.setattr(paths, "MIGRATIONS", folder)

    def write(*steps: str) -> None:
        for number, step in enumerate(steps, 1):
            below = f'"{number - 1:04}"' if number > 1 else None
            file = folder / "versions" / f"{number:04}_step.py"
            file.write_text(REVISION.format(number=number, below=below, steps=step), encoding="utf-8")

    return write


@pytest.fixture
def empty(empty_database_url: str, tmp_path: Path) -> Settings:
    return settings_for(empty_database_url, tmp_path)


def version(settings: Settings) -> str:
    engine = make_engine(settings.database_url)
    found = schema_version(engine)
    engine.dispose()
    return found


def run(settings: Settings, *statements: str) -> list[object]:
    engine = make_engine(settings.database_url)
    with transaction(engine) as session:
        results = [session.execute(text(statement)) for statement in statements]
        rows = [tuple(row) for row in results[-1]] if results[-1].returns_rows else []  # type: ignore[attr-defined]
    engine.dispose()
    return rows


def backups(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.data_dir / "backups").glob("*"))


def test_upgrade_makes_the_tables_of_an_empty_database(empty: Settings, migrations: Migrations) -> None:
    migrations(CREATE)
    upgrade(empty)
    upgrade(empty)
    assert version(empty) == "0001"
    assert backups(empty) == [], "there was nothing to lose"


def test_upgrade_of_a_filled_database_makes_a_backup_first(
    empty: Settings, migrations: Migrations, caplog: pytest.LogCaptureFixture
) -> None:
    migrations(CREATE)
    upgrade(empty)
    run(empty, "INSERT INTO tea VALUES (1, 'Assam')", "INSERT INTO cup VALUES (1)")
    migrations(CREATE, CHANGE)
    upgrade(empty)
    assert run(empty, "SELECT id, name, minutes FROM tea") == [(1, "Assam", 3)]
    assert run(empty, "SELECT tea_id FROM cup") == [(1,)], "changing a table does not cascade"
    assert len(backups(empty)) == 1
    assert backups(empty)[0].startswith("before-0002-")
    assert backups(empty)[0] in caplog.text


def test_upgrade_that_fails_leaves_everything_as_it_was(empty: Settings, migrations: Migrations) -> None:
    migrations(CREATE)
    upgrade(empty)
    migrations(CREATE, FAIL)
    with pytest.raises(DBAPIError):
        upgrade(empty)
    assert version(empty) == "0001"
    engine = make_engine(empty.database_url)
    assert set(inspect(engine).get_table_names()) == {"alembic_version", "cup", "tea"}
    engine.dispose()
    run(empty, "INSERT INTO tea (id) VALUES (5)")


def test_upgrade_that_would_leave_orphans_is_refused(empty: Settings, migrations: Migrations) -> None:
    if not empty.database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL checks references itself")
    migrations(CREATE)
    upgrade(empty)
    run(empty, "INSERT INTO tea VALUES (1, 'Assam')", "INSERT INTO cup VALUES (1)")
    migrations(CREATE, ORPHAN)
    with pytest.raises(RuntimeError, match="refer to nothing"):
        upgrade(empty)
    assert run(empty, "SELECT count(*) FROM tea") == [(1,)]


def test_upgrade_without_the_backup_tool_says_so(
    empty: Settings, migrations: Migrations, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if empty.database_url.startswith("sqlite"):
        pytest.skip("SQLite needs no tool")
    migrations(CREATE)
    upgrade(empty)
    migrations(CREATE, CHANGE)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with caplog.at_level(logging.WARNING):
        upgrade(empty)
    assert "without a backup" in caplog.text
    assert version(empty) == "0002"


def test_database_of_a_newer_trainer_is_refused_without_a_backup(empty: Settings, migrations: Migrations) -> None:
    migrations(CREATE, CHANGE)
    upgrade(empty)
    migrations(CREATE)
    (paths.MIGRATIONS / "versions" / "0002_step.py").unlink()
    with pytest.raises(NewerDatabase, match=r"newer Trainer \(migration 0002\); this one knows .* up to 0001"):
        upgrade(empty)
    assert version(empty) == "0002"
    assert backups(empty) == []


def test_backup_never_overwrites(empty: Settings, migrations: Migrations, tmp_path: Path) -> None:
    migrations(CREATE)
    upgrade(empty)
    (tmp_path / "there").write_text("precious", encoding="utf-8")
    with pytest.raises(FileExistsError):
        back_up(empty, tmp_path / "there")
    assert (tmp_path / "there").read_text(encoding="utf-8") == "precious"


def test_backup_is_its_owners_and_leaves_nothing_else(empty: Settings, migrations: Migrations, tmp_path: Path) -> None:
    migrations(CREATE)
    upgrade(empty)
    back_up(empty, tmp_path / "deep" / "one.backup")
    (file,) = (tmp_path / "deep").iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("one.backup", 0o600)


def test_backup_that_fails_leaves_no_file(empty: Settings, migrations: Migrations, tmp_path: Path) -> None:
    migrations(CREATE)
    upgrade(empty)
    gone = replace(empty, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(postgresql.BackupFailed, match="pg_dump: "):
        back_up(gone, tmp_path / "deep" / "one.backup")
    assert list((tmp_path / "deep").iterdir()) == []


def test_backup_of_a_database_in_use_is_sound_and_one_file(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'live.sqlite3'}", tmp_path)
    engine = make_engine(settings.database_url)
    with transaction(engine) as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
    with transaction(engine) as session:
        session.execute(text("INSERT INTO t VALUES (1)"))
        back_up(settings, tmp_path / "copy")
    engine.dispose()
    assert sqlite.problems_in(tmp_path / "copy") == []
    assert run(settings_for(f"sqlite:///{tmp_path / 'copy'}", tmp_path), "SELECT count(*) FROM t") == [(0,)]


def test_orphan_rows_are_found(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'x.sqlite3'}", tmp_path)
    run(settings, "CREATE TABLE a (id INTEGER PRIMARY KEY)", "CREATE TABLE b (a_id INTEGER REFERENCES a)")
    raw = sqlite.library.connect(tmp_path / "x.sqlite3", isolation_level=None)
    raw.execute("INSERT INTO b VALUES (7)")
    raw.close()
    assert sqlite.problems_in(tmp_path / "x.sqlite3") == ["a row of b refers to a missing row of a"]


def test_backup_tool_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(postgresql.BackupToolMissing, match="pg_dump is not installed"):
        postgresql.dump("postgresql+psycopg://u:secret@db/trainer", tmp_path / "x")


def test_upgrade_by_several_at_once_happens_once(empty: Settings) -> None:
    # Processes, not threads: that is how a site starts, and alembic keeps one state a process.
    environ = os.environ | {"TRAINER_DATABASE_URL": empty.database_url, "TRAINER_DATA_DIR": str(empty.data_dir)}
    command = [sys.executable, "-m", "trainer.cli", "releases"]
    running = [subprocess.Popen(command, cwd=paths.HOUSE, env=environ) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert version(empty) == schema_head()
    assert backups(empty) == []


def test_next_migration_is_written_from_the_difference(migrations: Migrations, tmp_path: Path) -> None:
    shutil.copy(paths.HOUSE / "migrations" / "script.py.mako", paths.MIGRATIONS)
    versions = paths.MIGRATIONS / "versions"
    result = CliRunner().invoke(trainer, ["new-migration", "all tables"])
    assert result.exit_code == 0, result.output
    text = (versions / "0001_all_tables.py").read_text(encoding="utf-8")
    assert "op.create_table('content_document'" in text
    assert "trainer" not in text, "a migration never imports the code"
    CliRunner().invoke(trainer, ["new-migration", "nothing"])
    assert [path.name for path in versions.glob("*.py")] == ["0001_all_tables.py"]
