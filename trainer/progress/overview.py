"""What a learner can be said to know: each objective with its bars, and her answers over time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from trainer.answers.mastery import knowledge_of, mastery_in
from trainer.answers.queries import certainty_of, last_weeks
from trainer.answers.rollups import monday_of
from trainer.content.courses import Course, Module, Objective
from trainer.learning.calibration import Step
from trainer.learning.mastery import Mastery
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


@dataclass(frozen=True)
class Activity:
    """What a learner's answers in all courses came to, over time and by how sure she was."""

    weeks: Sequence[Week]
    certainty: Sequence[Step]

    @property
    def answers(self) -> int:
        """Answers with a certainty."""
        return sum(step.answers for step in self.certainty)

    @property
    def most_in_a_week(self) -> int:
        """The largest number of answers in a week shown."""
        return max((week.answers for week in self.weeks), default=0)


def overview_of(session: Session, user_id: int, catalogue: Catalogue, course: Course, *, now: datetime) -> Overview:
    """A learner's standing in a course, as of now."""
    rows = knowledge_of(session, user_id, course.objectives_by_id)
    questions = Counter(item.objective for item in catalogue.practice_items.values())

    def standing(objective: Objective) -> ObjectiveStanding:
        row = rows.get(objective.id)
        answers = row.answers if row else 0
        return ObjectiveStanding(objective, mastery_in(row, now), answers, questions[objective.id])

    modules = [ModuleStanding(module, [standing(o) for o in module.objectives]) for module in course.modules]
    return Overview(course, modules)


def activity_of(session: Session, user_id: int, now: datetime) -> Activity:
    """A learner's answers week by week up to now, and by certainty."""
    rows = last_weeks(session, user_id, WEEKS_SHOWN)
    weeks = [Week(row.monday, row.right, row.partly, row.not_yet) for row in rows]
    return Activity(without_gaps(weeks, now), certainty_of(session, user_id))


def without_gaps(weeks: Iterable[Week], now: datetime) -> Sequence[Week]:
    """The last weeks up to now, oldest first, those without an answer too; none where nothing was ever answered."""
    there = {week.monday: week for week in weeks}
    if not there:
        return []
    this_week = monday_of(now.date())
    first = max(min(there), this_week - timedelta(weeks=WEEKS_SHOWN - 1))
    mondays = [first + timedelta(weeks=n) for n in range((this_week - first).days // 7 + 1)]
    return [there.get(monday, Week(monday, 0, 0, 0)) for monday in mondays]
