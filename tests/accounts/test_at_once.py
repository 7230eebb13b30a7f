"""What works once works once, however many try at the same moment; what is ended stays ended: risk 32."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, Executable, delete, select, update

from tests.accounts.test_second_step import code_of, give_password, is_signed_in, recovery_codes, turn_on
from tests.browser_client import Browser
from trainer.accounts import forms
from trainer.accounts.actions import deactivate
from trainer.accounts.models import SignInAttempt, User
from trainer.db import transaction

Look = Callable[[Executable], list[Any]]
Sign = Callable[[User], Browser]
MANY = 6


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same moment, each in a thread; what each returned."""
    start = Barrier(len(deeds))

    def go(deed: Callable[[], Any]) -> Any:
        start.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(go, deeds))


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


def test_code_of_somebody_deactivated_meanwhile_is_refused(
    app: Flask, engine: Engine, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was read of somebody before the guess was counted is read again after it."""
    (browser, *_) = halves(app)
    count = forms.count_rarely

    def meanwhile(account: str) -> int:
        attempt = count(account)
        with transaction(engine) as session:
            deactivate(session, session.scalars(select(User)).one())
        return attempt

    monkeypatch.setattr(forms, "count_rarely", meanwhile)
    response = browser.post("/sign-in/code", data={"code": code_of(key)})
    assert response.status_code == 422
    assert "signed out" in response.get_data(as_text=True)
    assert not is_signed_in(browser)
