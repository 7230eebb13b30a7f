"""Remind people of what is due or late, and those who lead them of what is long overdue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.learning.plans import LEAD, OVERDUE, reminder, tells_lead
from trainer.notices.queries import sent_about
from trainer.teams.models import Team
from trainer.teams.queries import members_of
from trainer.training.queries import Training
from trainer.training.telling import Telling, in_words, of_cycle, on_day
from trainer.training.turns import Turn

NAMED = 3
"""People who are named where many are late; the page has them all."""


@dataclass(frozen=True)
class Due:
    """A reminder that is to be sent to somebody: of her own `turn`, or about those whom she leads who are `late`."""

    user_id: int
    about: str
    kind: str
    turn: Turn | None = None
    late: Sequence[Turn] = ()


def remind(session: Session, team: Team, training: Training, *, now: datetime) -> None:
    """Write what is to be written about a training today."""
    telling = Telling(session, team, training.assignment, now)
    for due in reminders_due(session, team, training):
        path = "/plan" if due.turn else f"/teams/{team.public_id}/plan/{training.assignment.public_id}"
        telling.say(due.user_id, due.about, due.kind, _in_words(telling, due), path=path)


def reminders_due(session: Session, team: Team, training: Training) -> Sequence[Due]:
    """What is to be written about a training today; nothing about one that is offered no more."""
    if training.target is None:
        return []
    to_do = [turn for turn in training.turns if turn.stage.is_to_do]
    return [*_of_people(session, to_do), *_of_leads(session, team, training, to_do)]


def _of_people(session: Session, to_do: Sequence[Turn]) -> Iterator[Due]:
    """An assessment that somebody has handed in and whose result she is not shown is not reminded of: that would tell
    her. A day that was moved has reminders of its own."""
    open_to_her = [turn for turn in to_do if not turn.progress.waits]
    known = sent_about(session, {turn.user.id for turn in open_to_her}, "cycle:")
    for turn in open_to_her:
        cycle, begins, day = turn.cycle, of_cycle(turn.cycle), f"/{turn.cycle.due_on.isoformat()}"
        hers = (about.removeprefix(begins) for about in known[turn.user.id] if about.startswith(begins))
        sent = {occasion.removesuffix(day) for occasion in hers if occasion.endswith(day)}
        name = reminder(cycle.opened_on, cycle.due_on, turn.today, sent, is_renewal=turn.is_renewal)
        if name:
            yield Due(turn.user.id, f"{begins}{on_day(name, cycle)}", name, turn)


def _of_leads(session: Session, team: Team, training: Training, to_do: Sequence[Turn]) -> Iterator[Due]:
    """One notice about all who are overdue for too long, and another when more of them are."""
    after = training.assignment.tell_lead_days
    late = [turn for turn in to_do if tells_lead(turn.cycle.due_on, turn.today, after, ())]
    if not late:
        return
    leads = [member.user.id for member in members_of(session, team) if member.membership.leads]
    begins = f"late:{training.assignment.public_id}:"
    known = sent_about(session, leads, begins)
    last = max(turn.cycle.due_on for turn in late).isoformat()
    for id in leads:
        others = [turn for turn in late if turn.user.id != id]
        about = f"{begins}{last}/{len(others)}"
        if others and about not in known[id]:
            yield Due(id, about, LEAD, late=others)


def _in_words(telling: Telling, due: Due) -> str:
    if due.turn is None:
        return _late_in_words(telling, due.late)
    day = in_words(due.turn.cycle.due_on)
    if due.kind == OVERDUE:
        return f"{telling.name} was due on {day} and is not done."
    return (
        f"{telling.name} is to be renewed until {day}." if due.turn.is_renewal else f"{telling.name} is due on {day}."
    )


def _late_in_words(telling: Telling, late: Sequence[Turn]) -> str:
    names = [turn.user.name or turn.user.email for turn in late]
    if len(names) == 1:
        return f"{names[0]} is overdue with {telling.name} since {in_words(late[0].cycle.due_on)}."
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} people are overdue with {telling.name}: {', '.join(names[:NAMED])}{more}."
