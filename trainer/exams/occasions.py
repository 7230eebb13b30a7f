"""The tests that place learners and measure what a course brings: which there are, and which of them people took."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.content.courses import Course
from trainer.content.exams import Exam
from trainer.content.store import exam_from_json
from trainer.db import batches
from trainer.exams.models import RECORD, ExamAttempt, ExamQuestion, ExamResult
from trainer.exams.queries import LiveExam, live_exam, live_exams
from trainer.learning.effect import AFTER, BEFORE, Measured, Part, delayed
from trainer.library.catalogue import Catalogue
from trainer.library.queries import course_of_release


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
    return _programme(catalogue, course, course) if course else None


def _programme(catalogue: Catalogue, course: Course, then: Course) -> Programme | None:
    entry = next((exam for exam in then.exams if exam.is_entry), None)
    later = next((exam for exam in then.exams if exam.purpose == "delayed"), None)
    return Programme(catalogue, course, entry, later) if entry else None


def programme_for(session: Session, user_id: int, catalogue: Catalogue, course_id: str) -> Programme | None:
    """What a course is measured by for a person: as it is now, or, where it has no tests any more, as it was told to
    her before."""
    course, live = catalogue.courses.get(course_id), programme_of(catalogue, course_id)
    if live or course is None:
        return live
    first = _first(taken_on_occasions(session, [user_id], course_id)[user_id])
    return programme_then(session, catalogue, course, first.release) if first else None


def programmes(session: Session, catalogue: Catalogue) -> Sequence[Programme]:
    """Those of all courses that measure anything, or did: what was measured stays, whatever becomes of the tests."""
    ended = select(ExamAttempt.course, func.max(ExamAttempt.release).label("release")).where(
        ExamAttempt.occasion.not_in((RECORD, BEFORE))
    )
    last = {row.course: row.release for row in session.execute(ended.group_by(ExamAttempt.course))}
    found = (_measuring(session, catalogue, course, last.get(course.id)) for course in catalogue.courses.values())
    return [programme for programme in found if programme]


def _measuring(session: Session, catalogue: Catalogue, course: Course, release: int | None) -> Programme | None:
    live = programme_of(catalogue, course.id)
    if live and live.measures:
        return live
    then = programme_then(session, catalogue, course, release)
    return then if then and then.measures else None


def courses_measured(session: Session, user_id: int) -> frozenset[str]:
    """The courses of which a person has begun a test."""
    hers = select(ExamAttempt.course).where(ExamAttempt.user_id == user_id, ExamAttempt.occasion != RECORD)
    return frozenset(session.scalars(hers.distinct()))


def is_offered(catalogue: Catalogue, attempt: ExamAttempt) -> bool:
    """Whether what was attempted still has a page of its own."""
    if attempt.occasion == RECORD:
        return live_exam(catalogue, attempt.course, attempt.exam) is not None
    return programme_of(catalogue, attempt.course) is not None


@dataclass(frozen=True)
class Former:
    """An attempt at what is no longer offered, by the rules it began with."""

    attempt: ExamAttempt
    exam: Exam


def former_attempts(session: Session, user_id: int, catalogue: Catalogue) -> Sequence[Former]:
    """A person's attempts at what is no longer offered, the last one first: they can be ended and looked at still."""
    hers = select(ExamAttempt).where(ExamAttempt.user_id == user_id).order_by(ExamAttempt.id.desc())
    former = (attempt for attempt in session.scalars(hers) if not is_offered(catalogue, attempt))
    return [Former(attempt, exam_from_json(attempt.rules)) for attempt in former]


@dataclass(frozen=True)
class Taken:
    """An attempt at a test, and what it came to by the result that counts; None while it is open. `passed`: whether it
    reached the `aim` (0–1) that its rules named when it began; None where they named none."""

    attempt: ExamAttempt
    measured: Measured | None
    passed: bool | None = None
    aim: float | None = None
    is_answered: bool = True
    """Whether half of it or more was answered: what was opened and left says nothing of what somebody knows."""


def grantable(session: Session, user_id: int, catalogue: Catalogue) -> Sequence[LiveExam]:
    """What somebody can be given more for: assessments of record, and tests of courses that have a limit, as they are
    now and as they were told to her."""
    tests: dict[tuple[str, str], LiveExam] = {}
    for course in catalogue.courses.values():
        first = _first(taken_on_occasions(session, [user_id], course.id)[user_id])
        told = programme_then(session, catalogue, course, first.release) if first else None
        for programme in (told, programme_of(catalogue, course.id)):
            for exam in programme.occasions.values() if programme else ():
                if exam.time_limit_minutes:
                    tests.setdefault((course.id, exam.id), LiveExam(catalogue, course, exam))
    return [*live_exams(catalogue), *tests.values()]


def announced(session: Session, programme: Programme, taken: Mapping[str, Taken]) -> Programme:
    """The programme as it was told to somebody who has `taken` these tests: that of the release in which she began the
    first. What an author changes later, days and aims, counts for those who come later."""
    first = _first(taken)
    told = programme_then(session, programme.catalogue, programme.course, first.release) if first else None
    return told or programme


def _first(taken: Mapping[str, Taken]) -> ExamAttempt | None:
    return min((each.attempt for each in taken.values()), key=lambda attempt: attempt.id, default=None)


def courses_then(session: Session, programme: Programme, taken: Iterable[Taken]) -> Sequence[Course]:
    """The course as it is, and as it was whenever one of these tests was begun: what belonged to it then, does."""
    releases = {each.attempt.release for each in taken if each.attempt.release is not None}
    then = (course_of_release(session, release, programme.course.id) for release in sorted(releases))
    return [programme.course, *(course for course in then if course)]


def programme_then(session: Session, catalogue: Catalogue, course: Course, release: int | None) -> Programme | None:
    """A course's programme as a release told it; None where nobody knows the release, or it had none."""
    then = course_of_release(session, release, course.id) if release is not None else None
    return _programme(catalogue, course, then) if then else None


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
        rows = session.execute(theirs.where(ExamAttempt.user_id.in_(some))).all()
        asked = _asked(session, [attempt.id for attempt, result in rows if result])
        for attempt, result in rows:
            found[attempt.user_id][attempt.occasion] = _taken(attempt, result, asked)
    return found


@dataclass(frozen=True)
class _Asked:
    """One question of an attempt: its objective, and whether anything was answered."""

    objective: str
    is_answered: bool


def _asked(session: Session, attempts: Collection[int]) -> Mapping[int, Mapping[int, _Asked]]:
    """The questions of these attempts, by attempt and position."""
    found: dict[int, dict[int, _Asked]] = defaultdict(dict)
    columns = select(ExamQuestion.attempt_id, ExamQuestion.position, ExamQuestion.objective, ExamQuestion.state)
    for some in batches(attempts):
        for attempt_id, position, objective, state in session.execute(columns.where(ExamQuestion.attempt_id.in_(some))):
            found[attempt_id][position] = _Asked(objective, state != "open")
    return found


def _taken(attempt: ExamAttempt, result: ExamResult | None, asked: Mapping[int, Mapping[int, _Asked]]) -> Taken:
    if result is None:
        return Taken(attempt, None)
    assert attempt.submitted_at is not None
    scores: dict[str, list[float]] = defaultdict(list)
    for mark in result.marks:
        scores[asked[attempt.id][mark["position"]].objective].append(float(mark["score"]))
    parts = {objective: Part(len(found), sum(found)) for objective, found in scores.items()}
    points = sum(part.points for part in parts.values())
    rule = exam_from_json(attempt.rules).pass_rule
    measured = Measured(len(result.marks), points, attempt.submitted_at, parts)
    answered = sum(each.is_answered for each in asked[attempt.id].values())
    return Taken(
        attempt=attempt,
        measured=measured,
        passed=result.passed if rule else None,
        aim=rule.overall if rule else None,
        is_answered=2 * answered >= len(result.marks),
    )
