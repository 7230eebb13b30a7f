"""Take an answer: read, grade, add it to the spine, move the learner's standing; all in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.models import Answer, Standing
from trainer.answers.queries import answer_in_place, answer_with_key
from trainer.answers.rollups import count_in, one_at_a_time
from trainer.content.items import Item
from trainer.db import new_public_id
from trainer.learning.calibration import Certainty
from trainer.learning.errors import N_, Conflict, Invalid
from trainer.learning.question_types.base import Answer as Given
from trainer.learning.question_types.base import Form, Grade, Unreadable
from trainer.learning.scheduling import RETENTION, Memory, next_review
from trainer.learning.showing import read
from trainer.library.queries import course_of_item, item_version


@dataclass(frozen=True)
class Asked:
    """A question put to a learner: which version, in which order, where, for the how manieth time.

    `mixed` says that it came among questions on other objectives, so that the context gave nothing away.
    """

    item_id: str
    item_hash: str
    objective: str
    seed: str
    place: str
    place_id: str
    turn: int
    mixed: bool


@dataclass(frozen=True)
class Reply:
    """What came back. `key` is the same when the same answer is sent again; `gave_up` means "I don't know"."""

    form: Form
    key: str
    certainty: Certainty | None = None
    gave_up: bool = False


@dataclass(frozen=True)
class Graded:
    """What was given, what it came to, and how sure the learner was (None: not asked, or she gave up)."""

    given: Given
    grade: Grade
    certainty: Certainty | None


class AlreadyAnswered(Conflict):
    """This question was answered before, in another tab or on another device; `earlier` is what counts."""

    def __init__(self, earlier: Answer) -> None:
        super().__init__(N_("This question is answered already."))
        self.earlier = earlier


class KeyUsedElsewhere(Conflict):
    """The form came with the key of another question's answer; nothing of it was recorded."""

    def __init__(self) -> None:
        super().__init__(
            N_("Nothing was recorded: this form was used for another question before. Check it and send it again.")
        )


class NotAnAnswer(Invalid):
    """The form is not an answer yet: `why` says what is missing in the question, `lacks_certainty` whether the learner
    has still to say how sure she is. One or both, so that she hears of both at once."""

    def __init__(self, why: Unreadable | None, *, lacks_certainty: bool) -> None:
        super().__init__(N_("The answer is not complete."))
        self.why = why
        self.lacks_certainty = lacks_certainty


def submit_answer(session: Session, user: User, asked: Asked, reply: Reply, *, now: datetime) -> Answer:
    """Record the learner's answer and return it; the same key returns the answer it made the first time.

    Raises NotAnAnswer where something is missing, AlreadyAnswered where another answer came first, and
    KeyUsedElsewhere where the key is that of another question's answer.
    """
    one_at_a_time(session, user.id)
    earlier = answer_with_key(session, user.id, reply.key)
    if earlier is not None and _is_for(earlier, asked):
        return earlier
    taken = answer_in_place(session, user.id, asked.place, asked.place_id, item_id=asked.item_id, turn=asked.turn)
    if taken is not None:
        raise AlreadyAnswered(taken)
    if earlier is not None:
        raise KeyUsedElsewhere
    item = item_version(session, asked.item_hash)
    given = _given(item, asked, reply)
    graded = Graded(given, item.question.grade(given), None if reply.gave_up else reply.certainty)
    answer = _add(session, user.id, asked, graded, key=reply.key, at=now)
    _move_standing(session, answer)
    return answer


def _is_for(answer: Answer, asked: Asked) -> bool:
    return (answer.place, answer.place_id, answer.item_id) == (asked.place, asked.place_id, asked.item_id)


def _given(item: Item, asked: Asked, reply: Reply) -> Given:
    if reply.gave_up:
        return {}
    given = read(item.question, asked.seed, reply.form)
    lacks_certainty = item.asks_certainty and reply.certainty is None
    if isinstance(given, Unreadable):
        raise NotAnAnswer(given, lacks_certainty=lacks_certainty)
    if lacks_certainty:
        raise NotAnAnswer(None, lacks_certainty=True)
    return given


def record(session: Session, user_id: int, asked: Asked, graded: Graded, *, key: str, at: datetime) -> Answer:
    """Add an answer that was read and graded to the spine and to the roll-ups, and do nothing else with it.

    An assessment does so when its result is told; its questions must not come back in review, with their key.
    """
    one_at_a_time(session, user_id)
    return _add(session, user_id, asked, graded, key=key, at=at)


def _add(session: Session, user_id: int, asked: Asked, graded: Graded, *, key: str, at: datetime) -> Answer:
    answer = Answer(
        public_id=new_public_id(),
        user_id=user_id,
        key=key,
        given=dict(graded.given),
        certainty=graded.certainty,
        score=graded.grade.score,
        rule=graded.grade.rule,
        misconceptions=list(graded.grade.misconceptions),
        answered_at=at,
        **_columns(asked),
    )
    session.add(answer)
    session.flush()
    count_in(session, answer)
    return answer


def _columns(asked: Asked) -> Mapping[str, Any]:
    return {name: getattr(asked, name) for name in Asked.__dataclass_fields__}


def _move_standing(session: Session, answer: Answer) -> None:
    standing = session.get(Standing, (answer.user_id, answer.item_id))
    before = Memory.from_json(standing.memory) if standing else None
    certainty = Certainty(answer.certainty) if answer.certainty else None
    retention = _retention(session, answer.item_id)
    memory = next_review(before, answer.score, certainty, answer.answered_at, retention=retention)
    if standing is None:
        standing = Standing(user_id=answer.user_id, item_id=answer.item_id, times=0)
        session.add(standing)
    standing.objective = answer.objective
    standing.times += 1
    standing.last_score = answer.score
    standing.last_certainty = answer.certainty
    standing.last_at = answer.answered_at
    standing.memory = memory.to_json()
    standing.due_at = memory.due
    session.flush()


def _retention(session: Session, item_id: str) -> float:
    """The chance of remembering at which its course wants the question back."""
    course = course_of_item(session, item_id)
    return course.review.desired_retention if course else RETENTION
