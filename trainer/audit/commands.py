"""`trainer audit …`: whether the log is whole."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from trainer.audit.backups import head_of_backup
from trainer.audit.chain import Head
from trainer.audit.queries import head as last_entry
from trainer.audit.queries import verify as verified
from trainer.db import database_of, transaction
from trainer.settings import Settings, prepared


class HeadType(click.ParamType[Head]):
    """`123:9f2c…`, as `audit head` prints it."""

    name = "head"

    def convert(self, value: str | Head, param: click.Parameter | None, context: click.Context | None) -> Head:
        """The head; a usage error where it cannot be one."""
        if isinstance(value, Head):
            return value
        number, _, hash = value.strip().partition(":")
        if not number.isdecimal() or len(hash) != len(Head().hash):
            self.fail(f"{value!r} is no head: it looks like 123:9f2c…, as `trainer audit head` prints it.")
        return Head(int(number), hash.lower())


@click.group()
def audit() -> None:
    """Check the log of who did what.

    Example: trainer audit verify
    """


@audit.command()
@click.option("--head", "until", type=HeadType(), help="A head kept elsewhere: the log must still have that entry.")
@click.pass_obj
def verify(settings: Settings, until: Head | None) -> None:
    """Check every entry of the audit log; name the first that is wrong.

    Example: trainer audit verify --head 123:9f2c…
    """
    with database_of(prepared(settings)) as engine, transaction(engine, read_only=True) as session:
        wrong, head = verified(session, until), last_entry(session)
    if wrong:
        click.echo(f"Entry {wrong.number}: {wrong.why}.", err=True)
        sys.exit(1)
    click.echo(f"{head.number} entries, all as they were written. Head: {head}")


@audit.command()
@click.argument("backup", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def head(settings: Settings, backup: Path | None) -> None:
    """Print the head of the log, to keep somewhere else: it shows later whether entries were cut off the end.

    With BACKUP, the head of the log in that file: every backup is one that was kept.
    Example: trainer audit verify --head $(trainer audit head trainer-2026-11-23.backup)
    """
    if backup:
        click.echo(str(head_of_backup(backup)))
        return
    with database_of(prepared(settings)) as engine, transaction(engine, read_only=True) as session:
        click.echo(str(last_entry(session)))


COMMANDS: Sequence[click.Command] = (audit,)
