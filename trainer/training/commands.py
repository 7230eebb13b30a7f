"""The jobs that bring everybody's plan after how things are, and remind of what is due."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from trainer.db import transaction
from trainer.library.queries import live_catalogue
from trainer.settings import Settings
from trainer.teams.models import Team
from trainer.training.cycles import is_settled, settle
from trainer.training.models import Assignment
from trainer.training.queries import training_of
from trainer.training.reminding import Due, remind, reminders_due


def settle_plans(engine: Engine, _: Settings, now: datetime) -> None:
    """Open, close and renew cycles wherever something has happened; each training in a transaction of its own."""
    with transaction(engine, read_only=True) as session:
        catalogue = live_catalogue(session)
        active = session.scalars(select(Assignment).where(Assignment.ended_at.is_(None)).order_by(Assignment.id))
        unsettled = [each.id for each in active.all() if not is_settled(session, catalogue, each, now=now)]
    for id in unsettled:
        with transaction(engine) as session:
            settle(session, live_catalogue(session), session.get_one(Assignment, id), now=now)


def remind_of_plans(engine: Engine, _: Settings, now: datetime) -> None:
    """Write reminders of what is due or late; each training in a transaction of its own."""
    with transaction(engine, read_only=True) as session:
        ids = [each.id for each, team in _at_work(session) if any(_due(session, each, team, now))]
    for id in ids:
        with transaction(engine) as session:
            assignment = session.get_one(Assignment, id)
            team = session.get_one(Team, assignment.team_id)
            training = training_of(session, live_catalogue(session), team, assignment, now=now)
            remind(session, team, training, now=now)


def _due(session: Session, assignment: Assignment, team: Team, now: datetime) -> Sequence[Due]:
    training = training_of(session, live_catalogue(session), team, assignment, now=now)
    return reminders_due(session, team, training)


def _at_work(session: Session) -> Sequence[tuple[Assignment, Team]]:
    rows = session.execute(
        select(Assignment, Team)
        .join(Team, Team.id == Assignment.team_id)
        .where(Assignment.ended_at.is_(None), Team.archived_at.is_(None))
        .order_by(Assignment.id)
    )
    return [(assignment, team) for assignment, team in rows]
