"""Save the answers of an attempt as they are given, go on in it, grant somebody more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.accounts.deeds import log, name_of
from trainer.accounts.models import User
from trainer.answers.rollups import one_at_a_time
from trainer.audit.actions import Detail, digest
from trainer.exams.models import RECORD, ExamAllowance, ExamAttempt, ExamQuestion, ExamSave
from trainer.exams.queries import (
    LiveExam,
    Sitting,
    allowances_of,
    sitting,
)
from trainer.learning.assessment import Arrival
from trainer.learning.calibration import Certainty
from trainer.learning.errors import N_, Conflict, Invalid
from trainer.learning.question_types.base import Form, Unreadable
from trainer.learning.showing import own_fields, read
from trainer.library.queries import item_version

LARGEST_FORM = 20_000
"""Characters of all fields of one question together."""
MOST_SAVES = 2_000
"""Of one question in one attempt: a script that never stops fills no disk."""


class Elsewhere(Conflict):
    """The question was changed in another tab or on another device since this one showed it."""

    def __init__(self, question: ExamQuestion) -> None:
        super().__init__(N_("You changed this answer in another tab or on another device."))
        self.question = question


class Over(Conflict):
    """The attempt was handed in, or its time is over; what came is kept and does not count."""


@dataclass(frozen=True)
class Sent:
    """A form as it came: `version` is the one it was shown with, `key` is the same for all that one showing of the page
    sends, and `turn` counts that, so that what was overtaken on its way is known; always 0 without a script."""

    form: Form
    key: str
    version: int
    certainty: Certainty | None = None
    turn: int = 0


@dataclass(frozen=True)
class Extra:
    """What is granted to somebody, and why."""

    minutes: int
    attempts: int
    reason: str


def save_answer(session: Session, attempt: ExamAttempt, position: int, sent: Sent, *, now: datetime) -> ExamQuestion:
    """Keep an answer as it is given; sent twice, it is kept once. `now` is when it arrived.

    Raises Over where the time is over or the attempt handed in (what came is kept as late), Elsewhere where another
    tab was faster, Conflict where questions come in a fixed order and this one is not at hand, Invalid for too much.
    """
    its = locked(session, attempt)
    question = _question_at(its, position)
    if sum(len(name) + len(value) for name, value in sent.form.items()) > LARGEST_FORM:
        raise Invalid(N_("This is too long to be kept."))
    form = _own_fields(session, question, sent.form)
    if _is_newest(question, sent, form) or _was_overtaken(question, sent):
        question.last_turn = max(question.last_turn, sent.turn)
        return question
    if not its.is_open or its.arrival(now) is Arrival.LATE:
        _keep_late(session, question, sent, form, now=now)
        raise Over(N_("Your time is over. What you sent now is kept with the time it came, and does not count."))
    if not its.may_see(position):
        raise Conflict(N_("This question is not at hand: the questions of this assessment come one after the other."))
    if sent.version != question.version and sent.key != question.last_key:
        raise Elsewhere(question)
    _keep(session, question, sent, form, late=False, now=now)
    question.form, question.certainty, question.saved_at = dict(form), sent.certainty, now
    question.last_key, question.last_turn = sent.key, sent.turn
    question.version += 1
    question.state = _state_of(session, question, asks_certainty=its.exam.certainty)
    return question


def flag(session: Session, attempt: ExamAttempt, position: int, *, wanted: bool) -> None:
    """Mark a question to look at again, or no longer."""
    its = locked(session, attempt)
    if its.is_open:
        _question_at(its, position).flagged = wanted


def go_on(session: Session, attempt: ExamAttempt, position: int) -> None:
    """Leave a question for good, where they come in a fixed order."""
    its = locked(session, attempt)
    if its.is_open and its.is_sequential and its.attempt.place == position and position < len(its.questions):
        its.attempt.place = position + 1


def grant(session: Session, user: User, live: LiveExam, extra: Extra, *, by: User, now: datetime) -> ExamAllowance:
    """Give somebody more time from the next attempt on, or more attempts. Raises Invalid without a reason or amount."""
    if not extra.reason.strip():
        raise Invalid(N_("Say why."))
    if not extra.minutes and not extra.attempts:
        raise Invalid(N_("Give extra minutes or extra attempts."))
    if extra.attempts and live.exam.purpose != RECORD:
        raise Invalid(N_("This test comes once on each occasion: give extra minutes only."))
    if extra.minutes and live.exam.time_limit_minutes is None:
        raise Invalid(N_("This assessment has no time limit."))
    one_at_a_time(session, user.id)
    given = allowances_of(session, user.id, live.course.id, live.exam.id)
    if min(_total(given, "extra_minutes") + extra.minutes, _total(given, "extra_attempts") + extra.attempts) < 0:
        raise Invalid(N_("That would take away more than was granted."))
    allowance = ExamAllowance(
        user_id=user.id,
        course=live.course.id,
        exam=live.exam.id,
        extra_minutes=extra.minutes,
        extra_attempts=extra.attempts,
        reason=extra.reason.strip(),
        granted_by=name_of(by),
        granted_at=now,
    )
    session.add(allowance)
    session.flush()
    log(session, "allowance.granted", by=by, now=now, person=user, details=_said(allowance))
    return allowance


def _said(granted: ExamAllowance) -> Mapping[str, Detail]:
    names = ("course", "exam", "extra_minutes", "extra_attempts")
    return {**{name: getattr(granted, name) for name in names}, "reason": digest(granted.reason)}


def _total(given: Sequence[ExamAllowance], what: str) -> int:
    return sum(getattr(allowance, what) for allowance in given)


def locked(session: Session, attempt: ExamAttempt) -> Sitting:
    """The attempt as it stands now; whoever else writes to it waits."""
    fresh = select(ExamAttempt).where(ExamAttempt.id == attempt.id).with_for_update()
    now_so = session.scalars(fresh.execution_options(populate_existing=True)).one()
    questions = select(ExamQuestion).where(ExamQuestion.attempt_id == attempt.id)
    session.scalars(questions.execution_options(populate_existing=True)).all()
    return sitting(session, now_so)


def _question_at(its: Sitting, position: int) -> ExamQuestion:
    question = its.question(position)
    assert question is not None
    return question


def _own_fields(session: Session, question: ExamQuestion, form: Form) -> Form:
    """The question's own fields of the form, without those that are empty."""
    return own_fields(item_version(session, question.item_hash).question, question.seed, form)


def _is_newest(question: ExamQuestion, sent: Sent, form: Form) -> bool:
    """Whether this is the newest save sent again: then nothing changes. An older one may be a change of mind."""
    return (sent.key, form, sent.certainty) == (question.last_key, question.form, question.certainty)


def _was_overtaken(question: ExamQuestion, sent: Sent) -> bool:
    """Whether the same page has sent something newer, which came first: a save on its way while its page was left."""
    return sent.key == question.last_key and sent.turn < question.last_turn


def _keep_late(session: Session, question: ExamQuestion, sent: Sent, form: Form, *, now: datetime) -> None:
    """Write down once what came too late, however often it is sent."""
    same = select(ExamSave.form).where(
        ExamSave.attempt_id == question.attempt_id,
        ExamSave.position == question.position,
        ExamSave.key == sent.key,
        ExamSave.late,
    )
    if form not in session.scalars(same).all():
        _keep(session, question, sent, form, late=True, now=now)


def _keep(session: Session, question: ExamQuestion, sent: Sent, form: Form, *, late: bool, now: datetime) -> None:
    """Write down that it came. Raises Invalid after a number of saves that nobody makes by hand."""
    of_this = select(func.count()).where(
        ExamSave.attempt_id == question.attempt_id, ExamSave.position == question.position
    )
    count = session.scalar(of_this) or 0
    if count >= MOST_SAVES:
        raise Invalid(N_("This answer was changed too often."))
    session.add(
        ExamSave(
            attempt_id=question.attempt_id,
            position=question.position,
            key=sent.key,
            version=count,
            form=dict(form),
            certainty=sent.certainty,
            saved_at=now,
            late=late,
        )
    )


def _state_of(session: Session, question: ExamQuestion, *, asks_certainty: bool) -> str:
    if not question.form:
        return "open"
    asked = item_version(session, question.item_hash).question
    is_read = not isinstance(read(asked, question.seed, question.form), Unreadable)
    return "complete" if is_read and (question.certainty or not asks_certainty) else "begun"
