"""What somebody does goes into the audit log, under her public id."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.audit.actions import Deed, Detail, record


def log(
    session: Session,
    action: str,
    *,
    by: User | str | None,
    now: datetime,
    person: User | None = None,
    team: str = "",
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Append what was done, to whom, in which team (its public id). `by` is no person where it was done on the machine
    itself: nobody, or the name of a command. Called last: nobody else can append until the transaction ends."""
    actor = by.public_id if isinstance(by, User) else ""
    record(session, Deed(action, actor, team, person.public_id if person else "", details or {}), now=now)


def name_of(by: User | str) -> str:
    """What others read of who did something."""
    return by if isinstance(by, str) else by.name or by.email
