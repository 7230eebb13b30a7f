"""Whom a lead had better look after this week, with one reason each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trainer.reports.standing import Row, Standing
from trainer.training.turns import Turn

QUIET = timedelta(days=14)
SOON = timedelta(days=30)
SETTLING_IN = timedelta(days=7)
MOST_IN_NEED = 6


@dataclass(frozen=True)
class InNeed:
    """Somebody to look after this week, and why: `why` is overdue, not-begun, quiet or behind; `days` since it was due,
    since she joined, since she did anything, or until the day it counts. `late` are the trainings that are overdue."""

    row: Row
    why: str
    days: int
    late: Sequence[Turn] = ()


def in_need(standing: Standing, late: Mapping[int, Sequence[Turn]], now: datetime) -> Sequence[InNeed]:
    """Whom to look after this week, with one reason each: who is late with a training first (`late`, by the ids of
    their accounts), then who has not begun, then for whom the day is near, then who has gone quiet. Not more than a
    lead can do in a week."""
    found = [
        need for row in standing.rows if (need := _late(row, late.get(row.member.user.id)) or _need(standing, row, now))
    ]
    order = {"overdue": 0, "not-begun": 1, "behind": 2, "quiet": 3}
    return sorted(found, key=lambda need: (order[need.why], -len(need.row.short_of), -need.days))[:MOST_IN_NEED]


def _late(row: Row, turns: Sequence[Turn] | None) -> InNeed | None:
    return InNeed(row, "overdue", -turns[0].days_left, turns) if turns else None


def _need(standing: Standing, row: Row, now: datetime) -> InNeed | None:
    if row.is_ready:
        return None
    is_near = standing.team.audit_on is not None and timedelta(0) < standing.day - now <= SOON
    if is_near and row.has_begun:
        return InNeed(row, "behind", _days(standing.day - now))
    last = row.expected.last
    if last is not None:
        return InNeed(row, "quiet", _days(now - last)) if now - last >= QUIET else None
    since = now - row.member.membership.joined_at
    return InNeed(row, "not-begun", _days(since)) if since >= SETTLING_IN or is_near else None


def _days(time: timedelta) -> int:
    return max(1, round(time / timedelta(days=1)))
