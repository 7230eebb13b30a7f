"""Somebody who practises and reviews, day after day, by the same actions as the pages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from tests.browser.history import answerable, key_of, near_miss
from tests.factories import NOW
from tests.published import form_for, real_content
from trainer.accounts.models import User
from trainer.answers.actions import Reply
from trainer.answers.models import Answer
from trainer.answers.queries import standings_of
from trainer.answers.reviewing import DaysReview, review_of_day
from trainer.content.courses import ReviewRule
from trainer.content.items import Item
from trainer.learning.calibration import Certainty, is_miss
from trainer.library.actions import publish
from trainer.library.queries import item_version, live_catalogue
from trainer.practice.actions import answer_question, start_practice
from trainer.practice.models import PracticeSet
from trainer.practice.pool import Wish
from trainer.practice.queries import practice_of

GUESSING, THINK_SO, SURE = Certainty


@cache
def clear_cut() -> Sequence[Item]:
    """Questions that tests can answer right, and wrong beyond doubt."""
    return [item for item in answerable() if is_miss(item.question.grade(near_miss(item)).score)]


def publish_clear_cut(session: Session, **rule: float) -> None:
    """The real course with these questions, reviewed by this rule, live; commit."""
    content = real_content()
    courses = tuple(replace(course, review=ReviewRule(**rule)) for course in content.courses)  # type: ignore[arg-type]
    banks = tuple(
        replace(bank, items=tuple(item for item in bank.items if item in clear_cut())) for bank in content.banks
    )
    publish(session, replace(content, courses=courses, banks=banks), NOW, by="a test")
    session.commit()


def answer_set(
    session: Session, user: User, practice: PracticeSet, *, at: datetime, right: bool, certainty: Certainty
) -> list[Answer]:
    """Answer every question of a set in the same way, right or a miss; commit."""
    run = practice_of(session, user.id, practice.public_id)
    assert run
    answers = []
    for step in run.steps:
        item = item_version(session, step.question.item_hash)
        given = key_of(item) if right else near_miss(item)
        key = f"{practice.public_id}-{step.position:03}"
        reply = Reply(form_for(item, step.question.seed, given), key, certainty)
        answers.append(answer_question(session, user, practice, step.question, reply=reply, now=at))
    session.commit()
    return answers


def practise(
    session: Session, user: User, wish: Wish, *, at: datetime, right: bool = True, certainty: Certainty = THINK_SO
) -> list[Answer]:
    """Draw a set and answer all of it."""
    practice = start_practice(session, user, live_catalogue(session), wish, now=at)
    return answer_set(session, user, practice, at=at, right=right, certainty=certainty)


def day_of(session: Session, user: User, *, at: datetime) -> DaysReview:
    """The review of a day that began at midnight UTC; nothing stays locked."""
    since = at.replace(hour=0, minute=0, second=0, microsecond=0)
    review = review_of_day(standings_of(session, user.id), live_catalogue(session), since=since, now=at)
    session.rollback()
    return review
