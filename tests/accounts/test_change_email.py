"""Another address: it changes only when the new one has shown that it arrives."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import PASSWORD, make_person
from trainer import clock
from trainer.accounts.actions import make_sign_in_link
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


def test_change_of_address_kills_links_sent_to_the_old_one(
    app: Flask, browser_of: Sign, session: Session, look: Look, alice: User
) -> None:
    """Whoever reads the mails of the former address cannot take the account over."""
    nobody = app.test_client()
    nobody.post("/reset", data={"email": "alice@example.org"})
    (mail,) = look(select(OutboxMail))
    reset = re.search(r"^http://localhost(/reset/\S+)$", mail.body, re.MULTILINE)
    assert reset
    sign_in = f"/sign-in/link/{make_sign_in_link(session, session.merge(alice), clock.now())}"
    session.commit()
    browser = browser_of(alice)
    assert browser.post(ask(browser, look, "alice@new.example.org")).location == "/account"
    assert nobody.get(reset[1]).location == "/reset"
    data = {"password": "eight brown bottles", "password_confirm": "eight brown bottles"}
    assert nobody.post(reset[1], data=data).location == "/reset"
    assert nobody.post(sign_in).status_code == 404


def test_old_address_learns_at_once_how_to_stop_the_change(
    app: Flask, browser_of: Sign, look: Look, alice: User
) -> None:
    """An open browser is enough to ask; the owner reads of it before anything has changed, and can stop it."""
    link = ask(browser_of(alice), look, "evil@evil.example")
    (warning,) = look(select(OutboxMail).where(OutboxMail.recipient == "alice@example.org"))
    assert "evil@evil.example" in warning.body
    assert "http://localhost/reset" in warning.body
    assert link not in warning.body
    owner = app.test_client()
    owner.post("/reset", data={"email": "alice@example.org"})
    body = look(select(OutboxMail.body).order_by(OutboxMail.id.desc()))[0]
    reset = re.search(r"^http://localhost(/reset/\S+)$", body, re.MULTILINE)
    assert reset
    data = {"password": "eight brown bottles", "password_confirm": "eight brown bottles"}
    assert owner.post(reset[1], data=data).location == "/sign-in"
    assert app.test_client().post(link).status_code == 404
    assert look(select(User.email)) == ["alice@example.org"]


def test_address_of_a_deactivated_person_does_not_change(
    app: Flask, browser_of: Sign, session: Session, look: Look, alice: User
) -> None:
    link = ask(browser_of(alice), look, "alice@new.example.org")
    session.merge(alice).active = False  # without the action, which takes the links with it
    session.commit()
    assert app.test_client().post(link).status_code == 404
    assert look(select(User.email)) == ["alice@example.org"]


def test_change_of_address_ends_the_other_sessions(browser_of: Sign, look: Look, alice: User) -> None:
    here, there = browser_of(alice), browser_of(alice)
    cookie = here.cookie
    here.post(ask(here, look, "alice@new.example.org"))
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)
    assert here.cookie != cookie


def test_link_for_a_new_address_signs_nobody_in(app: Flask, browser_of: Sign, look: Look, alice: User) -> None:
    link = ask(browser_of(alice), look, "alice@new.example.org")
    elsewhere = app.test_client()
    elsewhere.post(link)
    assert elsewhere.get("/account").status_code == 302


def test_link_for_a_new_address_leaves_somebody_else_signed_in(
    browser_of: Sign, look: Look, alice: User, bob: User
) -> None:
    his = browser_of(bob)
    his.post(ask(browser_of(alice), look, "alice@new.example.org"))
    assert "bob@example.org" in his.get("/account").get_data(as_text=True)


def stale(browser: Browser) -> Browser:
    with browser.session_transaction() as kept:
        kept["fs_paa"] = clock.now().timestamp() - 3600
    return browser


def test_change_of_address_asks_for_the_password_once_more(browser_of: Sign, look: Look, alice: User) -> None:
    browser = stale(browser_of(alice))
    confirm = "/account/confirm?next=/account/email"
    assert browser.get("/account/email").location == confirm
    assert browser.post("/account/email", data={"email": "new@example.org"}).location == confirm
    assert look(select(OutboxMail)) == []
    assert browser.post(confirm, data={"password": PASSWORD, "next": "/account/email"}).location == "/account/email"
    ask(browser, look, "new@example.org")


def test_change_of_address_without_a_password_needs_a_fresh_sign_in(
    app: Flask, browser_of: Sign, session: Session, look: Look
) -> None:
    eve = make_person(session, "Eve", password=None)
    token = make_sign_in_link(session, session.merge(eve), clock.now())
    session.commit()
    fresh: Browser = app.test_client()  # type: ignore[assignment]
    fresh.post(f"/sign-in/link/{token}")
    ask(fresh, look, "new@example.org")
    old = stale(browser_of(eve))
    assert old.get("/account/email").location == "/account", "there is no password to ask for"
    assert "sign in anew" in old.get("/account").get_data(as_text=True)


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
