"""`trainer demo`."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import click

from trainer.admin.demo.team import Guest, Sample, make_team
from trainer.clock import now
from trainer.db import database_of
from trainer.settings import Settings, as_served, prepared


@click.command()
@click.option("--people", default=Sample.people, show_default=True, type=click.IntRange(1, 500), help="Learners.")
@click.option("--weeks", default=Sample.weeks, show_default=True, type=click.IntRange(1, 52), help="Weeks behind them.")
@click.option("--seed", default=Sample.seed, show_default=True, type=int, help="Another number, another team.")
@click.pass_obj
def demo(settings: Settings, *, people: int, weeks: int, seed: int) -> None:
    """Fill an empty database with a sample team: invented people and what they learned in some weeks.

    A sample team that is there already is made anew; where other people are, nothing is touched.
    Example: trainer demo --people 12 --weeks 10
    """
    settings = as_served(prepared(settings))
    sample = Sample(people, weeks, seed)
    click.echo(f"Making {people} learners with {weeks} weeks behind them …")
    with _seldom_collecting(), database_of(settings) as engine:
        guests = make_team(engine, settings, sample, now())
    click.echo(f"Done: {sum(guest.answers for guest in guests)} answers.")
    click.echo("Who can sign in: each link works once, for 24 hours. For another one: trainer user link EMAIL\n")
    _show(guests)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Thousands of rows and few cycles among them: looking for those as often as usual takes a third of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _show(guests: Iterable[Guest]) -> None:
    for guest in guests:
        says = ", ".join(
            filter(None, (guest.role, guest.describes, f"{guest.answers} answers" if guest.answers else ""))
        )
        click.echo(f"{guest.name} <{guest.email}>: {says}\n    {guest.link}")


COMMANDS: Sequence[click.Command] = (demo,)
