"""A database that is full or held by another: pages are shown, and what cannot be kept is a 503 that says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, Executable, event, select, text, update

from tests.browser_client import Browser
from tests.factories import PASSWORD
from trainer import clock, postgresql, sqlite
from trainer.accounts.models import BrowserSession, User
from trainer.db import db, make_engine, transaction
from trainer.settings import Settings
from trainer.web.headers import ALWAYS

Sign = Callable[[User], Browser]
Look = Callable[[Executable], list[Any]]
SEEN = select(BrowserSession.last_seen_at)


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With little patience, before anything is connected."""
    monkeypatch.setattr(sqlite, "BUSY_MS", 150)
    monkeypatch.setattr(postgresql, "CONTRACT", {**postgresql.CONTRACT, "lock_timeout": "150ms"})
    return settings


@pytest.fixture
def app(app: Flask) -> Flask:
    """In which an error is a page, as it is for real browsers."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    return app


@contextmanager
def lock_held(settings: Settings) -> Iterator[None]:
    """Another has written into the sessions and does not end: SQLite's one lock, or PostgreSQL's on that table."""
    engine = make_engine(settings.database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE browser_session IN SHARE MODE"))
        yield
    engine.dispose()


@contextmanager
def disk_full(app: Flask, table: str) -> Iterator[None]:
    """SQLite may take no further page; whatever is written into the table needs one."""
    with app.app_context():
        engine = db.engine
    with transaction(engine) as session:
        session.execute(text("CREATE TABLE filler (x)"))
        for verb in ("INSERT", "UPDATE", "DELETE"):
            grow = "INSERT INTO filler VALUES (randomblob(1000000))"
            session.execute(text(f"CREATE TRIGGER fill_{verb} AFTER {verb} ON {table} BEGIN {grow}; END"))
    engine.dispose()
    event.listen(engine, "connect", _take_no_page)
    yield
    event.remove(engine, "connect", _take_no_page)
    engine.dispose()
    with transaction(engine) as session:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            session.execute(text(f"DROP TRIGGER fill_{verb}"))


def _take_no_page(connection: Any, _: object) -> None:
    connection.execute("PRAGMA max_page_count = 1")


@contextmanager
def trouble(app: Flask, settings: Settings, kind: str) -> Iterator[None]:
    """Sessions cannot be written."""
    if kind == "full" and settings.database_url.startswith("postgresql"):
        pytest.skip("PostgreSQL has no way to be full for a moment; its locks are tested")
    with lock_held(settings) if kind == "locked" else disk_full(app, "browser_session"):
        yield


def not_seen_for_long(engine: Engine) -> None:
    with transaction(engine) as session:
        session.execute(update(BrowserSession).values(last_seen_at=clock.now() - timedelta(minutes=20)))


@pytest.mark.parametrize("kind", ["locked", "full"])
@pytest.mark.usefixtures("published")
def test_pages_are_shown_when_nothing_can_be_written(
    app: Flask, browser_of: Sign, engine: Engine, settings: Settings, look: Look, ada: User, kind: str
) -> None:
    browser = browser_of(ada)
    browser.get("/account")
    not_seen_for_long(engine)
    before = look(SEEN)
    with trouble(app, settings, kind):
        for path in ("/", "/courses", "/account", "/progress", "/admin/system", "/healthz", "/readyz", "/metrics"):
            assert browser.get(path).status_code == 200, path
    assert look(SEEN) == before
    assert browser.get("/account").status_code == 200
    assert look(SEEN) > before


@pytest.mark.parametrize("kind", ["locked", "full"])
def test_page_that_shows_a_message_is_shown_when_nothing_can_be_written(
    app: Flask, browser_of: Sign, settings: Settings, ada: User, kind: str
) -> None:
    browser = browser_of(ada)
    assert browser.post(f"/admin/people/{ada.public_id}/roles", data={"role": "admin"}).status_code == 303
    with trouble(app, settings, kind):
        page = browser.get(f"/admin/people/{ada.public_id}")
        assert page.status_code == 200
        assert "Saved." in page.get_data(as_text=True)


@pytest.mark.parametrize("kind", ["locked", "full"])
def test_form_that_cannot_be_kept_is_a_503(
    app: Flask, browser_of: Sign, look: Look, settings: Settings, alice: User, kind: str
) -> None:
    browser = browser_of(alice)
    browser.token()
    with trouble(app, settings, kind):
        refused = browser.post("/sign-out")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "5"
    assert set(ALWAYS) <= set(refused.headers.keys())
    assert refused.headers["Cache-Control"] == "no-store"
    assert not {"Location", "Set-Cookie", "Clear-Site-Data"} & set(refused.headers.keys())
    assert "The database is busy" in refused.get_data(as_text=True)
    assert look(select(BrowserSession.user_id)) == [alice.id], "she is not told that she is signed out"
    assert browser.post("/sign-out").status_code == 302
    assert look(select(BrowserSession.user_id)) == []


@pytest.mark.parametrize("kind", ["locked", "full"])
def test_nobody_is_signed_in_by_halves(app: Flask, settings: Settings, look: Look, alice: User, kind: str) -> None:
    browser = app.test_client()
    form = {"email": alice.email, "password": PASSWORD}
    with trouble(app, settings, kind):
        refused = browser.post("/sign-in", data=form)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert look(select(BrowserSession.id)) == []
    assert browser.get("/account").status_code == 302
    assert browser.post("/sign-in", data=form).status_code == 302
    assert browser.get("/account").status_code == 200


def test_refusal_to_htmx_is_its_fragment(app: Flask, browser_of: Sign, settings: Settings, alice: User) -> None:
    browser = browser_of(alice)
    browser.token()
    with trouble(app, settings, "locked"):
        refused = browser.post("/sign-out", headers={"HX-Request": "true", "Accept-Encoding": "gzip"})
    assert refused.status_code == 503
    assert b"<html" not in refused.data
    assert "Content-Encoding" not in refused.headers
    assert "HX-Request" in refused.headers["Vary"]
    assert int(refused.headers["Content-Length"]) == len(refused.data)
