"""`trainer user …`: let people in from the command line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from trainer import clock
from trainer.accounts import actions
from trainer.accounts.emails import normal_email
from trainer.accounts.models import LEARNER, ROLES
from trainer.accounts.queries import user_with_email
from trainer.db import make_engine, transaction, upgrade
from trainer.learning.errors import N_, NotFound
from trainer.settings import Settings, as_served, prepared


@contextmanager
def _working(settings: Settings) -> Iterator[tuple[Session, str]]:
    """A transaction on a database that is up to date, and the base of addresses to print."""
    settings = as_served(prepared(settings))
    upgrade(settings)
    engine = make_engine(settings.database_url)
    try:
        with transaction(engine) as session:
            yield session, settings.base_url
    finally:
        engine.dispose()


@click.group()
def user() -> None:
    """Add people and let them in.

    Example: trainer user add alice@example.org --name "Alice Ames"
    """


@user.command()
@click.argument("email")
@click.option("--name", default="", help="What others see of her.")
@click.option("--role", type=click.Choice(ROLES), default=LEARNER, show_default=True)
@click.pass_obj
def add(settings: Settings, email: str, name: str, role: str) -> None:
    """Add a person and print a link that signs her in, once.

    Example: trainer user add alice@example.org --name "Alice Ames"
    """
    with _working(settings) as (session, base_url):
        person = actions.add_user(session, email, name, role, by=None, now=clock.now())
        click.echo(actions.sign_in_link(session, person, base_url, clock.now()))


@user.command()
@click.argument("email")
@click.pass_obj
def link(settings: Settings, email: str) -> None:
    """Print a link that signs a person in, once. Earlier links stop working.

    Example: trainer user link alice@example.org
    """
    with _working(settings) as (session, base_url):
        person = user_with_email(session, normal_email(email))
        if person is None:
            raise NotFound(N_("There is nobody with the address %(email)s."), email=email)
        click.echo(actions.hand_out_link(session, person, base_url, by=None, now=clock.now()))


COMMANDS: Sequence[click.Command] = (user,)
