"""Signing in and out: risks 24, 25, 26."""

from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Executable, select, update
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import PASSWORD, make_person
from trainer.accounts.models import BrowserSession, SignInAttempt, User

Sign = Callable[[User], Browser]
Look = Callable[[Executable], list[Any]]


def sign_in(browser: Browser, email: str, password: str = PASSWORD, **fields: str):
    return browser.post("/sign-in", data={"email": email, "password": password, **fields})


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def test_sign_in_leads_home(nobody: Browser, alice: User) -> None:
    response = sign_in(nobody, "alice@example.org")
    assert (response.status_code, response.location) == (302, "/")
    assert is_signed_in(nobody)


def test_sign_in_ignores_capitals_and_spaces_in_the_address(nobody: Browser, alice: User) -> None:
    sign_in(nobody, "  Alice@Example.ORG ")
    assert is_signed_in(nobody)


def test_sign_in_leads_back_to_where_one_wanted_to_go(nobody: Browser, alice: User) -> None:
    asked = nobody.get("/account/email?x=1")
    assert asked.location == "/sign-in?next=%2Faccount%2Femail%3Fx%3D1"
    assert b'name="next" value="/account/email?x=1"' in nobody.get(asked.location).data
    assert sign_in(nobody, "alice@example.org", next="/account/email?x=1").location == "/account/email?x=1"


@pytest.mark.parametrize(
    ("email", "password"),
    [("alice@example.org", "not the password"), ("eve@example.org", PASSWORD), ("x@example.org", PASSWORD)],
    ids=["wrong password", "unknown address", "deactivated"],
)
def test_sign_in_refuses_everybody_alike(
    nobody: Browser, session: Session, alice: User, email: str, password: str
) -> None:
    x = make_person(session, "X")
    session.execute(update(User).where(User.id == x.id).values(active=False))
    session.commit()
    response = sign_in(nobody, email, password)
    assert response.status_code == 422
    text = response.get_data(as_text=True)
    assert "The address and the password do not belong together." in text
    assert text.count("field-error") == 0
    assert not is_signed_in(nobody)


def test_sign_in_answers_the_known_and_the_unknown_with_the_same_page(nobody: Browser, alice: User) -> None:
    pages = [
        sign_in(nobody, email, "wrong password").get_data(as_text=True).replace(email, "").replace(nobody.token(), "")
        for email in ("alice@example.org", "somebody@example.org")
    ]
    assert _without_tokens(pages[0]) == _without_tokens(pages[1])


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf" not in line.lower())


def test_sign_in_with_an_empty_form_says_what_is_missing(nobody: Browser) -> None:
    response = sign_in(nobody, "", "")
    assert response.status_code == 422
    assert "Enter your address and your password." in response.get_data(as_text=True)


def test_sign_in_with_something_else_than_an_address_is_refused(nobody: Browser) -> None:
    assert sign_in(nobody, "alice").status_code == 422


def test_sign_in_of_somebody_signed_in_goes_home(browser_of: Sign, alice: User) -> None:
    assert browser_of(alice).get("/sign-in").location == "/"


def test_session_gets_a_new_name_and_its_forms_a_new_secret_at_sign_in(nobody: Browser, alice: User) -> None:
    nobody.get("/sign-in")
    cookie, token = nobody.cookie, nobody.token()
    sign_in(nobody, "alice@example.org")
    assert nobody.cookie != cookie
    assert nobody.post("/account", headers={"X-CSRFToken": token}, data={"name": "x"}).status_code == 400


def test_session_planted_before_sign_in_is_nobodys_afterwards(nobody: Browser, app, alice: User) -> None:
    nobody.get("/sign-in")
    planted = nobody.cookie
    sign_in(nobody, "alice@example.org")
    attacker: Browser = app.test_client()
    attacker.set_cookie("trainer", planted)
    assert not is_signed_in(attacker)


def test_session_of_somebody_else_ends_when_another_signs_in_there(
    nobody: Browser, look: Look, alice: User, bob: User
) -> None:
    sign_in(nobody, "alice@example.org")
    before = nobody.cookie
    nobody.post("/sign-out")
    sign_in(nobody, "bob@example.org")
    assert nobody.cookie != before
    assert look(select(BrowserSession.user_id)) == [bob.id]


def test_cookie_is_dead_after_sign_out(nobody: Browser, app, alice: User) -> None:
    sign_in(nobody, "alice@example.org")
    stolen = nobody.cookie
    response = nobody.post("/sign-out")
    assert (response.status_code, response.location) == (302, "/sign-in")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief: Browser = app.test_client()
    thief.set_cookie("trainer", stolen)
    assert not is_signed_in(thief)


def test_cookie_holds_nothing_but_a_name(nobody: Browser, look: Look, alice: User) -> None:
    sign_in(nobody, "alice@example.org")
    (row,) = look(select(BrowserSession))
    assert nobody.cookie.startswith("~")
    assert nobody.cookie[1:] not in row.data
    assert row.token_hash not in nobody.cookie
    assert alice.fs_uniquifier not in nobody.cookie


def test_cookie_flags(nobody: Browser, alice: User) -> None:
    header = sign_in(nobody, "alice@example.org").headers["Set-Cookie"]
    assert header.startswith("trainer=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in header.split(";")}


def test_signed_cookie_signs_nobody_in(nobody: Browser, app, alice: User) -> None:
    """Even one with a right signature: the key alone does not make a session."""
    forged = app.session_interface.get_signing_serializer(app).dumps({"_user_id": alice.fs_uniquifier, "_fresh": True})
    nobody.set_cookie("trainer", forged)
    assert not is_signed_in(nobody)


def test_remember_cookie_and_token_sign_nobody_in(nobody: Browser, app, alice: User) -> None:
    with app.test_request_context():
        token = app.extensions["security"].remember_token_serializer.dumps(
            {"ver": "5", "uid": alice.fs_uniquifier, "exp": 0}
        )
    assert nobody.get("/account", headers={"Authentication-Token": token}).status_code == 302
    assert nobody.get(f"/account?auth_token={token}").status_code == 302
    assert "remember_token" not in sign_in(nobody, "alice@example.org", remember="y").headers["Set-Cookie"]


def test_sign_in_leaves_no_trace_of_right_guesses(nobody: Browser, look: Look, alice: User) -> None:
    sign_in(nobody, "alice@example.org")
    assert look(select(SignInAttempt)) == []


def test_somebody_without_a_password_cannot_sign_in(nobody: Browser, session: Session) -> None:
    make_person(session, "Eve", password=None)
    assert sign_in(nobody, "eve@example.org", "").status_code == 422
    assert sign_in(nobody, "eve@example.org", PASSWORD).status_code == 422


def test_hash_made_with_other_costs_is_renewed(nobody: Browser, session: Session, look: Look, alice: User) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=32, parallelism=1).hash(PASSWORD)
    session.execute(update(User).where(User.id == alice.id).values(password=old))
    session.commit()
    sign_in(nobody, "alice@example.org")
    assert look(select(User.password).where(User.id == alice.id)) != [old]
