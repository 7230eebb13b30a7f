"""What many people came to in an assessment of record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.exams import Exam
from trainer.content.store import exam_from_json
from trainer.db import batches
from trainer.exams import rules
from trainer.exams.models import RECORD, ExamAttempt, ExamResult
from trainer.exams.queries import results_of_all


@dataclass(frozen=True)
class Sat:
    """An attempt that was handed in, by the rules it began with, and the result of it that counts."""

    attempt: ExamAttempt
    exam: Exam
    result: ExamResult

    @property
    def at(self) -> datetime:
        """When it was handed in."""
        assert self.attempt.submitted_at is not None
        return self.attempt.submitted_at

    @property
    def passed(self) -> bool:
        """Whether it is a pass."""
        return self.exam.pass_rule is not None and self.result.passed

    @property
    def is_told(self) -> bool:
        """Whether its learner may know what it came to."""
        return self.attempt.told_at is not None

    @property
    def valid_until(self) -> datetime | None:
        """When a pass ends; None where it holds for good."""
        return rules.valid_until(self.exam, self.at)


def sat_by(session: Session, user_ids: Collection[int], course: str, exam: str) -> Mapping[int, Sequence[Sat]]:
    """What these people handed in of one assessment, by person, the first one first."""
    attempts: list[ExamAttempt] = []
    handed_in = select(ExamAttempt).where(ExamAttempt.occasion == RECORD, ExamAttempt.submitted_at.is_not(None))
    for some in batches(user_ids):
        theirs = handed_in.where(ExamAttempt.user_id.in_(some), ExamAttempt.course == course, ExamAttempt.exam == exam)
        attempts += session.scalars(theirs.order_by(ExamAttempt.submitted_at, ExamAttempt.id))
    results = results_of_all(session, attempts)
    found: dict[int, list[Sat]] = {id: [] for id in user_ids}
    for attempt in attempts:
        found[attempt.user_id].append(Sat(attempt, exam_from_json(attempt.rules), results[attempt.id][-1]))
    return found


def failed_after_all(session: Session, attempts: Collection[str]) -> frozenset[str]:
    """Which of these attempts (their public ids) are no pass by the result that counts now: a key was corrected."""
    found: dict[str, bool] = {}
    again = select(ExamAttempt.public_id, ExamResult.passed).join(ExamResult, ExamResult.attempt_id == ExamAttempt.id)
    for some in batches(attempts):
        later = again.where(ExamAttempt.public_id.in_(some), ExamResult.number > 1).order_by(ExamResult.number)
        for public_id, passed in session.execute(later):
            found[public_id] = passed
    return frozenset(public_id for public_id, passed in found.items() if not passed)


def untold_since(session: Session, user_ids: Collection[int]) -> Mapping[tuple[int, str, str], datetime]:
    """When these people began their last attempt at an assessment, by person, course and exam, where they handed it in
    and may not know what it came to, or never."""
    found: dict[tuple[int, str, str], datetime] = {}
    handed_in = select(ExamAttempt).where(ExamAttempt.occasion == RECORD, ExamAttempt.submitted_at.is_not(None))
    for some in batches(user_ids):
        theirs = handed_in.where(ExamAttempt.user_id.in_(some)).order_by(ExamAttempt.submitted_at, ExamAttempt.id)
        for attempt in session.scalars(theirs):
            key = (attempt.user_id, attempt.course, attempt.exam)
            found.pop(key, None)
            if attempt.told_at is None:
                found[key] = attempt.started_at
    return found
