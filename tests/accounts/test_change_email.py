"""Another address: it changes only when the new one has shown that it arrives."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, select

from tests.browser_client import Browser
from trainer.accounts.models import User
from trainer.mail import OutboxMail

Look = Callable[[Executable], list[Any]]
Sign = Callable[[User], Browser]


def ask(browser: Browser, look: Look, email: str) -> str:
    assert browser.post("/account/email", data={"email": email}).location == "/account"
    mail = look(select(OutboxMail).order_by(OutboxMail.id.desc()))[0]
    assert mail.recipient == email
    found = re.search(r"^http://localhost(/account/email/\S+)$", mail.body, re.MULTILINE)
    assert found
    return found[1]


def test_address_changes_when_the_link_is_used(app: Flask, browser_of: Sign, look: Look, alice: User) -> None:
    link = ask(browser_of(alice), look, "alice@new.example.org")
    elsewhere = app.test_client()
    assert "alice@new.example.org" in elsewhere.get(link).get_data(as_text=True)
    assert look(select(User.email)) == ["alice@example.org"]
    assert elsewhere.post(link).location == "/account"
    assert look(select(User.email)) == ["alice@new.example.org"]
    assert look(select(OutboxMail.recipient).order_by(OutboxMail.id.desc()))[0] == "alice@example.org"
    assert elsewhere.post(link).status_code == 404


def test_address_of_somebody_else_is_not_taken(browser_of: Sign, look: Look, alice: User, bob: User) -> None:
    """And the answer does not say that it is somebody's."""
    browser = browser_of(alice)
    assert browser.post(ask(browser, look, "bob@example.org")).status_code == 409
    assert sorted(look(select(User.email))) == ["alice@example.org", "bob@example.org"]


def test_no_address_is_refused(browser_of: Sign, look: Look, alice: User) -> None:
    response = browser_of(alice).post("/account/email", data={"email": "no address"})
    assert response.status_code == 422
    assert look(select(OutboxMail)) == []


def test_new_request_kills_the_former(browser_of: Sign, look: Look, alice: User) -> None:
    browser = browser_of(alice)
    first = ask(browser, look, "one@example.org")
    ask(browser, look, "two@example.org")
    assert browser.post(first).status_code == 404


@pytest.mark.parametrize("name", ["Alice Ames", "", "  many   spaces ", "Ålice\u202eevil\x07"])
def test_name_is_kept_clean(browser_of: Sign, look: Look, alice: User, name: str) -> None:
    assert browser_of(alice).post("/account", data={"name": name}).location == "/account"
    (kept,) = look(select(User.name))
    assert kept == " ".join(name.replace("\u202e", "").replace("\x07", "").split())


def test_too_long_name_is_refused(browser_of: Sign, alice: User) -> None:
    response = browser_of(alice).post("/account", data={"name": "x" * 101})
    assert response.status_code == 422
    assert "Where you are signed in" in response.get_data(as_text=True)


def test_other_fields_change_nothing(browser_of: Sign, look: Look, alice: User) -> None:
    """2, 18: only what the form asks for is read."""
    columns = {column: "999" for column in list(User.__table__.columns.keys()) if column != "name"}
    browser_of(alice).post("/account", data={"name": "Alice", "roles": "admin", "role": "admin", **columns})
    (now,) = look(select(User))
    before = {key: getattr(alice, key) for key in list(User.__table__.columns.keys())}
    assert {key: getattr(now, key) for key in before} == before
    assert not now.has_role("admin")
