"""`trainer team …`: teams from the command line, by whoever administers the machine."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from trainer import clock
from trainer.accounts.actions import log_created, new_user, sign_in_link
from trainer.accounts.emails import normal_email
from trainer.accounts.models import LEARNER, User
from trainer.accounts.queries import user_with_email
from trainer.db import database_of, transaction
from trainer.learning.errors import N_, NotFound
from trainer.mail import put_in_outbox, rendered
from trainer.settings import Settings, as_served, prepared
from trainer.teams.actions import Place, create_team, put_in_team, queue
from trainer.teams.deeds import Doing
from trainer.teams.models import JobRole, Team
from trainer.teams.queries import all_teams, learners_in, membership_of, roles_of, team_by_id
from trainer.teams.roster import Roster, Row, read_roster

LEAD = "lead"


@click.group()
def team() -> None:
    """Make teams and say who is in them.

    Example: trainer team add "Network North"
    """


@team.command()
@click.argument("name")
@click.pass_obj
def add(settings: Settings, name: str) -> None:
    """Make a team and print its id.

    Example: trainer team add "Network North"
    """
    with database_of(prepared(settings)) as engine, transaction(engine) as session:
        click.echo(create_team(session, name, by=None, now=clock.now()).public_id)


@team.command(name="list")
@click.pass_obj
def show_all(settings: Settings) -> None:
    """Print every team: its id, how many learn in it, its name.

    Example: trainer team list
    """
    with database_of(prepared(settings)) as engine, transaction(engine, read_only=True) as session:
        for each in all_teams(session):
            away = "  (in the archive)" if each.archived_at else ""
            click.echo(f"{each.public_id}  {len(learners_in(session, each)):4}  {each.name}{away}")


@team.command()
@click.argument("team_id", metavar="TEAM")
@click.argument("email")
@click.option("--role", type=click.Choice([LEARNER, LEAD]), default=LEARNER, show_default=True)
@click.pass_obj
def member(settings: Settings, team_id: str, email: str, role: str) -> None:
    """Put somebody who has an account into a team, to learn in it or to lead it.

    Example: trainer team member 0199… lena@example.org --role lead
    """
    with database_of(prepared(settings)) as engine, transaction(engine) as session:
        found, user = _at_work(session, team_id), user_with_email(session, normal_email(email))
        if user is None:
            raise NotFound(N_("There is nobody with the address %(email)s."), email=email)
        present = membership_of(session, found, user.id)
        is_lead = role == LEAD or (present is not None and present.leads)
        learns = role == LEARNER or (present is not None and present.learns)
        kept = session.get(JobRole, present.job_role_id) if present and present.job_role_id else None
        put_in_team(session, found, user, Place(is_lead, learns, kept), by=None, now=clock.now())


@team.command(name="import")
@click.argument("team_id", metavar="TEAM")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.pass_obj
def import_(settings: Settings, team_id: str, file: Path, *, dry_run: bool) -> None:
    """Put the people of a list into a team: a CSV file with the columns email, name, role (a job role of the team).

    Who has no account gets one, and a mail with a link to sign in. If any row is wrong, nothing is done.
    Example: trainer team import 0199… people.csv
    """
    settings = as_served(prepared(settings))
    with database_of(settings) as engine, transaction(engine, read_only=dry_run) as session:
        found = _at_work(session, team_id)
        roles = {role.name: role for role in roles_of(session, found)}
        roster = read_roster(file.read_bytes(), list(roles))
        _refuse_problems(file, roster)
        people = [(row, user_with_email(session, row.email)) for row in roster.rows]
        for row, user in people:
            click.echo(f"{row.email}  {'joins' if user else 'gets an account and joins'}")
        if not dry_run:
            _Import(session, settings, found, roles).bring_in(people)


def _at_work(session: Session, team_id: str) -> Team:
    found = team_by_id(session, team_id)
    if found.archived_at is not None:
        raise NotFound(N_("This team is in the archive."))
    return found


def _refuse_problems(file: Path, roster: Roster) -> None:
    for problem in roster.problems:
        click.echo(f"{file}:{problem.line}: {problem.message} {problem.found}".rstrip(), err=True)
    if roster.problems:
        click.echo("Nothing was done.", err=True)
        sys.exit(1)


@dataclass(frozen=True)
class _Import:
    """People who are put into a team, with its job roles by name."""

    session: Session
    settings: Settings
    team: Team
    roles: Mapping[str, JobRole]

    def bring_in(self, people: Sequence[tuple[Row, User | None]]) -> None:
        """All of them, who have an account or get one. Whatever others may hold (addresses, the team) comes before the
        first entry of the log: it would make them wait for each other."""
        now = clock.now()
        news = [new_user(self.session, row.email, row.name, {LEARNER}, now=now) for row, user in people if not user]
        queue(Doing(self.session, self.team, None, now))
        for new in news:
            log_created(self.session, new, by=None, now=now)
        accounts = {user.email: user for user in (*news, *(user for _, user in people if user))}
        for row, user in people:
            self._put_in(row, accounts[row.email], is_new=user is None, now=now)

    def _put_in(self, row: Row, user: User, *, is_new: bool, now: datetime) -> None:
        """One of them; what she is there already she stays."""
        present = membership_of(self.session, self.team, user.id)
        place = Place(leads=present is not None and present.leads, job_role=self.roles.get(row.role))
        put_in_team(self.session, self.team, user, place, by=None, now=now)
        link = sign_in_link(self.session, user, self.settings.base_url, now) if is_new else ""
        body = rendered("team_joined.txt", self.settings, name=user.name, team=self.team.name, link=link)
        put_in_outbox(self.session, user.email, "Trainer: you are in a team", body, now=now)


COMMANDS: Sequence[click.Command] = (team,)
