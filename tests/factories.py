"""Values to begin with: settings, people. Plain functions with fixed values; what a test cares about it passes in."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from trainer import paths
from trainer.accounts.actions import new_user
from trainer.accounts.models import ADMIN, AUTHOR, LEARNER, User
from trainer.accounts.passwords import Passwords
from trainer.settings import Settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "seven green bottles"
BASE_URL = "http://localhost"
SECRET = "only-for-tests-0123456789-abcdefghijk"

CAST = {
    "Alice": LEARNER,
    "Bob": LEARNER,
    "Lena": LEARNER,
    "Carol": LEARNER,
    "Otto": AUTHOR,
    "Ada": ADMIN,
}
"""Alice learns, Bob learns on her team, Lena leads the team, Carol leads another, Otto authors, Ada administers; and
Nobody is signed out."""


def settings_for(database_url: str, data_dir: Path, **changes: object) -> Settings:
    """Settings for a test; `changes` replace what is given here."""
    values: dict[str, object] = {
        "database_url": database_url,
        "data_dir": data_dir,
        "base_url": BASE_URL,
        "secret_key": SECRET,
        "secret_key_fallbacks": (),
        "smtp_url": None,
        "courses": paths.COURSES,
        "banks": paths.BANKS,
        "trusted_hosts": ("localhost",),
        "proxy_hops": 0,
        "fonts": None,
        "testing": True,
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]


def make_person(session: Session, name: str, role: str = LEARNER, password: str | None = PASSWORD) -> User:
    """Somebody with a password, committed and let go: reading her attributes later begins no transaction. Nobody did
    it: the audit log of a test begins with what the test does."""
    user = new_user(session, f"{name.lower()}@example.org", name, {role}, now=NOW)
    user.password = Passwords.cheap().hash(password) if password else None
    session.commit()
    session.expunge(user)
    return user
