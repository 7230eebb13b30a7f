"""What people are told when a training becomes theirs, ends, or something is decided. Each notice is kept."""

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date
from sqlalchemy.orm import Session

from trainer.notices.actions import Message, notify, withdraw
from trainer.teams.models import Team
from trainer.training.models import EXEMPTED, EXTENDED, Assignment, Cycle, Ruling, Why

PLAN = "/plan"
DONE_MEANWHILE, NO_LONGER = "done meanwhile", "no longer to do"


@dataclass(frozen=True)
class Telling:
    """Somebody is told of one training on behalf of its team."""

    session: Session
    team: Team
    assignment: Assignment
    now: datetime

    def tell(self, user_id: int, cycle: Cycle, occasion: str, text: str, *, path: str = PLAN) -> None:
        """Once for each occasion of a cycle."""
        message = Message(
            about=f"{of_cycle(cycle)}{occasion}",
            kind=occasion.partition("/")[0],
            text=text,
            path=path,
            is_mandatory=self.assignment.is_mandatory,
            team_id=self.team.id,
        )
        notify(self.session, user_id, message, now=self.now)

    def forget(self, cycle: Cycle, why: str) -> None:
        """What waits about it is not sent any more."""
        withdraw(self.session, of_cycle(cycle), why, now=self.now)

    @property
    def name(self) -> str:
        """How mails name it."""
        return f"“{self.assignment.title}” (team {self.team.name})"


def of_cycle(cycle: Cycle) -> str:
    """What every notice about a cycle begins with."""
    return f"cycle:{cycle.public_id}:"


def tell_opened(telling: Telling, cycle: Cycle) -> None:
    """A training is hers from now on, or has to be renewed."""
    day, asked = in_words(cycle.due_on), telling.assignment.requirement
    if cycle.counts_from is not None:
        text = f"{telling.name} holds until {day}. Renew it by then."
        telling.tell(cycle.user_id, cycle, "renewal", text)
        return
    why = f" It is asked for by {asked}." if asked else ""
    telling.tell(cycle.user_id, cycle, "given", f"{telling.name} is to do until {day}.{why}")


def tell_closed(telling: Telling, cycle: Cycle) -> None:
    """What waits is not sent; who has to do it no more is told, unless she has done it or left."""
    telling.forget(cycle, DONE_MEANWHILE if cycle.is_done else NO_LONGER)
    if cycle.closed_why == Why.TAKEN_BACK:
        text = f"{telling.name} was taken back, you need not do it any more: {telling.assignment.ended_why}"
        telling.tell(cycle.user_id, cycle, "taken-back", text)
    if cycle.closed_why == Why.NOT_HERS:
        telling.tell(cycle.user_id, cycle, "not-hers", f"{telling.name} is not for you any more.")


def tell_ruling(telling: Telling, cycle: Cycle, ruling: Ruling) -> None:
    """What was decided about her, by whom and why."""
    by = f" ({ruling.made_by})" if ruling.made_by else ""
    day = f" until {in_words(ruling.due_on)}" if ruling.due_on else ""
    said = {EXTENDED: f"You have{day} for {telling.name}", EXEMPTED: f"You need not do {telling.name}{day}"}
    text = said.get(ruling.kind, f"You have to do {telling.name} after all")
    if ruling.kind != EXTENDED:
        telling.forget(cycle, NO_LONGER)
    telling.tell(cycle.user_id, cycle, f"{ruling.kind}/{ruling.id}", f"{text}: {ruling.reason}{by}")


def in_words(day: date) -> str:
    """A day as mails name it."""
    text: str = format_date(day, "d MMMM yyyy", locale="en_GB")
    return text
