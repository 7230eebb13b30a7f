"""`trainer backup`, `restore`, `doctor`, as typed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.factories import make_person
from trainer import sqlite
from trainer.admin import doctor as looks
from trainer.admin.commands import backup, doctor, restore
from trainer.db import transaction
from trainer.library.models import ContentCheck
from trainer.settings import Settings

Type = Callable[..., Result]


@pytest.fixture
def typed(settings: Settings) -> Type:
    """Types a command."""

    def run(command: click.Command, *arguments: str, **answers: str) -> Result:
        return CliRunner().invoke(command, arguments, obj=settings, **answers)

    return run


def names(engine: Engine) -> list[str]:
    with transaction(engine, read_only=True) as session:
        return list(session.scalars(text('SELECT name FROM "user" ORDER BY name')))


def test_backup_brings_everybody_back(typed: Type, session: Session, engine: Engine, tmp_path: Path) -> None:
    make_person(session, "Alice")
    file = tmp_path / "one.backup"
    made = typed(backup, str(file))
    assert made.exit_code == 0, made.output
    assert made.stdout == f"{file}: {file.stat().st_size} bytes\n"
    make_person(session, "Bob")
    session.close()
    assert typed(restore, str(file), "--yes").exit_code == 0
    assert names(engine) == ["Alice"]


def test_backup_refuses_a_file_that_is_there(typed: Type, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("precious", encoding="utf-8")
    assert typed(backup, str(tmp_path / "there")).exit_code == 2


def test_restore_asks_first(typed: Type, session: Session, engine: Engine, tmp_path: Path) -> None:
    typed(backup, str(tmp_path / "empty.backup"))
    make_person(session, "Alice")
    session.close()
    refused = typed(restore, str(tmp_path / "empty.backup"), input="n\n")
    assert refused.exit_code == 1
    assert names(engine) == ["Alice"]


def test_doctor_finds_a_fresh_site_without_content(typed: Type) -> None:
    result = typed(doctor)
    assert result.exit_code == 1
    assert "BAD  nothing is published yet" in result.stdout
    assert "ok   migrations: at 0001" in result.stdout


def test_doctor_tells_of_errors_in_content(typed: Type, session: Session) -> None:
    problem = {"path": "x", "line": 1, "column": 1, "code": "c", "message": "m", "severity": "error"}
    session.execute(
        ContentCheck.__table__.insert().values(problems=[problem], at=text("CURRENT_TIMESTAMP"))  # type: ignore[attr-defined]
    )
    session.commit()
    assert "BAD  1 errors in courses and banks: trainer check" in typed(doctor).stdout


def test_doctor_warns_of_a_key_that_others_can_read(typed: Type, settings: Settings) -> None:
    (settings.data_dir / "secret-key").write_text("x", encoding="ascii")
    (settings.data_dir / "secret-key").chmod(0o644)
    assert "chmod 600" in typed(doctor).stdout
    (settings.data_dir / "secret-key").chmod(0o600)
    assert "by its owner only" in typed(doctor).stdout


def test_doctor_warns_of_a_full_disk(typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "ROOM", 2**60)
    assert "BAD " in typed(doctor).stdout.splitlines()[0]


def test_doctor_warns_of_passwords_in_the_open(settings: Settings) -> None:
    open_site = replace(settings, base_url="http://learn.example.org")
    assert "travel in the open" in CliRunner().invoke(doctor, [], obj=open_site).stdout


def test_doctor_sees_a_database_that_was_never_migrated(settings: Settings, tmp_path: Path) -> None:
    fresh = replace(settings, database_url=f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    assert "BAD  migrations: at nothing" in CliRunner().invoke(doctor, [], obj=fresh).stdout


def test_doctor_explains_the_rollback_journal(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite.library, "sqlite_version_info", (3, 40, 1))
    old = replace(settings, database_url=f"sqlite:///{tmp_path / 'old.sqlite3'}")
    assert "a rollback journal is slower but safe" in CliRunner().invoke(doctor, [], obj=old).stdout


def test_doctor_misses_the_backup_tool(typed: Type, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    if settings.database_url.startswith("sqlite"):
        pytest.skip("SQLite needs no tool")
    assert "ok   pg_dump is here" in typed(doctor).stdout
    monkeypatch.setattr(looks.shutil, "which", lambda _: None)
    assert "BAD  pg_dump is missing" in typed(doctor).stdout
