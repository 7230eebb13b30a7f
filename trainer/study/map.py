"""The map of a course: what is read, what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.answers.mastery import mastery_of_all
from trainer.content.courses import Course, Module, Objective
from trainer.learning.mastery import Mastery
from trainer.library.catalogue import Catalogue, LessonRow
from trainer.study.models import Reading
from trainer.study.queries import readings_of


@dataclass(frozen=True)
class LessonOnMap:
    """A lesson and the learner's reading of it, if she opened it."""

    row: LessonRow
    reading: Reading | None

    @property
    def state(self) -> str:
        """`new`, `begun` or `read`."""
        if self.reading is None:
            return "new"
        return "read" if self.reading.finished_at else "begun"


@dataclass(frozen=True)
class ModuleOnMap:
    """A module with its lessons and objectives, and how many `questions` there are to practise."""

    module: Module
    lessons: Sequence[LessonOnMap]
    objectives: Sequence[tuple[Objective, Mastery]]
    questions: int

    @property
    def read(self) -> int:
        """Lessons finished."""
        return sum(lesson.state == "read" for lesson in self.lessons)


@dataclass(frozen=True)
class CourseMap:
    """A course as one learner stands in it."""

    course: Course
    modules: Sequence[ModuleOnMap]

    @property
    def read(self) -> int:
        """Lessons finished."""
        return sum(module.read for module in self.modules)

    @property
    def lessons(self) -> int:
        """Lessons there are."""
        return sum(len(module.lessons) for module in self.modules)

    @property
    def minutes(self) -> int:
        """Minutes for all lessons."""
        return sum(lesson.row.minutes for module in self.modules for lesson in module.lessons)


def course_map(session: Session, user_id: int, catalogue: Catalogue, course: Course, *, now: datetime) -> CourseMap:
    """The map of a course for a learner, as of now."""
    readings = readings_of(session, user_id)
    mastery = mastery_of_all(session, user_id, [o.id for m in course.modules for o in m.objectives], now)
    return CourseMap(course, [_module(catalogue, readings, mastery, module) for module in course.modules])


def _module(
    catalogue: Catalogue, readings: Mapping[str, Reading], mastery: Mapping[str, Mastery], module: Module
) -> ModuleOnMap:
    rows = [catalogue.lessons[id] for id in module.lessons if id in catalogue.lessons]
    return ModuleOnMap(
        module,
        [LessonOnMap(row, readings.get(row.id)) for row in rows],
        [(objective, mastery[objective.id]) for objective in module.objectives],
        sum(item.module == module.id for item in catalogue.practice_items.values()),
    )
