"""`trainer rebuild`; and the same at the start, for whom a migration has left word."""

import logging
from collections.abc import Sequence

import click
from sqlalchemy import Engine, select

from trainer.answers.models import Answer, RebuildDue
from trainer.answers.rollups import rebuild as rebuild_roll_ups
from trainer.db import database_of, transaction
from trainer.settings import Settings

log = logging.getLogger(__name__)


@click.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Make everybody's bars, weeks and misconceptions anew from their answers, one person after the other.

    Harmless while everything goes on running. Example: trainer rebuild
    """
    with database_of(settings) as engine:
        with transaction(engine, read_only=True) as session:
            people = session.scalars(select(Answer.user_id).distinct().order_by(Answer.user_id)).all()
        _rebuild(engine, people)
    click.echo(f"Rebuilt for {len(people)} people.")


def rebuild_waiting(engine: Engine) -> None:
    """Rebuild for everybody who has answers from before there were roll-ups."""
    with transaction(engine, read_only=True) as session:
        people = session.scalars(select(RebuildDue.user_id).order_by(RebuildDue.user_id)).all()
    if people:
        log.warning("Summing up the answers of %s people once, after the upgrade …", len(people))
    _rebuild(engine, people)


def _rebuild(engine: Engine, people: Sequence[int]) -> None:
    for user_id in people:
        with transaction(engine) as session:
            rebuild_roll_ups(session, user_id)


COMMANDS: Sequence[click.Command] = (rebuild,)
