"""`trainer publish`, `releases`, `rollback`."""

from collections.abc import Sequence

import click

from trainer.clock import now
from trainer.content.reading import read_content
from trainer.db import database_of, transaction
from trainer.library.actions import publish as publish_content
from trainer.library.actions import rollback as roll_back
from trainer.library.queries import live_number
from trainer.library.queries import releases as all_releases
from trainer.settings import Settings


@click.command()
@click.option("--note", default="", help="What has changed, for the list of releases.")
@click.pass_obj
def publish(settings: Settings, note: str) -> None:
    """Make what the course and bank folders hold live, as a new release.

    A file with errors takes nothing down: what was live of it stays. Exit 1 if there were errors.
    Example: trainer publish --note "Module 3 revised"
    """
    content = read_content(settings.courses, settings.banks, now().date())
    with database_of(settings) as engine, transaction(engine) as session:
        before = live_number(session)
        release = publish_content(session, content, now(), by="trainer publish", note=note)
    for problem in content.problems:
        click.echo(str(problem), err=True)
    if release is None:
        click.echo("There is nothing to publish.")
    elif release.number == before:
        click.echo(f"Nothing has changed; release {release.number} is live.")
    else:
        click.echo(f"Release {release.number} is live.")
    if any(problem.is_error for problem in content.problems):
        raise click.exceptions.Exit(1)


@click.command()
@click.pass_obj
def releases(settings: Settings) -> None:
    """List the releases, newest first, the live one marked. Example: trainer releases"""
    with database_of(settings) as engine, transaction(engine, read_only=True) as session:
        for row in all_releases(session):
            mark = "  live" if row.live_since else ""
            click.echo(f"{row.number}  {row.created_at:%Y-%m-%d %H:%M}  {row.by}  {row.note}".rstrip() + mark)


@click.command()
@click.argument("release", type=int)
@click.pass_obj
def rollback(settings: Settings, release: int) -> None:
    """Make an earlier RELEASE live again, until the files change or you publish.

    Example: trainer rollback 3
    """
    with database_of(settings) as engine, transaction(engine) as session:
        roll_back(session, release, now(), by="trainer rollback")
    click.echo(f"Release {release} is live.")


COMMANDS: Sequence[click.Command] = (publish, releases, rollback)
