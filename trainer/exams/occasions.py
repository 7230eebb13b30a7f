"""The tests that place learners and measure what a course brings: which there are, and which of them people took."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.courses import Course
from trainer.content.exams import Exam
from trainer.db import batches
from trainer.exams.models import RECORD, ExamAttempt, ExamResult
from trainer.exams.queries import LiveExam
from trainer.learning.effect import AFTER, BEFORE, Measured, delayed
from trainer.library.catalogue import Catalogue


@dataclass(frozen=True)
class Programme:
    """What a course is measured by: `entry` before it (and after it, where its purpose is so), `later` checks."""

    catalogue: Catalogue
    course: Course
    entry: Exam
    later: Exam | None

    @property
    def measures(self) -> bool:
        """Whether anything is compared, beyond the proposal of a path."""
        return self.entry.measures

    @property
    def occasions(self) -> Mapping[str, Exam]:
        """What is asked on which occasion, in the order of time."""
        found = {BEFORE: self.entry}
        if self.entry.measures:
            found[AFTER] = self.entry
        if self.later:
            found |= {delayed(days): self.later for days in self.later.days}
        return found

    def live(self, occasion: str) -> LiveExam:
        """The exam of an occasion."""
        return LiveExam(self.catalogue, self.course, self.occasions[occasion])


def programme_of(catalogue: Catalogue, course_id: str) -> Programme | None:
    """What a course is measured by; None where it has no entry test, or there is no such course."""
    course = catalogue.courses.get(course_id)
    exams = course.exams if course else ()
    entry = next((exam for exam in exams if exam.is_entry), None)
    later = next((exam for exam in exams if exam.purpose == "delayed"), None)
    return Programme(catalogue, course, entry, later) if course and entry else None


def programmes(catalogue: Catalogue) -> Sequence[Programme]:
    """Those of all courses that measure anything."""
    found = (programme_of(catalogue, id) for id in catalogue.courses)
    return [programme for programme in found if programme and programme.measures]


@dataclass(frozen=True)
class Taken:
    """An attempt at a test, and what it came to by the result that counts; None while it is open."""

    attempt: ExamAttempt
    measured: Measured | None


def taken_on_occasions(session: Session, user_ids: Collection[int], course: str) -> Mapping[int, Mapping[str, Taken]]:
    """What these people have taken of the tests of a course, by person and occasion."""
    found: dict[int, dict[str, Taken]] = {id: {} for id in user_ids}
    theirs = (
        select(ExamAttempt, ExamResult)
        .outerjoin(ExamResult, ExamResult.attempt_id == ExamAttempt.id)
        .where(ExamAttempt.course == course, ExamAttempt.occasion != RECORD)
        .order_by(ExamAttempt.id, ExamResult.number)
    )
    for some in batches(user_ids):
        for attempt, result in session.execute(theirs.where(ExamAttempt.user_id.in_(some))):
            found[attempt.user_id][attempt.occasion] = Taken(attempt, _measured(attempt, result) if result else None)
    return found


def _measured(attempt: ExamAttempt, result: ExamResult) -> Measured:
    assert attempt.submitted_at is not None
    return Measured(len(result.marks), sum(float(mark["score"]) for mark in result.marks), attempt.submitted_at)
