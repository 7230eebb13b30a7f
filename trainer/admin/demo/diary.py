"""When a simulated learner sits down: her weekdays, her hour, a week off now and then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from trainer.admin.demo.people import Traits

LONGEST_SITTING = timedelta(hours=2)
SATURDAY = 5
HASTE = 2.0
"""Reading is done long before the weeks are over; then comes what keeps it."""


@dataclass(frozen=True)
class Sitting:
    """A time at which somebody learns, how many questions she is in the mood for, and how far (0–1) of the course she
    means to have read by then."""

    at: datetime
    questions: int
    read_by_then: float


def sittings(traits: Traits, began: datetime, now: datetime, rng: Random) -> Iterator[Sitting]:
    """All of somebody's sittings, oldest first, the last one ended before `now`."""
    span = now - began
    first, last = began + traits.begins * span, began + traits.stops * span
    week_off = first.date() + timedelta(days=rng.randrange(7, 60)) if rng.random() < 0.4 else date.max
    for day in _days(first.date(), last.date()):
        works = rng.random() < _chance(traits, day)
        at, questions = _moment(traits, day, rng), round(traits.questions * rng.uniform(0.6, 1.4))
        is_off = week_off <= day < week_off + timedelta(days=8) if week_off != date.max else False
        if works and not is_off and first <= at <= min(last, now - LONGEST_SITTING):
            yield Sitting(at, questions, HASTE * traits.pace * (at - first) / span + 0.04)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _chance(traits: Traits, day: date) -> float:
    is_weekend = day.weekday() >= SATURDAY
    if traits.days_a_week < 2:
        return 0.75 if day.weekday() == 6 else traits.days_a_week / 12
    return traits.days_a_week / 7 * (0.45 if is_weekend else 1.22)


def _moment(traits: Traits, day: date, rng: Random) -> datetime:
    hour = min(22.5, max(5.5, rng.gauss(traits.hour, 0.8)))
    return datetime.combine(day, time(), UTC) + timedelta(seconds=int(hour * 3600))
