"""What a course has brought: how much a person knew before it, after it and some weeks later, and how sure that is.

Each occasion asks other questions of the same blueprint (parallel forms), so nobody is measured by what she remembers
of single questions. What is told of one person rests on a dozen questions and says so: its interval is wide. What is
told of a group is the mean of its people's own gains, as sure as they are many and alike. Nothing here says that the
course was the cause: there is no group without a course to compare with.

The intervals were checked by simulation: `benchmarks/effect.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean
from typing import Literal

from trainer.learning import intervals

BEFORE, AFTER = "before", "after"
"""Occasions; the others are those of `delayed`."""

ENOUGH = 5
"""People below which a group's mean is not judged: of four, one good day moves it by a quarter of the scale."""

Verdict = Literal["more", "less", "unclear"]


def delayed(days: int) -> str:
    """The occasion of a check so many days after the course."""
    return f"day-{days}"


def days_of(occasion: str) -> int | None:
    """How many days after the course it is; None for the tests before and after."""
    head, _, days = occasion.partition("-")
    return int(days) if head == "day" else None


@dataclass(frozen=True)
class Measured:
    """What one person reached on one occasion: `points` (one for each question) of so many `questions`. `parts` has the
    same by objective; without it nothing can be weighed."""

    questions: float
    points: float
    at: datetime
    parts: Mapping[str, "Part"] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """0–1."""
        return self.points / self.questions

    @property
    def estimate(self) -> "Estimate":
        """The share right with its interval."""
        return Estimate(self.share, *intervals.wilson(self.points, self.questions))

    @property
    def noise(self) -> float:
        """The variance that having asked just these few questions brings into the share (Agresti and Coull 1998: two
        right and two wrong answers added, so that it is never nothing)."""
        share = (self.points + 2) / (self.questions + 4)
        return share * (1 - share) / self.questions

    def like(self, other: "Measured") -> "Measured":
        """The same as if objectives had the weight they have in `other` (direct standardisation): five questions ask
        about five objectives, and must be compared with what was known of those five.

        Weighed unevenly, questions tell less: they count as 1/Σw² (Kish's effective number). Where an objective was not
        asked about here, it stays as it is.
        """
        if not other.parts or other.parts.keys() - self.parts.keys():
            return self
        weights = {id: part.questions / other.questions for id, part in other.parts.items()}
        share = sum(weight * self.parts[id].points / self.parts[id].questions for id, weight in weights.items())
        worth = 1 / sum(weight**2 / self.parts[id].questions for id, weight in weights.items())
        return Measured(worth, share * worth, self.at)


@dataclass(frozen=True)
class Part:
    """The points of one objective's questions."""

    questions: int
    points: float


@dataclass(frozen=True)
class Estimate:
    """A share (0–1) or a gain (−1 to 1) with its 95 % interval; `people` are those it is the mean of."""

    value: float
    low: float
    high: float
    people: int = 1

    @property
    def is_enough(self) -> bool:
        """Whether a mean over people may be judged at all."""
        return self.people >= ENOUGH

    @property
    def verdict(self) -> Verdict:
        """What a gain says: only what its whole interval says."""
        if self.low > 0:
            return "more"
        return "less" if self.high < 0 else "unclear"


def gain(before: Measured, later: Measured) -> Estimate:
    """How much more of such questions one person answers right than before, objectives weighed as in the later test."""
    then = before.like(later)
    low, high = intervals.difference((then.points, then.questions), (later.points, later.questions))
    return Estimate(later.share - then.share, low, high)


def mean_share(people: Sequence[Measured]) -> Estimate | None:
    """The mean share right of a group on one occasion; None without anybody."""
    if not people:
        return None
    low, high = intervals.mean_of([each.share for each in people], fmean(each.noise for each in people))
    return Estimate(fmean(each.share for each in people), max(0.0, low), min(1.0, high), len(people))


def mean_gain(people: Sequence[tuple[Measured, Measured]]) -> Estimate | None:
    """The mean gain of a group, from (before, later) of everybody who was measured on both occasions; None without
    anybody."""
    if not people:
        return None
    alike = [(before.like(later), later) for before, later in people]
    gains = [later.share - before.share for before, later in alike]
    low, high = intervals.mean_of(gains, fmean(before.noise + later.noise for before, later in alike))
    return Estimate(fmean(gains), max(-1.0, low), min(1.0, high), len(people))


class State(StrEnum):
    """How an occasion stands."""

    AHEAD = "ahead"
    """Something else comes first."""
    WAITS = "waits"
    """Its day has not come."""
    OPEN = "open"
    DONE = "done"
    MISSED = "missed"
    """Its time is over."""


@dataclass(frozen=True)
class Window:
    """From when until when a delayed check can be begun: `opens` belongs to it, `closes` does not."""

    opens: datetime
    closes: datetime

    def state(self, now: datetime) -> State:
        """How it stands, not yet taken."""
        if now < self.opens:
            return State.WAITS
        return State.OPEN if now < self.closes else State.MISSED


def window(after: datetime, days: int, open_days: int) -> Window:
    """The window of the check so many days after the test that ended the course."""
    opens = after + timedelta(days=days)
    return Window(opens, opens + timedelta(days=open_days))
