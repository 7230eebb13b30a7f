"""A simulated learner's mind: what she knows, what she wrongly believes, how sure she feels.

A plain model, only as good as it must be for standings to look like those of people: the chance to be right is
logistic in ability plus what is still remembered of the objective and of the very question, minus the difficulty.
What is remembered halves in some days, and in more days the more often it was of use.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import exp
from random import Random

from trainer.admin.demo.answering import Possible
from trainer.admin.demo.people import Traits
from trainer.learning.calibration import Certainty
from trainer.learning.question_types.base import Answer
from trainer.library.catalogue import ItemRow

STRONGEST = 2.3
LONGEST_KEPT = 90.0
DAY = 86400


@dataclass(frozen=True)
class Trace:
    """Something remembered: how strong when last of use, and after how many days half of it is gone."""

    strength: float
    at: datetime
    half_life: float

    def left(self, now: datetime) -> float:
        """What is left of it."""
        return self.strength * 2 ** ((self.at - now).total_seconds() / DAY / self.half_life)


@dataclass(frozen=True)
class Reaction:
    """What a learner does with a question: an answer, or none if she gives up, and how sure she feels."""

    given: Answer
    certainty: Certainty

    @property
    def gave_up(self) -> bool:
        """She said that she does not know."""
        return not self.given


@dataclass
class Mind:
    """One learner's. `beliefs` are her misconceptions with the chance (0–1) that she acts on them when tempted."""

    traits: Traits
    rng: Random
    beliefs: dict[str, float] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)

    def read(self, objectives: Iterable[str], now: datetime) -> None:
        """She has read about these objectives."""
        for objective in objectives:
            self._strengthen(objective, 1.2, now)

    def react(self, row: ItemRow, parts: Sequence[Possible], now: datetime) -> Reaction:
        """What she answers now."""
        knows = self._chance(row, now)
        if not self._tempted(parts) and self.rng.random() < (0.4 - knows) * 0.8:
            return Reaction({}, Certainty.GUESSING)
        given: dict[str, str] = {}
        feels = []
        for part in parts:
            answer, feeling = self._answer(part, knows)
            given |= {part.prefix + slot: what for slot, what in answer.items()}
            feels.append(feeling)
        return Reaction(given, self._certainty(sum(feels) / len(feels)))

    def take_feedback(self, row: ItemRow, misconceptions: Collection[str], score: float, now: datetime) -> None:
        """She has seen what was right about it, and why."""
        self._strengthen(row.objective, 0.15 + 0.1 * score, now)
        self._strengthen(row.id, 0.5, now)
        for id in misconceptions:
            if id in self.beliefs:
                self.beliefs[id] *= 0.8

    def _chance(self, row: ItemRow, now: datetime) -> float:
        remembered = sum(self.traces[what].left(now) for what in (row.objective, row.id) if what in self.traces)
        return 1 / (1 + exp(-(self.traits.ability + remembered - 0.9 - 0.6 * (row.difficulty - 2))))

    def _tempted(self, parts: Sequence[Possible]) -> bool:
        return any(id in part.mistaken for part in parts for id in self.beliefs)

    def _answer(self, part: Possible, knows: float) -> tuple[Answer, float]:
        """An answer to one part, and how right it feels (0–1)."""
        for id, belief in self.beliefs.items():
            if part.mistaken.get(id) and self.rng.random() < belief:
                return self.rng.choice(part.mistaken[id]), 0.88
        if self.rng.random() < knows and part.right:
            return self.rng.choice(part.right), knows + 0.08
        if self.rng.random() < part.luck and part.right:
            return self.rng.choice(part.right), knows * 0.6
        close = part.partly if part.partly and self.rng.random() < 0.3 + knows / 2 else part.wrong
        return self.rng.choice(close or part.partly or part.right), knows - 0.15

    def _certainty(self, feeling: float) -> Certainty:
        feels = feeling + self.traits.boldness + self.rng.gauss(0, 0.1)
        if feels > 0.83:
            return Certainty.SURE
        return Certainty.THINK_SO if feels > 0.55 else Certainty.GUESSING

    def _strengthen(self, what: str, by: float, now: datetime) -> None:
        before = self.traces.get(what)
        left = before.left(now) if before else 0.0
        half_life = min(LONGEST_KEPT, before.half_life * 1.12) if before else self.traits.keeps_days
        self.traces[what] = Trace(min(STRONGEST, left + by * self.traits.learning), now, half_life)


def beliefs_of(traits: Traits, spread: Mapping[str, int], rng: Random) -> dict[str, float]:
    """Some misconceptions for a learner, rather those that many questions tempt to; `spread` counts the questions."""
    common = sorted(spread, key=lambda misconception: (-spread[misconception], misconception))[:12]
    return {id: rng.uniform(0.65, 0.95) for id in rng.sample(common, min(traits.misconceptions, len(common)))}
