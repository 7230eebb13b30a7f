"""When a training that somebody was given is due, for how long it holds, and when to remind her of it.

Dates are days in the calendar of whoever is meant; what is due on a day is in time until its end.
"""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SOON = 7
"""Days before the last one from which a training is called due soon."""
REMINDERS = (30, 7, 1)
"""Days before a training is due on which a reminder is sent."""
RENEWAL_REMINDERS = (90, 60, 30, 7, 1)
"""The same where something that holds is about to end."""
OVERDUE = "overdue"
LEAD = "lead"
"""The names of reminders that come after the day; those before it are named by `before`."""


class Stage(StrEnum):
    """Where somebody stands with a training on a day."""

    OPEN = "open"
    SOON = "soon"
    OVERDUE = "overdue"
    HANDED_IN = "handed-in"
    """An assessment whose result she is not shown yet, or never."""
    DONE = "done"
    """And it holds."""
    EXPIRED = "expired"
    EXEMPT = "exempt"
    ENDED = "ended"
    """She left, has another job role, or it was taken back."""

    @property
    def is_to_do(self) -> bool:
        """Whether something is left for her to do."""
        return self in (Stage.OPEN, Stage.SOON, Stage.OVERDUE)


@dataclass(frozen=True)
class Deadline:
    """Until when a training is to be done: on a day for everybody who is there when it is given, or (without one) some
    days later. Who comes later has `days` in any case."""

    on: date | None
    days: int

    def of(self, opened_on: date, *, from_the_start: bool) -> date:
        """The last day for somebody who has it since `opened_on`, `from_the_start` or because she came later."""
        at_least = opened_on + timedelta(days=self.days)
        if self.on is None:
            return at_least
        return self.on if from_the_start else max(self.on, at_least)


def holds_until(done_on: date, months: int | None) -> date | None:
    """The last day on which what was done then holds; None where it holds for good. A month without such a day ends
    earlier."""
    if months is None:
        return None
    year, month = divmod(done_on.year * 12 + done_on.month - 1 + months, 12)
    return date(year, month + 1, min(done_on.day, monthrange(year, month + 1)[1]))


def renews_on(done_on: date, until: date, days: int) -> date:
    """The day from which what was done and holds `until` then can be renewed: so many days before, but not in the first
    half of its time, or it would be renewed as soon as it is done."""
    return until - timedelta(days=min(days, (until - done_on).days // 2))


def stage_of_open(due_on: date, today: date) -> Stage:
    """Where somebody stands with what she has not done yet."""
    if today > due_on:
        return Stage.OVERDUE
    return Stage.SOON if (due_on - today).days <= SOON else Stage.OPEN


def stage_of_done(until: date | None, today: date) -> Stage:
    """Where somebody stands with what she has done."""
    return Stage.DONE if until is None or today <= until else Stage.EXPIRED


def before(days: int) -> str:
    """The name of the reminder so many days before."""
    return f"due-{days}"


def reminder(
    opened_on: date, due_on: date, today: date, sent: Collection[str], *, is_renewal: bool = False
) -> str | None:
    """The name of the reminder to send today, if there is one.

    Of several that were missed (nothing ran for a week) only the last one comes. One whose day was over when the
    training was given never comes: she was just told.
    """
    if today > due_on:
        return None if OVERDUE in sent else OVERDUE
    steps = RENEWAL_REMINDERS if is_renewal else REMINDERS
    left = (due_on - today).days
    reached = [days for days in steps if left <= days < (due_on - opened_on).days]
    if not reached or any(before(days) in sent for days in steps if days <= min(reached)):
        return None
    return before(min(reached))


def tells_lead(due_on: date, today: date, after_days: int, sent: Collection[str]) -> bool:
    """Whether those who lead her team are to be told today that it is overdue."""
    return LEAD not in sent and (today - due_on).days >= max(1, after_days)
