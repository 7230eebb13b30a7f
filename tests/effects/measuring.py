"""A course that is measured with the real questions of practice, and people who take its tests."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.exams.sitting_exams import COURSE, FREE, MINUTE, form_of, publish_exams, questions, right_form, send
from tests.factories import NOW
from trainer.accounts.models import User
from trainer.admin.demo.answering import possible_answers
from trainer.content.exams import Exam, PassRule, Reveal, Weights
from trainer.effects.actions import begin
from trainer.effects.queries import Effect, effect_of
from trainer.exams.grading import hand_in
from trainer.exams.models import ExamAttempt, ExamQuestion
from trainer.exams.occasions import Programme, programme_of
from trainer.learning.calibration import Certainty
from trainer.learning.effect import AFTER, BEFORE
from trainer.learning.question_types.base import Form
from trainer.library.queries import item_version, live_catalogue
from trainer.study.actions import finish_lesson
from trainer.study.queries import readings_of

OBJECTIVES = {
    **{f"M01-O{n}": 1.0 for n in (1, 2, 3)},
    **{f"M02-O{n}": 1.0 for n in (1, 2, 3, 4)},
    **{f"M03-O{n}": 1.0 for n in (1, 2, 3, 4)},
}
ENTRY = Exam(
    id="entry",
    title="Where you stand",
    purpose="pre_post",
    blueprint=Weights(questions=11, objectives=OBJECTIVES),
    pool="open",
    time_limit_minutes=120,
    reveal=Reveal(what="all", when="now"),
    pass_rule=PassRule(overall=0.75),
    certainty=True,
)
LATER = Exam(
    id="later",
    title="What has stayed",
    purpose="delayed",
    blueprint=Weights(questions=5, modules={"M01": 1, "M02": 2, "M03": 2}),
    pool="open",
    days=(30, 90),
    reveal=Reveal(what="all", when="now"),
    pass_rule=PassRule(overall=0.6),
)
DAY = timedelta(days=1)


def publish_measured(session: Session, *exams: Exam) -> None:
    """Make the course live with its tests, and an assessment of record beside them."""
    publish_exams(session, FREE, *(exams or (ENTRY, LATER)))


def programme(session: Session) -> Programme:
    found = programme_of(live_catalogue(session), COURSE)
    assert found is not None
    return found


def effect(session: Session, user: User, at: datetime = NOW) -> Effect:
    return effect_of(session, user.id, programme(session), readings_of(session, user.id), now=at)


def take(
    session: Session,
    user: User,
    occasion: str,
    *,
    right: Collection[str] | int,
    at: datetime = NOW,
    certainty: Certainty | None = Certainty.SURE,
) -> ExamAttempt:
    """Take the test of an occasion: right on these objectives (or so many questions), wrong on the others."""
    attempt = begin(session, user, programme(session), occasion, now=at)
    for question in questions(session, attempt):
        knows = question.position <= right if isinstance(right, int) else question.objective in right
        form = right_form(session, question) if knows else _wrong_form(session, question)
        send(session, attempt, question.position, form, certainty=certainty, at=at + MINUTE)
    hand_in(session, attempt, now=at + 2 * MINUTE)
    return attempt


def _wrong_form(session: Session, question: ExamQuestion) -> Form:
    """What a browser would send to give an answer that earns nothing; empty where there is none to be thought of."""
    item = item_version(session, question.item_hash)
    wrong = {
        part.prefix + slot: given
        for part in possible_answers(item)
        for slot, given in (part.wrong[0] if part.wrong else {}).items()
    }
    return form_of(session, question, wrong if item.question.grade(wrong).score == 0 else {})


def read_all(session: Session, user: User, at: datetime) -> None:
    """Read every lesson of the course."""
    for row in live_catalogue(session).lessons_of(COURSE):
        finish_lesson(session, user, row.id, now=at)


def take_the_course(session: Session, user: User, *, before: int, after: int, at: datetime = NOW) -> None:
    """The test before, every lesson, the test after ten days later."""
    take(session, user, BEFORE, right=before, at=at)
    read_all(session, user, at + 5 * DAY)
    take(session, user, AFTER, right=after, at=at + 10 * DAY)


def asked(session: Session, user: User) -> list[str]:
    """The ids of everything that tests have asked her, in order."""
    mine = select(ExamQuestion.item_id).join(ExamAttempt, ExamAttempt.id == ExamQuestion.attempt_id)
    return list(session.scalars(mine.where(ExamAttempt.user_id == user.id).order_by(ExamAttempt.id)))


WITHOUT_LATER = (ENTRY,)
DIAGNOSTIC = replace(ENTRY, purpose="diagnostic", pass_rule=None)
