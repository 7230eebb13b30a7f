"""The log in a backup: every backup keeps a head elsewhere, by which the log can be verified later."""

from collections.abc import Iterator
from pathlib import Path

from trainer import postgresql, sqlite
from trainer.audit.chain import Head
from trainer.learning.errors import N_, Invalid

_TABLE, _COLUMNS = "audit_entry", ("number", "hash")


def head_of_backup(backup: Path) -> Head:
    """The last entry of the log in a backup; that of an empty log where the backup is older than the log.

    Raises Invalid where the file is no backup, and what the database or its tools say of a damaged one.
    """
    return max(_entries(backup), key=lambda entry: entry.number, default=Head())


def last_in_both(one: Path, other: Path) -> Head:
    """The entry up to which the logs in two backups are the same: each hash covers all entries before. Raises as
    `head_of_backup`."""
    return max(set(_entries(one)) & set(_entries(other)), key=lambda entry: entry.number, default=Head())


def _entries(backup: Path) -> Iterator[Head]:
    if sqlite.is_database(backup):
        rows: Iterator[tuple[int | str, ...]] = sqlite.rows_in(backup, _TABLE, _COLUMNS)
    elif postgresql.is_backup(backup):
        rows = postgresql.rows_in(backup, _TABLE, _COLUMNS)
    else:
        raise Invalid(N_("%(file)s is not a backup."), file=backup)
    return (Head(int(number), str(hash)) for number, hash in rows)
