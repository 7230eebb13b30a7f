"""What every test may ask for: a database, an app, browsers, and the cast."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, Executable
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.databases import PostgresDatabases, SqliteDatabases, databases
from tests.factories import CAST, make_person, settings_for
from tests.postgres import drop_database, make_database
from tests.published import publish_real_content
from trainer.accounts.models import User
from trainer.app import create_app
from trainer.db import db, make_engine, transaction
from trainer.settings import Settings

LONGEST = (
    "browser/test_accessibility.py",
    "web/test_canaries.py",
    "exams/test_edits.py",
    "exams/test_exam_pages.py",
    "serve/test_serving.py",
    "browser/test_weeks.py",
    "test_benchmarks.py",
    "admin/test_demo.py",
    "study/test_study_pages.py",
    "browser/test_keys_and_drafts.py",
    "browser/test_assessments.py",
    "inbox/test_lesson_questions.py",
    "effects/test_effect_pages.py",
    "test_cli.py",
    "browser/test_journeys.py",
    "exams/test_exam_crash.py",
    "reports/test_team_page.py",
    "web/test_access_matrix.py",
    "web/test_forgery.py",
)
"""Files that take longest come first: a file is one worker's, and at the end the others would wait for it."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark, before -m chooses, what asks for no database by any of its fixtures: it would only do the same again on a
    second one. Sort after all others have sorted."""
    for item in items:
        if "all_databases" not in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.once)
    yield
    rank = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


@pytest.fixture(scope="session")
def all_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteDatabases | PostgresDatabases]:
    """The maker of databases. The only way to the one that a run is for: see `once` above."""
    with databases(tmp_path_factory.mktemp("databases")) as maker:
        yield maker


@pytest.fixture
def database_url(all_databases: SqliteDatabases | PostgresDatabases, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database."""
    with all_databases.new(tmp_path) as url:
        yield url


@pytest.fixture
def empty_database_url(all_databases: SqliteDatabases | PostgresDatabases, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database without tables."""
    if isinstance(all_databases, SqliteDatabases):
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    name = f"empty_{next(_numbers)}"
    yield make_database(all_databases.server, name)
    drop_database(all_databases.server, name)


_numbers = count(1)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with that database."""
    return settings_for(database_url, tmp_path)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The database, from outside of the app."""
    engine = make_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session to prepare and to look. Commit before the app shall see it or write: on SQLite it holds the lock."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def look(engine: Engine) -> Callable[[Executable], list[Any]]:
    """See what is in the database now: the first column of what a statement finds."""

    def found(statement: Executable) -> list[Any]:
        with transaction(engine, read_only=True) as session:
            return list(session.scalars(statement))

    return found


@pytest.fixture
def make_app() -> Iterator[Callable[[Settings], Flask]]:
    """Make an app and let go of its connections afterwards."""
    made: list[Flask] = []

    def make(settings: Settings) -> Flask:
        app = create_app(settings)
        app.test_client_class = Browser
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
    """The app."""
    return make_app(settings)


@pytest.fixture
def nobody(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def browser_of(app: Flask) -> Callable[[User], Browser]:
    """A new browser in which this person is signed in."""
    return lambda user: app.test_client().sign_in(user.fs_uniquifier)  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def alice(session: Session) -> User:
    """Alice learns."""
    return make_person(session, "Alice", CAST["Alice"])


@pytest.fixture
def bob(session: Session) -> User:
    """Bob learns on Alice's team and must not see her work."""
    return make_person(session, "Bob", CAST["Bob"])


@pytest.fixture
def lena(session: Session) -> User:
    """Lena leads their team."""
    return make_person(session, "Lena", CAST["Lena"])


@pytest.fixture
def carol(session: Session) -> User:
    """Carol leads another team."""
    return make_person(session, "Carol", CAST["Carol"])


@pytest.fixture
def otto(session: Session) -> User:
    """Otto authors."""
    return make_person(session, "Otto", CAST["Otto"])


@pytest.fixture
def ada(session: Session) -> User:
    """Ada administers."""
    return make_person(session, "Ada", CAST["Ada"])


@pytest.fixture
def hers(browser_of: Callable[[User], Browser], alice: User) -> Browser:
    """Alice's browser."""
    return browser_of(alice)


@pytest.fixture
def bobs(browser_of: Callable[[User], Browser], bob: User) -> Browser:
    """Bob's browser."""
    return browser_of(bob)


@pytest.fixture
def ottos(browser_of: Callable[[User], Browser], otto: User) -> Browser:
    """Otto's browser."""
    return browser_of(otto)


@pytest.fixture
def adas(browser_of: Callable[[User], Browser], ada: User) -> Browser:
    """Ada's browser."""
    return browser_of(ada)


@pytest.fixture
def published(session: Session) -> None:
    """The real course is live."""
    publish_real_content(session)
