"""The page of the day: where to go on, what is due, what is new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.answers.queries import standings_of
from trainer.answers.reviewing import review_of_day
from trainer.content.courses import Course
from trainer.effects.queries import Step, effect_of
from trainer.exams.occasions import Programme, courses_measured, programme_for
from trainer.library.catalogue import Catalogue, LessonRow
from trainer.placement.queries import Path
from trainer.practice.queries import Run, unfinished_practice
from trainer.study.models import Reading
from trainer.study.queries import is_finished, readings_of


@dataclass(frozen=True)
class NextLesson:
    """The lesson to go on with; `section` is where the learner had come to, "" at its beginning."""

    lesson: LessonRow
    section: str


@dataclass(frozen=True)
class TestElsewhere:
    """A test that is to be taken now, of another course than the one of the day."""

    __test__ = False

    course: Course
    step: Step


@dataclass(frozen=True)
class Today:
    """`due` questions are left of today's review; `reviewed_enough` where none is, though more could be asked; `unseen`
    have never been asked; `questions` are those of the course."""

    course: Course | None
    next_lesson: NextLesson | None
    lessons_finished: int
    lessons_in_all: int
    unfinished: Run | None
    due: int
    reviewed_enough: bool
    met: int
    unseen: int
    questions: int
    test: Step | None = None
    """The test of the course that is to be taken now, if there is one."""
    has_path: bool = False
    """Whether an entry test has proposed what to read."""
    elsewhere: Sequence[TestElsewhere] = ()
    """The same of other courses that she has begun with a test."""


def today_of(session: Session, user_id: int, catalogue: Catalogue, *, since: datetime, now: datetime) -> Today:
    """What a learner finds on coming in on the day that began at `since`. Of several courses, the one she read in
    last."""
    readings = readings_of(session, user_id)
    course = _course_read_last(catalogue, readings)
    programme = programme_for(session, user_id, catalogue, course.id) if course else None
    effect = effect_of(session, user_id, programme, readings, now=now) if programme else None
    order = _order(catalogue.lessons_of(course.id), effect.path if effect else None) if course else []
    standings = standings_of(session, user_id)
    others = courses_measured(session, user_id) - {course.id if course else ""}
    found = (programme_for(session, user_id, catalogue, id) for id in sorted(others))
    programmes = [programme for programme in found if programme]
    review = review_of_day(standings, catalogue, since=since, now=now)
    met = sum(id in catalogue.practice_items for id in standings)
    return Today(
        course=course,
        next_lesson=_next_lesson(order, readings),
        lessons_finished=sum(is_finished(readings.get(lesson.id)) for lesson in order),
        lessons_in_all=len(order),
        unfinished=unfinished_practice(session, user_id),
        due=len(review.queue),
        reviewed_enough=review.more_waits and not review.queue,
        met=met,
        unseen=len(catalogue.practice_items) - met,
        test=effect.next if effect else None,
        has_path=effect is not None and effect.path is not None,
        elsewhere=_tests_elsewhere(session, user_id, programmes, readings, now=now),
        questions=sum(course is not None and item.course == course.id for item in catalogue.practice_items.values()),
    )


def _tests_elsewhere(
    session: Session, user_id: int, programmes: Iterable[Programme], readings: Mapping[str, Reading], *, now: datetime
) -> Sequence[TestElsewhere]:
    effects = [effect_of(session, user_id, programme, readings, now=now) for programme in programmes]
    return [TestElsewhere(effect.programme.course, effect.next) for effect in effects if effect.next]


def _course_read_last(catalogue: Catalogue, readings: Mapping[str, Reading]) -> Course | None:
    read = [row for row in catalogue.lessons.values() if row.id in readings]
    latest = max(read, key=lambda row: readings[row.id].read_at, default=None)
    return catalogue.courses[latest.course] if latest else next(iter(catalogue.courses.values()), None)


def _order(rows: Sequence[LessonRow], path: Path | None) -> Sequence[LessonRow]:
    """The lessons to read: those of the path first, then those to look over; none that an entry test has opened."""
    return [*path.to_read(rows), *path.to_look_over(rows)] if path else rows


def _next_lesson(order: Sequence[LessonRow], readings: Mapping[str, Reading]) -> NextLesson | None:
    """The lesson read last, if it is not finished; else the first one that is not."""
    begun = [lesson for lesson in order if lesson.id in readings and not is_finished(readings[lesson.id])]
    latest = max(begun, key=lambda lesson: readings[lesson.id].read_at, default=None)
    lesson = latest or next((lesson for lesson in order if not is_finished(readings.get(lesson.id))), None)
    if lesson is None:
        return None
    reading = readings.get(lesson.id)
    return NextLesson(lesson, reading.section if reading else "")
