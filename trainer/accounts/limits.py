"""How often one may guess. Counted in the database, so that it holds over workers and restarts; never for ever, so
that nobody can lock somebody else out."""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from trainer.accounts.models import SignInAttempt
from trainer.db import one_at_a_time
from trainer.learning.errors import N_, TooMany

WINDOW = timedelta(minutes=15)
PER_ACCOUNT_AND_NETWORK, PER_ACCOUNT, PER_NETWORK, ALL = 10, 100, 50, 500
"""Failed attempts in one window: for one account from one network, for one account from everywhere, from one network,
together. For one account from everywhere it is more: whoever knows an address must not keep its owner out."""


def count_attempt(session: Session, account: str, address: str, now: datetime, *, most: int = PER_ACCOUNT) -> int:
    """Count an attempt and return its id. Raises TooMany where there were too many; that does not count as one more.

    `most` is how many this account may have from everywhere. It counts before the password is looked at, so that
    attempts at the same moment count too; `forgive` takes it back.
    """
    one_at_a_time(session, "count a sign-in attempt")
    wait = max(_wait(session, *check, now) for check in _checks(account_key(account), network_of(address), most))
    if wait:
        raise TooMany(N_("Too many attempts. Nothing is locked: wait a little, then try again."), retry_after=wait)
    attempt = SignInAttempt(account=account_key(account), network=network_of(address), at=now)
    session.add(attempt)
    session.flush()
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW))
    return attempt.id


def forgive(session: Session, attempt_id: int) -> None:
    """It was right: it does not count."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt_id))


def account_key(account: str) -> str:
    """What stands for an account here: whoever reads the table learns no address that somebody typed."""
    return sha256(account.strip().casefold().encode()).hexdigest()


def network_of(address: str) -> str:
    """The network of an address: a household or office. Its single machines are nobody's business."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 6 and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def _checks(account: str, network: str, most: int) -> tuple[tuple[ColumnElement[bool], int], ...]:
    """Which attempts count together, and how many there may be of them."""
    of_account, from_network = SignInAttempt.account == account, SignInAttempt.network == network
    return (
        (of_account & from_network, PER_ACCOUNT_AND_NETWORK),
        (of_account, most),
        (from_network, PER_NETWORK),
        (SignInAttempt.id.is_not(None), ALL),
    )


def _wait(session: Session, which: ColumnElement[bool], allowed: int, now: datetime) -> int:
    """Seconds until one more is allowed; 0 means now."""
    recent = select(SignInAttempt.at).where(which, SignInAttempt.at > now - WINDOW).order_by(SignInAttempt.at.desc())
    oldest_that_counts = session.scalar(recent.offset(allowed - 1).limit(1))
    if oldest_that_counts is None:
        return 0
    return max(1, int((oldest_that_counts + WINDOW - now).total_seconds()))


def waiting(session: Session, now: datetime) -> int:
    """How many attempts count just now; for the system page."""
    return session.scalar(select(func.count()).where(SignInAttempt.at > now - WINDOW)) or 0
