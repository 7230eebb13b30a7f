"""The job that writes to people what waits for them: one mail for all of it, and not in their quiet hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.db import transaction
from trainer.learning.errors import N_
from trainer.learning.quiet import QuietHours
from trainer.mail import put_in_outbox, rendered
from trainer.notices.actions import settle
from trainer.notices.links import switch_off_path
from trainer.notices.models import QUIET_FROM, QUIET_UNTIL, Notice, NoticeWish, State
from trainer.notices.queries import Wishes, topic_of, wishes_of
from trainer.settings import Settings
from trainer.web.zones import zone_called

GATHERED = timedelta(minutes=10)
"""How long the first notice waits for others: who is given three trainings in a row gets one mail."""

SWITCHED_OFF = N_("such mails are switched off")
NO_ACCOUNT = N_("the account cannot sign in")


def write_notices(engine: Engine, settings: Settings, now: datetime) -> None:
    """Write to everybody for whom something waits and who is to be written to now; each in a transaction of her own."""
    with transaction(engine, read_only=True) as session:
        due = _who_is_due(session, now)
    for user_id in due:
        with transaction(engine) as session:
            _write_to(session, settings, user_id, now)


def _who_is_due(session: Session, now: datetime) -> list[int]:
    waiting = (
        select(
            Notice.user_id,
            User.time_zone,
            func.coalesce(NoticeWish.quiet_from, QUIET_FROM),
            func.coalesce(NoticeWish.quiet_until, QUIET_UNTIL),
        )
        .join(User, User.id == Notice.user_id)
        .outerjoin(NoticeWish, NoticeWish.user_id == Notice.user_id)
        .where(Notice.state == State.WAITS)
        .group_by(Notice.user_id, User.time_zone, NoticeWish.quiet_from, NoticeWish.quiet_until)
        .having(func.min(Notice.made_at) <= now - GATHERED)
        .order_by(Notice.user_id)
    )
    return [
        user_id
        for user_id, zone, starts, ends in session.execute(waiting)
        if not QuietHours(starts, ends).hold(now, zone_called(zone))
    ]


def _write_to(session: Session, settings: Settings, user_id: int, now: datetime) -> None:
    user, notices = session.get(User, user_id), _waiting_for(session, user_id)
    if user is None or not notices:
        return
    if not user.active:
        settle(session, [notice.id for notice in notices], State.NOT_SENT, NO_ACCOUNT, at=now)
        return
    wishes = wishes_of(session, user_id)
    unwanted = [notice.id for notice in notices if not _is_wanted(notice, wishes)]
    settle(session, unwanted, State.NOT_SENT, SWITCHED_OFF, at=now)
    if told := [notice for notice in notices if notice.id not in unwanted]:
        mail_id = _put_in_one_mail(session, settings, user, told, now=now)
        written = update(Notice).where(Notice.id.in_([notice.id for notice in told]))
        session.execute(written.values(state=State.WRITTEN, written_at=now, mail_id=mail_id))


def _waiting_for(session: Session, user_id: int) -> Sequence[Notice]:
    # Locked: of two workers the second waits here, and then finds nothing.
    waiting = select(Notice).where(Notice.user_id == user_id, Notice.state == State.WAITS)
    return session.scalars(waiting.order_by(Notice.id).with_for_update()).all()


def _is_wanted(notice: Notice, wishes: Wishes) -> bool:
    return notice.is_mandatory or topic_of(notice.kind) not in wishes.off


def _put_in_one_mail(
    session: Session, settings: Settings, user: User, notices: Sequence[Notice], *, now: datetime
) -> str:
    topics = {topic_of(notice.kind) for notice in notices if not notice.is_mandatory}
    path = switch_off_path(settings, user.public_id, topics) if topics else ""
    body = rendered(
        "notices.txt",
        settings,
        name=user.name,
        notices=notices,
        topics=topics,
        has_mandatory=any(notice.is_mandatory for notice in notices),
        path=path,
    )
    unsubscribe = settings.base_url.rstrip("/") + path if path else ""
    return put_in_outbox(session, user.email, _subject(notices), body, now=now, unsubscribe=unsubscribe)


def _subject(notices: Sequence[Notice]) -> str:
    # Not what it says: a reason may be in it, and a phone shows subjects to whoever is near.
    return (
        "Trainer: about your training" if len(notices) == 1 else f"Trainer: {len(notices)} notices about your training"
    )
