"""The end of an attempt: hand in, judge, tell, and grade again what was graded by a wrong key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.deeds import log
from trainer.accounts.models import User
from trainer.answers.actions import Asked, Graded, record
from trainer.answers.models import EXAM, MEASURE
from trainer.audit.actions import Detail
from trainer.db import one_at_a_time
from trainer.exams import rules
from trainer.exams.actions import locked
from trainer.exams.models import RECORD, ExamAttempt, ExamCorrection, ExamQuestion, ExamResult
from trainer.exams.queries import Finished, Sitting, finished_of, results_of, scored
from trainer.learning.assessment import Arrival, Shown, judge
from trainer.learning.calibration import Certainty
from trainer.learning.effect import BEFORE
from trainer.learning.errors import N_, Conflict, Invalid
from trainer.learning.placement import Reply
from trainer.learning.question_types.base import Form, Grade
from trainer.learning.showing import read_so_far
from trainer.library.queries import item_version
from trainer.placement.actions import place_learner

CORRECTING = "correct keys"
"""Whoever notes a corrected key and whoever hands in wait for each other: none falls between the two."""
LEARNER, DEADLINE = "learner", "deadline"
"""Who ended an attempt."""


def hand_in(session: Session, attempt: ExamAttempt, *, now: datetime) -> ExamResult:
    """End the attempt and grade it, once, however often it is sent; the result that counts. Where a key was corrected
    while the attempt ran, that is a second one beside the first, which goes by the versions it began with."""
    its = locked(session, attempt)
    if not its.is_open:
        return results_of(session, its.attempt)[-1]
    over = its.arrival(now) is Arrival.LATE
    its.attempt.submitted_at = its.attempt.deadline if over else now
    its.attempt.ended_by = DEADLINE if over else LEARNER
    marks = [_mark(session, question, question.item_hash) for question in its.questions]
    result = _judged(session, its, marks, number=1, now=now)
    _place(session, its, result, now=now)
    versions, again = _corrected_meanwhile(session, its, now)
    tell(session, finished_of(session, its, now), now=now)
    if again is not None:
        log_regraded(session, versions, 1, reason=again.reason, by=None, now=now)
    return again or result


def end_overdue(session: Session, attempt: ExamAttempt, *, now: datetime) -> bool:
    """Hand in for somebody whose time and grace are over. Whether it did."""
    its = locked(session, attempt)
    if not its.is_open or its.arrival(now) is not Arrival.LATE:
        return False
    hand_in(session, attempt, now=now)
    return True


def tell(session: Session, finished: Finished, *, now: datetime) -> None:
    """Let the answers count for the learner's bars, once, from the moment she may see her score.

    Earlier they would show in the bars what the exam does not yet tell.
    """
    attempt = finished.sitting.attempt
    if attempt.told_at is not None or finished.may_see < Shown.SCORE:
        return
    attempt.told_at = now
    tells_all = finished.may_see is Shown.ALL and finished.sitting.exam.purpose != RECORD
    place = MEASURE if tells_all else EXAM
    for question, mark in zip(finished.sitting.questions, finished.result.marks, strict=True):
        if question.saved_at is not None:
            graded = Graded(*_graded(session, question, mark["hash"]), _certainty(question))
            if graded.given:
                key = f"exam-{attempt.public_id}-{question.position}"
                record(
                    session, attempt.user_id, _asked(attempt, question, place), graded, key=key, at=question.saved_at
                )


def grade_again(
    session: Session, attempt: ExamAttempt, corrected: Mapping[str, str], *, reason: str, by: str, now: datetime
) -> ExamResult | None:
    """Another result beside the earlier ones, with some items graded by corrected versions (item id → hash).

    None where nothing in the attempt would be graded otherwise. Raises Invalid without a reason, Conflict while open.
    """
    if not reason.strip():
        raise Invalid(N_("Say why it is graded again."))
    its = locked(session, attempt)
    if its.is_open:
        raise Conflict(N_("This attempt is not finished."))
    before = results_of(session, its.attempt)
    marks = [_corrected(session, its, mark, corrected) for mark in before[-1].marks]
    if marks == before[-1].marks:
        return None
    result = _judged(session, its, marks, number=len(before) + 1, now=now, by=by, reason=reason.strip())
    _place(session, its, result, now=now)
    return result


def log_regraded(
    session: Session, versions: Mapping[str, str], results: int, *, reason: str, by: User | None, now: datetime
) -> None:
    """Say in the audit log how many results were made by corrected versions (item id → hash). Called last."""
    said: dict[str, Detail] = {"items": " ".join(versions), "versions": " ".join(versions.values())}
    said |= {"reason": reason.strip(), "results": results}
    log(session, "attempt.regraded", by=by, now=now, details=said)


def _corrected_meanwhile(session: Session, its: Sitting, now: datetime) -> tuple[Mapping[str, str], ExamResult | None]:
    """What was corrected since the attempt began (item id → hash), and the result by it, if anything was."""
    one_at_a_time(session, CORRECTING)
    asked = {question.item_id: question.item_hash for question in its.questions}
    made = select(ExamCorrection).where(
        ExamCorrection.item_id.in_(asked), ExamCorrection.made_at >= its.attempt.started_at
    )
    latest = {each.item_id: each for each in session.scalars(made.order_by(ExamCorrection.id))}
    concerns = [each for each in latest.values() if each.item_hash != asked[each.item_id]]
    if not concerns:
        return {}, None
    versions = {each.item_id: each.item_hash for each in concerns}
    reason = " ".join(dict.fromkeys(each.reason for each in concerns))
    return versions, grade_again(session, its.attempt, versions, reason=reason, by=concerns[-1].made_by, now=now)


def _graded(session: Session, question: ExamQuestion, hash: str) -> tuple[Form, Grade]:
    """What was given, read with the version that was shown, and its grade by the version with this hash."""
    shown_one = item_version(session, question.item_hash).question
    given = read_so_far(shown_one, question.seed, question.form)
    return given, item_version(session, hash).question.grade(given)


def _mark(session: Session, question: ExamQuestion, hash: str) -> dict[str, Any]:
    """What a question comes to by the version with this hash."""
    _, grade = _graded(session, question, hash)
    named = {"position": question.position, "item": question.item_id, "hash": hash}
    return {**named, "score": grade.score, "rule": grade.rule}


def _corrected(session: Session, its: Sitting, mark: dict[str, Any], corrected: Mapping[str, str]) -> dict[str, Any]:
    """The mark by the corrected version of its item; the same where there is none."""
    hash = corrected.get(mark["item"], mark["hash"])
    return mark if hash == mark["hash"] else _mark(session, its.questions[mark["position"] - 1], hash)


def _judged(
    session: Session,
    its: Sitting,
    marks: list[dict[str, Any]],
    *,
    number: int,
    now: datetime,
    by: str = "",
    reason: str = "",
) -> ExamResult:
    result = ExamResult(attempt_id=its.attempt.id, number=number, made_at=now, made_by=by, reason=reason, marks=marks)
    outcome = judge(scored(its.questions, result), rules.pass_rule(its.exam))
    result.share, result.passed = outcome.share, outcome.passed
    session.add(result)
    session.flush()
    return result


def _place(session: Session, its: Sitting, result: ExamResult, *, now: datetime) -> None:
    """After an entry test: the path it proposes."""
    if its.attempt.occasion == BEFORE:
        scores = scored(its.questions, result)
        replies = [Reply(s.objective, s.score, _certainty(q)) for s, q in zip(scores, its.questions, strict=True)]
        place_learner(session, its.attempt.user_id, its.attempt.course, replies, now=now)


def _certainty(question: ExamQuestion) -> Certainty | None:
    return Certainty(question.certainty) if question.certainty else None


def _asked(attempt: ExamAttempt, question: ExamQuestion, place: str) -> Asked:
    return Asked(
        item_id=question.item_id,
        item_hash=question.item_hash,
        objective=question.objective,
        seed=question.seed,
        place=place,
        place_id=attempt.public_id,
        turn=question.position,
        mixed=True,
    )
