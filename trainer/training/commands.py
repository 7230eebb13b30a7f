"""The job that brings everybody's plan after how things are."""

from datetime import datetime

from sqlalchemy import Engine, select

from trainer.db import transaction
from trainer.library.queries import live_catalogue
from trainer.settings import Settings
from trainer.training.cycles import is_settled, settle
from trainer.training.models import Assignment


def settle_plans(engine: Engine, _: Settings, now: datetime) -> None:
    """Open, close and renew cycles wherever something has happened; each training in a transaction of its own."""
    with transaction(engine, read_only=True) as session:
        catalogue = live_catalogue(session)
        active = session.scalars(select(Assignment).where(Assignment.ended_at.is_(None)).order_by(Assignment.id))
        unsettled = [each.id for each in active.all() if not is_settled(session, catalogue, each, now=now)]
    for id in unsettled:
        with transaction(engine) as session:
            settle(session, live_catalogue(session), session.get_one(Assignment, id), now=now)
