"""Everything a lesson page shows beside its checks."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainer.content.courses import Course, Lesson, Module
from trainer.content.lessons import RenderedLesson, render_lesson
from trainer.learning.placement import Advice
from trainer.library.catalogue import Catalogue, ItemRow, LessonRow
from trainer.placement.queries import path_of
from trainer.study.models import Reading
from trainer.study.queries import reading_of, readings_of
from trainer.study.reader import MinutesLeft, minutes_left


@dataclass(frozen=True)
class LessonPage:
    """A lesson for one reader: rendered, and where it and she stand in the course."""

    course: Course
    module: Module | None
    lesson: Lesson
    rendered: RenderedLesson
    reading: Reading | None
    minutes: MinutesLeft
    before: LessonRow | None
    after: LessonRow | None


def lesson_page(session: Session, catalogue: Catalogue, user_id: int, row: LessonRow) -> LessonPage:
    """The page of a lesson for a reader."""
    course = catalogue.courses[row.course]
    finished = {id for id, reading in readings_of(session, user_id).items() if reading.finished_at}
    before, after = catalogue.neighbours(row.id)
    return LessonPage(
        course=course,
        module=catalogue.module_of(row.id),
        lesson=course.lessons_by_id[row.id],
        rendered=rendered_lesson(catalogue, row),
        reading=reading_of(session, user_id, row.id),
        minutes=minutes_left(catalogue, row, finished),
        before=before,
        after=after,
    )


def lesson_after(session: Session, catalogue: Catalogue, user_id: int, row: LessonRow) -> LessonRow | None:
    """The lesson to go on with after this one: the next in reading order that the reader's path does not skip."""
    path = path_of(session, user_id, catalogue, catalogue.courses[row.course])
    order = catalogue.lessons_of(row.course)
    later = order[order.index(row) + 1 :]
    return next((each for each in later if path is None or path.advice.get(each.id) is not Advice.SKIP), None)


def rendered_lesson(catalogue: Catalogue, row: LessonRow) -> RenderedLesson:
    """The lesson's text as HTML, with the places of its checks."""
    course = catalogue.courses[row.course]
    return render_lesson(course.lessons_by_id[row.id], course)


def checks_in(catalogue: Catalogue, row: LessonRow) -> tuple[ItemRow, ...]:
    """The questions asked inside a lesson; one whose bank is not live, or kept for exams now, is left out."""
    questions = rendered_lesson(catalogue, row).questions
    return tuple(catalogue.practice_items[id] for id in questions if id in catalogue.practice_items)
