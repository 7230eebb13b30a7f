"""What a team can give: a whole course, a track through it, an assessment of record, or a set of objectives."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from trainer.content.courses import Course, Track
from trainer.exams.queries import LiveExam, live_exam, live_exams
from trainer.library.catalogue import Catalogue, LessonRow
from trainer.training.models import Assignment

COURSE, TRACK, EXAM, OBJECTIVES = "course", "track", "exam", "objectives"
BARS = 3
"""Bars of five that an objective needs: two right answers on different days and one to another question
(learning.mastery)."""


@dataclass(frozen=True)
class Target:
    """What is to be done, as it is live. `lessons` are those to read, in order, `objectives` what they or the training
    are about; `exam` is what is to be passed."""

    kind: str
    title: str
    course: Course
    lessons: Sequence[LessonRow] = ()
    objectives: Sequence[str] = ()
    exam: LiveExam | None = None
    id: str = ""

    @property
    def value(self) -> str:
        """How a form names it."""
        return "/".join((self.kind, self.course.id, self.id))


@dataclass(frozen=True)
class Given:
    """An assignment with what it asks for, as it is live."""

    catalogue: Catalogue
    assignment: Assignment
    target: Target


def targets(catalogue: Catalogue) -> Sequence[Target]:
    """What can be given now, course by course: all of it, its assessments, its tracks. Sets of objectives are not
    listed."""
    found: list[Target] = []
    for course in catalogue.courses.values():
        found.append(_whole(catalogue, course))
        found += [_exam(live) for live in live_exams(catalogue) if live.course.id == course.id]
        found += [_track(catalogue, course, track) for track in course.tracks]
    return [target for target in found if target.lessons or target.exam]


def target_named(catalogue: Catalogue, value: str) -> Target | None:
    """One of them, by how a form names it."""
    return next((target for target in targets(catalogue) if target.value == value), None)


def target_of(catalogue: Catalogue, assignment: Assignment) -> Target | None:
    """What an assignment asks for, as it is live; None where it is no longer offered."""
    course = catalogue.courses.get(assignment.course)
    if course is None:
        return None
    if assignment.kind == COURSE:
        return _whole(catalogue, course)
    if assignment.kind == EXAM:
        live = live_exam(catalogue, course.id, assignment.target)
        return _exam(live) if live else None
    if assignment.kind == TRACK:
        track = next((track for track in course.tracks if track.id == assignment.target), None)
        return _track(catalogue, course, track) if track else None
    known = [id for id in course.objectives_by_id if id in assignment.objectives]
    return set_of_objectives(course, known, assignment.title) if known else None


def set_of_objectives(course: Course, objectives: Collection[str], title: str) -> Target:
    """Some objectives of a course."""
    return Target(OBJECTIVES, title, course, objectives=[id for id in course.objectives_by_id if id in objectives])


def _whole(catalogue: Catalogue, course: Course) -> Target:
    return _reading(COURSE, course.title, course, catalogue.lessons_of(course.id))


def _track(catalogue: Catalogue, course: Course, track: Track) -> Target:
    rows = [row for row in catalogue.lessons_of(course.id) if row.module in track.modules or row.id in track.lessons]
    return replace(_reading(TRACK, track.title, course, rows), id=track.id)


def _reading(kind: str, title: str, course: Course, rows: Sequence[LessonRow]) -> Target:
    served = {objective for row in rows for objective in row.objectives}
    return Target(kind, title, course, rows, [id for id in course.objectives_by_id if id in served])


def _exam(live: LiveExam) -> Target:
    weights = live.exam.blueprint
    asked = {*weights.objectives} or {
        each.id for module in live.course.modules if module.id in weights.modules for each in module.objectives
    }
    objectives = [id for id in live.course.objectives_by_id if id in asked]
    return Target(EXAM, live.exam.title, live.course, objectives=objectives, exam=live, id=live.exam.id)
