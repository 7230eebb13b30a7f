"""One-time links: risks 21 and 32 (opening one never uses it), and the first administrator."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, Executable, select
from sqlalchemy.orm import Session

from tests.accounts.test_reset import NEW_TWICE, change, link_in
from tests.browser_client import Browser
from tests.factories import BASE_URL, NOW, PASSWORD, make_person
from tests.racing import many_at_once
from trainer import clock
from trainer.accounts import actions
from trainer.accounts.actions import LINK_LIVES, SIGN_IN, WELCOME, first_admin_token, make_sign_in_link, use_link
from trainer.accounts.models import OneTimeLink, User
from trainer.db import transaction
from trainer.learning.errors import NotFound

Look = Callable[[Executable], list[Any]]
Sign = Callable[[User], Browser]
How = Callable[[Browser, Look], None]
FIRST = {"name": "Ada Adams", "email": "Ada@example.org", "password": PASSWORD}


@pytest.fixture
def link(session: Session, alice: User) -> str:
    """The address of a link that signs Alice in."""
    token = make_sign_in_link(session, alice, clock.now())
    session.commit()
    return f"/sign-in/link/{token}"


@pytest.fixture
def welcome(session: Session) -> str:
    """The address of the link that makes the first administrator."""
    token = first_admin_token(session, clock.now())
    session.commit()
    return f"/welcome/{token}"


def test_opening_a_link_changes_nothing(nobody: Browser, link: str, look: Look) -> None:
    for _ in range(3):
        response = nobody.get(link)
        assert response.status_code == 200
        assert b"Alice" in response.data
    assert look(select(OneTimeLink.used_at)) == [None]
    assert nobody.get("/account").status_code == 302


def test_link_signs_in_once(app, nobody: Browser, link: str) -> None:
    assert nobody.post(link).location == "/"
    assert nobody.get("/account").status_code == 200
    other: Browser = app.test_client()
    assert (other.get(link).status_code, other.post(link).status_code) == (404, 404)


@pytest.mark.parametrize("kind", ["used", "never was", "of somebody deactivated"])
def test_dead_link_says_what_to_do_and_not_why_it_is_dead(
    nobody: Browser, session: Session, alice: User, ada: User, link: str, *, kind: str
) -> None:
    session.commit()
    if kind == "used":
        nobody.post(link)
        nobody.post("/sign-out")
    if kind == "of somebody deactivated":
        actions.deactivate(session, session.merge(alice), by=None, now=NOW)
        session.commit()
    address = "/sign-in/link/rubbish" if kind == "never was" else link
    for response in (nobody.get(address), nobody.post(address)):
        page = response.get_data(as_text=True)
        assert response.status_code == 404
        assert "This link does not work any more" in page
        assert "Ask whoever gave it to you for a new one." in page
        assert "Alice" not in page


def test_newcomer_is_told_where_the_first_link_is(nobody: Browser, session: Session) -> None:
    for address in ("/sign-in", "/welcome/rubbish"):
        page = nobody.get(address).get_data(as_text=True)
        assert "in the terminal" in page
        assert "Whoever runs this site" not in page
    make_person(session, "Ada", "admin")
    for address in ("/sign-in", "/welcome/rubbish"):
        assert "in the terminal" not in nobody.get(address).get_data(as_text=True)


def test_link_leads_somebody_without_a_password_to_choose_one(nobody: Browser, session: Session) -> None:
    eve = make_person(session, "Eve", password=None)
    token = make_sign_in_link(session, eve, clock.now())
    session.commit()
    assert nobody.post(f"/sign-in/link/{token}").location == "/account/password"
    page = nobody.get("/account/password").get_data(as_text=True)
    assert "Choose a password" in page
    assert 'name="password"' not in page
    chosen = {"new_password": PASSWORD, "new_password_confirm": PASSWORD}
    assert nobody.post("/account/password", data=chosen).location == "/account"
    nobody.post("/sign-out")
    assert nobody.post("/sign-in", data={"email": eve.email, "password": PASSWORD}).status_code == 302


def test_link_dies_after_a_day(nobody: Browser, link: str) -> None:
    with time_machine.travel(clock.now() + LINK_LIVES + timedelta(seconds=1)):
        assert (nobody.get(link).status_code, nobody.post(link).status_code) == (404, 404)


def test_new_link_kills_the_old_one(nobody: Browser, session: Session, alice: User, link: str) -> None:
    make_sign_in_link(session, alice, clock.now())
    session.commit()
    assert nobody.post(link).status_code == 404


def test_link_of_a_deactivated_person_is_dead(nobody: Browser, session: Session, alice: User, link: str) -> None:
    actions.deactivate(session, session.merge(alice), by=None, now=NOW)
    session.commit()
    assert nobody.post(link).status_code == 404


def test_link_of_somebody_who_was_let_in_again_stays_dead(
    nobody: Browser, session: Session, alice: User, link: str
) -> None:
    actions.deactivate(session, session.merge(alice), by=None, now=NOW)
    actions.activate(session, session.merge(alice), by=None, now=NOW)
    session.commit()
    assert (nobody.get(link).status_code, nobody.post(link).status_code) == (404, 404)


def end_everywhere(browser: Browser, _look: Look) -> None:
    assert browser.post("/account/sessions/end").location == "/sign-in"


def change_password(browser: Browser, _look: Look) -> None:
    assert change(browser).location == "/account"


def reset_password(browser: Browser, look: Look) -> None:
    browser.post("/reset", data={"email": "alice@example.org"})
    assert browser.post(link_in(look), data=NEW_TWICE).location == "/sign-in"


@pytest.mark.parametrize("how", [end_everywhere, change_password, reset_password])
def test_links_die_with_what_the_owner_does_to_be_alone(
    browser_of: Sign, nobody: Browser, session: Session, look: Look, alice: User, how: How
) -> None:
    """A link that somebody else got hold of, or asked for, does not outlive it."""
    hers = session.merge(alice)
    paths = [
        f"/sign-in/link/{make_sign_in_link(session, hers, clock.now())}",
        f"/account/email/{actions.ask_to_change_email(session, hers, 'evil@example.org', clock.now())}",
    ]
    session.commit()
    how(browser_of(alice), look)
    assert [(nobody.get(path).status_code, nobody.post(path).status_code) for path in paths] == [(404, 404)] * 2
    assert look(select(User.email)) == ["alice@example.org"]


def test_link_works_for_its_purpose_only(nobody: Browser, link: str) -> None:
    token = link.rsplit("/", 1)[1]
    assert nobody.get(f"/welcome/{token}").status_code == 404
    assert nobody.post(f"/account/email/{token}").status_code == 404


def test_database_knows_no_token(link: str, look: Look) -> None:
    (row,) = look(select(OneTimeLink))
    assert link.rsplit("/", 1)[1] not in repr(vars(row))


def test_of_sixteen_who_use_a_link_at_once_one_succeeds(engine: Engine, session: Session, alice: User) -> None:
    token = make_sign_in_link(session, alice, NOW)
    session.commit()

    def use(_: int) -> bool:
        try:
            with transaction(engine) as own:
                use_link(own, SIGN_IN, token, NOW)
        except NotFound:
            return False
        return True

    assert many_at_once(16, use) == {True: 1, False: 15}


def test_first_administrator_is_made_and_signed_in(nobody: Browser, welcome: str, look: Look) -> None:
    assert nobody.get(welcome).status_code == 200
    assert nobody.post(welcome, data=FIRST).location == "/"
    assert nobody.get("/admin/people").status_code == 200
    (user,) = look(select(User))
    assert (user.email, user.name) == ("ada@example.org", "Ada Adams")
    assert user.has_role("admin")
    assert user.has_role("author")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "no address"}, "This is not an e-mail address."),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "password123"}, "one of the first"),
        ({"name": ""}, "Enter a name."),
    ],
)
def test_first_administrator_is_told_what_is_wrong(
    nobody: Browser, welcome: str, look: Look, wrong: dict[str, str], words: str
) -> None:
    response = nobody.post(welcome, data={**FIRST, **wrong})
    assert response.status_code == 422
    assert words in response.get_data(as_text=True)
    assert "<form" in response.get_data(as_text=True)
    assert look(select(User)) == []
    assert nobody.post(welcome, data=FIRST).status_code == 303


def test_welcome_is_over_once_there_is_an_administrator(nobody: Browser, session: Session, welcome: str) -> None:
    make_person(session, "Ada", "admin")
    assert nobody.post(welcome, data=FIRST).status_code == 404
    assert first_admin_token(session, NOW) is None
    assert actions.first_admin_link(session, BASE_URL, NOW) is None


def test_welcome_link_is_replaced_by_the_next_one(nobody: Browser, session: Session, welcome: str) -> None:
    address = actions.first_admin_link(session, "https://trainer.example.org/", clock.now())
    session.commit()
    assert address is not None
    assert address.startswith("https://trainer.example.org/welcome/")
    assert nobody.get(welcome).status_code == 404


def test_wrong_token_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        use_link(session, WELCOME, "no-such-token", NOW)
