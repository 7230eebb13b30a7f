"""A new password by mail, and by knowing the old one: risks 26, 31, 32."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Executable, select, update
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import PASSWORD, make_person, settings_for
from trainer import clock
from trainer.accounts.models import BrowserSession, User
from trainer.mail import OutboxMail
from trainer.settings import Settings

Look = Callable[[Executable], list[Any]]
Sign = Callable[[User], Browser]
NEW = "eight brown bottles"
NEW_TWICE = {"password": NEW, "password_confirm": NEW}


@pytest.fixture
def ask(nobody: Browser, look: Look, alice: User) -> Callable[[], str]:
    """Ask for a reset and find the path of the link in the mail."""

    def path() -> str:
        assert nobody.post("/reset", data={"email": "Alice@example.org"}).status_code == 200
        return link_in(look)

    return path


def link_in(look: Look) -> str:
    mail = look(select(OutboxMail).order_by(OutboxMail.id.desc()))[0]
    found = re.search(r"^http://localhost(/\S+)$", mail.body, re.MULTILINE)
    assert found
    return found[1]


def can_sign_in(app: Flask, password: str) -> bool:
    browser = app.test_client()
    return browser.post("/sign-in", data={"email": "alice@example.org", "password": password}).status_code == 302


def test_reset_sets_a_new_password(app: Flask, nobody: Browser, ask: Callable[[], str]) -> None:
    link = ask()
    assert "Choose a new password" in nobody.get(link).get_data(as_text=True)
    assert nobody.post(link, data=NEW_TWICE).location == "/sign-in"
    assert (can_sign_in(app, PASSWORD), can_sign_in(app, NEW)) == (False, True)


def test_mail_scanner_that_opens_the_link_does_not_use_it(app: Flask, nobody: Browser, ask: Callable[[], str]) -> None:
    link = ask()
    for _ in range(3):
        assert app.test_client().get(link).status_code == 200
    assert app.test_client().head(link).status_code == 200
    assert nobody.post(link, data=NEW_TWICE).location == "/sign-in"


def test_reset_link_works_once_and_takes_older_ones_with_it(
    app: Flask, nobody: Browser, ask: Callable[[], str]
) -> None:
    first, second = ask(), ask()
    nobody.post(second, data=NEW_TWICE)
    for link in (first, second):
        assert nobody.get(link).location == "/reset"
        assert nobody.post(link, data={"password": PASSWORD, "password_confirm": PASSWORD}).location == "/reset"
    assert can_sign_in(app, NEW)


def test_new_reset_link_kills_the_one_before(nobody: Browser, ask: Callable[[], str]) -> None:
    """Asked for in the same second, too: each is its own."""
    with time_machine.travel(clock.now(), tick=False):
        first, second = ask(), ask()
        for response in (nobody.get(first), nobody.post(first, data=NEW_TWICE)):
            assert (response.status_code, response.location) == (302, "/reset")
        assert nobody.post(second, data=NEW_TWICE).location == "/sign-in"


def test_reset_link_of_before_a_change_of_the_secret_key_works(
    make_app: Callable[[Settings], Flask], settings: Settings, ask: Callable[[], str]
) -> None:
    changes = {"secret_key": "another-key-for-tests-9876543210-zyxwv", "secret_key_fallbacks": (settings.secret_key,)}
    browser = make_app(settings_for(settings.database_url, settings.data_dir, **changes)).test_client()
    assert browser.post(ask(), data=NEW_TWICE).location == "/sign-in"


def test_reset_link_dies_after_two_hours(nobody: Browser, ask: Callable[[], str]) -> None:
    link = ask()
    with time_machine.travel(clock.now() + timedelta(hours=2, minutes=1)):
        assert nobody.get(link).location == "/reset"


def test_reset_ends_all_sessions(
    nobody: Browser, browser_of: Sign, look: Look, alice: User, ask: Callable[[], str]
) -> None:
    browser = browser_of(alice)
    nobody.post(ask(), data=NEW_TWICE)
    assert browser.get("/account").status_code == 302
    assert look(select(BrowserSession.user_id)) == []


def test_reset_tells_the_owner(nobody: Browser, ask: Callable[[], str], look: Look) -> None:
    nobody.post(ask(), data=NEW_TWICE)
    assert look(select(OutboxMail.subject).order_by(OutboxMail.id)) == [
        "Trainer: set a new password",
        "Trainer: your password was changed",
    ]


def test_reset_answers_known_and_unknown_alike(nobody: Browser, alice: User, look: Look) -> None:
    pages = [nobody.post("/reset", data={"email": email}) for email in ("alice@example.org", "eve@example.org")]
    assert [page.status_code for page in pages] == [200, 200]
    texts = [re.sub(r'(value|hx-headers)=("|\')[^"\']*("|\')[^>]*', "", page.get_data(as_text=True)) for page in pages]
    assert texts[0] == texts[1]
    assert "If this address has an account" in texts[0]
    assert len(look(select(OutboxMail))) == 1


def test_reset_of_a_deactivated_person_sends_nothing(nobody: Browser, session: Session, look: Look) -> None:
    eve = make_person(session, "Eve")
    session.execute(update(User).where(User.id == eve.id).values(active=False))
    session.commit()
    assert nobody.post("/reset", data={"email": "eve@example.org"}).status_code == 200
    assert look(select(OutboxMail)) == []


def test_reset_refuses_a_bad_password_and_keeps_the_link(nobody: Browser, ask: Callable[[], str]) -> None:
    link = ask()
    assert nobody.post(link, data={"password": "short", "password_confirm": "short"}).status_code == 422
    assert nobody.post(link, data={"password": NEW, "password_confirm": "else"}).status_code == 422
    assert nobody.post(link, data=NEW_TWICE).location == "/sign-in"


def test_links_in_mails_never_come_from_the_request(
    make_app: Callable[[Settings], Flask], settings: Settings, look: Look, alice: User
) -> None:
    """31: whatever name the request was sent to, the mail holds the configured one."""
    app = make_app(
        settings_for(
            settings.database_url,
            settings.data_dir,
            base_url="https://trainer.example.org",
            trusted_hosts=("localhost", "other.example.org"),
        )
    )
    browser = app.test_client()
    sent = browser.post(
        "/reset",
        base_url="https://other.example.org",
        data={"email": "alice@example.org"},
        headers={"X-CSRFToken": token_at(browser, "https://other.example.org")},
    )
    assert sent.status_code == 200
    (mail,) = look(select(OutboxMail))
    assert "https://trainer.example.org/reset/" in mail.body
    assert "other.example.org" not in mail.body


def token_at(browser, base_url: str) -> str:
    page = browser.get("/reset", base_url=base_url).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def change(browser: Browser, old: str = PASSWORD, new: str = NEW):
    return browser.post("/account/password", data={"password": old, "new_password": new, "new_password_confirm": new})


def test_change_of_password_keeps_this_session_and_ends_the_others(
    app: Flask, browser_of: Sign, alice: User, look: Look
) -> None:
    here, there = browser_of(alice), browser_of(alice)
    cookie = here.cookie
    assert change(here).location == "/account"
    assert here.cookie != cookie
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)
    assert (can_sign_in(app, PASSWORD), can_sign_in(app, NEW)) == (False, True)
    assert look(select(OutboxMail.subject)) == ["Trainer: your password was changed"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("wrong password", NEW, "This is not your password."),
        (PASSWORD, "short", "at least 10 characters"),
        (PASSWORD, PASSWORD, "The new password is the old one."),
        ("", NEW, "Enter your password."),
    ],
)
def test_change_of_password_says_what_is_wrong(
    browser_of: Sign, app: Flask, alice: User, old: str, new: str, words: str
) -> None:
    response = change(browser_of(alice), old, new)
    assert response.status_code == 422
    assert words in response.get_data(as_text=True)
    assert can_sign_in(app, PASSWORD)


def test_choosing_a_weak_password_is_not_a_guess(browser_of: Sign, alice: User) -> None:
    browser = browser_of(alice)
    assert [change(browser, PASSWORD, "short").status_code for _ in range(12)] == [422] * 12
