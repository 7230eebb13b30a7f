"""Whether what is said of a course's effect is true: intervals of gains, and modules opened by an entry test.

People and questions are made up. A question's hardness is that of its objective and some of its own; a right answer
comes of a logistic model of knowledge and hardness, or of luck. Each person knows the objectives of a course unevenly;
the course adds something to each, unevenly too, and some of that is lost again. Forms are drawn by the product's own
drawing from 4 questions an objective, before and after and then five questions at a time, none of them twice.

- *person*: how often the 95 % interval of one person's gain holds her true gain, which is that on all questions of the
  pool; after the course (11 questions against 11) and later (11 against 5).
- *group*: how often the interval of the mean gain of 5, 10, 20 and 40 people holds the mean of all such people.
- *false_more*: how often "more" is said of a course that teaches nothing, after it and later. The modules differ in
  hardness, and the five questions weigh them otherwise than the eleven do.
- *opened*: how many modules are opened of those whose questions a person would answer right less than 6 times in 10,
  7 to 9 times in 10 among the others, and more than 9 times in 10. Who knows a thing is mostly sure of it, and who
  guesses says so three times in four.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import product
from math import exp
from random import Random
from statistics import fmean

from benchmarks._rig import Figures, report
from trainer.learning.blueprint import Blueprint, Plan, plan_of, pool_of
from trainer.learning.calibration import Certainty
from trainer.learning.effect import Estimate, Measured, Part, gain, mean_gain
from trainer.learning.exam_form import draw
from trainer.learning.placement import Reply, opens, place

SEED = 20261125
MODULES = {"M01": 3, "M02": 4, "M03": 4}
HARDNESS = {"M01": 1.5, "M02": -0.5, "M03": -0.5}
"""Of the modules on average: the check of five questions gives the hard one less weight than the test before."""
LATER = ("M01-O1", "M02-O1", "M02-O3", "M03-O1", "M03-O3")
QUESTIONS, LUCK = 4, 0.25
PEOPLE, GROUPS = 4000, 1500
SIZES = (5, 10, 20, 40)
NOW = datetime(2026, 1, 5, tzinfo=UTC)
TARGET: Figures = {
    "person_after": ">= 0.95",
    "person_later": ">= 0.95",
    **{f"group_{size}": ">= 0.95" for size in SIZES},
    **{f"group_{size}_later": ">= 0.95" for size in SIZES},
    "false_more_person": "<= 0.025",
    "false_more_person_later": "<= 0.04",
    **{f"false_more_group_{size}": "<= 0.025" for size in SIZES},
    **{f"false_more_group_{size}_later": "<= 0.025" for size in SIZES},
    "opened_below_60": "<= 0.15",
    "opened_above_90": ">= 0.5",
}


@dataclass(frozen=True)
class Question:
    """One question of the pool; `hardness` in logits."""

    id: str
    module: str
    objective: str
    hardness: float
    difficulty: int = 3


@dataclass(frozen=True)
class Course:
    """A pool of questions, and the plans of the test before and after and of the delayed checks."""

    questions: Mapping[str, Question]
    entry: Plan
    later: Plan


@dataclass(frozen=True)
class Person:
    """What somebody knows of each objective, in logits, on three occasions."""

    before: Mapping[str, float]
    after: Mapping[str, float]
    later: Mapping[str, float]


def a_course(rng: Random) -> Course:
    """A pool of new questions."""
    questions = {}
    for module, count in MODULES.items():
        for number in range(count):
            hardness = HARDNESS[module] + rng.gauss(0, 0.6)
            for nth in range(QUESTIONS):
                id = f"{module}-O{number}-{nth}"
                questions[id] = Question(id, module, f"{module}-O{number}", hardness + rng.gauss(0, 0.35))
    pool = pool_of(questions.values())
    objectives = {question.objective: 1.0 for question in questions.values()}
    entry = plan_of(Blueprint(len(objectives), objectives=objectives), pool)
    later = plan_of(Blueprint(5, objectives=dict.fromkeys(LATER, 1.0)), pool)
    return Course(questions, entry, later)


def a_person(course: Course, rng: Random, taught: float) -> Person:
    """Somebody to whom the course gives `taught` logits on average, of which a third is lost later."""
    ability, brings = rng.gauss(-0.5, 0.8), rng.gauss(taught, 0.5 * (taught > 0))
    before, after, later = {}, {}, {}
    for objective in dict.fromkeys(question.objective for question in course.questions.values()):
        known = ability + rng.gauss(0, 0.7)
        gained = max(0.0, brings + rng.gauss(0, 0.6)) if taught else 0.0
        before[objective], after[objective], later[objective] = known, known + gained, known + gained * 2 / 3
    return Person(before, after, later)


def chance(known: Mapping[str, float], question: Question) -> float:
    """Of a right answer."""
    return LUCK + (1 - LUCK) / (1 + exp(question.hardness - known[question.objective]))


def true_share(course: Course, known: Mapping[str, float], plan: Plan) -> float:
    """The expected share right on a form of the plan: each area in its weight, each question of it as likely."""
    total, count = 0.0, 0
    for slot, wanted in plan.counts.items():
        ids = [id for place, ids in plan.ids.items() if place.slot == slot for id in ids]
        total += wanted * fmean(chance(known, course.questions[id]) for id in ids)
        count += wanted
    return total / count


@dataclass(frozen=True)
class Desk:
    """Where one person takes her tests; what was `asked` comes on no later form."""

    course: Course
    rng: Random
    asked: list[str] = field(default_factory=list)

    def taken(self, known: Mapping[str, float], plan: Plan) -> Measured:
        """A form of the plan, answered."""
        form = draw(plan, self.rng, avoid_more=self.asked).items
        self.asked.extend(form)
        parts: dict[str, list[bool]] = defaultdict(list)
        for question in (self.course.questions[id] for id in form):
            parts[question.objective].append(self.rng.random() < chance(known, question))
        by_objective = {id: Part(len(right), sum(right)) for id, right in parts.items()}
        return Measured(len(form), sum(part.points for part in by_objective.values()), NOW, by_objective)


@dataclass(frozen=True)
class Life:
    """What was measured of a person, and what is true of her gains."""

    before: Measured
    after: Measured
    later: Measured
    true_after: float
    true_later: float


def a_life(course: Course, rng: Random, taught: float) -> Life:
    """A person who takes the tests before, after and later."""
    person, desk = a_person(course, rng, taught), Desk(course, rng)
    before = desk.taken(person.before, course.entry)
    after = desk.taken(person.after, course.entry)
    later = desk.taken(person.later, course.later)
    return Life(
        before,
        after,
        later,
        true_share(course, person.after, course.entry) - true_share(course, person.before, course.entry),
        true_share(course, person.later, course.later) - true_share(course, person.before, course.later),
    )


def holds(estimate: Estimate | None, truth: float) -> bool:
    """Whether the interval has it."""
    return estimate is not None and estimate.low <= truth <= estimate.high


def share(found: Sequence[bool]) -> float:
    """How many of them, to three digits."""
    return round(fmean(found), 3)


@dataclass(frozen=True)
class Groups:
    """`many` groups of people who are drawn from these."""

    lives: Sequence[Life]
    many: int
    rng: Random

    def of(self, size: int, says: Callable[[Estimate | None], bool], then: str = "after") -> float:
        """Of how many groups of so many people it is so, after the course or later."""
        groups = (self.rng.sample(self.lives, size) for _ in range(self.many))
        return share([says(mean_gain([(life.before, getattr(life, then)) for life in group])) for group in groups])


def opened(course: Course, people: int, rng: Random) -> Mapping[str, list[bool]]:
    """Whether a module was opened, by how much of it the person knows."""
    found: dict[str, list[bool]] = {"below_60": [], "between": [], "above_90": []}
    for _ in range(people):
        known = a_person(course, rng, rng.choice((0.0, 1.5, 3.0))).after
        replies = [_reply(known, course.questions[id], rng) for id in draw(course.entry, rng).items]
        placed = place(replies)
        for module in MODULES:
            inside = [question for question in course.questions.values() if question.module == module]
            right = fmean(chance(known, question) for question in inside)
            name = "below_60" if right < 0.6 else "above_90" if right > 0.9 else "between"
            found[name].append(opens({question.objective for question in inside}, placed))
    return found


def _reply(known: Mapping[str, float], question: Question, rng: Random) -> Reply:
    knows = rng.random() < 1 / (1 + exp(question.hardness - known[question.objective]))
    right = knows or rng.random() < LUCK
    guesses = rng.random() < (0.05 if knows else 0.75)
    return Reply(question.objective, float(right), Certainty.GUESSING if guesses else Certainty.SURE)


def measure(people: int = PEOPLE, groups: int = GROUPS) -> Figures:
    """All figures; the same at each run."""
    rng = Random(SEED)
    course = a_course(rng)
    lives = [a_life(course, rng, 1.4) for _ in range(people)]
    idle = [a_life(course, rng, 0.0) for _ in range(people)]
    placed = opened(course, people, rng)
    taught, untaught = Groups(lives, groups, rng), Groups(idle, groups, rng)
    means = {"": fmean(life.true_after for life in lives), "_later": fmean(life.true_later for life in lives)}
    found: dict[str, float] = {
        "mean_gain": round(means[""], 3),
        "person_after": share([holds(gain(life.before, life.after), life.true_after) for life in lives]),
        "person_later": share([holds(gain(life.before, life.later), life.true_later) for life in lives]),
        "false_more_person": share([gain(life.before, life.after).verdict == "more" for life in idle]),
        "false_more_person_later": share([gain(life.before, life.later).verdict == "more" for life in idle]),
        **{f"opened_{name}": share(opens_it) for name, opens_it in placed.items()},
    }
    for size, (when, mean) in product(SIZES, means.items()):
        then = when.removeprefix("_") or "after"
        found[f"group_{size}{when}"] = taught.of(size, partial(holds, truth=mean), then)
        found[f"false_more_group_{size}{when}"] = untaught.of(size, says_more, then)
    return found


def says_more(estimate: Estimate | None) -> bool:
    """Whether it would be told that people know more than before."""
    return estimate is not None and estimate.verdict == "more"


def reached(found: Figures) -> bool:
    """Whether every target is met."""
    return all(
        float(found[name]) >= float(str(target).split()[1])
        if str(target).startswith(">=")
        else float(found[name]) <= float(str(target).split()[1])
        for name, target in TARGET.items()
    )


if __name__ == "__main__":
    figures = measure()
    sys.exit(report("effect", figures, TARGET, ok=reached(figures)))
