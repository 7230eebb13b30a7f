"""What is done in a team goes into the audit log, with who did it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.accounts.deeds import log
from trainer.accounts.models import User
from trainer.audit.actions import Detail
from trainer.teams.models import Team


@dataclass(frozen=True)
class Doing:
    """Somebody at work on a team: `by` nobody where it is done on the machine itself."""

    session: Session
    team: Team
    by: User | None
    now: datetime

    def log(self, action: str, person: User | None = None, details: Mapping[str, Detail] | None = None) -> None:
        """Append what was done. Called last: nobody else can append until the transaction ends."""
        its = self.team.public_id
        log(self.session, action, by=self.by, now=self.now, person=person, team=its, details=details)
