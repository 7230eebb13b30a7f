"""How sure a learner was, and how that compares with how often she was right.

The three steps and their limits are those of certainty-based marking (Gardner-Medwin; right 1/2/3, wrong 0/−2/−6),
without its marks: under that scheme "think so" pays above two in three, "sure" above four in five. Certainty steers
feedback and reviews here and never costs marks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from trainer.learning.errors import N_
from trainer.learning.intervals import wilson

MISSED_BELOW = 2 / 3
"""A score below this is a miss; from here up to 1 it is partly right. Our own limit: two thirds of a matching or a
cloze show that most of it is known."""

ENOUGH = 12
"""Answers before anything is said. From 12 on the 95 % interval is never wider than half the scale (0.49 at worst;
with 11 it may be 0.51): fewer cannot even tell whether someone is right more often than not."""


class Certainty(IntEnum):
    """How sure a learner said she was, before she saw whether it was right."""

    GUESSING = 1
    THINK_SO = 2
    SURE = 3


CERTAINTY_IN_WORDS = {
    Certainty.GUESSING: N_("Guessing"),
    Certainty.THINK_SO: N_("Think so"),
    Certainty.SURE: N_("Sure"),
}

EXPECTED = {
    Certainty.GUESSING: (0.0, 2 / 3),
    Certainty.THINK_SO: (2 / 3, 0.8),
    Certainty.SURE: (0.8, 1.0),
}
"""How often one should be right who uses the three steps as they are meant."""

Finding = Literal["too_few", "fits", "too_sure", "too_modest"]


@dataclass(frozen=True)
class Step:
    """The answers given with one certainty: `right` of `answers`, and the 95 % interval of that share (0–1)."""

    certainty: Certainty
    answers: int
    right: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that is right, 0–1; 0 without answers."""
        return self.right / max(1, self.answers)

    @property
    def finding(self) -> Finding:
        """What can be said: only what the whole interval says."""
        least, most = EXPECTED[self.certainty]
        if self.answers < ENOUGH:
            return "too_few"
        if self.high < least:
            return "too_sure"
        return "too_modest" if self.low > most else "fits"


def is_right(score: float) -> bool:
    """Whether a score (0–1) is fully right, give or take a rounding."""
    return score >= 1 - 1e-9


def is_miss(score: float) -> bool:
    """Whether a score (0–1) is too low to count as known in part."""
    return score < MISSED_BELOW - 1e-9


def calibrate(answers: Iterable[tuple[Certainty, float]]) -> tuple[Step, ...]:
    """The share of right answers for each certainty, from (certainty, score) pairs: three steps, least sure first."""
    counts = dict.fromkeys(Certainty, (0, 0))
    for certainty, score in answers:
        n, right = counts[certainty]
        counts[certainty] = (n + 1, right + is_right(score))
    return steps_of(counts)


def steps_of(counts: Mapping[Certainty, tuple[int, int]]) -> tuple[Step, ...]:
    """The same from counts: how many answers were given with each certainty, and how many of them were right."""
    found = ((certainty, *counts.get(certainty, (0, 0))) for certainty in Certainty)
    return tuple(Step(certainty, n, right, *wilson(right, n)) for certainty, n, right in found)
