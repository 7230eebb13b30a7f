"""Write into the audit log, in the transaction of what was done."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from trainer.audit.chain import as_text, link
from trainer.audit.models import AuditEntry
from trainer.audit.queries import head
from trainer.db import one_at_a_time

Detail = str | int | float | bool | None


@dataclass(frozen=True)
class Deed:
    """What was done: `action` as `team.created`; `actor`, `team` and `person` are public ids, empty where there is
    none. `details` name no person and no address: they stay for ever."""

    action: str
    actor: str = ""
    team: str = ""
    person: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)


def digest(reason: str) -> str:
    """What the log keeps of a reason that may name somebody, or an illness: it binds the words without holding them."""
    return sha256(reason.encode()).hexdigest()


def record(session: Session, deed: Deed, *, now: datetime) -> AuditEntry:
    """Append to the log. Called last in a transaction: from here on until its end nobody else can append."""
    one_at_a_time(session, "append to the audit log")
    last = head(session)
    entry = AuditEntry(
        number=last.number + 1,
        at=as_text(now),
        action=deed.action,
        actor=deed.actor,
        team=deed.team,
        person=deed.person,
        details=json.dumps(deed.details, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        previous=last.hash,
    )
    entry.hash = link(entry)
    session.add(entry)
    session.flush()
    return entry
