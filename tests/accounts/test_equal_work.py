"""26: who has an account here does not show in how long an answer takes. Hashes are what takes it, and are counted."""

from argon2 import PasswordHasher
from flask import Flask

from tests.browser_client import Browser
from trainer.accounts.models import User
from trainer.accounts.passwords import Passwords


class Counting(PasswordHasher):
    """Counts the hashes it makes or checks."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.count = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Count."""
        self.count += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        """Count."""
        self.count += 1
        return bool(super().verify(hash, password))


def hashes(app: Flask, browser: Browser, path: str, email: str) -> int:
    counting = Counting()
    app.extensions["security"].pwd_context = Passwords(counting)
    browser.post(path, data={"email": email, "password": "wrong password"})
    return counting.count


def test_known_and_unknown_addresses_take_one_hash_each(app: Flask, nobody: Browser, alice: User) -> None:
    for path in ("/sign-in", "/reset"):
        found = [hashes(app, nobody, path, email) for email in ("alice@example.org", "eve@example.org")]
        assert found == [1, 1], path
