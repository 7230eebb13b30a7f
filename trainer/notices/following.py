"""The job that sees what became of the mails with notices, as long as they are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from trainer.db import transaction
from trainer.learning.errors import N_
from trainer.mail import OutboxMail, is_given_up, was_handed_over
from trainer.notices.actions import settle
from trainer.notices.models import Notice, State
from trainer.settings import Settings

MAIL_IS_GONE = N_("the mail was deleted before anybody looked what became of it")


@dataclass(frozen=True)
class _Fate:
    """What became of a mail, and when."""

    mail_id: str
    state: State
    why: str
    at: datetime


def follow_notices(engine: Engine, _: Settings, now: datetime) -> None:
    """Say of each notice in a mail what became of that mail; each mail in a transaction of its own."""
    with transaction(engine, read_only=True) as session:
        fates = list(_fates(session, now))
    for fate in fates:
        with transaction(engine) as session:
            ids = session.scalars(select(Notice.id).where(Notice.mail_id == fate.mail_id)).all()
            settle(session, ids, fate.state, fate.why, at=fate.at)


def _fates(session: Session, now: datetime) -> Iterator[_Fate]:
    """Of all mails that nothing more will become of."""
    settled = (
        select(Notice.mail_id, OutboxMail.id, OutboxMail.sent_at, was_handed_over(), OutboxMail.trouble)
        .outerjoin(OutboxMail, OutboxMail.public_id == Notice.mail_id)
        .where(
            Notice.state == State.WRITTEN,
            or_(OutboxMail.id.is_(None), OutboxMail.sent_at.is_not(None), is_given_up(now)),
        )
        .distinct()
    )
    for mail_id, found, sent_at, was_taken, trouble in session.execute(settled):
        assert mail_id is not None
        if sent_at is not None:
            yield _Fate(mail_id, State.SENT if was_taken else State.ON_FILE, "", sent_at)
        else:
            yield _Fate(mail_id, State.FAILED, trouble if found else MAIL_IS_GONE, now)
