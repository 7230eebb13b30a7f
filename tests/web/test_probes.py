"""For whoever runs this: /healthz, /readyz, /metrics; and the theme, which is the smallest form there is."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW
from trainer import app as module
from trainer.accounts.models import User
from trainer.library.models import Publication, Release
from trainer.settings import Settings

Sign = Callable[[User], Browser]


def test_process_lives(nobody: Browser) -> None:
    response = nobody.get("/healthz")
    assert (response.status_code, response.data) == (200, b"ok\n")


def test_not_ready_says_why(nobody: Browser) -> None:
    response = nobody.get("/readyz")
    assert response.status_code == 503
    assert response.json == {"ready": False, "reasons": {"release": "nothing is published"}}


def test_live_release_without_a_course_is_not_ready(nobody: Browser, session: Session) -> None:
    """What an older version may have published from a folder that was not there."""
    session.add(Release(digest="d", created_at=NOW, by="x", note="", manifest={"courses": {}, "banks": {}}))
    session.flush()
    session.add(Publication(release_number=1, at=NOW, by="x"))
    session.commit()
    response = nobody.get("/readyz")
    assert response.status_code == 503
    assert response.json == {
        "ready": False,
        "reasons": {"release": "there is no course in release 1, which is live"},
    }


@pytest.mark.usefixtures("published")
def test_live_course_is_ready(nobody: Browser) -> None:
    assert nobody.get("/readyz").status_code == 200


def checked(monkeypatch: pytest.MonkeyPatch, make_app: Callable[[Settings], Flask], settings: Settings, check):
    monkeypatch.setattr(module, "CHECKS", {"thing": check})
    return make_app(settings).test_client().get("/readyz")


def test_ready(monkeypatch: pytest.MonkeyPatch, make_app: Callable[[Settings], Flask], settings: Settings) -> None:
    response = checked(monkeypatch, make_app, settings, lambda: "")
    assert (response.status_code, response.json) == (200, {"ready": True, "reasons": {}})


def test_database_that_fails_is_a_reason_and_keeps_its_secrets(
    monkeypatch: pytest.MonkeyPatch, make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    def fails() -> str:
        raise OperationalError("select secret", {}, Exception("host db.internal"))

    response = checked(monkeypatch, make_app, settings, fails)
    assert (response.status_code, response.json["reasons"]) == (503, {"thing": "OperationalError"})


def test_figures_are_for_the_operator_only(
    app: Flask, browser_of: Sign, session: Session, ada: User, alice: User
) -> None:
    far = {"REMOTE_ADDR": "192.0.2.1"}
    assert app.test_client().get("/metrics").status_code == 200
    assert app.test_client().get("/metrics", environ_overrides=far).status_code == 404
    assert browser_of(alice).get("/metrics", environ_overrides=far).status_code == 404
    response = browser_of(ada).get("/metrics", environ_overrides=far)
    assert response.status_code == 200
    assert 'trainer_requests_total{endpoint="metrics",method="GET",status="404"}' in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("theme", "status", "cookie"), [("dark", 303, "dark"), ("light", 303, "light"), ("x", 422, "")]
)
def test_theme_is_remembered(nobody: Browser, theme: str, status: int, cookie: str) -> None:
    response = nobody.post("/theme", data={"theme": theme, "next": "/courses"})
    assert response.status_code == status
    found = nobody.get_cookie("theme")
    assert (found.value if found else "") == cookie


def test_theme_can_be_left_to_the_device(nobody: Browser) -> None:
    nobody.post("/theme", data={"theme": "dark"})
    assert nobody.post("/theme", data={"theme": "auto"}).location == "/"
    assert nobody.get_cookie("theme") is None
