"""What the audit log says, read back."""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.audit.models import AuditEntry
from trainer.audit.queries import verify

NOBODY = ""
"""The actor of what was done on the machine itself."""


@dataclass(frozen=True)
class Logged:
    """An entry in the words of a test: `by` and `person` are public ids."""

    action: str
    by: str = NOBODY
    person: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def logged(session: Session) -> list[Logged]:
    """All entries, oldest first, of a log that is whole. What the session had not committed is undone."""
    session.expire_all()
    assert verify(session) is None
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number))
    found = [Logged(row.action, row.actor, row.person, json.loads(row.details)) for row in rows]
    session.rollback()
    return found


def id_of(session: Session, email: str) -> str:
    """The public id of whoever has this address."""
    found = session.scalars(select(User.public_id).where(User.email == email)).one()
    session.rollback()
    return found
