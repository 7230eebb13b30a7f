"""Reads of the spine."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.answers.models import TESTS, Answer, AnsweredWeek, Standing, Sureness
from trainer.db import batches
from trainer.learning.calibration import Certainty, Step, is_right, steps_of


def answer_with_key(session: Session, user_id: int, key: str) -> Answer | None:
    """The answer that a request with this key made before."""
    return session.scalar(select(Answer).where(Answer.user_id == user_id, Answer.key == key))


def answer_in_place(
    session: Session, user_id: int, place: str, place_id: str, *, turn: int, item_id: str | None = None
) -> Answer | None:
    """The answer to one question asked once in one place; where a turn there has one question only, to that."""
    given = select(Answer).where(
        Answer.user_id == user_id, Answer.place == place, Answer.place_id == place_id, Answer.turn == turn
    )
    return session.scalar(given if item_id is None else given.where(Answer.item_id == item_id))


def answers_in_place(session: Session, user_id: int, place: str, place_id: str) -> Sequence[Answer]:
    """All answers given in one place, oldest first."""
    return session.scalars(
        select(Answer)
        .where(Answer.user_id == user_id, Answer.place == place, Answer.place_id == place_id)
        .order_by(Answer.id)
    ).all()


def answer_of(session: Session, user_id: int, public_id: str) -> Answer | None:
    """One of the learner's own answers, but for those of assessments, which show what their own rule allows."""
    mine = select(Answer).where(Answer.user_id == user_id, Answer.public_id == public_id, Answer.place.not_in(TESTS))
    return session.scalar(mine)


def last_weeks(session: Session, user_id: int, weeks: int) -> Sequence[AnsweredWeek]:
    """The last weeks in which the learner answered something, newest first."""
    hers = select(AnsweredWeek).where(AnsweredWeek.user_id == user_id)
    return session.scalars(hers.order_by(AnsweredWeek.monday.desc()).limit(weeks)).all()


def certainty_of(session: Session, user_id: int) -> Sequence[Step]:
    """How sure the learner was, and how often right."""
    rows = session.scalars(select(Sureness).where(Sureness.user_id == user_id))
    return steps_of({Certainty(row.certainty): (row.answers, row.right) for row in rows})


def last_answers(session: Session, user_id: int, item_ids: Collection[str]) -> Mapping[str, Answer]:
    """The learner's newest answer to each of these questions outside assessments, by item id."""
    mine = (Answer.user_id == user_id, Answer.item_id.in_(item_ids), Answer.place.not_in(TESTS))
    newest = select(func.max(Answer.id)).where(*mine)
    rows = session.scalars(select(Answer).where(Answer.id.in_(newest.group_by(Answer.item_id))))
    return {answer.item_id: answer for answer in rows}


def answers_page(session: Session, user_id: int, page: int, size: int) -> tuple[Sequence[Answer], int]:
    """A page (from 1) of a learner's answers, newest first, and how many there are in all; without assessments'."""
    mine = select(Answer).where(Answer.user_id == user_id, Answer.place.not_in(TESTS))
    newest_first = mine.order_by(Answer.answered_at.desc(), Answer.id.desc())
    rows = session.scalars(newest_first.limit(size).offset((page - 1) * size)).all()
    return rows, session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def standings_of(session: Session, user_id: int) -> Mapping[str, Standing]:
    """Where a learner stands with each question she has met, by item id."""
    rows = session.scalars(select(Standing).where(Standing.user_id == user_id))
    return {standing.item_id: standing for standing in rows}


def return_of(session: Session, user_id: int) -> Mapping[str, datetime]:
    """When each question the learner has met comes back, by item id."""
    hers = select(Standing.item_id, Standing.due_at).where(Standing.user_id == user_id)
    return {row.item_id: row.due_at for row in session.execute(hers)}


def sure_and_wrong(session: Session, user_id: int, most: int) -> Sequence[Answer]:
    """The last answers to questions whose last answer outside assessments was sure and not right, newest first.

    Answered right later, a question is no longer among them.
    """
    hers = (Standing.user_id == user_id, Standing.last_certainty == Certainty.SURE)
    last = select(Standing.item_id, Standing.last_at, Standing.last_score).where(*hers)
    rows = session.execute(last.order_by(Standing.last_at.desc())).all()
    wanted = [(item_id, at) for item_id, at, score in rows if not is_right(score)][:most]
    at_the_time = select(Answer).where(
        Answer.user_id == user_id, Answer.answered_at.in_({at for _, at in wanted}), Answer.place.not_in(TESTS)
    )
    found = {(answer.item_id, answer.answered_at): answer for answer in session.scalars(at_the_time)}
    return [found[each] for each in wanted if each in found]


def standing_with(session: Session, user_id: int, item_id: str) -> Standing | None:
    """Where a learner stands with one question."""
    return session.get(Standing, (user_id, item_id))


def due_items(session: Session, user_id: int, now: datetime) -> Sequence[Standing]:
    """Questions whose time to come back has come, those longest due first."""
    return session.scalars(
        select(Standing).where(Standing.user_id == user_id, Standing.due_at <= now).order_by(Standing.due_at)
    ).all()


def days_answered(session: Session, user_ids: Collection[int], since: datetime) -> Mapping[int, frozenset[date]]:
    """On which days (UTC) since then these people have answered anything; nothing of what they answered, nor how
    much."""
    found: dict[int, set[date]] = {id: set() for id in user_ids}
    on = func.date(Answer.answered_at)
    for some in batches(user_ids):
        theirs = select(Answer.user_id, on).where(Answer.user_id.in_(some), Answer.answered_at >= since).distinct()
        for user_id, day in session.execute(theirs):
            # SQLite says a day as text.
            found[user_id].add(date.fromisoformat(str(day)))
    return {id: frozenset(days) for id, days in found.items()}


def last_answered(session: Session, user_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each of these people answered anything for the last time; those who never did are left out."""
    found: dict[int, datetime] = {}
    last = select(Answer.user_id, func.max(Answer.answered_at)).group_by(Answer.user_id)
    for some in batches(user_ids):
        for user_id, at in session.execute(last.where(Answer.user_id.in_(some))):
            found[user_id] = at
    return found
