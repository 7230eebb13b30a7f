"""An assessment of record: when an attempt may begin, until when it counts, what it comes to, what of it is shown.

The rules come from the exam's definition; here stands what they mean. Times are aware UTC, shares 0–1.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Literal

from trainer.learning.errors import N_

ROUNDING = 1e-9
"""Shares are sums of fractions: three thirds must be a whole."""


PASSED = N_("You have passed.")


class Shown(IntEnum):
    """How much of a finished attempt its learner sees; each step includes those before."""

    NOTHING = 0
    """That it was handed in."""
    SCORE = 1
    """The share right, in all and by module and objective, and whether it is enough."""
    MARKS = 2
    """Which questions were right."""
    ALL = 3
    """The questions with the key and the reasons."""


@dataclass(frozen=True)
class Reveal:
    """What is shown, and from when on: at once, when no further attempt can profit from it, or from a day on."""

    what: Shown
    when: Literal["now", "after_last_attempt"] | date


@dataclass(frozen=True)
class PassRule:
    """What is enough: a share of all points and, where `floor` is set, of those of each module."""

    overall: float
    floor: float | None = None


@dataclass(frozen=True)
class AttemptRule:
    """How many attempts there are (extra ones for a person included), and how long to wait before the next."""

    most: int
    wait: timedelta


@dataclass(frozen=True)
class Past:
    """A finished attempt, as the rules for the next need it: `valid_until` is when a pass ends (None: never), and
    `renews_at` from when on it can be renewed before it ends (None: only then)."""

    submitted_at: datetime
    passed: bool
    valid_until: datetime | None = None
    renews_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is a pass that still counts."""
        return self.passed and (self.valid_until is None or now < self.valid_until)

    @property
    def counts_anew_from(self) -> datetime | None:
        """When attempts after this pass begin to be counted; None for what is no pass, or never ends."""
        return (self.renews_at or self.valid_until) if self.passed and self.valid_until else None

    def ends_the_matter(self, now: datetime) -> bool:
        """Whether it is a pass after which no attempt may begin now."""
        return self.holds(now) and (self.renews_at is None or now < self.renews_at)


@dataclass(frozen=True)
class Start:
    """Whether an attempt may begin: now (`not_before` None, `why` empty), later, or not at all.

    `left` is how many attempts are left, this one included.
    """

    left: int
    why: str = ""
    not_before: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may begin now."""
        return not self.why


def may_start(past: Sequence[Past], rule: AttemptRule, now: datetime) -> Start:
    """Whether another attempt may begin, after these, oldest first.

    A pass that holds ends the matter, whatever came after it. When it can be renewed, or has ended, attempts are
    counted anew from there.
    """
    if any(each.ends_the_matter(now) for each in past):
        return Start(0, PASSED)
    since = _after_last_pass(past)
    left = max(0, rule.most - len(since))
    if not left:
        return Start(0, N_("All attempts are used."))
    opens = since[-1].submitted_at + rule.wait if since else now
    if opens > now:
        return Start(left, N_("The next attempt opens later."), opens)
    return Start(left)


def _after_last_pass(past: Sequence[Past]) -> Sequence[Past]:
    """Those that were handed in since the last pass ended, or could be renewed; all of them where none has."""
    ended = max((at for each in past if (at := each.counts_anew_from)), default=None)
    return [each for each in past if ended is None or each.submitted_at >= ended]


def months_later(at: datetime, months: int) -> datetime:
    """The same day and time some months on; the month's last day where it has no such day."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


class Arrival(IntEnum):
    """When an answer came in: in time, within the grace (it counts), or late (it is kept and does not count)."""

    IN_TIME = 0
    IN_GRACE = 1
    LATE = 2


def arrival(deadline: datetime | None, grace: timedelta, at: datetime) -> Arrival:
    """How an answer that came `at` a time stands. The deadline's own second is in time, the grace's last one too."""
    if deadline is None or at <= deadline:
        return Arrival.IN_TIME
    return Arrival.IN_GRACE if at <= deadline + grace else Arrival.LATE


def shown(reveal: Reveal, start: Start, today: date) -> Shown:
    """What a finished attempt shows. `start` says whether another attempt is to come, for which it could be of use.

    Somebody who may still try again sees neither marks nor key of an earlier attempt unless the exam says "now".
    """
    if reveal.when == "now":
        return reveal.what
    if reveal.when == "after_last_attempt":
        return reveal.what if not start.left else min(reveal.what, Shown.SCORE)
    return reveal.what if today >= reveal.when else Shown.NOTHING


@dataclass(frozen=True)
class Scored:
    """One question of an attempt with the score (0–1) of its answer; no answer scores 0."""

    module: str
    objective: str
    score: float


@dataclass(frozen=True)
class Part:
    """The questions on one module or objective, and the points earned."""

    id: str
    questions: int
    points: float

    @property
    def share(self) -> float:
        """Points of those there were."""
        return self.points / self.questions


@dataclass(frozen=True)
class Outcome:
    """What an attempt comes to. `below_floor` are the modules that did not reach the floor."""

    share: float
    passed: bool
    modules: tuple[Part, ...]
    objectives: tuple[Part, ...]
    below_floor: tuple[str, ...]


def judge(questions: Sequence[Scored], rule: PassRule) -> Outcome:
    """Judge an attempt by the rule. Every question has one point. Raises ValueError where there is no question."""
    if not questions:
        raise ValueError("An attempt has at least one question.")
    modules = _parts((question.module, question.score) for question in questions)
    share = sum(question.score for question in questions) / len(questions)
    below = tuple(part.id for part in modules if rule.floor is not None and not _reaches(part.share, rule.floor))
    return Outcome(
        share=share,
        passed=_reaches(share, rule.overall) and not below,
        modules=modules,
        objectives=_parts((question.objective, question.score) for question in questions),
        below_floor=below,
    )


def _reaches(share: float, wanted: float) -> bool:
    return share >= wanted - ROUNDING


def _parts(scores: Iterable[tuple[str, float]]) -> tuple[Part, ...]:
    """By id, in order of ids."""
    found: dict[str, list[float]] = defaultdict(list)
    for id, score in scores:
        found[id].append(score)
    return tuple(Part(id, len(points), sum(points)) for id, points in sorted(found.items()))
