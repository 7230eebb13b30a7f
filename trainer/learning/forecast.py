"""What share of an objective's questions a learner will answer right on a day that is named, and how sure that is.

Four things are put together:

1. *What she knows beyond single questions*: the share right so far, where later answers weigh more than earlier ones
   and the first answer to a question more than one to a question whose solution she has seen. A prior worth a few
   answers stands in for what is not yet known of her, so that two right answers are not "100 %".
2. *Forgetting*: FSRS's memory of the objective as a whole (`mastery.memory_after`), since the last right answer. It
   wears down only what learning has added, not what anybody knows before.
3. *What she remembers of single questions*: those answered right last time come back with FSRS's chance of
   remembering. A question never met has only 1 and 2; a mended mistake gets no more until it has been answered right,
   since what is mended fades within a week (Wang & Yang 2021).
4. *Luck*: nobody falls below what blind guessing brings.

The interval is that of a beta distribution, as wide as so few answers, so long ago, deserve. What is expected is the
share right if nothing is practised until then. A right answer never lowers it, a miss never raises it.

It is a fold: `after(known, evidence)` for each answer, `forecast(known, …)` to read it. A `Known` is small and can be
stored (`to_json`), so no page has to read all answers. How the constants were found: `benchmarks/mastery.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from trainer.learning.calibration import Certainty, is_miss, is_right
from trainer.learning.intervals import beta_quantile
from trainer.learning.mastery import Evidence, in_turn, memory_after
from trainer.learning.scheduling import Memory, Trace, recall, retrievability

ENOUGH = 6
"""Answers before a share is worth telling. Our own limit: as many as stand in the prior. Later answers taking weight
from earlier ones, six come to three quarters of it, ten to all of it; with fewer than six the number would say much
more of people in general than of her."""
CHANCE = 0.2
"""What blind guessing brings on average: 1 in 4 with four options, less where several have to be found."""
OUTSIDE = 0.1
"""The chance left on each side of the 80 % interval."""


@dataclass(frozen=True)
class Weights:
    """The constants of the formula.

    `prior` is the share right before any answer, worth `prior_weight` answers. Each answer takes `recency` of the
    weight of all before it. A `repeated` question, a right answer by `luck` and a `missed` one, which is explained at
    once, weigh less than 1. `item` is the part of the way to certainty that remembering a question brings, `fading`
    the power to which FSRS's chance of remembering is taken, `width` the weight of one answer for the interval.
    """

    prior: float = 0.55
    prior_weight: float = 6.0
    recency: float = 0.12
    repeated: float = 0.8
    luck: float = 0.8
    missed: float = 0.7
    item: float = 0.95
    fading: float = 7.0
    width: float = 0.6


WEIGHTS = Weights()


@dataclass(frozen=True)
class Known:
    """What all answers on one objective come to: how many `answers`, the weights of what was `right` and `wrong`, the
    questions `met`, those `held` since they were right and how far (1, or less by luck), the `memory` of the
    objective, the last right answer without guessing (`refreshed`), the `last` answer. Times are aware UTC."""

    answers: int = 0
    right: float = 0.0
    wrong: float = 0.0
    met: frozenset[str] = frozenset()
    held: Mapping[str, float] = field(default_factory=dict)
    memory: Memory | None = None
    refreshed: datetime | None = None
    last: datetime | None = None

    def to_json(self) -> str:
        """As text, to be stored."""
        return json.dumps(
            {
                "answers": self.answers,
                "right": self.right,
                "wrong": self.wrong,
                "met": sorted(self.met),
                "held": dict(self.held),
                "memory": self.memory and self.memory.to_json(),
                "refreshed": self.refreshed and self.refreshed.isoformat(),
                "last": self.last and self.last.isoformat(),
            },
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> "Known":
        """What `to_json` wrote."""
        stored = json.loads(text)
        return cls(
            answers=stored["answers"],
            right=stored["right"],
            wrong=stored["wrong"],
            met=frozenset(stored["met"]),
            held=stored["held"],
            memory=stored["memory"] and Memory.from_json(stored["memory"]),
            refreshed=stored["refreshed"] and datetime.fromisoformat(stored["refreshed"]),
            last=stored["last"] and datetime.fromisoformat(stored["last"]),
        )


@dataclass(frozen=True)
class Forecast:
    """The expected `share` right (0–1), its 80 % interval from `low` to `high`, and the `answers` it rests on."""

    share: float
    low: float
    high: float
    answers: int

    @property
    def is_enough(self) -> bool:
        """Whether there are answers enough to judge; where not, say so instead of showing the share."""
        return self.answers >= ENOUGH


def after(known: Known, answer: Evidence, weights: Weights = WEIGHTS) -> Known:
    """What is known after one more answer; one dated before the last counts as given together with it, as in
    `mastery.after`."""
    answer = in_turn(answer, known.last)
    weight = _weight(known, answer, weights)
    kept = 1 - weights.recency * weight
    return replace(
        known,
        answers=known.answers + 1,
        right=known.right * kept + weight * answer.score,
        wrong=known.wrong * kept + weight * (1 - answer.score),
        met=known.met | {answer.item_id},
        held=_held(known.held, answer, weights),
        memory=memory_after(known.memory, answer),
        refreshed=answer.at if answer.shows_knowledge else known.refreshed,
        last=answer.at,
    )


def forecast(
    known: Known,
    memories: Mapping[str, Memory] | Mapping[str, Trace],
    unmet: int,
    at: datetime,
    *,
    chance: float = CHANCE,
    weights: Weights = WEIGHTS,
) -> Forecast:
    """The expected share right at `at` on the questions of `memories` (by id, those of the objective that were
    answered) and `unmet` others; without any (`{}, 0`), on a question never met.

    `chance` is what blind guessing brings, 0–1. A time before the last answer reads as the time of that answer.
    """
    beyond = _beyond(known, at, chance, weights)
    pool = max(1, len(memories) + unmet)
    strength = weights.item * _remembered(known, memories, at, weights) / pool
    share = beyond + (1 - beyond) * strength
    spread = (1 - strength) ** 2 * _variance(beyond, _worth(known, at, weights))
    spread += (1 - beyond) ** 2 * _variance(strength, weights.width * pool)
    return Forecast(share, *interval(share, share * (1 - share) / spread - 1), known.answers)


def expected_share(known: Known, memories: Mapping[str, Trace], unmet: int, at: datetime) -> float:
    """The share (0–1) that `forecast` expects, without its interval, which takes most of the time: for tables of many
    people. `memories` may leave out questions that are not `held`, if `unmet` counts them."""
    beyond = _beyond(known, at, CHANCE, WEIGHTS)
    strength = WEIGHTS.item * _remembered(known, memories, at, WEIGHTS) / max(1, len(memories) + unmet)
    return beyond + (1 - beyond) * strength


def interval(share: float, answers: float) -> tuple[float, float]:
    """The 80 % interval of a share (0–1) that rests on so many answers; the share is always inside."""
    right, wrong = max(share * answers, 1e-6), max((1 - share) * answers, 1e-6)
    return min(share, beta_quantile(OUTSIDE, right, wrong)), max(share, beta_quantile(1 - OUTSIDE, right, wrong))


def _weight(known: Known, answer: Evidence, weights: Weights) -> float:
    """How much an answer tells of what is known beyond single questions, 0–1."""
    weight = weights.repeated if answer.item_id in known.met else 1.0
    if is_miss(answer.score):
        return weight * weights.missed
    lucky = is_right(answer.score) and answer.certainty is Certainty.GUESSING
    return weight * weights.luck if lucky else weight


def _held(held: Mapping[str, float], answer: Evidence, weights: Weights) -> Mapping[str, float]:
    if is_right(answer.score):
        firmly = 1.0 if answer.shows_knowledge else weights.luck
        return {**held, answer.item_id: max(firmly, held.get(answer.item_id, 0.0))}
    return {item_id: far for item_id, far in held.items() if item_id != answer.item_id or not is_miss(answer.score)}


def _remembered(
    known: Known, memories: Mapping[str, Memory] | Mapping[str, Trace], at: datetime, weights: Weights
) -> float:
    """How many of the questions are remembered."""
    there = known.held.keys() & memories.keys()
    return sum(known.held[each] * _faded(retrievability(memories[each], at), weights) for each in there)


def _faded(recall: float, weights: Weights) -> float:
    """What is left where FSRS says `recall`."""
    return float(recall**weights.fading)


def _variance(share: float, answers: float) -> float:
    """That of a beta distribution with this mean which rests on so many answers."""
    return share * (1 - share) / (answers + 1)


def _beyond(known: Known, at: datetime, chance: float, weights: Weights) -> float:
    """The share right on questions never met: only what lies above the prior fades."""
    prior = weights.prior * weights.prior_weight
    share = (prior + known.right) / (weights.prior_weight + known.right + known.wrong)
    learned = max(0.0, share - weights.prior)
    return max(chance, min(share, weights.prior) + learned * _faded(_recall(known, at), weights))


def _recall(known: Known, at: datetime) -> float:
    """The chance that the objective is remembered, since the last right answer, so that a miss never raises it; none
    where nothing but luck was right."""
    if known.memory is None or known.refreshed is None:
        return 0.0
    return recall(known.memory.stability, known.refreshed, at)


def _worth(known: Known, at: datetime, weights: Weights) -> float:
    """How many answers the share rests on: the prior's and those given, which tell less the longer ago they are."""
    fresh = retrievability(known.memory, at) if known.memory else 1.0
    return weights.prior_weight + weights.width * (known.right + known.wrong) * fresh
