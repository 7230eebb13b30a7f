"""The map of a course: what is read, what is known, what an entry test leaves to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.answers.mastery import mastery_of_all
from trainer.content.courses import Course, Module, Objective
from trainer.content.exams import Exam
from trainer.learning.mastery import Mastery
from trainer.learning.placement import Advice, Finding
from trainer.library.catalogue import Catalogue, LessonRow
from trainer.placement.queries import Path, path_of
from trainer.study.models import Reading
from trainer.study.queries import began, readings_of


@dataclass(frozen=True)
class LessonOnMap:
    """A lesson and the learner's reading of it, if she opened it."""

    row: LessonRow
    reading: Reading | None
    advice: Advice = Advice.READ
    finding: Finding | None = None
    """What the entry test says of its objectives; None without one."""

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
    is_shown: bool = False
    """Whether an entry test has shown it to be known."""
    is_put_back: bool = False
    """Whether it is, and the learner wants to read it all the same."""

    @property
    def read(self) -> int:
        """Lessons finished."""
        return sum(lesson.state == "read" for lesson in self.lessons)


@dataclass(frozen=True)
class CourseMap:
    """A course as one learner stands in it."""

    course: Course
    modules: Sequence[ModuleOnMap]
    path: Path | None = None
    has_begun: bool = False
    """Whether a lesson was finished or a question answered."""

    @property
    def entry(self) -> Exam | None:
        """The test to take before the course; None where there is none."""
        return next((exam for exam in self.course.exams if exam.is_entry), None)

    @property
    def days_later(self) -> Sequence[int]:
        """How many days after the course it is asked what has stayed."""
        return next((exam.days for exam in self.course.exams if exam.purpose == "delayed"), ())

    @property
    def to_read(self) -> Sequence[LessonOnMap]:
        """The lessons of the path that are not finished."""
        return [each for each in self._all if each.advice is Advice.READ and each.state != "read"]

    @property
    def to_look_over(self) -> Sequence[LessonOnMap]:
        """Those of which the summary and the questions are enough, not finished."""
        return [each for each in self._all if each.advice is Advice.LOOK_OVER and each.state != "read"]

    @property
    def minutes_to_read(self) -> int:
        """Minutes for what is to be read."""
        return sum(each.row.minutes for each in self.to_read)

    @property
    def opened(self) -> Sequence[ModuleOnMap]:
        """The modules that may be skipped."""
        return [module for module in self.modules if module.is_shown and not module.is_put_back]

    @property
    def _all(self) -> Sequence[LessonOnMap]:
        return [lesson for module in self.modules for lesson in module.lessons]

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
    path = path_of(session, user_id, catalogue, course)
    modules = [_module(catalogue, _Standing(readings, mastery, path), module) for module in course.modules]
    has_test = any(exam.is_entry for exam in course.exams)
    lessons = [lesson.id for lesson in course.lessons]
    has_begun = has_test and bool(began(session, [user_id], lessons, list(course.objectives_by_id)))
    return CourseMap(course, modules, path, has_begun)


@dataclass(frozen=True)
class _Standing:
    """What is known of the learner."""

    readings: Mapping[str, Reading]
    mastery: Mapping[str, Mastery]
    path: Path | None

    def lesson(self, row: LessonRow) -> LessonOnMap:
        """A lesson as she stands in it."""
        if self.path is None:
            return LessonOnMap(row, self.readings.get(row.id))
        advice = self.path.advice.get(row.id, Advice.READ)
        return LessonOnMap(row, self.readings.get(row.id), advice, self.path.why(row.objectives))


def _module(catalogue: Catalogue, hers: _Standing, module: Module) -> ModuleOnMap:
    rows = [catalogue.lessons[id] for id in module.lessons if id in catalogue.lessons]
    return ModuleOnMap(
        module,
        [hers.lesson(row) for row in rows],
        [(objective, hers.mastery[objective.id]) for objective in module.objectives],
        sum(item.module == module.id for item in catalogue.practice_items.values()),
        hers.path is not None and module.id in hers.path.shown,
        hers.path is not None and module.id in hers.path.put_back,
    )
