"""What a learner can open now: courses, lessons and questions, with all that lists and choices need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from trainer.content.courses import Course, Module
from trainer.content.exams import Exam
from trainer.content.items import PRACTICE
from trainer.learning.blueprint import Plan, plan_of, pool_of


@dataclass(frozen=True)
class ItemRow:
    """A question as lists and draws see it. `hash` is the version that is live, `use` what its bank is kept for."""

    id: str
    hash: str
    course: str
    bank: str
    objective: str
    module: str
    lesson: str | None
    kind: str
    difficulty: int
    bloom: str
    time_s: int | None
    use: str = PRACTICE

    @property
    def reserved(self) -> bool:
        """Whether it is met in exams only."""
        return self.use != PRACTICE


@dataclass(frozen=True)
class LessonRow:
    """A lesson as maps and lists see it; `module` is the id of the module that lists it."""

    id: str
    hash: str
    course: str
    module: str
    title: str
    minutes: int
    summary: str
    objectives: tuple[str, ...]


@dataclass(frozen=True)
class BankRow:
    """A bank with the ids of its items, in the author's order."""

    id: str
    title: str
    course: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """Everything live, by id. Lessons stand in reading order, items in the order of their banks.

    `items` has those reserved for exams too; whatever offers questions to learners takes them from `practice_items`.
    Without any release, `number` is None and everything is empty.
    """

    number: int | None = None
    courses: Mapping[str, Course] = field(default_factory=dict)
    lessons: Mapping[str, LessonRow] = field(default_factory=dict)
    items: Mapping[str, ItemRow] = field(default_factory=dict)
    banks: Mapping[str, BankRow] = field(default_factory=dict)
    _plans: dict[tuple[str, str], Plan] = field(default_factory=dict, compare=False, repr=False)

    def exam_plan(self, course_id: str, exam_id: str) -> Plan:
        """What the forms of an exam are drawn by; made once. Raises Unfillable; publishing lets none through."""
        key = (course_id, exam_id)
        if key not in self._plans:
            self._plans[key] = self.plan_for(course_id, self.courses[course_id].exams_by_id[exam_id])
        return self._plans[key]

    def plan_for(self, course_id: str, exam: Exam) -> Plan:
        """The plan of an exam that need not be live, out of the questions that are. Raises Unfillable."""
        rows = [row for row in self.items.values() if row.course == course_id and row.use == exam.draws_from]
        return plan_of(exam.blueprint.blueprint(), pool_of(rows))

    @cached_property
    def reserved_items(self) -> frozenset[str]:
        """The ids of questions that are met in exams only, also where a set of practice drew them before they were."""
        return frozenset(id for id, row in self.items.items() if row.reserved)

    @cached_property
    def practice_items(self) -> Mapping[str, ItemRow]:
        """The questions that may be met outside exams."""
        return MappingProxyType({id: row for id, row in self.items.items() if not row.reserved})

    def lessons_of(self, course_id: str) -> Sequence[LessonRow]:
        """The lessons of a course in reading order."""
        return [row for row in self.lessons.values() if row.course == course_id]

    def module_of(self, lesson_id: str) -> Module | None:
        """The module that lists a lesson."""
        row = self.lessons.get(lesson_id)
        if row is None:
            return None
        return next((module for module in self.courses[row.course].modules if module.id == row.module), None)

    def neighbours(self, lesson_id: str) -> tuple[LessonRow | None, LessonRow | None]:
        """The lessons before and after one in its course's reading order."""
        order = self.lessons_of(self.lessons[lesson_id].course)
        at = next(position for position, row in enumerate(order) if row.id == lesson_id)
        return (order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None)
