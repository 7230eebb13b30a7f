"""The path that an entry test proposes, by what the course is now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.courses import Course, Module
from trainer.db import batches
from trainer.learning.placement import Advice, Finding, Placed, advise, opens
from trainer.library.catalogue import Catalogue, LessonRow
from trainer.placement.models import Placement


@dataclass(frozen=True)
class Path:
    """What to do with each lesson of a course (by id), which modules the test has `shown` to be known, and which of
    these the learner has `put_back`. `findings` are those of the objectives the test asked about."""

    course: str
    placed_at: datetime
    advice: Mapping[str, Advice]
    shown: frozenset[str]
    put_back: frozenset[str]
    findings: Mapping[str, Finding]

    @property
    def opened(self) -> frozenset[str]:
        """The modules that may be skipped."""
        return self.shown - self.put_back

    def to_read(self, lessons: Collection[LessonRow]) -> Sequence[LessonRow]:
        """Those of the lessons that are to be read, in their order."""
        return [row for row in lessons if self.advice.get(row.id, Advice.READ) is Advice.READ]

    def to_look_over(self, lessons: Collection[LessonRow]) -> Sequence[LessonRow]:
        """Those whose summary and questions are enough."""
        return [row for row in lessons if self.advice.get(row.id) is Advice.LOOK_OVER]

    def why(self, objectives: Collection[str]) -> Finding | None:
        """The finding that speaks most for reading a lesson on these objectives; None where nothing was asked."""
        return min((self.findings[id] for id in objectives if id in self.findings), default=None)


def path_of(session: Session, user_id: int, catalogue: Catalogue, course: Course) -> Path | None:
    """A learner's path through a course; None where she took no entry test."""
    placement = session.get(Placement, (user_id, course.id))
    return _path(placement, catalogue, course) if placement else None


def paths_of(session: Session, user_ids: Collection[int], catalogue: Catalogue, course: Course) -> Mapping[int, Path]:
    """The same of many learners, by their ids; those without an entry test are left out."""
    found: dict[int, Path] = {}
    for some in batches(user_ids):
        theirs = select(Placement).where(Placement.course == course.id, Placement.user_id.in_(some))
        found |= {placement.user_id: _path(placement, catalogue, course) for placement in session.scalars(theirs)}
    return found


def _path(placement: Placement, catalogue: Catalogue, course: Course) -> Path:
    placed = {id: Placed(Finding(finding), n) for id, (finding, n) in placement.found.items()}
    shown = frozenset(module.id for module in course.modules if opens(_objectives(module), placed))
    put_back = shown & set(placement.put_back)
    advice = {
        row.id: Advice.READ if row.module in put_back else advise(row.objectives, placed, is_open=row.module in shown)
        for row in catalogue.lessons_of(course.id)
    }
    return Path(
        course=course.id,
        placed_at=placement.placed_at,
        advice=advice,
        shown=shown,
        put_back=put_back,
        findings={id: each.finding for id, each in placed.items()},
    )


def _objectives(module: Module) -> Sequence[str]:
    return [objective.id for objective in module.objectives]
