"""Limits on guessing: risks 27 and 28."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW, PASSWORD, make_person
from tests.racing import many_at_once
from trainer import clock
from trainer.accounts import limits
from trainer.accounts.limits import (
    ALL,
    PER_ACCOUNT,
    PER_ACCOUNT_AND_NETWORK,
    PER_NETWORK,
    WINDOW,
    count_attempt,
    network_of,
)
from trainer.accounts.models import User
from trainer.db import transaction
from trainer.learning.errors import TooMany
from trainer.settings import Settings

SOON = timedelta(seconds=1)


def guess(browser: Browser, password: str = "wrong password") -> int:
    return browser.post("/sign-in", data={"email": "alice@example.org", "password": password}).status_code


def test_eleventh_guess_is_refused_with_plain_words(nobody: Browser, alice: User) -> None:
    assert [guess(nobody) for _ in range(PER_ACCOUNT_AND_NETWORK)] == [422] * PER_ACCOUNT_AND_NETWORK
    response = nobody.post("/sign-in", data={"email": "Alice@example.org ", "password": PASSWORD})
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= WINDOW.total_seconds()
    assert "Too many attempts." in response.get_data(as_text=True)


def test_limit_holds_in_another_process_and_after_a_restart(
    make_app: Callable[[Settings], Flask], settings: Settings, alice: User
) -> None:
    browsers = [make_app(settings).test_client() for _ in range(4)]
    answers = [guess(browsers[n % 4]) for n in range(PER_ACCOUNT_AND_NETWORK)]  # type: ignore[arg-type]
    assert set(answers) == {422}
    assert guess(make_app(settings).test_client()) == 429  # type: ignore[arg-type]


def test_nobody_is_locked_out_for_ever(nobody: Browser, alice: User) -> None:
    for _ in range(PER_ACCOUNT_AND_NETWORK + 3):
        guess(nobody)
    with time_machine.travel(clock.now() + WINDOW + SOON):
        assert guess(nobody, PASSWORD) == 302


def test_refused_guesses_do_not_prolong_the_wait(session: Session) -> None:
    for n in range(PER_ACCOUNT_AND_NETWORK):
        count_attempt(session, "a", "192.0.2.1", NOW + n * SOON)
    for n in range(60):
        with pytest.raises(TooMany):
            count_attempt(session, "a", "192.0.2.1", NOW + timedelta(minutes=1) + n * SOON)
    assert count_attempt(session, "a", "192.0.2.1", NOW + WINDOW + SOON)


def test_limit_for_one_account_leaves_others_alone(nobody: Browser, session: Session, alice: User) -> None:
    make_person(session, "Bob")
    for _ in range(PER_ACCOUNT_AND_NETWORK + 1):
        guess(nobody)
    assert nobody.post("/sign-in", data={"email": "bob@example.org", "password": PASSWORD}).status_code == 302


def test_guesses_from_one_network_do_not_keep_the_owner_out_elsewhere(nobody: Browser, app: Flask, alice: User) -> None:
    for _ in range(PER_ACCOUNT_AND_NETWORK + 1):
        guess(nobody)
    data = {"email": "alice@example.org", "password": PASSWORD}
    there = app.test_client().post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert there.status_code == 302
    assert guess(nobody, PASSWORD) == 429


def test_one_account_may_be_tried_a_hundred_times_from_everywhere(session: Session) -> None:
    for n in range(PER_ACCOUNT):
        count_attempt(session, "alice", f"10.0.{n // 9}.1", NOW)
    with pytest.raises(TooMany):
        count_attempt(session, "alice", "203.0.113.1", NOW)
    assert count_attempt(session, "bob", "203.0.113.1", NOW)


def test_mails_are_few_from_everywhere_together(app: Flask, alice: User) -> None:
    """Codes of the second step are counted in the same way."""
    answers = [
        app.test_client()
        .post("/reset", data={"email": "alice@example.org"}, environ_overrides={"REMOTE_ADDR": f"10.0.{n}.1"})
        .status_code
        for n in range(PER_ACCOUNT_AND_NETWORK + 1)
    ]
    assert answers == [200] * PER_ACCOUNT_AND_NETWORK + [429]


def test_right_guesses_do_not_count(app: Flask, alice: User) -> None:
    for _ in range(PER_ACCOUNT_AND_NETWORK + 2):
        assert guess(app.test_client(), PASSWORD) == 302  # type: ignore[arg-type]


def test_one_network_may_try_fifty_accounts(session: Session) -> None:
    for n in range(PER_NETWORK):
        count_attempt(session, f"account {n}", f"192.0.2.{n}", NOW)
    with pytest.raises(TooMany):
        count_attempt(session, "one more", "192.0.2.200", NOW)
    assert count_attempt(session, "one more", "198.51.100.1", NOW)


def test_all_networks_together_may_try_five_hundred(session: Session) -> None:
    for n in range(ALL):
        count_attempt(session, f"account {n}", f"10.{n // 250}.{n % 250}.1", NOW)
    with pytest.raises(TooMany):
        count_attempt(session, "one more", "203.0.113.1", NOW)


def test_unknown_accounts_are_limited_as_known_ones_are(nobody: Browser) -> None:
    answers = [
        nobody.post("/sign-in", data={"email": "nobody@example.org", "password": "wrong password"}).status_code
        for _ in range(PER_ACCOUNT_AND_NETWORK + 1)
    ]
    assert answers == [422] * PER_ACCOUNT_AND_NETWORK + [429]


def test_guesses_at_the_same_moment_count_too(engine: Engine) -> None:
    """16 threads, each with its own connection: exactly ten get through."""

    def attempt(_: int) -> bool:
        try:
            with transaction(engine) as session:
                count_attempt(session, "alice", "192.0.2.1", NOW)
        except TooMany:
            return False
        return True

    assert many_at_once(16, attempt)[True] == PER_ACCOUNT_AND_NETWORK


def test_old_attempts_are_forgotten(session: Session) -> None:
    count_attempt(session, "a", "192.0.2.1", NOW)
    count_attempt(session, "a", "192.0.2.1", NOW + WINDOW + SOON)
    assert limits.waiting(session, NOW + WINDOW + SOON) == 1


def test_table_of_attempts_names_nobody(session: Session) -> None:
    assert "alice" not in limits.account_key("alice@example.org")
    assert limits.account_key(" Alice@Example.org") == limits.account_key("alice@example.org")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.17", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.17", "192.0.2.0/24"),
        ("", "unknown"),
        ("rubbish", "unknown"),
    ],
)
def test_network_of_an_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_asking_for_reset_mails_is_limited(nobody: Browser, alice: User) -> None:
    answers = [
        nobody.post("/reset", data={"email": "alice@example.org"}).status_code
        for _ in range(PER_ACCOUNT_AND_NETWORK + 1)
    ]
    assert answers == [200] * PER_ACCOUNT_AND_NETWORK + [429]


def test_guessing_ones_own_password_is_limited(browser_of: Callable[[User], Browser], alice: User) -> None:
    """Whoever sits down at an open browser does not get at the password."""
    browser = browser_of(alice)
    data = {"password": "wrong password", "new_password": "x" * 12, "new_password_confirm": "x" * 12}
    answers = [browser.post("/account/password", data=data).status_code for _ in range(PER_ACCOUNT_AND_NETWORK + 1)]
    assert answers == [422] * PER_ACCOUNT_AND_NETWORK + [429]
