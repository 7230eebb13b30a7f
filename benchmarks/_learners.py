"""Learners made up for `mastery`: how they know, forget, err and guess. Nothing here uses the product's own models.

- *Memory* is that of Pavlik & Anderson (2005): each encounter leaves a trace that decays as a power of time, the
  faster the fresher the memory was when it was made. That gives the spacing effect; FSRS has no part in it.
- *Knowledge* has two parts, the objective's idea (from the lesson and, more weakly, from every feedback) and single
  questions. A right answer comes of a logistic model with the learner's ability and the question's hardness, or of
  luck; a few of those who know slip.
- *Misconceptions* pull some questions of an objective to one wrong option. Feedback puts them down, for a while; each
  correction holds longer than the last.
- *Certainty* is what she feels she knows, with a bias of her own and noise. Who holds a misconception feels sure.
- *Diligence*: how often she comes, for how long, with breaks; which question comes is drawn much as in the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import exp, log
from random import Random

from trainer.learning.calibration import Certainty
from trainer.learning.mastery import Evidence

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
QUESTIONS = 8
"""Of one objective in the bank, and as many parallel ones that are never practised."""


@dataclass(frozen=True)
class World:
    """What can be otherwise where the product is used: the mean ability (logits) and rate of decay of its learners,
    and how many of them hold an objective's misconception (share)."""

    ability: float = -0.6
    decay: float = 0.2
    misled: float = 0.35


@dataclass(frozen=True)
class Question:
    """`hardness` in logits, `luck` the chance of a blind guess, `tempting` where a misconception has its option,
    `parts` where part of the marks can be had."""

    id: str
    hardness: float
    luck: float
    tempting: bool
    parts: bool


@dataclass(frozen=True)
class Learner:
    """A person: ability in logits, how fast she forgets, how she judges herself, how often she comes."""

    ability: float
    decay: float
    spacing: float
    bias: float
    days_between: float
    days: float


@dataclass
class Trace:
    """One memory: encounters as (day, weight, rate of decay)."""

    met: list[tuple[float, float, float]] = field(default_factory=list)

    def strength(self, day: float) -> float:
        """Activation, the logarithm of what is left of all encounters; very low without any."""
        left = sum(weight * max(day - at, 0.002) ** -rate for at, weight, rate in self.met)
        return log(left) if left else -9.0

    def meet(self, day: float, weight: float, learner: Learner) -> None:
        """Leave a trace; the fresher the memory, the faster the new trace decays."""
        rate = learner.decay + learner.spacing * min(exp(self.strength(day)), 4.0)
        self.met.append((day, weight, rate))


@dataclass
class Mind:
    """What one learner has in her head about one objective."""

    learner: Learner
    ability: float
    misled: bool
    idea: Trace = field(default_factory=Trace)
    questions: dict[str, Trace] = field(default_factory=dict)
    corrected: float = -1e9
    holds_for: float = 6.0

    def pull(self, question: Question, day: float) -> float:
        """How strongly the misconception pulls to its option, in logits."""
        if not (self.misled and question.tempting):
            return 0.0
        return 3.0 * (1 - 0.9 * exp(-(day - self.corrected) / self.holds_for))

    def logit(self, question: Question, day: float) -> float:
        """What she has to set against the question, without the misconception."""
        idea = 2.4 * _squashed(self.idea.strength(day) / 0.6)
        trace = self.questions.get(question.id)
        own = 2.6 * _squashed((trace.strength(day) + 0.2) / 0.4) if trace else 0.0
        return self.ability - question.hardness + idea + own

    def chance(self, question: Question, day: float) -> float:
        """How likely she is right: the truth that a forecast is measured against."""
        knows = _squashed(self.logit(question, day) - self.pull(question, day))
        return question.luck + (1 - question.luck) * 0.97 * knows

    def learn(self, question: Question, day: float, *, right: bool) -> None:
        """What the feedback leaves."""
        self.questions.setdefault(question.id, Trace()).meet(day, 1.0, self.learner)
        self.idea.meet(day, 0.35 if right else 0.25, self.learner)
        if self.pull(question, day) and not right:
            self.corrected, self.holds_for = day, self.holds_for * 1.8


@dataclass(frozen=True)
class Life:
    """One learner's way with one objective: the answers in order, and her mind at the end."""

    mind: Mind
    bank: Sequence[Question]
    parallel: Sequence[Question]
    answers: Sequence[Evidence]

    def chance(self, question: Question, at: datetime) -> float:
        """How likely she is right at a time after the last answer, without practice in between."""
        return self.mind.chance(question, (at - BEGIN) / timedelta(days=1))


def lives(people: int, objectives: int, rng: Random, world: World) -> list[Life]:
    """The ways of so many people with so many objectives each."""
    learners = [_learner(rng, world) for _ in range(people)]
    return [_life(learner, rng, misled=rng.random() < world.misled) for learner in learners for _ in range(objectives)]


def _learner(rng: Random, world: World) -> Learner:
    return Learner(
        ability=rng.gauss(world.ability, 0.9),
        decay=min(0.5, rng.lognormvariate(log(world.decay), 0.35)),
        spacing=rng.lognormvariate(log(0.25), 0.35),
        bias=rng.gauss(0.05, 0.15),
        days_between=rng.choice((1.5, 3.0, 7.0, 12.0)),
        days=rng.uniform(10, 150),
    )


def _life(learner: Learner, rng: Random, *, misled: bool) -> Life:
    mind = Mind(learner, learner.ability + rng.gauss(0, 0.6), misled=misled)
    bank, parallel = ([_question(f"{form}{n}", rng) for n in range(QUESTIONS)] for form in "QP")
    if rng.random() < 0.8:
        mind.idea.meet(0.0, 1.0, learner)
    answers: list[Evidence] = []
    day = rng.expovariate(1.0)
    while day < learner.days:
        answers += _visit(mind, _drawn(bank, answers, rng), day, rng)
        day += rng.expovariate(1 / learner.days_between) + (rng.uniform(15, 60) if rng.random() < 0.04 else 0.3)
    return Life(mind, bank, parallel, answers)


def _question(id: str, rng: Random) -> Question:
    parts = rng.random() < 0.3
    luck = 0.05 if parts else rng.choice((0.25, 0.25, 0.33))
    return Question(id, rng.gauss(0.1, 0.8), luck, tempting=rng.random() < 0.4, parts=parts)


def _visit(mind: Mind, drawn: Sequence[Question], day: float, rng: Random) -> list[Evidence]:
    """A sitting: one or two questions of the objective among others, or four in a row."""
    mixed = rng.random() < 0.6
    asked = drawn[: rng.choice((1, 1, 2)) if mixed else 4]
    return [replace(_answer(mind, each, day + nth * 0.001, rng), mixed=mixed) for nth, each in enumerate(asked)]


def _drawn(bank: Sequence[Question], before: Sequence[Evidence], rng: Random) -> list[Question]:
    """Never met first, then missed, then longest ago; now and then in any order."""
    if rng.random() < 0.25:
        return rng.sample(bank, len(bank))
    last = {answer.item_id: (answer.score == 1, nth) for nth, answer in enumerate(before, 1)}
    return sorted(bank, key=lambda question: (*last.get(question.id, (False, -1)), question.hardness))


def _answer(mind: Mind, question: Question, day: float, rng: Random) -> Evidence:
    felt = _squashed(mind.logit(question, day) + mind.pull(question, day)) + mind.learner.bias + rng.gauss(0, 0.15)
    right = rng.random() < mind.chance(question, day)
    mind.learn(question, day, right=right)
    score = 1.0 if right else _parts(question, rng)
    return Evidence(question.id, score, _said(felt, rng), BEGIN + timedelta(days=day), mixed=False)


def _parts(question: Question, rng: Random) -> float:
    return rng.choice((0.0, 0.5, 0.5, 0.75)) if question.parts else 0.0


def _said(felt: float, rng: Random) -> Certainty | None:
    if rng.random() < 0.1:
        return None
    if felt < 2 / 3:
        return Certainty.GUESSING
    return Certainty.THINK_SO if felt < 0.8 else Certainty.SURE


def _squashed(logit: float) -> float:
    return 1 / (1 + exp(-logit))
