"""What people are told when a training becomes theirs, ends, or something is decided. Each notice is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date
from sqlalchemy.orm import Session

from trainer.notices.actions import Message, notify, withdraw_all
from trainer.teams.models import Team
from trainer.training.models import EXEMPTED, EXTENDED, Assignment, Cycle, Ruling, Why

PLAN = "/plan"
DONE_MEANWHILE, NO_LONGER, MOVED = "done meanwhile", "no longer to do", "the day was moved meanwhile"


@dataclass(frozen=True)
class Telling:
    """Somebody is told of one training on behalf of its team."""

    session: Session
    team: Team
    assignment: Assignment
    now: datetime

    def tell(self, user_id: int, cycle: Cycle, occasion: str, text: str, *, path: str = PLAN) -> None:
        """Once for each occasion of a cycle."""
        self.say(user_id, f"{of_cycle(cycle)}{occasion}", occasion.partition("/")[0], text, path=path)

    def say(self, user_id: int, about: str, kind: str, text: str, *, path: str) -> None:
        """The same, about something else."""
        message = Message(
            about=about,
            kind=kind,
            text=text,
            path=path,
            is_mandatory=self.assignment.is_mandatory,
            team_id=self.team.id,
        )
        notify(self.session, user_id, message, now=self.now)

    def forget(self, cycles: Iterable[Cycle], why: str) -> None:
        """What waits about them is not sent any more."""
        withdraw_all(self.session, {of_cycle(cycle) for cycle in cycles}, why, now=self.now)

    @property
    def name(self) -> str:
        """How mails name it."""
        return f"“{self.assignment.title}” (team {self.team.name})"


def on_day(occasion: str, cycle: Cycle) -> str:
    """An occasion that comes again when the last day is moved."""
    return f"{occasion}/{cycle.due_on.isoformat()}"


def of_cycle(cycle: Cycle) -> str:
    """What every notice about a cycle begins with."""
    return f"cycle:{cycle.public_id}:"


@dataclass(frozen=True)
class Closed:
    """A cycle that was closed. It `is_secret` where she has handed in what does not tell her what it came to."""

    cycle: Cycle
    is_secret: bool


def tell_opened(telling: Telling, cycle: Cycle, holds_until: date | None) -> None:
    """A training is hers from now on, or what she did `holds_until` a day has to be renewed."""
    day, asked = in_words(cycle.due_on), telling.assignment.requirement
    if holds_until is not None:
        what = "holds" if holds_until >= cycle.opened_on else "held"
        text = f"What you did for {telling.name} {what} until {in_words(holds_until)}. Renew it until {day}."
        telling.tell(cycle.user_id, cycle, "renewal", text)
        return
    why = f" It is asked for by {asked}." if asked else ""
    telling.tell(cycle.user_id, cycle, "given", f"{telling.name} is to do until {day}.{why}")


def tell_closed(telling: Telling, closed: Sequence[Closed]) -> None:
    """What waits is not sent; who has to do it no more is told, unless she has done it or left. Where an assessment
    keeps its result to itself nothing is told and nothing withdrawn: passed and failed would not look the same."""
    seen = [each.cycle for each in closed if not each.is_secret]
    for is_done, why in ((True, DONE_MEANWHILE), (False, NO_LONGER)):
        telling.forget([cycle for cycle in seen if cycle.is_done is is_done], why)
    for cycle in seen:
        if cycle.closed_why == Why.TAKEN_BACK:
            text = f"{telling.name} was taken back, you need not do it any more: {telling.assignment.ended_why}"
            telling.tell(cycle.user_id, cycle, "taken-back", text)
        if cycle.closed_why == Why.NOT_HERS:
            telling.tell(cycle.user_id, cycle, "not-hers", f"{telling.name} is not for you any more.")


def tell_moved(telling: Telling, cycles: Sequence[Cycle]) -> None:
    """Their last day is another one."""
    telling.forget(cycles, MOVED)
    for cycle in cycles:
        day = in_words(cycle.due_on)
        telling.tell(cycle.user_id, cycle, on_day("moved", cycle), f"{telling.name} is now to do until {day}.")


def tell_ruling(telling: Telling, cycle: Cycle, ruling: Ruling) -> None:
    """What was decided about her, by whom and why."""
    by = f" ({ruling.made_by})" if ruling.made_by else ""
    day = f" until {in_words(ruling.due_on)}" if ruling.due_on else ""
    said = {EXTENDED: f"You have{day} for {telling.name}", EXEMPTED: f"You need not do {telling.name}{day}"}
    text = said.get(ruling.kind, f"You have to do {telling.name} after all")
    telling.forget([cycle], MOVED if ruling.kind == EXTENDED else NO_LONGER)
    telling.tell(cycle.user_id, cycle, f"{ruling.kind}/{ruling.id}", f"{text}: {ruling.reason}{by}")


def in_words(day: date) -> str:
    """A day as mails name it."""
    text: str = format_date(day, "d MMMM yyyy", locale="en_GB")
    return text
