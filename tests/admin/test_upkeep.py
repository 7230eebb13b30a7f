"""`trainer backup`, `restore`, `doctor`, as typed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.factories import make_person, settings_for
from trainer import sqlite
from trainer.admin import doctor as looks
from trainer.admin.commands import backup, doctor, restore
from trainer.db import schema_head, transaction, upgrade
from trainer.library.models import ContentCheck
from trainer.settings import DEFAULT_BASE_URL, Settings, prepared, remember_address

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
    assert made.stdout.startswith(f"{file}: {file.stat().st_size} bytes\n")
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
    assert f"ok   migrations: at {schema_head()}" in result.stdout


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


def test_doctor_warns_of_a_folder_that_others_can_look_into(typed: Type, settings: Settings) -> None:
    settings.data_dir.chmod(0o755)
    assert f"BAD  {settings.data_dir} can be read by others: chmod 700 it" in typed(doctor).stdout
    settings.data_dir.chmod(0o700)
    assert f"ok   {settings.data_dir} can be read by its owner only" in typed(doctor).stdout


def test_doctor_goes_on_where_a_thing_cannot_be_looked_at(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"x" * 9000)
    (tmp_path / "file").touch()
    broken = replace(settings, database_url=f"sqlite:///{tmp_path / 'junk'}", data_dir=tmp_path / "file" / "data")
    result = CliRunner().invoke(doctor, [], obj=broken)
    assert result.exit_code == 1
    assert f"BAD  Not a directory: {tmp_path / 'file' / 'data'}" in result.stdout
    assert "BAD  The database is damaged (file is not a database)" in result.stdout
    assert "served as http://localhost" in result.stdout


def test_doctor_says_who_is_newer(typed: Type, engine: Engine) -> None:
    with transaction(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    found = typed(doctor).stdout
    with transaction(engine) as session:
        session.execute(text(f"UPDATE alembic_version SET version_num = '{schema_head()}'"))
    assert "BAD  The database was made by a newer Trainer (migration 0099)" in found


def test_doctor_says_where_mails_go_and_keeps_the_password(settings: Settings) -> None:
    for url, says in (
        (None, f"mails are written to {settings.data_dir / 'mails'}"),
        ("smtp://us%20er:secret@mail.example.org:587", "smtp://mail.example.org:587 as us er"),
        ("smtps://mail.example.org", "smtps://mail.example.org\n"),
        ("smtp://us:secret@h:25?encryption=optional", "smtp://h:25 as us, its password unencrypted if need be"),
    ):
        found = CliRunner().invoke(doctor, [], obj=replace(settings, smtp_url=url)).stdout
        assert says in found
        assert "secret" not in found.replace("secret-key", "")


def test_doctor_says_the_address_that_is_served(settings: Settings) -> None:
    here = replace(settings, base_url=DEFAULT_BASE_URL)
    remember_address(replace(here, base_url="http://127.0.0.1:8765"))
    assert "ok   served as http://127.0.0.1:8765" in CliRunner().invoke(doctor, [], obj=here).stdout


def test_database_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'x.sqlite3'}", tmp_path)
    upgrade(settings)
    for name in ("x.sqlite3", "x.sqlite3-wal", "x.sqlite3-shm", "x.sqlite3-journal"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    prepared(settings)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("x.sqlite3*")} == {0o600}


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
