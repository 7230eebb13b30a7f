"""`trainer backup`, `restore`, `doctor`."""

from collections.abc import Sequence
from pathlib import Path

import click

from trainer.admin.demo.commands import COMMANDS as DEMO
from trainer.admin.doctor import findings
from trainer.admin.restored import lines_about, log_restore
from trainer.admin.restoring import restore as put_back
from trainer.audit.backups import head_of_backup
from trainer.clock import now
from trainer.db import back_up, upgrade
from trainer.settings import Settings, prepared

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Write a consistent backup of the database to FILE while everything goes on running.

    It says where the audit log in it ends; `trainer audit head FILE` says it again.
    Example: trainer backup /backups/trainer-2026-11-23.backup
    """
    if file.exists():
        raise click.UsageError(f"{file} exists already.")
    upgrade(settings)
    back_up(settings, file)
    click.echo(f"{file}: {file.stat().st_size} bytes")
    click.echo(f"The audit log in it ends with {head_of_backup(file)}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore(settings: Settings, file: Path, *, yes: bool) -> None:
    """Put the backup FILE in the place of the database; what is there now is backed up first.

    Everybody is signed out, and links that were sent before no longer work. The audit log is compared with the one that
    was there, and the restore is logged. Exit 1 if entries of the restored log are wrong.
    Example: trainer restore /backups/trainer-2026-11-23.backup
    """
    if not yes:
        click.confirm(f"Replace everything in the database with {file}?", abort=True)
    settings = prepared(settings)
    before = put_back(settings, file)
    click.echo(f"The database is as it was in {file}, brought up to date.")
    click.echo("Everybody is signed out, and links that were sent before no longer work.")
    if before:
        click.echo(f"What was there before lies in {before}")
    log = log_restore(settings, file, before, now=now())
    for line in lines_about(log):
        click.echo(line)
    if log.wrong:
        click.echo(f"Entry {log.wrong.number} of the restored audit log: {log.wrong.why}.", err=True)
        raise click.exceptions.Exit(1)


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Look at everything this site rests on; exit 1 if something is not as it should be. Example: trainer doctor"""
    found = list(findings(settings))
    for finding in found:
        click.echo(f"{'ok  ' if finding.is_good else 'BAD '} {finding.says}")
    if not all(finding.is_good for finding in found):
        raise click.exceptions.Exit(1)


COMMANDS: Sequence[click.Command] = (backup, restore, doctor, *DEMO)
