"""What people of the story were told about their training, and what became of it."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories import settings_for
from trainer import clock
from trainer.accounts.models import User
from trainer.notices.actions import Message, notify, switch_off
from trainer.notices.links import switch_off_path
from trainer.notices.models import Notice, State, Topic

REFUSED = "SMTPRecipientsRefused: {'bea@example.org': (550, b'5.1.1 <bea@example.org>: Recipient address rejected')}"
FATES = (
    (State.NOT_SENT, "done meanwhile"),
    (State.FAILED, REFUSED),
    (State.ON_FILE, ""),
    (State.SENT, ""),
    (State.NOT_SENT, "such mails are switched off"),
    (State.SENT, ""),
    (State.WRITTEN, ""),
    (State.WAITS, ""),
)


def tell_of_training(session: Session, database_url: str, *, told: User, switched_off: User) -> Mapping[str, str]:
    """One notice in each state; a link that switches off, and one that has done so."""
    now, settings = clock.now(), settings_for(database_url, Path())
    for nth, (state, why) in enumerate(FATES):
        title = "Final assessment" if nth % 2 else "Accreditation, certification and ISO standards for teams"
        text = f'The training "{title}" is due on 12 December 2026.'
        at = now - timedelta(days=3 * (len(FATES) - nth))
        about = f"cycle:{nth}:due-7"
        notify(session, told.id, Message(about, "due-7", text, "/courses", is_mandatory=True), now=at)
        became = {"state": state, "why": why, "settled_at": None if state in (State.WAITS, State.WRITTEN) else at}
        session.execute(update(Notice).where(Notice.about == about).values(**became))
    switch_off(session, switched_off.id, [Topic.REMINDERS])
    return {
        "NO-MORE": switch_off_path(settings, told.public_id, list(Topic)),
        "ALREADY": switch_off_path(settings, switched_off.public_id, [Topic.REMINDERS]),
    }
