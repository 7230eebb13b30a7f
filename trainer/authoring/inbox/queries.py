"""What the inbox shows: what waits, what is done, one doubt with its question, one question with its lesson."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainer.authoring.queries import DoubtLine, doubt_lines
from trainer.inbox.queries import Asked, count_open_questions, open_questions, replied_questions
from trainer.library.catalogue import LessonRow
from trainer.library.queries import live_catalogue
from trainer.notebook.queries import count_doubts, decided_doubts, doubt_of, open_doubts

AT_ONCE = 50
"""Of each kind on one page."""


@dataclass(frozen=True)
class QuestionLine:
    """A question about a lesson; `lesson` is missing where it is no longer live."""

    asked: Asked
    lesson: LessonRow | None


@dataclass(frozen=True)
class Waiting:
    """What nobody has decided on or replied to, oldest first: AT_ONCE of each kind, and how many there are in all."""

    doubts: Sequence[DoubtLine]
    doubts_in_all: int
    questions: Sequence[QuestionLine]
    questions_in_all: int


@dataclass(frozen=True)
class Done:
    """A page of what was decided and replied, latest first; `pages` is how many there are."""

    doubts: Sequence[DoubtLine]
    questions: Sequence[QuestionLine]
    page: int
    pages: int


def waiting(session: Session) -> Waiting:
    """What waits for an author."""
    doubts, doubts_in_all = open_doubts(session, AT_ONCE)
    questions, questions_in_all = open_questions(session, AT_ONCE)
    return Waiting(doubt_lines(session, doubts), doubts_in_all, _lines(session, questions), questions_in_all)


def count_waiting(session: Session) -> int:
    """How much waits for an author."""
    return sum(count_doubts(session).values()) + count_open_questions(session)


def done(session: Session, page: int) -> Done:
    """A page (from 1) of what is done."""
    doubts, decided = decided_doubts(session, page, AT_ONCE)
    questions, replied = replied_questions(session, page, AT_ONCE)
    pages = -(-max(decided, replied) // AT_ONCE)
    return Done(doubt_lines(session, doubts), _lines(session, questions), page, pages)


def one_doubt(session: Session, public_id: str) -> DoubtLine:
    """A doubt with the question it is about. Raises NotFound."""
    return doubt_lines(session, [doubt_of(session, public_id)])[0]


def line_of(session: Session, asked: Asked) -> QuestionLine:
    """A question with the lesson it is about."""
    return _lines(session, [asked])[0]


def _lines(session: Session, questions: Sequence[Asked]) -> Sequence[QuestionLine]:
    lessons = live_catalogue(session).lessons
    return [QuestionLine(asked, lessons.get(asked.lesson_id)) for asked in questions]
