"""A key was corrected after the question had been asked: whose results rest on another version, and a second result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.accounts.deeds import log, name_of
from trainer.accounts.models import User
from trainer.db import one_at_a_time
from trainer.exams.grading import CORRECTING, grade_again, log_regraded
from trainer.exams.models import ExamAttempt, ExamCorrection, ExamQuestion, ExamResult
from trainer.exams.queries import finished_of, results_of, results_of_all, sitting
from trainer.learning.assessment import Shown
from trainer.learning.effect import BEFORE
from trainer.learning.errors import N_, Invalid
from trainer.library.queries import live_catalogue
from trainer.placement.queries import path_of


@dataclass(frozen=True)
class Corrected:
    """A result beside an earlier one, and whom to tell. `shows_score` is whether she may see a score at all,
    `moves_path` whether the path it proposed opens other modules than before."""

    user: User
    attempt: ExamAttempt
    title: str
    before: ExamResult
    after: ExamResult
    shows_score: bool
    moves_path: bool


def attempts_on_other_versions(session: Session, item_id: str, live_hash: str) -> Sequence[ExamAttempt]:
    """Finished attempts whose result that counts graded the item by another version than this one, oldest first."""
    asked = (
        select(ExamAttempt)
        .join(ExamQuestion, ExamQuestion.attempt_id == ExamAttempt.id)
        .where(ExamQuestion.item_id == item_id, ExamAttempt.submitted_at.is_not(None))
        .order_by(ExamAttempt.id)
    )
    attempts = session.scalars(asked).all()
    results = results_of_all(session, attempts)
    return [
        attempt
        for attempt in attempts
        if any(mark["item"] == item_id and mark["hash"] != live_hash for mark in results[attempt.id][-1].marks)
    ]


def count_under_way(session: Session, item_id: str, live_hash: str) -> int:
    """How many attempts that are not handed in yet ask the item in another version than this one."""
    asked = (
        select(func.count())
        .select_from(ExamAttempt)
        .join(ExamQuestion, ExamQuestion.attempt_id == ExamAttempt.id)
        .where(ExamQuestion.item_id == item_id, ExamQuestion.item_hash != live_hash, ExamAttempt.submitted_at.is_(None))
    )
    return session.scalar(asked) or 0


def is_noted(session: Session, item_id: str, live_hash: str) -> bool:
    """Whether this version is the one by which attempts are graded again by now."""
    last = _last_of(session, item_id)
    return last is not None and last.item_hash == live_hash


def note_correction(
    session: Session, item_id: str, live_hash: str, *, reason: str, by: User, now: datetime
) -> ExamCorrection:
    """From now on this version is the one to grade again by: also what is handed in later and asked another. Raises
    Invalid without a reason.

    The same said again, after a mishap or by a second click, is no second deed: the log has it once."""
    if not reason.strip():
        raise Invalid(N_("Say why it is graded again."))
    one_at_a_time(session, CORRECTING)
    last, said = _last_of(session, item_id), (live_hash, reason.strip(), name_of(by))
    correction = ExamCorrection(item_id=item_id, item_hash=said[0], reason=said[1], made_by=said[2], made_at=now)
    session.add(correction)
    session.flush()
    if last is None or (last.item_hash, last.reason, last.made_by) != said:
        details = {"item": item_id, "version": live_hash, "reason": correction.reason}
        log(session, "key.corrected", by=by, now=now, details=details)
    return correction


def grade_all_again(
    session: Session,
    attempts: Iterable[ExamAttempt],
    versions: Mapping[str, str],
    *,
    reason: str,
    by: User,
    now: datetime,
) -> Sequence[Corrected]:
    """Grade these again by corrected versions (item id → hash); those that were graded here. Raises Invalid without a
    reason.

    How many they are is logged with them, so that parts which are committed one by one add up to the whole."""
    name = name_of(by)
    each = (_graded_again(session, attempt, versions, reason=reason, by=name, now=now) for attempt in attempts)
    done = [corrected for corrected in each if corrected is not None]
    if done:
        log_regraded(session, versions, len(done), reason=reason, by=by, now=now)
    return done


def _last_of(session: Session, item_id: str) -> ExamCorrection | None:
    """What was said last of the key of a question."""
    its = select(ExamCorrection).where(ExamCorrection.item_id == item_id)
    return session.scalar(its.order_by(ExamCorrection.id.desc()).limit(1))


def _graded_again(
    session: Session, attempt: ExamAttempt, versions: Mapping[str, str], *, reason: str, by: str, now: datetime
) -> Corrected | None:
    """None where another author did it at the same moment, while this one waited for the attempt."""
    opened = _opened(session, attempt)
    after = grade_again(session, attempt, versions, reason=reason, by=by, now=now)
    if after is None:
        return None
    before = results_of(session, attempt)[-2]
    finished = finished_of(session, sitting(session, attempt), now)
    user = session.get_one(User, attempt.user_id)
    title = finished.sitting.exam.title
    shows_score, moves_path = finished.may_see >= Shown.SCORE, _opened(session, attempt) != opened
    return Corrected(user, attempt, title, before, after, shows_score=shows_score, moves_path=moves_path)


def _opened(session: Session, attempt: ExamAttempt) -> frozenset[str]:
    """The modules that an entry test has opened; none where it is another exam."""
    catalogue = live_catalogue(session)
    course = catalogue.courses.get(attempt.course)
    path = path_of(session, attempt.user_id, catalogue, course) if course and attempt.occasion == BEFORE else None
    return path.opened if path else frozenset()
