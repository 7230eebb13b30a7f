"""Reading about people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from unicodedata import combining, normalize

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.accounts.models import ADMIN, ROLES, BrowserSession, OneTimeLink, User, UserRole
from trainer.learning.errors import NotFound

PEOPLE_A_PAGE = 50


class DeadLink(NotFound):
    """A one-time link that does not work (any more). One that never was is told in the same words."""


@dataclass(frozen=True)
class PersonRow:
    """A person in a list."""

    public_id: str
    name: str
    email: str
    active: bool
    roles: tuple[str, ...]
    has_password: bool
    second_step: bool
    last_seen_at: datetime | None


@dataclass(frozen=True)
class SessionRow:
    """One of a person's own sessions in a list."""

    public_id: str
    browser: str
    network: str
    created_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def people(session: Session, search: str = "", page: int = 1) -> tuple[list[PersonRow], int]:
    """A page of those whose name or address contains `search`, by name, and how many they are altogether."""
    seen = select(func.max(BrowserSession.last_seen_at)).where(BrowserSession.user_id == User.id).scalar_subquery()
    like = User.email.icontains(search, autoescape=True) | User.name.icontains(search, autoescape=True)
    rows = select(User, seen).where(like).order_by(func.lower(User.name), User.email)
    found = session.execute(rows.limit(PEOPLE_A_PAGE).offset((page - 1) * PEOPLE_A_PAGE))
    count = session.scalar(select(func.count()).select_from(User).where(like)) or 0
    return [_person_row(user, last_seen_at) for user, last_seen_at in found], count


def _person_row(user: User, last_seen_at: datetime | None) -> PersonRow:
    held = tuple(role for role in ROLES if user.has_role(role))
    second = user.tf_totp_secret is not None
    return PersonRow(
        user.public_id, user.name, user.email, user.active, held, user.password is not None, second, last_seen_at
    )


def person(session: Session, public_id: str) -> User:
    """The person with this id. Raises NotFound."""
    user = session.scalar(select(User).where(User.public_id == public_id))
    if user is None:
        raise NotFound
    return user


def user_with_email(session: Session, email: str) -> User | None:
    """The person with this (normal) address."""
    return session.scalar(select(User).where(User.email == email))


def everybody(session: Session) -> Sequence[int]:
    """The ids of all people, those too who may no longer sign in: what they did stays evidence."""
    return session.scalars(select(User.id).order_by(User.id)).all()


def count_people(session: Session) -> int:
    """How many people there are."""
    return session.scalar(select(func.count()).select_from(User)) or 0


def has_admin(session: Session) -> bool:
    """Whether anybody can administer."""
    return session.scalar(_admins().limit(1)) is not None


def other_admins(session: Session, user: User) -> Sequence[int]:
    """The ids of the active administrators besides this one. Locks them all first, so that the last two, who take the
    role from each other at the same moment, queue here and the second sees what the first did."""
    session.execute(_admins().order_by(User.id).with_for_update(of=User)).all()
    return session.scalars(_admins().where(User.id != user.id)).all()


def _admins() -> Select[int]:
    return select(User.id).join(UserRole, UserRole.user_id == User.id).where(UserRole.name == ADMIN, User.active)


def sessions_of(session: Session, user_id: int, this_one: str) -> list[SessionRow]:
    """Where this person is signed in, the latest first. `this_one` is the token hash of the asking session."""
    rows = session.scalars(
        select(BrowserSession).where(BrowserSession.user_id == user_id).order_by(BrowserSession.last_seen_at.desc())
    )
    return [
        SessionRow(r.public_id, r.browser, r.network, r.created_at, r.last_seen_at, r.token_hash == this_one)
        for r in rows
    ]


def in_lists(user: User) -> tuple[str, int]:
    """Where somebody stands in a list. Letters with marks stand where those without do: Élodie before Grace."""
    plain = "".join(c for c in normalize("NFKD", user.name or user.email) if not combining(c))
    return plain.casefold(), user.id


def token_hash(token: str) -> str:
    """What the database keeps of a token: who reads it there cannot use it."""
    return sha256(token.encode()).hexdigest()


def usable_link(session: Session, purpose: str, token: str, now: datetime) -> OneTimeLink:
    """The link with this token, if it can still be used. Changes nothing. Raises DeadLink."""
    link = session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
    )
    if link is None:
        raise DeadLink
    return link
