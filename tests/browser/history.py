"""A learner some weeks on: lessons read, mixed sets answered on many days, most right and some not, notes kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from random import Random

from sqlalchemy.orm import Session

from tests.browser.one_of_each import practice_set
from tests.published import form_for, practice_items
from trainer.accounts.models import User
from trainer.answers.actions import Reply
from trainer.content.items import Item
from trainer.learning.calibration import Certainty
from trainer.learning.question_types.base import Answer, Mark, Verdict
from trainer.library.queries import live_catalogue
from trainer.notebook.actions import keep_note, set_revisit
from trainer.practice.actions import answer_question
from trainer.study.actions import finish_lesson, remember_place

DAYS_AGO = (37, 35, 33, 30, 28, 26, 23, 21, 20, 16, 14, 12, 9, 7, 5, 3, 2)
PER_DAY = 7
NOTES = (
    "Permitted is not accredited. Look for the name of the accreditation body.",
    "Ask the auditor which edition applies to us.\nSee the list of terms in lesson 2.",
)


def weeks_of_study(session: Session, user: User, now: datetime, *, lessons: int = 6) -> None:
    """Give the learner five weeks behind her, the last answers two days before `now`; commit."""
    rng = Random("the same five weeks each time")
    for nth, days in enumerate(DAYS_AGO):
        _one_day(session, user, _items_of_day(nth), now - timedelta(days=days), rng)
    read_lessons(session, user, now, lessons)
    for item, text in zip(answerable(), NOTES, strict=False):
        keep_note(session, user.id, item.id, text, version=0, now=now - timedelta(days=3))
        set_revisit(session, user.id, item.id, True, now=now - timedelta(days=3))
    session.commit()


def read_lessons(session: Session, user: User, now: datetime, count: int | None = None) -> None:
    """The learner has read the first `count` lessons, or all, and opened the one after them; commit."""
    order = list(live_catalogue(session).lessons)
    read = order[:count]
    for nth, lesson in enumerate(read):
        finish_lesson(session, user, lesson, now=now - timedelta(days=len(read) - nth))
    for lesson in order[len(read) :][:1]:
        remember_place(session, user, lesson, "", now=now - timedelta(hours=20))
    session.commit()


def key_of(item: Item) -> Answer:
    """The answer that gets full marks, read off what the grading of an empty one says was missed."""
    marks = item.question.grade({}).marks
    slots = {mark.element: mark.expected for mark in marks if mark.of == "slot" and mark.expected}
    missed = [mark for mark in marks if mark.of == "choice" and mark.verdict is Verdict.MISSED]
    return {**slots, **{_slot_of(item, mark): mark.element for mark in missed}}


def near_miss(item: Item) -> Answer:
    """The key with its first choice exchanged for one that follows in the list."""
    key = key_of(item)
    slot = next(slot for slot in item.question.form_slots() if slot.choices and slot.id in key)
    right, other = key[slot.id], next(choice for choice in slot.choices or () if choice != key[slot.id])
    return {id: other if id == slot.id else right if given == other else given for id, given in key.items()}


def _slot_of(item: Item, mark: Mark) -> str:
    """Where the choice belongs that was marked."""
    slots = item.question.form_slots()
    return next(slot.id for slot in slots if slot.group == mark.group and mark.element in (slot.choices or ()))


@cache
def answerable() -> Sequence[Item]:
    """Questions whose key can be read off and entered, those of one objective apart from each other."""
    items = [item for item in practice_items() if item.question.kind not in _TOLD_IN_PROSE]
    found = [item for item in items if item.question.grade(key_of(item)).score == 1]
    return sorted(found, key=lambda item: (item.id.rpartition("-")[2], item.id))


_TOLD_IN_PROSE = {"numeric", "short_text", "scenario", "multiple_response"}
"""Their keys are shown with a unit, as a sample or part by part; or there is no other choice to miss by."""


def _items_of_day(nth: int) -> Sequence[Item]:
    """A few questions, the same again every sixth time."""
    items = answerable()[: 6 * PER_DAY]
    start = nth % 6 * PER_DAY
    return items[start : start + PER_DAY]


def _one_day(session: Session, user: User, items: Sequence[Item], at: datetime, rng: Random) -> None:
    practice, questions = practice_set(session, user, items, at)
    for nth, (item, question) in enumerate(zip(items, questions, strict=True)):
        knows = rng.random() < 0.78
        answer = key_of(item) if knows else near_miss(item)
        certainty = rng.choices(list(Certainty), (1, 3, 4) if knows else (4, 3, 2))[0]
        reply = Reply(form_for(item, question.seed, answer), f"{practice.public_id}-{nth}", certainty)
        answer_question(session, user, practice, question, reply=reply, now=at + timedelta(minutes=2 * nth))
