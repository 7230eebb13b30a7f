"""Where a person stands with the tests that measure a course: what is done, what is open, what it has come to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.content.courses import Course
from trainer.content.exams import Exam
from trainer.exams.models import ExamAttempt
from trainer.exams.occasions import Programme, Taken, announced, courses_then, taken_on_occasions
from trainer.exams.queries import records_begun
from trainer.learning.effect import AFTER, BEFORE, Estimate, Measured, State, Window, days_of, gain, window
from trainer.library.catalogue import LessonRow
from trainer.placement.queries import Path, path_of
from trainer.study.models import Reading
from trainer.study.queries import began, is_finished


@dataclass(frozen=True)
class Step:
    """One occasion as it stands for one person. `attempt` is hers, open or finished, `measured` what a finished one
    came to, `window` when a delayed check can be begun. `counts` is false for a test "before" that was handed in after
    the course had begun, and for any that was left mostly unanswered: it is shown and compared with nothing. `gain` is
    since before the course."""

    occasion: str
    exam: Exam
    state: State
    attempt: ExamAttempt | None = None
    measured: Measured | None = None
    window: Window | None = None
    counts: bool = True
    gain: Estimate | None = None
    meets_criterion: bool | None = None
    """Whether it reached what was said before; None where nothing was, or nothing is measured yet."""


@dataclass(frozen=True)
class Effect:
    """A course's programme as one person stands in it. `unread` are the lessons of her path that the test after the
    course waits for; without an entry test she has no `path`."""

    programme: Programme
    steps: Sequence[Step]
    unread: Sequence[LessonRow]
    path: Path | None
    has_begun: bool

    def step(self, occasion: str) -> Step | None:
        """The step of an occasion."""
        return next((step for step in self.steps if step.occasion == occasion), None)

    @property
    def next(self) -> Step | None:
        """The step to propose now: what is under way, else a check whose time runs, else the test after the course,
        else the one before it, as long as it can still be one."""
        steps = [step for step in self.steps if step.state is State.OPEN]
        steps = [step for step in steps if step.attempt or step.occasion != BEFORE or not self.has_begun]
        under_way = [step for step in steps if step.attempt]
        return next(iter([*under_way, *reversed(steps)]), None)


@dataclass(frozen=True)
class _Person:
    """What the steps of one person are made of: what she took, by occasion, whether she has read all there is on her
    path (and anything at all), when she began."""

    taken: Mapping[str, Taken]
    has_read_all: bool
    begun_at: datetime | None

    def step(self, occasion: str, exam: Exam, now: datetime) -> Step:
        """An occasion as it stands for her."""
        result, before = self.result(occasion), self.result(BEFORE)
        its_window = self._window(occasion, exam)
        compares = occasion != BEFORE and self._counts(BEFORE) and self._counts(occasion)
        return Step(
            occasion=occasion,
            exam=exam,
            state=State.DONE if result else self._state(occasion, its_window, now),
            attempt=self.taken[occasion].attempt if occasion in self.taken else None,
            meets_criterion=self.taken[occasion].passed if occasion in self.taken and occasion != BEFORE else None,
            measured=result,
            window=its_window,
            counts=self._counts(occasion),
            gain=gain(before, result) if before and result and compares else None,
        )

    def _counts(self, occasion: str) -> bool:
        """Whether what she did there can be compared with anything; nothing done yet can."""
        taken = self.taken.get(occasion)
        came_in_time = occasion != BEFORE or comes_before(self.result(BEFORE), self.begun_at)
        return came_in_time and (taken is None or taken.is_answered)

    def result(self, occasion: str) -> Measured | None:
        """What she reached on an occasion."""
        return self.taken[occasion].measured if occasion in self.taken else None

    def _window(self, occasion: str, exam: Exam) -> Window | None:
        days, after = days_of(occasion), self.result(AFTER)
        return window(after.at, days, exam.open_days) if days and after else None

    def _state(self, occasion: str, its_window: Window | None, now: datetime) -> State:
        """Of what is not finished. Whatever was begun can be ended, and is ended first."""
        if occasion in self.taken:
            return State.OPEN
        state = self._state_of_new(occasion, its_window, now)
        is_at_another = any(each.measured is None for each in self.taken.values())
        return State.AHEAD if state is State.OPEN and is_at_another else state

    def _state_of_new(self, occasion: str, its_window: Window | None, now: datetime) -> State:
        if occasion == BEFORE:
            return State.MISSED if AFTER in self.taken else State.OPEN
        if occasion == AFTER:
            return State.OPEN if self.has_read_all else State.AHEAD
        return its_window.state(now) if its_window else State.AHEAD


def effect_of(
    session: Session, user_id: int, programme: Programme, readings: Mapping[str, Reading], *, now: datetime
) -> Effect:
    """A person's effect of a course, by the programme told to her; `readings` are the lessons she has opened."""
    catalogue, course = programme.catalogue, programme.course
    taken = taken_on_occasions(session, [user_id], course.id)[user_id]
    programme = announced(session, programme, taken)
    path = path_of(session, user_id, catalogue, course) if taken else None
    rows = catalogue.lessons_of(course.id)
    unread = [row for row in (path.to_read(rows) if path else rows) if not is_finished(readings.get(row.id))]
    since = begun_at(session, [user_id], courses_then(session, programme, taken.values())).get(user_id)
    has_read = any(is_finished(readings.get(row.id)) for row in rows)
    hers = _Person(taken, has_read and not unread, since)
    steps = [hers.step(occasion, exam, now) for occasion, exam in programme.occasions.items()]
    return Effect(programme, steps, unread, path, since is not None)


def begun_at(session: Session, user_ids: Collection[int], courses: Iterable[Course]) -> Mapping[int, datetime]:
    """When these people began a course, of which these are the versions that count: with its lessons, its questions or
    an assessment of it, never with the tests that measure it."""
    versions = list(courses)
    lessons = {lesson.id for course in versions for lesson in course.lessons}
    objectives = {id for course in versions for id in course.objectives_by_id}
    studied = began(session, user_ids, lessons, objectives)
    assessed = records_begun(session, user_ids, versions[0].id)
    return {id: min(at for at in (studied.get(id), assessed.get(id)) if at) for id in studied.keys() | assessed.keys()}


def comes_before(result: Measured | None, begun_at: datetime | None) -> bool:
    """Whether what was measured says how it was before the course."""
    return result is None or begun_at is None or result.at <= begun_at
