"""Remind people of what is due or late, and those who lead them of what is long overdue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.learning.plans import LEAD, OVERDUE, reminder, tells_lead
from trainer.notices.queries import sent_about
from trainer.teams.models import Team
from trainer.teams.queries import members_of
from trainer.training.queries import Training, Turn
from trainer.training.telling import Telling, in_words, of_cycle


@dataclass(frozen=True)
class Due:
    """A reminder that is to be sent: of a turn, to whom; `occasion` as learning.plans names it."""

    turn: Turn
    occasion: str
    user_id: int


def remind(session: Session, team: Team, training: Training, *, now: datetime) -> None:
    """Write what is to be written about a training today."""
    telling = Telling(session, team, training.assignment, now)
    for due in reminders_due(session, team, training):
        path = f"/teams/{team.public_id}/plan" if due.occasion == LEAD else "/plan"
        telling.tell(due.user_id, due.turn.cycle, due.occasion, _in_words(telling, due), path=path)


def reminders_due(session: Session, team: Team, training: Training) -> Iterator[Due]:
    """What is to be written about a training today; nothing about one that is offered no more. An assessment that
    somebody has handed in and whose result she is not shown is not reminded of: that would tell her."""
    if training.target is None:
        return
    waiting = [turn for turn in training.turns if turn.stage.is_to_do and not turn.progress.waits]
    if not waiting:
        return
    leads = [member.user.id for member in members_of(session, team) if member.membership.leads]
    known = sent_about(session, {*leads, *(turn.user.id for turn in waiting)}, "cycle:")
    for turn in waiting:
        cycle, begins = turn.cycle, of_cycle(turn.cycle)
        sent = {about.removeprefix(begins) for about in known[turn.user.id] if about.startswith(begins)}
        name = reminder(cycle.opened_on, cycle.due_on, turn.today, sent, is_renewal=turn.is_renewal)
        if name:
            yield Due(turn, name, turn.user.id)
        if tells_lead(cycle.due_on, turn.today, training.assignment.tell_lead_days, ()):
            others = (id for id in leads if id != turn.user.id and f"{begins}{LEAD}" not in known[id])
            yield from (Due(turn, LEAD, id) for id in others)


def _in_words(telling: Telling, due: Due) -> str:
    day, turn = in_words(due.turn.cycle.due_on), due.turn
    if due.occasion == LEAD:
        return f"{turn.user.name or turn.user.email} is overdue with {telling.name} since {day}."
    if due.occasion == OVERDUE:
        return f"{telling.name} was due on {day} and is not done."
    if turn.is_renewal:
        return f"{telling.name} holds until {day}. Renew it by then."
    return f"{telling.name} is due on {day}."
