"""Whom a lead had better look after this week, with one reason each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trainer.reports.standing import Row, Standing

QUIET = timedelta(days=14)
SOON = timedelta(days=30)
SETTLING_IN = timedelta(days=7)
MOST_IN_NEED = 6


@dataclass(frozen=True)
class InNeed:
    """Somebody to look after this week, and why: `why` is not-begun, quiet or behind; `days` since she joined, since
    she did anything, or until the day it counts."""

    row: Row
    why: str
    days: int


def in_need(standing: Standing, now: datetime) -> Sequence[InNeed]:
    """Whom to look after this week, with one reason each: who has not begun first, then for whom the day is near, then
    who has gone quiet. Not more than a lead can do in a week."""
    found = [need for row in standing.rows if (need := _need(standing, row, now))]
    order = {"not-begun": 0, "behind": 1, "quiet": 2}
    return sorted(found, key=lambda need: (order[need.why], -len(need.row.short_of), -need.days))[:MOST_IN_NEED]


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
