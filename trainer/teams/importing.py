"""What a list of people would do to a team, before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.teams.models import Membership, Team
from trainer.teams.queries import PRESENT
from trainer.teams.roster import Row


@dataclass(frozen=True)
class SortedOut:
    """Whom to invite, and who is in the team already."""

    invited: Sequence[Row]
    present: Sequence[Row]


def sorted_out(session: Session, team: Team, rows: Sequence[Row]) -> SortedOut:
    """The rows by what is to be done. It says nothing of who has an account here: that is nobody else's to know."""
    there = frozenset(
        session.scalars(
            select(User.email)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.team_id == team.id, PRESENT, Membership.learns)
        )
    )
    invited = [row for row in rows if row.email not in there]
    return SortedOut(invited, [row for row in rows if row.email in there])
