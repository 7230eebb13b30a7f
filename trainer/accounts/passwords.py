"""Hashing passwords with Argon2id, few at a time: each hash takes 64 MiB, and memory can be exhausted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trainer.learning.errors import N_, Unavailable

SHORTEST, LONGEST = 10, 200
LONGEST_WAIT = 10
"""Seconds to wait for a turn."""


def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


def _cheap_hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@dataclass(frozen=True)
class Passwords:
    """Makes and checks hashes, at most two at a time in a process. Has the methods that Flask-Security calls on a
    passlib context, so that it can take the place of one; passlib knows no such limit."""

    hasher: PasswordHasher = field(default_factory=_hasher)
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(2))

    @classmethod
    def cheap(cls) -> "Passwords":
        """For tests: the same, at a thousandth of the cost."""
        return cls(_cheap_hasher())

    def hash(self, password: str) -> str:
        """A hash to keep. Raises Unavailable where too many others wait for theirs."""
        with self._turn():
            return self.hasher.hash(password)

    def verify(self, password: str, hashed: str | None) -> bool:
        """Whether this is the password. Takes as long where there is no hash to compare with."""
        if hashed is None:
            self.hash(password)
            return False
        with self._turn():
            try:
                return self.hasher.verify(hashed, password)
            except (VerificationError, InvalidHashError):
                return False

    def needs_update(self, hashed: str) -> bool:
        """Whether the hash was made with other costs than those of today."""
        return self.hasher.check_needs_rehash(hashed)

    def identify(self, _hashed: str) -> str:
        """The scheme, as passlib calls it; there is only one."""
        return "argon2"

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.turns.acquire(timeout=LONGEST_WAIT):
            raise Unavailable(N_("Many people are signing in just now. Try again in a moment."))
        try:
            yield
        finally:
            self.turns.release()


_FIRST_TRIED = """
1234567890 0123456789 0987654321 1234567891 12345678910 123456789a 1q2w3e4r5t 1qaz2wsx3edc qwertyuiop qwerty12345
password12 password123 password1234 passw0rd123 p@ssw0rd123 p@ssword123 passwordpassword iloveyou123 letmein123
welcome123 welcome1234 administrator changeme123 football123 baseball123 sunshine123 princess123 superman123
trustno1234 qwerty123456 abcdefghij abcd123456 zaq12wsxcde asdfghjkl1 qazwsxedcrfv correcthorsebatterystaple
"""


def why_guessable(password: str, email: str) -> str:
    """Why somebody would soon guess this password: a message with %(shortest)s and %(longest)s, or nothing."""
    if len(password) < SHORTEST:
        return N_("A password has at least %(shortest)s characters.")
    if len(password) > LONGEST:
        return N_("A password has at most %(longest)s characters.")
    plain = password.casefold()
    name = email.partition("@")[0].casefold()
    if len(set(plain)) < 5 or plain in _FIRST_TRIED.split() or plain in (email.casefold(), name * 2):
        return N_("This password is one of the first that somebody would try.")
    return ""
