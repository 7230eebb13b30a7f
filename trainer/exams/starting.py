"""Begin an attempt: items, order, seeds, versions and deadline are fixed here, at once."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.queries import standings_of
from trainer.answers.rollups import one_at_a_time
from trainer.content.exams import Exam
from trainer.content.store import exam_to_json
from trainer.db import new_public_id
from trainer.exams import rules
from trainer.exams.models import RECORD, ExamAttempt, ExamQuestion
from trainer.exams.occasions import taken_on_occasions
from trainer.exams.queries import LiveExam, Offer, allowances_of, items_asked, last_items, next_number, offer_of
from trainer.learning.errors import Conflict
from trainer.learning.exam_form import draw
from trainer.library.catalogue import Catalogue


class MayNotStart(Conflict):
    """No attempt may begin now; `offer` says why and, where there is a later, when."""

    def __init__(self, offer: Offer) -> None:
        super().__init__(offer.why)
        self.offer = offer


def start_attempt(session: Session, user: User, live: LiveExam, *, now: datetime) -> ExamAttempt:
    """Begin an attempt at an assessment of record, or return the open one.

    Raises MayNotStart.
    """
    one_at_a_time(session, user.id)
    offer = offer_of(session, user.id, live.course.id, live.exam, now=now)
    if offer.open_attempt:
        return offer.open_attempt
    if not offer.start.is_open:
        raise MayNotStart(offer)
    return _begin(session, user, live, occasion=RECORD, extra_minutes=offer.extra_minutes, now=now)


def start_on(session: Session, user: User, live: LiveExam, occasion: str, *, now: datetime) -> ExamAttempt:
    """Begin the test of an occasion (learning.effect), or return the attempt there is: an occasion comes once.

    Who calls it has made sure that its time has come.
    """
    one_at_a_time(session, user.id)
    taken = taken_on_occasions(session, [user.id], live.course.id)[user.id]
    if occasion in taken:
        return taken[occasion].attempt
    granted = allowances_of(session, user.id, live.course.id, live.exam.id)
    extra = sum(allowance.extra_minutes for allowance in granted)
    return _begin(session, user, live, occasion=occasion, extra_minutes=extra, now=now)


def _begin(
    session: Session, user: User, live: LiveExam, *, occasion: str, extra_minutes: int = 0, now: datetime
) -> ExamAttempt:
    attempt = ExamAttempt(
        public_id=new_public_id(),
        user_id=user.id,
        course=live.course.id,
        exam=live.exam.id,
        number=next_number(session, user.id, live.course.id, live.exam.id),
        occasion=occasion,
        rules=exam_to_json(live.exam),
        seed=secrets.token_hex(16),
        release=live.catalogue.number,
        started_at=now,
        extra_minutes=extra_minutes,
        deadline=rules.deadline(live.exam, now, extra_minutes),
        place=1,
        tell_on=rules.tell_on(live.exam),
    )
    drawn = _drawn(session, live, attempt)
    session.add(attempt)
    session.flush()
    session.add_all(_question(live.catalogue, attempt, position, id) for position, id in enumerate(drawn, 1))
    session.flush()
    return attempt


def _drawn(session: Session, live: LiveExam, attempt: ExamAttempt) -> Sequence[str]:
    """The ids of the form's questions in order; they follow from the seed, the plan and what was asked before."""
    last = last_items(session, attempt.user_id, attempt.course, attempt.exam)
    lately = [*items_asked(session, attempt.user_id), *_lately_seen(session, live.exam, attempt)]
    rng = Random(attempt.seed)  # noqa: S311 - the seed itself is the secret
    return draw(live.plan, rng, avoid=last, avoid_more=lately).items


def _question(catalogue: Catalogue, attempt: ExamAttempt, position: int, id: str) -> ExamQuestion:
    row = catalogue.items[id]
    return ExamQuestion(
        attempt_id=attempt.id,
        position=position,
        item_id=id,
        item_hash=row.hash,
        module=row.module,
        objective=row.objective,
        seed=secrets.token_hex(16),
        form={},
        state="open",
        flagged=False,
        version=0,
        last_key="",
        last_turn=0,
    )


def _lately_seen(session: Session, exam: Exam, attempt: ExamAttempt) -> Sequence[str]:
    """Questions answered within the days in which they should rest, the one seen longest ago first."""
    rest = timedelta(days=exam.rested_days)
    seen = [s for s in standings_of(session, attempt.user_id).values() if attempt.started_at - s.last_at < rest]
    return [standing.item_id for standing in sorted(seen, key=lambda standing: standing.last_at)]
