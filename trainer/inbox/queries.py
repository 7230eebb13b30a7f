"""Read questions about lessons: a learner's own, those that are shown, those that wait for authors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.db import batches
from trainer.inbox.models import LessonPublication, LessonQuestion, LessonReply
from trainer.learning.errors import N_, NotFound


@dataclass(frozen=True)
class Reply:
    """What an author or the lead of a team replied; `by` is that name, which the asker may see."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Publication:
    """The latest word on what is shown: in which wording, or taken back. `number` counts such words from 1."""

    number: int
    question: str
    answer: str
    is_shown: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Asked:
    """A question about a lesson with what became of it; not by whom."""

    public_id: str
    lesson_id: str
    text: str
    may_publish: bool
    asked_at: datetime
    reply: Reply | None
    publication: Publication | None

    @property
    def is_shown(self) -> bool:
        """Whether every learner can read it under the lesson."""
        return self.publication is not None and self.publication.is_shown

    @property
    def number(self) -> int:
        """How many words on publishing it there are; 0 before the first."""
        return self.publication.number if self.publication else 0


@dataclass(frozen=True)
class BelowLesson:
    """What stands below a lesson: what is shown to all, in the order of publishing, and what this learner asked."""

    shown: Sequence[Publication]
    own: Sequence[Asked]


def below_lesson(session: Session, user_id: int, lesson_id: str) -> BelowLesson:
    """The questions below a lesson for one learner."""
    hers = LessonQuestion.user_id == user_id
    about = _questions().where(LessonQuestion.lesson_id == lesson_id, hers | LessonPublication.is_shown)
    rows = session.execute(about.add_columns(hers).order_by(LessonQuestion.id)).all()
    asked = [(_asked(*row[:3]), row[3]) for row in rows]
    shown = [one.publication for one, _hers in asked if one.publication and one.is_shown]
    return BelowLesson(sorted(shown, key=lambda one: one.at), [one for one, is_hers in asked if is_hers])


def own_questions(session: Session, user_id: int) -> Sequence[Asked]:
    """A learner's own questions about lessons, newest first."""
    mine = _questions().where(LessonQuestion.user_id == user_id).order_by(LessonQuestion.id.desc())
    return _all_asked(session, mine)


def earlier_question(session: Session, user_id: int, lesson_id: str, text: str) -> LessonQuestion | None:
    """The same question about the same lesson by the same learner."""
    same = select(LessonQuestion).where(
        LessonQuestion.user_id == user_id, LessonQuestion.lesson_id == lesson_id, LessonQuestion.text == text
    )
    return session.scalar(same.limit(1))


def count_questions_since(session: Session, user_id: int, since: datetime) -> int:
    """How many questions a learner has asked after a moment."""
    mine = select(func.count()).where(LessonQuestion.user_id == user_id, LessonQuestion.asked_at > since)
    return session.scalar(mine) or 0


def question_asked(session: Session, public_id: str) -> Asked:
    """One question, for authors. Raises NotFound."""
    found = _all_asked(session, _questions().where(LessonQuestion.public_id == public_id))
    if not found:
        raise NotFound(N_("There is no such question."))
    return found[0]


def questions_by(session: Session, since: Mapping[int, datetime]) -> Sequence[Asked]:
    """What these people asked about lessons, each since a time, not by whom: what waits for a reply first, then the
    latest reply."""
    found: list[Asked] = []
    for some in batches(since):
        rows = session.execute(_questions().where(LessonQuestion.user_id.in_(some)))
        found += [_asked(*row) for row in rows if row[0].asked_at >= since[row[0].user_id]]
    waiting = sorted((one for one in found if not one.reply), key=lambda one: one.asked_at)
    return [*waiting, *sorted((one for one in found if one.reply), key=_replied_at, reverse=True)]


def question_by(session: Session, since: Mapping[int, datetime], public_id: str) -> Asked:
    """One of them. Raises NotFound, for everybody else's too."""
    found = next((one for one in questions_by(session, since) if one.public_id == public_id), None)
    if found is None:
        raise NotFound(N_("There is no such question."))
    return found


def _replied_at(asked: Asked) -> datetime:
    assert asked.reply is not None
    return asked.reply.at


def open_questions(session: Session, limit: int) -> tuple[Sequence[Asked], int]:
    """Questions without a reply, the one that waits longest first, and how many there are in all."""
    still_open = _questions().where(LessonReply.id.is_(None)).order_by(LessonQuestion.id)
    return _all_asked(session, still_open.limit(limit)), count_open_questions(session)


def count_open_questions(session: Session) -> int:
    """How many questions wait for a reply."""
    without = select(func.count(LessonQuestion.id)).outerjoin(LessonReply, LessonReply.question_id == LessonQuestion.id)
    return session.scalar(without.where(LessonReply.id.is_(None))) or 0


def replied_questions(session: Session, page: int, size: int) -> tuple[Sequence[Asked], int]:
    """A page (from 1) of the questions with a reply, the latest reply first, and how many there are."""
    replied = _questions().where(LessonReply.id.is_not(None)).order_by(LessonReply.id.desc())
    count = session.scalar(select(func.count()).select_from(LessonReply)) or 0
    return _all_asked(session, replied.limit(size).offset((page - 1) * size)), count


def reply_of(row: LessonReply) -> Reply:
    """A reply as it is shown."""
    return Reply(row.text, row.replied_by, row.replied_at)


def _questions() -> Select[Any, Any, Any]:
    numbers = select(LessonPublication.question_id, func.max(LessonPublication.number).label("number"))
    latest = numbers.group_by(LessonPublication.question_id).subquery()
    counts = (LessonPublication.question_id == latest.c.question_id) & (LessonPublication.number == latest.c.number)
    return (
        select(LessonQuestion, LessonReply, LessonPublication)
        .outerjoin(LessonReply, LessonReply.question_id == LessonQuestion.id)
        .outerjoin(latest, latest.c.question_id == LessonQuestion.id)
        .outerjoin(LessonPublication, counts)
    )


def _all_asked(session: Session, questions: Select[Any, Any, Any]) -> Sequence[Asked]:
    return [_asked(*row) for row in session.execute(questions)]


def _asked(question: LessonQuestion, reply: LessonReply | None, shown: LessonPublication | None) -> Asked:
    return Asked(
        public_id=question.public_id,
        lesson_id=question.lesson_id,
        text=question.text,
        may_publish=question.may_publish,
        asked_at=question.asked_at,
        reply=reply_of(reply) if reply else None,
        publication=_publication(shown) if shown else None,
    )


def _publication(row: LessonPublication) -> Publication:
    return Publication(row.number, row.question, row.answer, row.is_shown, row.decided_by, row.decided_at)
