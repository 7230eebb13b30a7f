"""Counting guesses at the edge: the count is kept whatever becomes of the request."""

from flask import request

from trainer import clock
from trainer.accounts.limits import PER_ACCOUNT, PER_ACCOUNT_AND_NETWORK, count_attempt, forgive
from trainer.db import db


def count_guess(account: str, most: int = PER_ACCOUNT) -> int:
    """Count a guess at this account from this address, for good. Raises TooMany.

    Committed at once: a request that fails is rolled back, its guess must not be. It also gives the write lock back
    before a password is hashed, which takes a tenth of a second.
    """
    attempt = count_attempt(db.session, account, request.remote_addr or "", clock.now(), most=most)
    db.session.commit()
    return attempt


def count_rarely(account: str) -> int:
    """The same for a code or a mail: few from everywhere together. A code is soon guessed, a mail is a nuisance, and
    neither stands between somebody who knows her password and her account."""
    return count_guess(account, PER_ACCOUNT_AND_NETWORK)


def take_back(attempt: int) -> None:
    """The guess was right."""
    forgive(db.session, attempt)
