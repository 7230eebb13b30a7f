"""What a learner can be said to know: each objective with its bars, and her answers over time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from trainer.answers.feedback import Outcome, outcome_of
from trainer.answers.mastery import evidence_of
from trainer.content.courses import Course, Module, Objective
from trainer.learning.calibration import Step, calibrate
from trainer.learning.mastery import Evidence, Mastery, level
from trainer.library.catalogue import Catalogue

WEEKS_SHOWN = 12


@dataclass(frozen=True)
class ObjectiveStanding:
    """An objective and how well the learner knows it; `answers` is what that rests on, `questions` what she can be
    asked about it."""

    objective: Objective
    mastery: Mastery
    answers: int
    questions: int


@dataclass(frozen=True)
class ModuleStanding:
    """A module's objectives."""

    module: Module
    objectives: Sequence[ObjectiveStanding]

    @property
    def bars(self) -> int:
        """Bars reached."""
        return sum(standing.mastery.level for standing in self.objectives)

    @property
    def bars_in_all(self) -> int:
        """Bars there are."""
        return 5 * len(self.objectives)


@dataclass(frozen=True)
class Week:
    """Answers given in the week that begins on `monday`, by what they came to."""

    monday: date
    right: int
    partly: int
    not_yet: int

    @property
    def answers(self) -> int:
        """All of them."""
        return self.right + self.partly + self.not_yet

    def part(self, answers: int, most: int) -> float:
        """So many answers as a length, the week with the `most` of them being 100."""
        return round(100 * answers / most, 1) if most else 0.0


@dataclass(frozen=True)
class Overview:
    """A learner's standing in one course."""

    course: Course
    modules: Sequence[ModuleStanding]
    weeks: Sequence[Week]
    certainty: Sequence[Step]
    answers: int

    @property
    def most_in_a_week(self) -> int:
        """The largest number of answers in a week shown."""
        return max((week.answers for week in self.weeks), default=0)


def overview_of(session: Session, user_id: int, catalogue: Catalogue, course: Course, *, now: datetime) -> Overview:
    """A learner's standing in a course, as of now."""
    evidence = evidence_of(session, user_id, course.objectives_by_id)
    answers = [answer for about in evidence.values() for answer in about]
    questions = Counter(item.objective for item in catalogue.practice_items.values())
    return Overview(
        course=course,
        modules=[_module(module, evidence, questions, now=now) for module in course.modules],
        weeks=weeks_of(answers, now),
        certainty=calibrate((answer.certainty, answer.score) for answer in answers if answer.certainty),
        answers=len(answers),
    )


def _module(
    module: Module, evidence: Mapping[str, Sequence[Evidence]], questions: Mapping[str, int], *, now: datetime
) -> ModuleStanding:
    standings = []
    for objective in module.objectives:
        about = evidence.get(objective.id, ())
        standings.append(ObjectiveStanding(objective, level(about, now), len(about), questions.get(objective.id, 0)))
    return ModuleStanding(module, standings)


def weeks_of(answers: Iterable[Evidence], now: datetime) -> Sequence[Week]:
    """The last weeks up to now, oldest first, those without an answer too; none where nothing was ever answered."""
    counts: dict[date, dict[Outcome, int]] = defaultdict(lambda: defaultdict(int))
    for answer in answers:
        counts[_monday(answer.at.date())][outcome_of(answer.score)] += 1
    if not counts:
        return []
    this_week = _monday(now.date())
    first = max(min(counts), this_week - timedelta(weeks=WEEKS_SHOWN - 1))
    mondays = [first + timedelta(weeks=n) for n in range((this_week - first).days // 7 + 1)]
    return [Week(m, counts[m][Outcome.RIGHT], counts[m][Outcome.PARTLY], counts[m][Outcome.NOT_YET]) for m in mondays]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
