"""The teams of tests/teams, and a plan for the first of them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.teams.conftest import North, north, south
from tests.training.planning import Plan
from trainer.accounts.models import User
from trainer.teams.models import Team

__all__ = ["north", "south"]


@pytest.fixture
def plan(session: Session, north: North, lena: User) -> Plan:
    """Lena plans for Network North, in which Alice and Bob learn."""
    team = session.scalars(select(Team).where(Team.public_id == north.id)).one()
    session.commit()
    return Plan(session, team, lena)
