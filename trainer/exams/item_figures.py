"""How people fared with each question of assessments of record."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.db import batches
from trainer.exams.models import RECORD, ExamAttempt, ExamQuestion, ExamResult
from trainer.exams.queries import results_of_all
from trainer.learning.intervals import Interval, wilson

ENOUGH = 10
"""Answers below which nothing is said of a question: of nine, one more right moves the share by a ninth."""


@dataclass(frozen=True)
class ItemFigure:
    """A question: how many people were `asked` it, how many left it `blank`, and the sum of the others' scores (0–1),
    by the results that count. Of each person the first time only: what comes back is no test of the question."""

    item_id: str
    objective: str
    asked: int
    blank: int
    points: float

    @property
    def answered(self) -> int:
        """How many people answered it."""
        return self.asked - self.blank

    @property
    def is_enough(self) -> bool:
        """Whether there are answers enough to judge it."""
        return self.answered >= ENOUGH

    @property
    def share(self) -> float:
        """The share right of those who answered, 0–1."""
        return self.points / self.answered

    @property
    def range(self) -> Interval:
        """Its 95 % interval."""
        return wilson(self.points, self.answered)


@dataclass(frozen=True)
class _Seen:
    objective: str
    is_blank: bool
    score: float


def item_figures(session: Session, user_ids: Collection[int]) -> Sequence[ItemFigure]:
    """The questions that assessments of record which these people handed in have asked them, by id."""
    attempts = _handed_in(session, user_ids)
    results = results_of_all(session, attempts)
    by_id = {attempt.id: attempt for attempt in attempts}
    first: dict[tuple[int, str], _Seen] = {}
    for question in _questions(session, by_id):
        scores = _scores(results[question.attempt_id][-1])
        seen = _Seen(question.objective, question.state == "open", scores[question.position])
        first.setdefault((by_id[question.attempt_id].user_id, question.item_id), seen)
    of_item: dict[str, list[_Seen]] = defaultdict(list)
    for (_user_id, item_id), seen in first.items():
        of_item[item_id].append(seen)
    return [_figure(item_id, of_item[item_id]) for item_id in sorted(of_item)]


def _handed_in(session: Session, user_ids: Collection[int]) -> Sequence[ExamAttempt]:
    found: list[ExamAttempt] = []
    done = select(ExamAttempt).where(ExamAttempt.occasion == RECORD, ExamAttempt.submitted_at.is_not(None))
    for some in batches(user_ids):
        found += session.scalars(done.where(ExamAttempt.user_id.in_(some)))
    return found


def _questions(session: Session, attempts: Collection[int]) -> Sequence[ExamQuestion]:
    """Their questions, those of the first attempt first."""
    found: list[ExamQuestion] = []
    for some in batches(attempts):
        found += session.scalars(select(ExamQuestion).where(ExamQuestion.attempt_id.in_(some)))
    return sorted(found, key=lambda question: (question.attempt_id, question.position))


def _scores(result: ExamResult) -> Mapping[int, float]:
    return {mark["position"]: float(mark["score"]) for mark in result.marks}


def _figure(item_id: str, seen: Sequence[_Seen]) -> ItemFigure:
    given = [each for each in seen if not each.is_blank]
    return ItemFigure(
        item_id=item_id,
        # As it was asked last; an author may move it to another.
        objective=seen[-1].objective,
        asked=len(seen),
        blank=len(seen) - len(given),
        points=sum(each.score for each in given),
    )
