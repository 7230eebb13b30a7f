"""Tell people of their training: the notice is kept here, and a job writes the mail."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from trainer.db import Base, batches, new_public_id
from trainer.notices.models import (
    LONGEST_ABOUT,
    LONGEST_KIND,
    LONGEST_PATH,
    LONGEST_WHY,
    Notice,
    NoticeWish,
    State,
    Topic,
)
from trainer.notices.queries import Wishes, begins_with, wishes_of


@dataclass(frozen=True)
class Message:
    """What a person is told. Raises ValueError where it could not be kept."""

    about: str
    """The occasion, `cycle:<public id>:due-7`: a second message to her about it is none."""
    kind: str
    """What sort of notice it is, for reports: `assigned`, `due-7`, `overdue`; `digest` has a switch of its own."""
    text: str
    """One plain sentence, ready to be read."""
    path: str
    """Where to go on this site: `/plan`."""
    is_mandatory: bool
    """Nobody can switch it off: the organisation requires the training."""
    team_id: int | None = None
    """On behalf of which team."""

    def __post_init__(self) -> None:
        if not 0 < len(self.about) <= LONGEST_ABOUT or not 0 < len(self.kind) <= LONGEST_KIND:
            raise ValueError(f"{self.about!r} ({self.kind!r}) is too long to be kept, or empty.")
        if not self.path.startswith("/") or self.path.startswith("//") or len(self.path) > LONGEST_PATH:
            raise ValueError(f"{self.path!r} is no place on this site.")


def notify(session: Session, user_id: int, message: Message, *, now: datetime) -> bool:
    """Keep a notice for a person; a job writes it to her. False where there was one about the same before."""
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "user_id": user_id,
        "team_id": message.team_id,
        "about": message.about,
        "kind": message.kind,
        "text": _one_line(message.text),
        "path": message.path,
        "is_mandatory": message.is_mandatory,
        "made_at": now,
        "state": State.WAITS,
        "why": "",
    }
    insert = _insert(session, Notice).values(values).on_conflict_do_nothing(index_elements=["user_id", "about"])
    return session.scalar(insert.returning(Notice.id)) is not None


def withdraw(session: Session, about_prefix: str, why: str, *, now: datetime) -> int:
    """Do not send what waits and begins so, for everybody; how many these are. What is in a mail already stays there.

    A prefix ends where a name does: "cycle:12:", for "cycle:12" is also the beginning of "cycle:123".
    """
    waiting = select(Notice.id).where(Notice.state == State.WAITS, begins_with(about_prefix))
    # In the order in which the job that writes mails locks them.
    ids = session.scalars(waiting.order_by(Notice.id).with_for_update()).all()
    for part in batches(ids):
        settle(session, part, State.NOT_SENT, why, at=now)
    return len(ids)


def withdraw_all(session: Session, beginnings: Collection[str], why: str, *, now: datetime) -> int:
    """The same for many beginnings at once, each "cycle:<public id>:" or the like: up to the last colon of what it is
    about. What waits is looked through once."""
    if not beginnings:
        return 0
    waiting = select(Notice.id, Notice.about).where(Notice.state == State.WAITS).order_by(Notice.id)
    found = [id for id, about in session.execute(waiting) if f"{about.rpartition(':')[0]}:" in beginnings]
    ids: list[int] = []
    for part in batches(found):
        still = select(Notice.id).where(Notice.id.in_(part), Notice.state == State.WAITS).order_by(Notice.id)
        ids += session.scalars(still.with_for_update())
    for part in batches(ids):
        settle(session, part, State.NOT_SENT, why, at=now)
    return len(ids)


def settle(session: Session, ids: Collection[int], state: State, why: str, *, at: datetime) -> None:
    """Say what has become of notices, for good; of those that are settled already it was said before."""
    if ids:
        values = {"state": state, "why": _one_line(why)[:LONGEST_WHY], "settled_at": at}
        session.execute(update(Notice).where(Notice.id.in_(ids), Notice.settled_at.is_(None)).values(values))


def save_wishes(session: Session, user_id: int, wishes: Wishes) -> None:
    """Keep when and about what somebody wants mails."""
    values = {
        "quiet_from": wishes.quiet.starts,
        "quiet_until": wishes.quiet.ends,
        "wants_reminders": wishes.wants_reminders,
        "wants_digest": wishes.wants_digest,
    }
    insert = _insert(session, NoticeWish).values(user_id=user_id, **values)
    session.execute(insert.on_conflict_do_update(index_elements=["user_id"], set_=values))


def switch_off(session: Session, user_id: int, topics: Collection[Topic]) -> None:
    """Send somebody nothing more of these; the rest of her wishes stays."""
    before = wishes_of(session, user_id)
    off = before.off | set(topics)
    wants_reminders, wants_digest = (topic not in off for topic in (Topic.REMINDERS, Topic.DIGEST))
    save_wishes(session, user_id, replace(before, wants_reminders=wants_reminders, wants_digest=wants_digest))


def _insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Of two that insert the same row at the same moment the second waits, and finds it there."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table)


def _one_line(text: str) -> str:
    # A line break in the title of a training would look like a line of ours in the mail; PostgreSQL takes no NUL.
    return " ".join(text.replace("\0", " ").split())
