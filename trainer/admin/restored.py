"""What a restore does to the audit log: compared with the one that was here, said, and logged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trainer import sqlite
from trainer.audit.actions import Deed, Detail, record
from trainer.audit.backups import head_of_backup, last_in_both
from trainer.audit.chain import Break, Head
from trainer.audit.queries import verify
from trainer.db import database_of, transaction
from trainer.learning.errors import Invalid
from trainer.settings import Settings


@dataclass(frozen=True)
class RestoredLog:
    """The log that came with a backup: where it ended in there, what is wrong with it, and the entry of the restore.

    `before` is where the log ended whose place it took, 0 where there was none or it cannot be read any more; `shared`
    is the last entry that both have.
    """

    backup: Head
    wrong: Break | None
    restore: Head
    before: Head
    shared: Head


def log_restore(settings: Settings, source: Path, kept: Path | None, *, now: datetime) -> RestoredLog:
    """Verify the log that was restored from `source`, compare it with the one in `kept`, which was here before, and
    append the restore: what was done since the backup is in the log no more, and this entry says so."""
    backup = head_of_backup(source)
    before, shared = _compared(source, kept)
    said: Mapping[str, Detail] = {"head": str(backup), "instead_of": str(before), "shared": shared.number}
    with database_of(settings) as engine, transaction(engine) as session:
        wrong = verify(session, backup)
        entry = record(session, Deed("database.restored", details=said), now=now)
        return RestoredLog(backup, wrong, Head(entry.number, entry.hash), before, shared)


def lines_about(log: RestoredLog) -> Iterator[str]:
    """The same in words for the operator."""
    yield f"The audit log in the backup ends with {log.backup}"
    if log.before == Head():
        yield "There was no audit log here to compare it with."
    elif log.shared == log.before == log.backup:
        yield "It is the log that was here, entry for entry."
    elif log.shared == log.backup:
        gone = f"{log.backup.number + 1} to {log.before.number}"
        yield f"It is the log that was here, without its entries {gone}; that one ended with {log.before}"
    elif log.shared == log.before:
        yield f"It goes on from the log that was here, which ended with {log.before}"
    else:
        yield f"It is the log that was here up to entry {log.shared.number} only; that one ended with {log.before}"
    yield f"The restore is its newest entry. Keep its new head: {log.restore}"


def _compared(source: Path, kept: Path | None) -> tuple[Head, Head]:
    if kept is None:
        return Head(), Head()
    try:
        return head_of_backup(kept), last_in_both(source, kept)
    except (Invalid, sqlite.library.Error):
        # What was here is too damaged to be read.
        return Head(), Head()
