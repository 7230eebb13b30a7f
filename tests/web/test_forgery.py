"""Requests that another site makes in somebody's name: risk 29, on every route that is not only read."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, select, text

from tests.browser_client import Browser
from tests.web.routes_of import address
from trainer.accounts.models import User
from trainer.db import Base

Look = Callable[[Executable], list[Any]]
Sign = Callable[[User], Browser]

CROSS_SITE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://localhost.evil.example"},
)

WITHOUT_TOKEN = {"/unsubscribe/no-such-thing": "a mail provider sends it; the address holds a signed secret"}
"""Addresses that ask for no token, each with the reason. Another site is refused there too."""


def writing(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, address(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
        if method not in ("GET", "HEAD", "OPTIONS")
    ]


@pytest.fixture
def digest(look: Look) -> Callable[[], list[Any]]:
    """All rows but those of sessions, whose secret the test itself puts there."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "browser_session"]
    return lambda: [look(select(text("*")).select_from(table)) for table in tables]


@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "wrong"}, {"X-CSRFToken": ""}], ids=["none", "wrong", "empty"])
def test_write_without_the_token_is_refused(
    app: Flask, browser_of: Sign, ada: User, digest: Callable[[], list[Any]], headers: dict[str, str]
) -> None:
    browser = browser_of(ada)
    browser.token()
    before = digest()
    for method, path in writing(app):
        found = browser.open(path, method=method, forged=True, headers=headers).status_code
        assert found == (404 if path in WITHOUT_TOKEN else 400), path
    assert digest() == before


@pytest.mark.parametrize("headers", CROSS_SITE, ids=lambda headers: " ".join(headers.values()))
def test_write_from_another_site_is_refused_even_with_the_token(
    app: Flask, browser_of: Sign, ada: User, digest: Callable[[], list[Any]], headers: dict[str, str]
) -> None:
    browser = browser_of(ada)
    before = digest()
    for method, path in writing(app):
        assert browser.open(path, method=method, headers=headers).status_code == 403, path
    assert digest() == before


def test_token_of_somebody_else_is_refused(browser_of: Sign, alice: User, bob: User) -> None:
    hers, his = browser_of(alice), browser_of(bob)
    with his.session_transaction() as kept:
        kept["csrf_token"] = "another"
    assert hers.post("/account", headers={"X-CSRFToken": his.token()}, data={"name": "x"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {},
    ],
)
def test_own_forms_are_taken(browser_of: Sign, alice: User, headers: dict[str, str]) -> None:
    assert browser_of(alice).post("/account", headers=headers, data={"name": "x"}).status_code == 303


def test_reading_needs_no_token_wherever_one_comes_from(nobody: Browser) -> None:
    assert nobody.get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_token_in_the_form_counts_as_the_header_does(browser_of: Sign, alice: User) -> None:
    browser = browser_of(alice)
    data = {"name": "x", "csrf_token": browser.token()}
    assert browser.post("/account", forged=True, data=data).status_code == 303


def test_refused_form_is_explained(browser_of: Sign, alice: User) -> None:
    page = browser_of(alice).post("/account", forged=True).get_data(as_text=True)
    assert "Load the page again" in page


def test_ended_session_is_told_apart_from_a_forged_form(app: Flask, browser_of: Sign, alice: User) -> None:
    """With the session its token has gone: htmx is sent to sign in again and keeps the text, it is not told 400."""
    browser = browser_of(alice)
    token = browser.token()
    browser.delete_cookie(app.session_interface.get_cookie_name(app))
    headers = {"X-CSRFToken": token, "HX-Request": "true", "HX-Current-URL": "http://localhost/practice"}
    response = browser.post("/practice", headers=headers, forged=True)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in?next=%2Fpractice&ended=1"
    assert browser.post("/practice", headers={"X-CSRFToken": token}, forged=True).status_code == 302


def test_form_whose_session_has_ended_leads_to_sign_in(nobody: Browser) -> None:
    """Its token ended with the session: "your form is too old" would be true and of no help."""
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/account"}
    assert nobody.post("/account", forged=True).location == "/sign-in?next=%2F"
    assert (
        nobody.post("/account", forged=True, headers=headers).headers["HX-Redirect"]
        == "/sign-in?next=%2Faccount&ended=1"
    )
    assert nobody.post("/theme", forged=True).status_code == 400
