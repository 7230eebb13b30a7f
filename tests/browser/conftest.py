"""A real chromium before the real app: the server, the person signed in, a page that reports every complaint."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from tests.browser.looking import PATIENCE, Site, watch
from tests.browser.story import Story, add_failing_pages, reset_link, told_in, turn_second_step_on
from tests.browser_client import Browser
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.factories import settings_for
from trainer.accounts.models import User
from trainer.app import create_app
from trainer.db import db
from trainer.settings import Settings

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser. What is about looks, keys or scripts says `once`: each page is read on both
    databases by the tests of access, and each journey is made on both by mouse."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The chromium that the machine has."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("No chromium here: apt-get install chromium")
    return {"executable_path": found, "args": list(FLAGS)}


@pytest.fixture
def make_app() -> Iterator[Callable[[Settings], Flask]]:
    """Make an app and let go of its connections afterwards; both outside of playwright's loop, see `_aside`."""
    made: list[Flask] = []

    def make(settings: Settings) -> Flask:
        app = create_app(settings)
        app.test_client_class = Browser
        made.append(app)
        return app

    yield make
    for app in made:
        _aside(_let_go, app)


@pytest.fixture
def site(make_app: Callable[[Settings], Flask], database_url: str, tmp_path: Path, published: None) -> Iterator[Site]:
    """The app with the real course, served on a free port of this machine."""
    with serving(make_app(settings_for(database_url, tmp_path))) as site:
        yield site


@contextmanager
def serving(app: Flask) -> Iterator[Site]:
    """The app on a free port of this machine."""
    server = make_server("localhost", 0, _at_once(app), threaded=True)
    # What is still being answered is waited for, so that no connection is left behind.
    server.daemon_threads = False
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Site(app, f"http://localhost:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def story(
    all_databases: SqliteDatabases | PostgresDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """A site with people at different places of the course, for tests that look and change little."""
    folder = tmp_path_factory.mktemp("story")
    with all_databases.new(folder) as url:
        told = told_in(url)
        app = create_app(settings_for(url, folder))
        app.test_client_class = Browser
        add_failing_pages(app)
        with serving(app) as site:
            _aside(turn_second_step_on, site, told.people["Tess"])
            cookies = {name: _aside(_cookie_of, site, person) for name, person in told.people.items()}
            places = {**told.places, "NEW-PASSWORD": _aside(reset_link, site, told.people["Cem"])}
            yield Story(site, replace(told, places=places), cookies)
        _aside(_let_go, app)


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What consoles and pages complained about; a test fails at its end if there is anything."""
    found: list[str] = []
    yield found
    assert not found, "\n".join(found)


@pytest.fixture
def open_page(browser: Chromium, site: Site, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """A new window, of somebody or of nobody; `settings` as for a playwright context."""
    contexts: list[BrowserContext] = []

    def open_as(user: User | None = None, **settings: Any) -> Page:
        given = {"viewport": {"width": 1280, "height": 850}, "reduced_motion": "reduce", **settings}
        context = browser.new_context(base_url=site.url, **given)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            context.add_cookies([_aside(_cookie_of, site, user)])
        return watch(context.new_page(), complaints)

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture
def alices_page(open_page: Callable[..., Page], alice: User, session: Session) -> Page:
    """A window in which Alice is signed in."""
    session.commit()
    return open_page(alice)


def _at_once(app: Flask) -> Callable[..., Iterable[bytes]]:
    # Werkzeug's server forgets to close what it was sending when a browser goes away in the middle: an open file.
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with closing(app(environ, start_response)) as sent:
            return [b"".join(sent)]

    return answer


def _aside(act: Callable[..., Any], *given: Any) -> Any:
    # In a thread of its own: playwright's loop runs in this one, and Flask refuses to start another beside it.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act, *given).result()


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def _cookie_of(site: Site, user: User) -> Any:
    client = site.app.test_client()
    assert isinstance(client, Browser)
    value = client.sign_in(user.fs_uniquifier).cookie
    return {"name": site.app.session_interface.get_cookie_name(site.app), "value": value, "url": site.url}
