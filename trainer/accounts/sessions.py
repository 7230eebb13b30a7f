"""Sessions on the server: the cookie of somebody signed in holds a random name and nothing else.

A signed cookie cannot be taken back: a copy of it still works after signing out. So whoever is signed in, or has given
the password and must still give the code, has a row in the database; deleting it ends the session. Whoever is signed
out has a signed cookie, which carries little more than the secret of the forms (CSRF).

A session gets a new name, and its forms a new secret, whenever it becomes somebody's: what an attacker planted before
is worth nothing afterwards. All reading and writing here is done in transactions of its own, begun and ended at once:
one that stays open would hold the write lock while a password is being hashed.

What reading a page changes in a session (when it was last seen, a message that was shown) is written at best: nobody
is refused a page because the disk is full. What somebody sends a form for (to be signed in, to be signed out) is
written, or the answer is a 503.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from trainer import clock
from trainer.accounts.browsers import browser_of
from trainer.accounts.limits import network_of
from trainer.accounts.models import BrowserSession, User
from trainer.accounts.queries import token_hash
from trainer.db import db, hurried_transaction, new_public_id, transaction
from trainer.web.errors import turn_into_error
from trainer.web.guarding import SAFE_METHODS

log = logging.getLogger(__name__)

IDLE = timedelta(days=14)
LONGEST = timedelta(days=60)
HALF_SIGNED_IN = timedelta(minutes=15)
"""How long a session lasts: unused, at most, and between the password and the code."""
MOST = 25
"""Sessions of one person; one more ends the one that was unused for longest."""
SEEN_EVERY = timedelta(minutes=10)
ON_SERVER = "~"
"""What the cookie of a session on the server begins with; a signed one never does."""


@dataclass
class Kept:
    """The row behind a session, as it was when the request came."""

    token: str
    last_seen_at: datetime


class LiveSession(SecureCookieSession):
    """A session that knows where it is kept. `trouble` is why it could not be read."""

    kept: Kept | None = None
    whose: str | None = None
    trouble: Exception | None = None

    @property
    def token_hash(self) -> str:
        """What names this session in the database; nothing while it is only a cookie."""
        return token_hash(self.kept.token) if self.kept else ""

    def owner(self) -> str | None:
        """Whose it is: the `fs_uniquifier` of who is signed in, or of who still has to give the code."""
        found = self.get("_user_id") or (self.get("tf_user_id") and f"half:{self['tf_user_id']}")
        return str(found) if found else None


class ServerSessions(SecureCookieSessionInterface):
    """Rows for those who are signed in, a signed cookie for the others."""

    session_class = LiveSession

    def open_session(self, app: Flask, asking: Request) -> LiveSession:
        """The session of this request; a new one where the old has ended."""
        value = asking.cookies.get(self.get_cookie_name(app), "")
        try:
            session = self._from_database(value[1:]) if value.startswith(ON_SERVER) else None
        except (DBAPIError, PoolTimeout) as error:
            session = LiveSession()
            session.trouble = error
        if session is None:
            session = self._from_cookie(app, asking)
        session.whose = session.owner()
        return session

    def _from_cookie(self, app: Flask, asking: Request) -> LiveSession:
        found = super().open_session(app, asking)
        session = LiveSession(found or {})
        for key in [key for key in session if key == "_user_id" or key.startswith("tf_")]:
            # No signed cookie signs anybody in, however it came to be.
            del session[key]
        session.modified = False
        session.accessed = False
        return session

    def _from_database(self, token: str) -> LiveSession | None:
        now = clock.now()
        with transaction(db.engine, read_only=True) as reading:
            row = reading.scalar(select(BrowserSession).where(BrowserSession.token_hash == token_hash(token)))
        if row is None or _has_ended(row, now):
            return None
        session = LiveSession(self.serializer.loads(row.data))
        session.modified = False
        session.kept = Kept(token, row.last_seen_at)
        return session

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Keep it where it belongs. Called last, when the answer is made and its transaction has ended."""
        db.session.rollback()
        if session.accessed:
            response.vary.add("Cookie")
        if session.trouble is not None:
            return
        try:
            self._keep(app, session, response)
        except (DBAPIError, PoolTimeout) as error:
            turn_into_error(response, error)

    def _keep(self, app: Flask, session: LiveSession, response: Response) -> None:
        if session.owner() is None:
            self._keep_in_cookie(app, session, response)
        elif session.kept is None or session.owner() != session.whose:
            self._keep_in_new_row(app, session, response)
        else:
            self._keep_in_row(session, session.kept)

    def _keep_in_cookie(self, app: Flask, session: LiveSession, response: Response) -> None:
        if session.kept is not None:
            with transaction(db.engine) as writing:
                writing.execute(delete(BrowserSession).where(BrowserSession.token_hash == session.token_hash))
            session.modified = True
        super().save_session(app, session, response)

    def _keep_in_new_row(self, app: Flask, session: LiveSession, response: Response) -> None:
        token, now = token_urlsafe(32), clock.now()
        with transaction(db.engine) as writing:
            user_id = _user_id(writing, session)
            if session.kept is not None:
                writing.execute(delete(BrowserSession).where(BrowserSession.token_hash == session.token_hash))
            _sweep(writing, now)
            if user_id is not None:
                _make_room(writing, user_id)
            writing.add(
                BrowserSession(
                    public_id=new_public_id(),
                    token_hash=token_hash(token),
                    user_id=user_id,
                    data=self.serializer.dumps(dict(session)),
                    browser=browser_of(request.user_agent.string),
                    network=network_of(request.remote_addr or ""),
                    created_at=now,
                    last_seen_at=now,
                )
            )
        self._set_cookie(app, response, token)

    def _keep_in_row(self, session: LiveSession, kept: Kept) -> None:
        now = clock.now()
        seen = {"last_seen_at": now} if now - kept.last_seen_at > SEEN_EVERY else {}
        mine = update(BrowserSession).where(BrowserSession.token_hash == session.token_hash)
        if session.modified:
            with _at_best() if request.method in SAFE_METHODS else nullcontext(), transaction(db.engine) as writing:
                writing.execute(mine.values(data=self.serializer.dumps(dict(session)), **seen))
        elif seen:
            with _at_best(), hurried_transaction(db.engine) as writing:
                writing.execute(mine.values(**seen))

    def _set_cookie(self, app: Flask, response: Response, token: str) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            ON_SERVER + token,
            max_age=int(LONGEST.total_seconds()),
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )
        response.vary.add("Cookie")


@contextmanager
def _at_best() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        # One line, for while a disk is full it comes with each page; without the statement: that holds the session.
        log.warning("What a page changed in a session was not kept: %s", getattr(error, "orig", error))


def _has_ended(row: BrowserSession, now: datetime) -> bool:
    idle = HALF_SIGNED_IN if row.user_id is None else IDLE
    return now - row.last_seen_at > idle or now - row.created_at > LONGEST


def _sweep(writing: Session, now: datetime) -> None:
    ended = (BrowserSession.last_seen_at < now - IDLE) | (BrowserSession.created_at < now - LONGEST)
    half = BrowserSession.user_id.is_(None) & (BrowserSession.last_seen_at < now - HALF_SIGNED_IN)
    # Two who sweep at once would each wait for what the other has in hand: what is taken already is left alone.
    found = select(BrowserSession.id).where(ended | half).with_for_update(skip_locked=True)
    writing.execute(delete(BrowserSession).where(BrowserSession.id.in_(found)))


def _make_room(writing: Session, user_id: int) -> None:
    hers = select(BrowserSession.id).where(BrowserSession.user_id == user_id)
    oldest = hers.order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc()).offset(MOST - 1)
    writing.execute(delete(BrowserSession).where(BrowserSession.id.in_(writing.scalars(oldest).all())))


def _user_id(writing: Session, session: LiveSession) -> int | None:
    # Locked, as everywhere before her sessions: so that those who sign in at once count each other.
    hers = select(User.id).where(User.fs_uniquifier == session.get("_user_id", ""))
    return writing.scalar(hers.with_for_update())
