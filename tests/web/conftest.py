"""An app with a few views of its own, beside the real ones."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort, redirect, request
from sqlalchemy import func, select

from tests.browser_client import Browser
from tests.factories import NOW
from trainer import app as module
from trainer.accounts.actions import add_user
from trainer.accounts.models import User
from trainer.db import db
from trainer.learning import errors
from trainer.settings import Settings
from trainer.web import guard, public, render, signed_in


class Halted(Exception):
    """Raised by a view; what handles it looks at the database again."""


@public
def write() -> Any:
    """Write a row, then answer with the status that was asked for."""
    add_user(db.session, "written@example.org", "Written", "learner", by=None, now=NOW)
    status = int(request.args["status"])
    if status == 999:
        raise ValueError("on purpose")
    if status == 998:
        raise errors.Invalid("on purpose")
    if status == 997:
        abort(409)
    if status == 996:
        raise Halted
    return f"{status}", status


@public
def read() -> str:
    """How many rows there are."""
    return str(db.session.scalar(select(func.count()).select_from(User)))


@public
def go() -> Any:
    """Redirect to wherever."""
    return redirect(request.args["to"])


@public
def go_htmx() -> Any:
    """Tell htmx to go to wherever."""
    return "", 200, {request.args["header"]: request.args["to"]}


@public
def fail() -> str:
    """Raise the domain's error of that name."""
    words = "In plain words – naïve?"
    if request.args["name"] == "Counted":
        raise errors.Invalid("A name has at most %(longest)s characters.", longest=100)
    if request.args["name"] == "TooMany":
        raise errors.TooMany(words, retry_after=60)
    raise getattr(errors, request.args["name"])(words)


@public
def stop() -> str:
    """End with this code."""
    abort(int(request.args["code"]))


@public
def take() -> str:
    """Read the form."""
    return str(len(request.form))


@signed_in
def mine() -> str:
    """Only for who is signed in."""
    return "mine"


@public
def page() -> Any:
    """A page with a fragment."""
    return render("errors/404.html", "errors/_fragment.html", code=404, request_id="x")


VIEWS = (write, read, go, go_htmx, fail, stop, take, mine, page)


@pytest.fixture
def app(make_app: Callable[[Settings], Flask], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app with the views above at /test/<name>, before the guard is put up."""

    def guard_with_views(app: Flask) -> None:
        for view in VIEWS:
            app.add_url_rule(f"/test/{view.__name__}", view.__name__, view, methods=["GET", "POST"])
        app.register_error_handler(Halted, lambda _: read())
        guard(app)

    monkeypatch.setattr(module, "guard", guard_with_views)
    return make_app(settings)


@pytest.fixture
def quiet(app: Flask, nobody: Browser) -> Browser:
    """A browser for which an error is a page, as it is for real ones."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    return nobody
