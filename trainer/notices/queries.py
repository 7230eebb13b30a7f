"""Read what people were told, and what they want to be told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.db import batches
from trainer.learning.errors import N_
from trainer.learning.quiet import QuietHours
from trainer.notices.models import QUIET_FROM, QUIET_UNTIL, Notice, NoticeWish, State, Topic

NOTICES_A_PAGE = 25

SAYS: Mapping[State, str] = {
    State.WAITS: N_("not written yet"),
    State.WRITTEN: N_("in the outbox, not yet handed to the mail server"),
    State.SENT: N_("handed to the mail server"),
    State.ON_FILE: N_("sent to nobody: this site has no mail server, so the mail became a file"),
    State.FAILED: N_("not sent: the mail server did not take it"),
    State.NOT_SENT: N_("not sent"),
}
"""What a state means, in words for pages and reports."""


@dataclass(frozen=True)
class Wishes:
    """When and about what somebody wants mails."""

    quiet: QuietHours = field(default_factory=lambda: QuietHours(QUIET_FROM, QUIET_UNTIL))
    wants_reminders: bool = True
    wants_digest: bool = True

    @property
    def off(self) -> frozenset[Topic]:
        """What is switched off."""
        wants = {Topic.REMINDERS: self.wants_reminders, Topic.DIGEST: self.wants_digest}
        return frozenset(topic for topic, wanted in wants.items() if not wanted)


@dataclass(frozen=True)
class NoticeRow:
    """A notice ready to be shown. `at` is when it came to its state."""

    public_id: str
    about: str
    kind: str
    text: str
    path: str
    is_mandatory: bool
    made_at: datetime
    state: State
    why: str
    at: datetime

    @property
    def says(self) -> str:
        """What became of it, marked for translation."""
        return SAYS[self.state]


@dataclass(frozen=True)
class NoticeOfPerson:
    """A notice and whose it is."""

    notice: NoticeRow
    user_id: int
    name: str
    email: str


def sent_about(session: Session, user_ids: Collection[int], *prefixes: str) -> Mapping[int, frozenset[str]]:
    """Of which occasions that begin so each of these people has a notice, whatever became of it; an empty set for who
    has none."""
    found: dict[int, set[str]] = {user_id: set() for user_id in user_ids}
    told = select(Notice.user_id, Notice.about).where(or_(*map(begins_with, prefixes)))
    for part in batches(found):
        for user_id, about in session.execute(told.where(Notice.user_id.in_(part))):
            found[user_id].add(about)
    return {user_id: frozenset(occasions) for user_id, occasions in found.items()}


def begins_with(prefix: str) -> ColumnElement[bool]:
    """The notices whose occasion begins so. Every character stands for itself, and capitals are others than small ones:
    both would be otherwise with LIKE."""
    return func.substr(Notice.about, 1, len(prefix)) == prefix


def notices_of(
    session: Session, user_id: int, page: int = 1, limit: int = NOTICES_A_PAGE
) -> tuple[list[NoticeRow], int]:
    """A page of what somebody was told, newest first, and how much it is altogether."""
    hers = select(Notice).where(Notice.user_id == user_id)
    return [_row(notice) for notice in session.scalars(_page_of(hers, page, limit))], _count(session, hers)


def notices_about(session: Session, user_id: int, prefixes: Collection[str]) -> list[NoticeRow]:
    """What somebody was told about occasions that begin so, newest first."""
    if not prefixes:
        return []
    hers = select(Notice).where(Notice.user_id == user_id, or_(*map(begins_with, prefixes)))
    return [_row(notice) for notice in session.scalars(hers.order_by(Notice.made_at.desc(), Notice.id.desc()))]


def notices_of_team(
    session: Session, team_id: int, *, prefix: str = "", page: int = 1, limit: int | None = NOTICES_A_PAGE
) -> tuple[list[NoticeOfPerson], int]:
    """The same of all who were told on behalf of a team, those too who have left it. All at once with `limit` None;
    only occasions that begin with `prefix`."""
    theirs = select(Notice).where(Notice.team_id == team_id, begins_with(prefix))
    people = _page_of(theirs, page, limit).join(User, User.id == Notice.user_id).add_columns(User.name, User.email)
    rows = [
        NoticeOfPerson(_row(notice), notice.user_id, name, email) for notice, name, email in session.execute(people)
    ]
    return rows, _count(session, theirs)


def wishes_of(session: Session, user_id: int) -> Wishes:
    """When and about what somebody wants mails; the defaults where she never said so."""
    kept = session.execute(
        select(
            NoticeWish.quiet_from, NoticeWish.quiet_until, NoticeWish.wants_reminders, NoticeWish.wants_digest
        ).where(NoticeWish.user_id == user_id)
    ).one_or_none()
    if kept is None:
        return Wishes()
    return Wishes(QuietHours(kept.quiet_from, kept.quiet_until), kept.wants_reminders, kept.wants_digest)


def topic_of(kind: str) -> Topic:
    """By which switch a notice of this kind goes, where it is not mandatory."""
    return Topic.DIGEST if kind == Topic.DIGEST else Topic.REMINDERS


def _page_of(notices: Select[Notice], page: int, limit: int | None) -> Select[Notice]:
    newest_first = notices.order_by(Notice.made_at.desc(), Notice.id.desc())
    return newest_first if limit is None else newest_first.limit(limit).offset((page - 1) * limit)


def _count(session: Session, notices: Select[Notice]) -> int:
    return session.scalar(select(func.count()).select_from(notices.subquery())) or 0


def _row(notice: Notice) -> NoticeRow:
    return NoticeRow(
        notice.public_id,
        notice.about,
        notice.kind,
        notice.text,
        notice.path,
        notice.is_mandatory,
        notice.made_at,
        notice.state,
        notice.why,
        notice.settled_at or notice.written_at or notice.made_at,
    )
