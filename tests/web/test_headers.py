"""What every response carries: risks 33 and 36, on every route, as everybody."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.browser_client import Browser
from tests.factories import settings_for
from tests.web.routes_of import addresses
from trainer.accounts.models import User
from trainer.settings import Settings

PUBLIC_FILES = ("/static/", "/assets/")


@pytest.mark.parametrize("name", ["nobody", "ada"])
def test_every_response_carries_the_headers(app: Flask, ada: User, name: str) -> None:
    browser: Browser = app.test_client()  # type: ignore[assignment]
    if name == "ada":
        browser.sign_in(ada.fs_uniquifier)
    for path in [*addresses(app), "/static/favicon.svg", "/no-such-page"]:
        for method in ("GET", "HEAD", "POST"):
            response = browser.open(path, method=method)
            check_policy(response.headers["Content-Security-Policy"])
            assert response.headers["X-Content-Type-Options"] == "nosniff", path
            assert response.headers["Referrer-Policy"] == "same-origin", path
            assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin", path
            assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin", path
            assert "camera=()" in response.headers["Permissions-Policy"], path
            if not path.startswith(PUBLIC_FILES):
                assert response.headers["Cache-Control"] == "no-store", path
                assert {"Cookie", "HX-Request"} <= set(response.vary), path


def check_policy(text: str) -> None:
    rules = {name: set(values) for name, *values in (part.split() for part in text.split("; "))}
    assert rules["default-src"] == {"'none'"}
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == {"'self'"}
    assert rules["frame-ancestors"] == rules["base-uri"] == {"'none'"}
    assert "unsafe" not in text
    assert "http" not in text
    assert "*" not in text


def test_https_is_kept_to(make_app: Callable[[Settings], Flask], settings: Settings) -> None:
    app = make_app(settings_for(settings.database_url, settings.data_dir, base_url="https://localhost"))
    header = app.test_client().get("/healthz").headers["Strict-Transport-Security"]
    assert header == "max-age=63072000; includeSubDomains"


def test_http_promises_no_https(nobody: Browser) -> None:
    assert "Strict-Transport-Security" not in nobody.get("/healthz").headers
