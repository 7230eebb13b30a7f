"""Restoring: a backup of this site comes back whole and signs nobody in; anything else changes nothing."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, insert, select, text
from sqlalchemy.exc import DBAPIError

from tests.browser_client import Browser
from tests.factories import NOW, settings_for
from trainer import sqlite
from trainer.accounts.actions import make_sign_in_link
from trainer.accounts.models import BrowserSession, OneTimeLink, SignInAttempt, User
from trainer.admin import restoring
from trainer.admin.restoring import NotABackup, restore
from trainer.db import (
    NewerDatabase,
    back_up,
    make_engine,
    migrate,
    schema_head,
    schema_version,
    table_names,
    transaction,
)
from trainer.mail import OutboxMail
from trainer.settings import Settings

Look = Callable[[Executable], list[Any]]
EMAILS = select(User.email)


def is_sqlite(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite")


def only_sqlite(settings: Settings) -> None:
    if not is_sqlite(settings):
        pytest.skip("speaks of SQLite's files")


def kept(settings: Settings) -> list[str]:
    return sorted(path.name[:14] for path in (settings.data_dir / "backups").glob("*"))


def refuses(settings: Settings, file: Path, kind: type[Exception], says: str) -> None:
    before = {path: path.read_bytes() for path in [file]}
    with pytest.raises(kind, match=says):
        restore(settings, file)
    assert {path: path.read_bytes() for path in [file]} == before
    assert kept(settings) == []
    assert list(settings.data_dir.glob("restore-*")) == []


def test_restored_backup_holds_what_it_held(settings: Settings, look: Look, alice: User, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "one.backup")
    engine = make_engine(settings.database_url)
    with transaction(engine) as session:
        session.execute(text("UPDATE \"user\" SET email = 'changed@example.org'"))
        session.execute(insert(SignInAttempt).values(account="x", network="y", at=NOW))
    engine.dispose()
    before = restore(settings, tmp_path / "one.backup")
    assert look(EMAILS) == [alice.email]
    assert look(select(SignInAttempt.id)) == []
    assert before is not None
    assert kept(settings) == ["before-restore"]
    restore(settings, before)
    assert look(EMAILS) == ["changed@example.org"], "the way back"


def test_restore_into_an_empty_database_needs_no_backup(
    settings: Settings, empty_database_url: str, alice: User, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "one.backup")
    fresh = settings_for(empty_database_url, tmp_path / "fresh")
    assert restore(fresh, tmp_path / "one.backup") is None
    engine = make_engine(empty_database_url)
    with transaction(engine, read_only=True) as session:
        assert session.scalars(EMAILS).all() == [alice.email]
    engine.dispose()


def test_older_backup_is_brought_up_to_date(
    settings: Settings, empty_database_url: str, look: Look, alice: User, tmp_path: Path
) -> None:
    engine = make_engine(empty_database_url)
    migrate(engine, "0001")
    engine.dispose()
    back_up(settings_for(empty_database_url, tmp_path), tmp_path / "old.backup")
    restore(settings, tmp_path / "old.backup")
    assert look(select(User.time_zone)) == []
    assert look(text("SELECT version_num FROM alembic_version")) == [schema_head()]


def test_tables_of_later_migrations_go(settings: Settings, look: Look, alice: User, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "one.backup")
    engine = make_engine(settings.database_url)
    ours = table_names(engine)
    with transaction(engine) as session:
        session.execute(text('CREATE TABLE later (user_id INTEGER REFERENCES "user" (id))'))
        session.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    restore(settings, tmp_path / "one.backup")
    assert table_names(engine) == ours
    engine.dispose()


def test_restore_revives_no_session_and_no_link(
    settings: Settings,
    app: Flask,
    session: Any,
    look: Look,
    browser_of: Callable[[User], Browser],
    alice: User,
    tmp_path: Path,
) -> None:
    browser = browser_of(alice)
    make_sign_in_link(session, session.merge(alice), NOW)
    session.commit()
    assert browser.get("/account").status_code == 200
    back_up(settings, tmp_path / "one.backup")
    copied = browser.cookie
    browser.post("/sign-out")
    restore(settings, tmp_path / "one.backup")
    thief = app.test_client()
    thief.set_cookie("trainer", copied)
    assert thief.get("/account").status_code == 302
    assert look(select(BrowserSession.id)) == look(select(OneTimeLink.id)) == []


def test_restore_revives_no_link_that_sets_a_password(
    settings: Settings, app: Flask, nobody: Browser, look: Look, alice: User, tmp_path: Path
) -> None:
    nobody.post("/reset", data={"email": alice.email})
    (mail,) = look(select(OutboxMail.body))
    link = re.search(r"http://localhost(/reset/\S+)", mail)
    assert link is not None
    back_up(settings, tmp_path / "one.backup")
    form = {"password": "eight brown bottles", "password_confirm": "eight brown bottles"}
    assert nobody.post(link[1], data=form).location == "/sign-in"
    restore(settings, tmp_path / "one.backup")
    app.test_client().post(link[1], data=form)
    assert look(select(User.password).where(User.id == alice.id)) == [alice.password], (
        "used once, and the old password is back"
    )


@pytest.mark.parametrize(
    "content", [b"", b"SQLite", b"PGDMP\1\16", b"nonsense" * 500], ids=["empty", "short", "dump", "junk"]
)
def test_junk_is_not_restored(settings: Settings, look: Look, alice: User, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "junk").write_bytes(content)
    refuses(settings, tmp_path / "junk", NotABackup, "nothing was changed")
    assert look(EMAILS) == [alice.email]


def test_damaged_backup_is_not_restored(settings: Settings, look: Look, alice: User, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    back_up(settings, file)
    content = file.read_bytes()
    middle = len(content) // 2 if is_sqlite(settings) else 300
    file.write_bytes(content[:middle] + bytes(len(content) - middle))
    refuses(settings, file, NotABackup, "nothing was changed")
    assert look(EMAILS) == [alice.email]


def test_header_alone_is_not_restored(settings: Settings, look: Look, alice: User, tmp_path: Path) -> None:
    only_sqlite(settings)
    (tmp_path / "bad").write_bytes(b"SQLite format 3\0" + b"nonsense" * 500)
    refuses(settings, tmp_path / "bad", NotABackup, "nothing was changed")
    assert look(EMAILS) == [alice.email]


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE bookmark (id INTEGER PRIMARY KEY)"],
        ["CREATE TABLE alembic_version (version_num VARCHAR(32))", "CREATE TABLE bookmark (id INTEGER PRIMARY KEY)"],
        [
            "CREATE TABLE alembic_version (version_num VARCHAR(32))",
            "INSERT INTO alembic_version VALUES ('0002')",
            'CREATE TABLE "user" (id INTEGER PRIMARY KEY)',
        ],
    ],
    ids=["no migrations", "no version", "our number, other tables"],
)
def test_database_of_another_program_is_not_restored(
    settings: Settings, empty_database_url: str, look: Look, alice: User, tmp_path: Path, statements: list[str]
) -> None:
    engine = make_engine(empty_database_url)
    with transaction(engine) as session:
        for statement in statements:
            session.execute(text(statement))
    engine.dispose()
    back_up(settings_for(empty_database_url, tmp_path), tmp_path / "other")
    refuses(settings, tmp_path / "other", NotABackup, "not a backup of Trainer")
    assert look(EMAILS) == [alice.email]


def test_backup_of_a_newer_trainer_is_not_restored(settings: Settings, look: Look, alice: User, tmp_path: Path) -> None:
    engine = make_engine(settings.database_url)
    with transaction(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    back_up(settings, tmp_path / "newer")
    with transaction(engine) as session:
        session.execute(text(f"UPDATE alembic_version SET version_num = '{schema_head()}'"))
    refuses(settings, tmp_path / "newer", NewerDatabase, "0099")
    assert look(EMAILS) == [alice.email]
    assert schema_version(engine) == schema_head()
    engine.dispose()


def test_backup_that_cannot_be_brought_up_to_date_changes_nothing(
    settings: Settings, look: Look, alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(settings, tmp_path / "one.backup")
    engine = make_engine(settings.database_url)
    with transaction(engine) as session:
        session.execute(text("UPDATE \"user\" SET email = 'newer@example.org'"))
    engine.dispose()

    def fails(_engine: Any, revision: str = "head") -> None:
        if revision == "head":
            raise DBAPIError("UPDATE secret", {}, Exception("no such column"))
        migrate(_engine, revision)

    monkeypatch.setattr(restoring, "migrate", fails)
    with pytest.raises(NotABackup, match="no such column") as refused:
        restore(settings, tmp_path / "one.backup")
    assert "secret" not in str(refused.value)
    assert look(EMAILS) == ["newer@example.org"]


@pytest.mark.parametrize("keeps", [0, 4096], ids=["junk", "only its first page"])
def test_damaged_database_can_be_replaced(settings: Settings, alice: User, tmp_path: Path, keeps: int) -> None:
    only_sqlite(settings)
    back_up(settings, tmp_path / "one.backup")
    site = settings_for(f"sqlite:///{tmp_path / 'site.sqlite3'}", tmp_path)
    damaged = (tmp_path / "one.backup").read_bytes()
    damaged = damaged[:keeps] + b"x" * (len(damaged) - keeps)
    (tmp_path / "site.sqlite3").write_bytes(damaged)
    before = restore(site, tmp_path / "one.backup")
    assert before is not None
    assert before.stat().st_size == len(damaged), "even that is kept"
    assert sqlite.problems_in(tmp_path / "site.sqlite3") == []
    with sqlite._opened(tmp_path / "site.sqlite3") as opened:
        assert opened.execute('SELECT email FROM "user"').fetchall() == [(alice.email,)]
