"""Ask about a lesson, reply, show question and reply to all, take them back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.db import new_public_id, one_at_a_time
from trainer.inbox.models import LessonPublication, LessonQuestion, LessonReply
from trainer.inbox.queries import (
    Publication,
    Reply,
    count_questions_since,
    earlier_question,
    question_asked,
    reply_of,
)
from trainer.learning.errors import N_, Conflict, Invalid, NotFound, TooMany

LONGEST = 4000
"""Characters of a question, a reply or what is shown of them."""
A_DAY = 24 * 60 * 60
MOST_QUESTIONS, WINDOW = 10, timedelta(seconds=A_DAY)
"""How many questions one person may ask in that time, about all lessons together."""


@dataclass(frozen=True)
class Wording:
    """What shall be shown of a question and its reply. `number` is the last word on it that the author saw."""

    question: str
    answer: str
    number: int


@dataclass(frozen=True)
class Replied:
    """A question with its reply, and whom to tell. Nobody but the mail may see `user`."""

    user: User
    question: LessonQuestion
    reply: Reply


class RepliedAlready(Conflict):
    """Somebody else has replied; `theirs` is what the asker got, the caller's text is not lost."""

    def __init__(self, theirs: Reply) -> None:
        super().__init__(N_("Somebody else has replied to this already."))
        self.theirs = theirs


class ShownElsewhere(Conflict):
    """Somebody else has changed or taken back what is shown; `theirs` is the word that counts now."""

    def __init__(self, theirs: Publication | None) -> None:
        super().__init__(N_("Somebody else has changed what is shown meanwhile."))
        self.theirs = theirs


def ask_about_lesson(
    session: Session, user_id: int, lesson_id: str, *, text: str, may_publish: bool, now: datetime
) -> LessonQuestion:
    """Store a question about a lesson; the same one sent twice is stored once.

    Raises Invalid where it says nothing or far too much, TooMany after MOST_QUESTIONS in a day.
    """
    _refuse_unreadable(text, N_("Write your question first."))
    one_at_a_time(session, f"question by {user_id}")
    earlier = earlier_question(session, user_id, lesson_id, text.strip())
    if earlier is not None and earlier.may_publish != may_publish:
        raise Invalid(
            N_(
                "You have asked this before, and it stands as you asked it then. To change whether it may be shown, "
                "ask in other words and say so."
            )
        )
    if earlier is not None:
        return earlier
    if count_questions_since(session, user_id, now - WINDOW) >= MOST_QUESTIONS:
        raise TooMany(N_("These are many questions for one day. Please ask the next one tomorrow."), retry_after=A_DAY)
    question = LessonQuestion(
        public_id=new_public_id(),
        user_id=user_id,
        lesson_id=lesson_id,
        text=text.strip(),
        may_publish=may_publish,
        asked_at=now,
    )
    session.add(question)
    return question


def reply_to(session: Session, public_id: str, *, text: str, by: str, now: datetime) -> Replied:
    """Reply to a question, once and for all. Raises NotFound, Invalid without words, RepliedAlready."""
    _refuse_unreadable(text, N_("Write the reply first."))
    question = _held(session, public_id)
    earlier = session.scalar(select(LessonReply).where(LessonReply.question_id == question.id))
    if earlier is not None:
        raise RepliedAlready(reply_of(earlier))
    reply = LessonReply(question_id=question.id, text=text.strip(), replied_by=by, replied_at=now)
    session.add(reply)
    session.flush()
    return Replied(session.get_one(User, question.user_id), question, reply_of(reply))


def publish_reply(session: Session, public_id: str, wording: Wording, *, by: str, now: datetime) -> None:
    """Show a question and its reply under the lesson, in this wording; the same once more changes nothing.

    Raises NotFound, ShownElsewhere, and Invalid without the asker's leave, without a reply, or without words.
    """
    _refuse_unreadable(wording.question, N_("Say what the question was."))
    _refuse_unreadable(wording.answer, N_("Say what the answer is."))
    question = _held(session, public_id)
    asked = question_asked(session, public_id)
    if not asked.may_publish:
        raise Invalid(N_("The asker has not given leave to show this question."))
    if asked.reply is None:
        raise Invalid(N_("Reply to the asker first."))
    texts = wording.question.strip(), wording.answer.strip()
    shown = asked.publication
    if shown and shown.is_shown and (shown.question, shown.answer) == texts:
        return
    if asked.number != wording.number:
        raise ShownElsewhere(shown)
    session.add(_word(question, asked.number + 1, *texts, is_shown=True, by=by, now=now))


def take_back(session: Session, public_id: str, *, by: str, now: datetime) -> None:
    """Show a question no longer. What is not shown stays as it is. Raises NotFound."""
    question = _held(session, public_id)
    shown = question_asked(session, public_id).publication
    if shown and shown.is_shown:
        texts = shown.question, shown.answer
        session.add(_word(question, shown.number + 1, *texts, is_shown=False, by=by, now=now))


def _held(session: Session, public_id: str) -> LessonQuestion:
    """The question, held until the transaction ends: two authors at once come one after the other."""
    its = select(LessonQuestion).where(LessonQuestion.public_id == public_id).with_for_update()
    found = session.scalar(its)
    if found is None:
        raise NotFound(N_("There is no such question."))
    return found


def _word(
    question: LessonQuestion, number: int, asked: str, answer: str, *, is_shown: bool, by: str, now: datetime
) -> LessonPublication:
    return LessonPublication(
        question_id=question.id,
        number=number,
        question=asked,
        answer=answer,
        is_shown=is_shown,
        decided_by=by,
        decided_at=now,
    )


def _refuse_unreadable(text: str, empty: str) -> None:
    if not text.strip():
        raise Invalid(empty)
    if len(text) > LONGEST:
        raise Invalid(N_("Please use at most 4,000 characters."))
