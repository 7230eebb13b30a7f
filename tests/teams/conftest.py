"""Lena's team with Alice and Bob in it, and Carol's team with Dora."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_person
from trainer.accounts.models import User
from trainer.teams.actions import Place, create_team, put_in_team
from trainer.teams.models import Membership, Team

LEADS = Place(leads=True, learns=False)


@dataclass(frozen=True)
class North:
    """A team by its ids: `alice`, `bob` and `lena` are their memberships."""

    id: str
    alice: str
    bob: str
    lena: str

    @property
    def path(self) -> str:
        """Where its pages are."""
        return f"/teams/{self.id}"


def team_with(session: Session, name: str, *people: tuple[User, Place]) -> tuple[Team, list[Membership]]:
    """A team, committed, and the places of its people."""
    team = create_team(session, name, by=None, now=NOW)
    places = [put_in_team(session, team, user, place, by=None, now=NOW) for user, place in people]
    session.commit()
    return team, places


@pytest.fixture
def north(session: Session, published: None, alice: User, bob: User, lena: User) -> North:
    """Network North: Lena leads it, Alice and Bob learn in it."""
    team, places = team_with(session, "Network North", (alice, Place()), (bob, Place()), (lena, LEADS))
    return North(team.public_id, *(place.public_id for place in places))


@pytest.fixture
def south(session: Session, north: North, carol: User) -> North:
    """Carol's team, with Dora in it, whose membership stands where Alice's does."""
    dora = make_person(session, "Dora")
    team, places = team_with(session, "Depot South", (dora, Place()), (carol, LEADS))
    return North(team.public_id, places[0].public_id, "", places[1].public_id)
