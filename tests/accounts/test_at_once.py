"""What works once works once, however many try at the same moment; what is ended stays ended: risk 32."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, Executable, delete, select, update
from sqlalchemy.orm import Session

from tests.accounts.test_reset import can_sign_in, change, link_in
from tests.accounts.test_second_step import code_of, give_password, is_signed_in, recovery_codes, turn_on
from tests.browser_client import Browser
from tests.factories import NOW, make_person
from tests.racing import at_once, many_at_once
from trainer import clock
from trainer.accounts import forms
from trainer.accounts.actions import (
    add_user,
    ask_to_change_email,
    change_email,
    change_roles,
    deactivate,
    end_all_sessions,
    make_sign_in_link,
)
from trainer.accounts.models import ADMIN, AUTHOR, LEARNER, OneTimeLink, SignInAttempt, User
from trainer.db import transaction
from trainer.learning.errors import Conflict

Look = Callable[[Executable], list[Any]]
Sign = Callable[[User], Browser]
MANY = 6


@pytest.fixture
def key(browser_of: Sign, alice: User) -> str:
    """The key of Alice's app, after she turned the second step on."""
    return turn_on(browser_of(alice))


def halves(app: Flask) -> list[Browser]:
    """Browsers in which the password was given and the code is still to come."""
    browsers: list[Browser] = [app.test_client() for _ in range(MANY)]  # type: ignore[misc]
    for browser in browsers:
        assert give_password(browser).location.startswith("/sign-in/code")
    return browsers


def sent(browser: Browser, path: str, code: str) -> Callable[[], int]:
    return lambda: browser.post(path, data={"code": code}).status_code


def begin_anew(engine: Engine) -> None:
    """Forget the wrong guesses and which code was used last."""
    with transaction(engine) as session:
        session.execute(delete(SignInAttempt))
        session.execute(update(User).values(tf_last_counter=None))


def test_one_code_signs_in_one_browser(app: Flask, engine: Engine, key: str) -> None:
    for _ in range(3):
        begin_anew(engine)
        browsers, code = halves(app), code_of(key)
        statuses = at_once(*[sent(browser, "/sign-in/code", code) for browser in browsers])
        assert sorted(statuses) == [302] + [422] * (MANY - 1)
        assert sum(is_signed_in(browser) for browser in browsers) == 1


def test_one_recovery_code_signs_in_one_browser(
    app: Flask, engine: Engine, browser_of: Sign, alice: User, key: str, look: Look
) -> None:
    for used, code in enumerate(recovery_codes(browser_of(alice))[:3], start=1):
        begin_anew(engine)
        browsers = halves(app)
        statuses = at_once(*[sent(browser, "/sign-in/recovery", code) for browser in browsers])
        assert sorted(statuses) == [302] + [422] * (MANY - 1)
        assert sum(is_signed_in(browser) for browser in browsers) == 1
        assert len(look(select(User.mf_recovery_codes))[0]) == 8 - used


def test_one_code_sets_the_second_step_up_once(browser_of: Sign, alice: User) -> None:
    browsers = [browser_of(alice) for _ in range(MANY)]
    page = browsers[0].post("/account/second-step", data={"setup": "authenticator"}).get_data(as_text=True)
    key, action = (
        re.search(r"<code>([A-Z0-9 -]+)</code>", page),
        re.search(r'action="(/account/second-step/.+?)"', page),
    )
    assert key
    assert action
    at_once(*[sent(browser, action[1], code_of(key[1])) for browser in browsers])
    pages = [browser.get("/account").get_data(as_text=True) for browser in browsers]
    assert sum("The second step is on." in page for page in pages) == 1


Way = Callable[[Session, User], None]


def ask_for_address(session: Session, user: User) -> str:
    """The link that would give Alice's account to somebody else."""
    return f"/account/email/{ask_to_change_email(session, user, 'evil@example.org', clock.now())}"


def ask_to_sign_in(session: Session, user: User) -> str:
    """A link that signs in as Alice."""
    return f"/sign-in/link/{make_sign_in_link(session, user, clock.now())}"


@pytest.mark.parametrize("way_out", [end_all_sessions, partial(deactivate, by=None, now=NOW)])
@pytest.mark.parametrize("way_in", [ask_for_address, ask_to_sign_in])
def test_link_used_while_its_owner_leaves_lets_nobody_stay(
    app: Flask, engine: Engine, alice: User, look: Look, way_in: Callable[[Session, User], str], way_out: Way
) -> None:
    """Either the link comes first or its end does; afterwards nobody is in, and neither waits for the other."""
    for _ in range(3):
        with transaction(engine) as session:
            hers = session.get_one(User, alice.id)
            hers.active, hers.email = True, "alice@example.org"
            path = way_in(session, hers)
        browser: Browser = app.test_client()  # type: ignore[assignment]
        status, _ = at_once(lambda: browser.post(path).status_code, lambda: left(engine, alice, way_out))  # noqa: B023
        assert status in (303, 404)
        assert (look(select(User.email)) == ["alice@example.org"]) is (status == 404 or way_in is ask_to_sign_in)
        assert not is_signed_in(browser)
        assert look(select(OneTimeLink.id)) == []


def left(engine: Engine, user: User, way_out: Way) -> None:
    with transaction(engine) as session:
        way_out(session, session.get_one(User, user.id))


def test_change_asked_for_while_its_owner_leaves_makes_no_link(
    engine: Engine, session: Session, alice: User, look: Look
) -> None:
    """Whoever was signed in when the request began is not when the link is made."""
    asking = session.get_one(User, alice.id)
    session.commit()
    left(engine, alice, end_all_sessions)
    with pytest.raises(Conflict):
        ask_to_change_email(session, asking, "evil@example.org", clock.now())
    session.rollback()
    assert look(select(OneTimeLink.id)) == []


def test_one_reset_link_sets_one_password(app: Flask, look: Look, alice: User) -> None:
    browsers: list[Browser] = [app.test_client() for _ in range(MANY)]  # type: ignore[misc]
    browsers[0].post("/reset", data={"email": "alice@example.org"})
    link, news = link_in(look), [f"{word} brown bottles" for word in ("two", "three", "four", "five", "six", "seven")]

    def set_to(browser: Browser, new: str) -> Callable[[], int | str]:
        data = {"password": new, "password_confirm": new}
        return lambda: browser.post(link, data=data).location or 422

    answers = at_once(*[set_to(browser, new) for browser, new in zip(browsers, news, strict=True)])
    assert answers.count("/sign-in") == 1
    assert [can_sign_in(app, new) for new in news] == [answer == "/sign-in" for answer in answers]


def test_one_old_password_is_changed_once(app: Flask, browser_of: Sign, alice: User) -> None:
    """Of two who know it and change it at the same moment, the second is signed out by the first."""
    news = [f"{word} brown bottles" for word in ("two", "three", "four", "five", "six", "seven")]
    browsers = [browser_of(alice) for _ in news]
    deeds = [lambda b=browser, n=new: change(b, new=n).location for browser, new in zip(browsers, news, strict=True)]
    answers = at_once(*deeds)
    assert answers.count("/account") == 1
    assert [can_sign_in(app, new) for new in news] == [answer == "/account" for answer in answers]


def test_code_of_somebody_deactivated_meanwhile_is_refused(
    app: Flask, engine: Engine, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was read of somebody before the guess was counted is read again after it."""
    (browser, *_) = halves(app)
    count = forms.count_rarely

    def meanwhile(account: str) -> int:
        attempt = count(account)
        with transaction(engine) as session:
            deactivate(session, session.scalars(select(User)).one(), by=None, now=NOW)
        return attempt

    monkeypatch.setattr(forms, "count_rarely", meanwhile)
    response = browser.post("/sign-in/code", data={"code": code_of(key)})
    assert response.status_code == 422
    assert "signed out" in response.get_data(as_text=True)
    assert not is_signed_in(browser)


def test_of_many_who_add_the_same_person_one_does(engine: Engine, look: Look) -> None:
    for turn in range(3):

        def add(_: int, address: str = f"new{turn}@example.org") -> str:
            try:
                with transaction(engine) as session:
                    add_user(session, address, "New", LEARNER, by=None, now=clock.now())
            except Conflict:
                return "told"
            return "added"

        assert many_at_once(MANY, add) == {"added": 1, "told": MANY - 1}
    assert len(look(select(User.id))) == 3


def test_of_many_who_change_to_the_same_address_one_does(engine: Engine, session: Session, look: Look) -> None:
    people = [make_person(session, f"Person{number}") for number in range(MANY)]
    session.commit()
    for turn in range(3):
        with transaction(engine) as own:
            links = [ask_to_change_email(own, own.get_one(User, p.id), f"new{turn}@example.org", NOW) for p in people]

        def change_to(number: int, links: list[str] = links) -> str:
            try:
                with transaction(engine) as own:
                    change_email(own, links[number], NOW)
            except Conflict:
                return "told"
            return "changed"

        assert many_at_once(MANY, change_to) == {"changed": 1, "told": MANY - 1}
    assert len(set(look(select(User.email)))) == MANY


def test_of_many_who_give_the_same_roles_all_succeed(engine: Engine, session: Session, alice: User) -> None:
    session.commit()
    for turn in range(6):
        wanted = {AUTHOR, ADMIN} if turn % 2 == 0 else {AUTHOR}

        def give(_: int, wanted: set[str] = wanted) -> None:
            with transaction(engine) as own:
                change_roles(own, own.get_one(User, alice.id), wanted, by=None, now=NOW)

        make_person(session, f"Admin{turn}", ADMIN)
        many_at_once(MANY, give)
        session.expire_all()
        assert {role.name for role in session.get_one(User, alice.id).roles} == wanted
        session.commit()
