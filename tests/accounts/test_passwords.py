"""Hashing, how much of it at once, and which passwords are good: risk 28."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import sleep

import pytest
from argon2 import PasswordHasher

from trainer.accounts import passwords as module
from trainer.accounts.passwords import Passwords, why_guessable
from trainer.learning.errors import Unavailable


class Slow(PasswordHasher):
    """Counts how many hash at once."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.lock, self.now, self.most = Lock(), 0, 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Take a while."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        sleep(0.01)
        with self.lock:
            self.now -= 1
        return super().hash(password, salt=salt)


def test_at_most_two_hashes_are_made_at_once() -> None:
    slow = Slow()
    passwords = Passwords(slow)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda n: passwords.verify("x", None), range(24)))
    assert slow.most == 2


def test_hashing_gives_up_where_too_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.01)
    passwords = Passwords.cheap()
    assert passwords.turns.acquire()
    assert passwords.turns.acquire()
    with pytest.raises(Unavailable):
        passwords.hash("x")


def test_hash_and_verify() -> None:
    passwords = Passwords.cheap()
    hashed = passwords.hash("seven green bottles")
    assert passwords.verify("seven green bottles", hashed)
    assert not passwords.verify("seven green bottle", hashed)
    assert not passwords.verify("seven green bottles", "rubbish")
    assert not passwords.needs_update(hashed)
    assert passwords.identify(hashed) == "argon2"


def test_costs_are_those_of_owasp_and_more() -> None:
    hasher = Passwords().hasher
    assert (hasher.memory_cost, hasher.time_cost) == (64 * 1024, 3)


@pytest.mark.parametrize(
    "password",
    ["short", "", "x" * 201, "aaaaaaaaaaaa", "ababababab12", "Password123", "alice@example.org", "alicealice"],
)
def test_guessable_passwords_are_refused(password: str) -> None:
    assert why_guessable(password, "alice@example.org")


@pytest.mark.parametrize("password", ["seven green bottles", "ÄÖÜßéèêçñ+", "x7#kQ9!mP2"])
def test_other_passwords_are_good(password: str) -> None:
    assert why_guessable(password, "alice@example.org") == ""
