"""The second step: codes of an authenticator app, and recovery codes for a lost phone."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import Executable, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.browser_client import Browser
from tests.factories import NOW, PASSWORD, settings_for
from trainer import clock
from trainer.accounts.actions import make_sign_in_link
from trainer.accounts.limits import PER_ACCOUNT_AND_NETWORK
from trainer.accounts.models import BrowserSession, User
from trainer.settings import Settings

SHOW_CODES = "/account/recovery-codes?show_codes=1"
CODES = re.compile(r"<code>([0-9a-f-]+)</code>")
Look = Callable[[Executable], list[Any]]
Sign = Callable[[User], Browser]


@pytest.fixture(autouse=True)
def _time_stands_still() -> Iterator[None]:
    """Codes change every 30 seconds; a slow test must not fall into the next."""
    with time_machine.travel(NOW + timedelta(seconds=10), tick=False):
        yield


@pytest.fixture
def key(browser_of: Sign, alice: User) -> str:
    """The key of Alice's app, after she turned the second step on."""
    return turn_on(browser_of(alice))


@pytest.fixture
def half(nobody: Browser, key: str) -> Browser:
    """A browser in which the password was given and the code is still to come."""
    assert give_password(nobody).location == "/sign-in/code?next=/"
    return nobody


def turn_on(browser: Browser) -> str:
    key, action = offered(browser.post("/account/second-step", data={"setup": "authenticator"}))
    # The code of half a minute ago, so that the next one is still unused when the test signs in.
    code = TOTP(key=key).generate(clock.now().timestamp() - 30).token
    assert browser.post(action, data={"code": code}).location == SHOW_CODES
    return key


def offered(response: TestResponse) -> tuple[str, str]:
    """The key that a page offers, and where the code goes."""
    page = response.get_data(as_text=True)
    key = re.search(r"<code>([A-Z0-9 -]+)</code>", page)
    action = re.search(r'action="(/account/second-step/[^"]+)"', page)
    assert key
    assert action
    return key[1], action[1]


def code_of(key: str) -> str:
    return TOTP(key=key).generate(clock.now().timestamp()).token


def give_password(browser: Browser):
    return browser.post("/sign-in", data={"email": "alice@example.org", "password": PASSWORD})


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def test_password_alone_does_not_sign_in(half: Browser) -> None:
    assert not is_signed_in(half)
    assert half.get("/sign-in/code").status_code == 200


def test_code_signs_in_and_leads_on(nobody: Browser, key: str) -> None:
    data = {"email": "alice@example.org", "password": PASSWORD, "next": "/account"}
    asked = nobody.post("/sign-in", data=data).location
    page = nobody.get(asked).get_data(as_text=True)
    action = re.search(r'action="(/sign-in/code[^"]*)"', page)
    assert action
    assert nobody.post(action[1], data={"code": code_of(key)}).location == "/account"
    assert is_signed_in(nobody)


def test_session_is_renamed_at_each_step(half: Browser, key: str) -> None:
    before = half.cookie
    half.post("/sign-in/code", data={"code": code_of(key)})
    assert half.cookie != before


def test_code_may_be_typed_with_a_space(half: Browser, key: str) -> None:
    code = code_of(key)
    half.post("/sign-in/code", data={"code": f" {code[:3]} {code[3:]} "})
    assert is_signed_in(half)


def test_wrong_code_does_not_sign_in(half: Browser, key: str) -> None:
    wrong = f"{(int(code_of(key)) + 1) % 1_000_000:06}"
    response = half.post("/sign-in/code", data={"code": wrong})
    assert response.status_code == 422
    assert "This code is not right." in response.get_data(as_text=True)
    assert not is_signed_in(half)


def test_old_code_is_refused(half: Browser, key: str) -> None:
    code = code_of(key)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert half.post("/sign-in/code", data={"code": code}).status_code == 422


def test_code_is_not_taken_twice(app: Flask, half: Browser, key: str) -> None:
    code = code_of(key)
    assert half.post("/sign-in/code", data={"code": code}).status_code == 302
    other: Browser = app.test_client()  # type: ignore[assignment]
    give_password(other)
    assert other.post("/sign-in/code", data={"code": code}).status_code == 422


def test_guessing_codes_is_limited(half: Browser, key: str) -> None:
    answers = [
        half.post("/sign-in/code", data={"code": "000000"}).status_code for _ in range(PER_ACCOUNT_AND_NETWORK + 1)
    ]
    assert answers == [422] * PER_ACCOUNT_AND_NETWORK + [429]
    assert half.post("/sign-in/code", data={"code": code_of(key)}).status_code == 429


def test_codes_of_both_kinds_are_counted_together(half: Browser, key: str) -> None:
    """Whoever has used up the guesses at the one kind has none left at the other, from wherever he asks."""
    for n in range(PER_ACCOUNT_AND_NETWORK):
        path = ("/sign-in/code", "/sign-in/recovery")[n % 2]
        far = {"REMOTE_ADDR": f"10.0.{n}.1"}
        assert half.post(path, data={"code": "000000"}, environ_overrides=far).status_code == 422
    for path in ("/sign-in/code", "/sign-in/recovery"):
        far = {"REMOTE_ADDR": "203.0.113.9"}
        assert half.post(path, data={"code": "000000"}, environ_overrides=far).status_code == 429


def test_code_page_without_a_password_given_leads_back(nobody: Browser) -> None:
    assert nobody.get("/sign-in/code").location == "/sign-in"
    assert nobody.post("/sign-in/code", data={"code": "123456"}).location == "/sign-in"
    assert nobody.get("/sign-in/recovery").location == "/sign-in"


def test_half_signed_in_session_is_on_the_server(half: Browser, look: Look, alice: User) -> None:
    assert half.cookie.startswith("~")
    assert None in look(select(BrowserSession.user_id))


def test_recovery_code_signs_in_once(app: Flask, browser_of: Sign, alice: User, key: str, look: Look) -> None:
    codes = recovery_codes(browser_of(alice))
    assert len(set(codes)) == 8
    (kept,) = look(select(User.mf_recovery_codes))
    assert not any(code in repr(kept) for code in codes)
    for code, status in ((codes[0].upper(), 302), (codes[0], 422), (codes[1], 302), ("rubbish", 422)):
        browser: Browser = app.test_client()  # type: ignore[assignment]
        give_password(browser)
        assert browser.post("/sign-in/recovery", data={"code": code}).status_code == status
        assert is_signed_in(browser) == (status == 302)


def recovery_codes(browser: Browser) -> list[str]:
    page = browser.post("/account/recovery-codes").get_data(as_text=True)
    return CODES.findall(page)


def test_recovery_codes_can_be_seen_again(browser_of: Sign, alice: User, key: str) -> None:
    browser = browser_of(alice)
    codes = recovery_codes(browser)
    assert codes[0] not in browser.get("/account/recovery-codes").get_data(as_text=True)
    assert codes[0] in browser.get(SHOW_CODES).get_data(as_text=True)


def test_second_step_can_be_turned_off(app: Flask, browser_of: Sign, alice: User, key: str) -> None:
    browser = browser_of(alice)
    assert "Turn it off" in browser.get("/account/second-step").get_data(as_text=True)
    assert browser.post("/account/second-step", data={"setup": "disable"}).location == "/account"
    assert give_password(app.test_client()).location == "/"  # type: ignore[arg-type]


def test_second_step_is_not_on_before_the_first_code(app: Flask, browser_of: Sign, alice: User) -> None:
    browser = browser_of(alice)
    _key, action = offered(browser.post("/account/second-step", data={"setup": "authenticator"}))
    assert browser.post(action, data={"code": "000000"}).status_code == 422
    assert give_password(app.test_client()).location == "/"  # type: ignore[arg-type]


def test_mistyped_code_keeps_the_key_that_is_in_the_app(browser_of: Sign, alice: User) -> None:
    browser = browser_of(alice)
    key, action = offered(browser.post("/account/second-step", data={"setup": "authenticator"}))
    again = browser.post(action, data={"code": "000000"})
    assert offered(again) == (key, action)
    assert "This code is not right." in again.text
    assert browser.post(action, data={"code": code_of(key)}).location == SHOW_CODES
    late = browser.post("/account/second-step/rubbish", data={"code": code_of(key)})
    assert late.location == "/account/second-step"


def test_turning_it_on_shows_recovery_codes(browser_of: Sign, alice: User) -> None:
    browser = browser_of(alice)
    turn_on(browser)
    page = browser.get(SHOW_CODES).text
    assert len(CODES.findall(page)) == 8
    assert "The second step is on." in page


@pytest.mark.parametrize("turned_off", [False, True])
def test_codes_outlive_a_new_key_but_not_a_time_without_second_step(
    browser_of: Sign, alice: User, key: str, *, turned_off: bool
) -> None:
    browser = browser_of(alice)
    before = CODES.findall(browser.get(SHOW_CODES).text)
    if turned_off:
        browser.post("/account/second-step", data={"setup": "disable"})
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        turn_on(browser)
    after = CODES.findall(browser.get(SHOW_CODES).text)
    assert len(after) == 8
    assert (after == before) != turned_off


def test_no_codes_left_is_said(browser_of: Sign, session: Session, alice: User, key: str) -> None:
    session.execute(update(User).values(mf_recovery_codes=None))
    session.commit()
    response = browser_of(alice).get(SHOW_CODES)
    assert response.status_code == 200
    assert "You have no codes left." in response.text


def test_there_are_no_recovery_codes_without_a_second_step(browser_of: Sign, alice: User, look: Look) -> None:
    browser = browser_of(alice)
    assert browser.get("/account/recovery-codes").location == "/account/second-step"
    assert browser.post("/account/recovery-codes").location == "/account/second-step"
    assert "Set it up first" in browser.get("/account/second-step").text
    assert look(select(User.mf_recovery_codes)) in ([None], [[]])


@pytest.mark.parametrize(("wanted", "led_to"), [("/practice", "/practice"), ("//elsewhere.example.org", "/")])
def test_recovery_code_leads_on_within_this_site(
    nobody: Browser, browser_of: Sign, alice: User, key: str, *, wanted: str, led_to: str
) -> None:
    code = recovery_codes(browser_of(alice))[0]
    give_password(nobody)
    page = nobody.get("/sign-in/code", query_string={"next": wanted}).text
    link = re.search(r'href="(/sign-in/recovery[^"]*)"', page)
    assert link
    action = re.search(r'action="(/sign-in/recovery[^"]*)"', nobody.get(unescape(link[1])).text)
    assert action
    assert nobody.post(unescape(action[1]), data={"code": code}).location == led_to


def test_unknown_kind_of_second_step_is_refused(browser_of: Sign, alice: User) -> None:
    browser = browser_of(alice)
    assert browser.post("/account/second-step", data={"setup": "sms"}).status_code == 422
    assert browser.post("/account/second-step/rubbish", data={"code": "1"}).location == "/account/second-step"


@pytest.mark.parametrize("path", ["/account/second-step", "/account/recovery-codes"])
def test_changing_the_second_step_asks_for_the_password_again(
    browser_of: Sign, alice: User, key: str, path: str
) -> None:
    browser = browser_of(alice)
    with browser.session_transaction() as kept:
        kept["fs_paa"] = clock.now().timestamp() - 3600
    asked = browser.get(path)
    assert asked.location == f"/account/confirm?next={path}"
    assert browser.post(asked.location, data={"password": "wrong password"}).status_code == 422
    assert browser.post(asked.location, data={"password": PASSWORD, "next": path}).location == path
    assert browser.get(path).status_code == 200


def test_one_time_link_does_not_step_over_the_second_step(nobody: Browser, session, alice: User, key: str) -> None:
    token = make_sign_in_link(session, alice, clock.now())
    session.commit()
    assert nobody.post(f"/sign-in/link/{token}").location == "/sign-in/code?next=/"
    assert not is_signed_in(nobody)


def test_second_step_survives_a_change_of_the_secret_key(
    make_app: Callable[[Settings], Flask], settings: Settings, key: str
) -> None:
    changes = {"secret_key": "another-key-for-tests-9876543210-zyxwv", "secret_key_fallbacks": (settings.secret_key,)}
    browser: Browser = make_app(settings_for(settings.database_url, settings.data_dir, **changes)).test_client()  # type: ignore[assignment]
    give_password(browser)
    assert browser.post("/sign-in/code", data={"code": code_of(key)}).status_code == 302


def test_pages_that_are_not_used_are_not_there(nobody: Browser, browser_of: Sign, alice: User) -> None:
    for browser in (nobody, browser_of(alice)):
        for path in ("/sign-in/rescue", "/sign-in/select", "/register", "/login", "/verify", "/fs-static/js/base64.js"):
            assert browser.get(path).status_code == 404
