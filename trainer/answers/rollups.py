"""What pages read in the place of all answers: kept up in the transaction of each answer, rebuilt from the spine.

Knowledge and misconceptions are folds over the answers in the order in which they were given. An answer nearly always
comes after all others and moves the fold on by one step. One that is dated before another (an assessment that is told
later, two servers whose clocks differ) has what it touches folded again. So a rebuild always gives the same rows.

Everything here expects the learner's row to be locked (`one_at_a_time`) and does so itself where it begins.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.feedback import outcome_of
from trainer.answers.models import EXAM, Answer, AnsweredWeek, Knowledge, Misbelief, RebuildDue, Sureness
from trainer.learning import forecast, mastery, misconceptions
from trainer.learning.calibration import Certainty, is_right
from trainer.learning.forecast import Known
from trainer.learning.mastery import Evidence, Ladder
from trainer.learning.misconceptions import Belief, Sight
from trainer.library.queries import item_version

Row = TypeVar("Row")
ROLL_UPS = (Knowledge, AnsweredWeek, Sureness, Misbelief)


@dataclass(frozen=True)
class _Fact:
    """What the roll-ups need of an answer."""

    id: int
    user_id: int
    place: str
    mixed: bool
    item_id: str
    item_hash: str
    objective: str
    certainty: int | None
    score: float
    misconceptions: Sequence[str]
    answered_at: datetime

    @property
    def evidence(self) -> Evidence:
        """As the rules of mastery and forecast take it."""
        return Evidence(self.item_id, self.score, _certainty(self.certainty), self.answered_at, self.mixed)

    def sight_of(self, misconception: str) -> Sight:
        """As the rule of misconceptions takes it."""
        shown = misconception in self.misconceptions
        return Sight(self.answered_at, shown, self.evidence.shows_knowledge, _certainty(self.certainty))


_COLUMNS = tuple(getattr(Answer, name) for name in _Fact.__dataclass_fields__)


def one_at_a_time(session: Session, user_id: int) -> None:
    """Let two tabs of a learner queue here, on both databases: on SQLite the whole writing transaction does."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())


def count_in(session: Session, answer: Answer) -> None:
    """Move the learner's roll-ups on by an answer that was just added to the spine."""
    fact = _Fact(*(getattr(answer, name) for name in _Fact.__dataclass_fields__))
    is_due, is_late = session.execute(
        select(
            exists().where(RebuildDue.user_id == fact.user_id),
            exists().where(Answer.user_id == fact.user_id, Answer.answered_at > fact.answered_at),
        )
    ).one()
    if is_due:
        rebuild(session, fact.user_id)
        return
    _count(session, fact)
    if is_late:
        _fold_again(session, fact)
    else:
        _learn(session, fact)
        _believe(session, fact)
    session.flush()


def rebuild(session: Session, user_id: int) -> None:
    """Make a learner's roll-ups anew from the spine."""
    one_at_a_time(session, user_id)
    for table in (*ROLL_UPS, RebuildDue):
        session.execute(delete(table).where(table.user_id == user_id))
    facts = _facts(session, Answer.user_id == user_id)
    weeks: dict[date, AnsweredWeek] = {}
    sureness: dict[int, Sureness] = {}
    for fact in sorted(facts, key=lambda fact: fact.id):  # as they were counted: sums of fractions depend on the order
        _add_to_week(weeks.setdefault(_monday(fact), _new_week(fact)), fact)
        if fact.certainty:
            _add_to_sureness(sureness.setdefault(fact.certainty, _new_sureness(fact)), fact)
    session.add_all([*weeks.values(), *sureness.values()])
    for objective in {fact.objective for fact in facts}:
        session.add(_knowledge([fact for fact in facts if fact.objective == objective]))
    _add_beliefs(session, user_id, facts)
    session.flush()


def _now(session: Session, table: type[Row], key: tuple[object, ...]) -> Row | None:
    """The row as it stands now that the learner is locked, whatever this session has read of it before."""
    return session.get(table, key, populate_existing=True)


def _facts(session: Session, *of: ColumnElement[bool]) -> Sequence[_Fact]:
    """In the order in which they were given."""
    rows = session.execute(select(*_COLUMNS).where(*of).order_by(Answer.answered_at, Answer.id))
    return [_Fact(*row) for row in rows]


def _fold_again(session: Session, fact: _Fact) -> None:
    of_hers = Answer.user_id == fact.user_id
    _now(session, Knowledge, (fact.user_id, fact.objective))
    session.merge(_knowledge(_facts(session, of_hers, Answer.objective == fact.objective)))
    if fact.place != EXAM:
        session.execute(delete(Misbelief).where(Misbelief.user_id == fact.user_id))
        _add_beliefs(session, fact.user_id, _facts(session, of_hers))


# --- counts ---------------------------------------------------------------------------------------------------------


def _count(session: Session, fact: _Fact) -> None:
    week = _now(session, AnsweredWeek, (fact.user_id, _monday(fact))) or _new_week(fact)
    _add_to_week(week, fact)
    session.add(week)
    if fact.certainty:
        sureness = _now(session, Sureness, (fact.user_id, fact.certainty)) or _new_sureness(fact)
        _add_to_sureness(sureness, fact)
        session.add(sureness)


def _new_week(fact: _Fact) -> AnsweredWeek:
    return AnsweredWeek(user_id=fact.user_id, monday=_monday(fact), right=0, partly=0, not_yet=0)


def _new_sureness(fact: _Fact) -> Sureness:
    return Sureness(user_id=fact.user_id, certainty=fact.certainty, answers=0, right=0, scores=0.0)


def _add_to_week(week: AnsweredWeek, fact: _Fact) -> None:
    name = outcome_of(fact.score).value
    setattr(week, name, getattr(week, name) + 1)


def _add_to_sureness(sureness: Sureness, fact: _Fact) -> None:
    sureness.answers += 1
    sureness.right += is_right(fact.score)
    sureness.scores += fact.score


def _monday(fact: _Fact) -> date:
    return monday_of(fact.answered_at.date())


def monday_of(day: date) -> date:
    """The day on which its week begins."""
    return day - timedelta(days=day.weekday())


# --- knowledge ------------------------------------------------------------------------------------------------------


def _learn(session: Session, fact: _Fact) -> None:
    row = _now(session, Knowledge, (fact.user_id, fact.objective))
    if row is None:
        session.add(_knowledge([fact]))
        return
    row.answers += 1
    row.ladder = mastery.after(Ladder.from_json(row.ladder), fact.evidence).to_json()
    row.known = forecast.after(Known.from_json(row.known), fact.evidence).to_json()


def _knowledge(facts: Sequence[_Fact]) -> Knowledge:
    """What answers on one objective come to."""
    ladder, known = Ladder(), Known()
    for fact in facts:
        ladder, known = mastery.after(ladder, fact.evidence), forecast.after(known, fact.evidence)
    return Knowledge(
        user_id=facts[0].user_id,
        objective=facts[0].objective,
        answers=len(facts),
        ladder=ladder.to_json(),
        known=known.to_json(),
    )


# --- misconceptions -------------------------------------------------------------------------------------------------


def _believe(session: Session, fact: _Fact) -> None:
    touched = _can_show(session, fact)
    if not touched:
        return
    hers = select(Misbelief).where(Misbelief.user_id == fact.user_id, Misbelief.misconception.in_(sorted(touched)))
    rows = {row.misconception: row for row in session.scalars(hers.execution_options(populate_existing=True))}
    for id in touched:
        before = belief_of(rows[id]) if id in rows else None
        belief = misconceptions.after(before, fact.sight_of(id))
        if belief is not None and belief != before:
            session.merge(_misbelief(fact.user_id, id, belief))


def _add_beliefs(session: Session, user_id: int, facts: Iterable[_Fact]) -> None:
    beliefs: dict[str, Belief | None] = {}
    for fact in facts:
        for id in _can_show(session, fact):
            beliefs[id] = misconceptions.after(beliefs.get(id), fact.sight_of(id))
    session.add_all(_misbelief(user_id, id, belief) for id, belief in beliefs.items() if belief)


def _can_show(session: Session, fact: _Fact) -> Collection[str]:
    """The misconceptions that the answer showed or could have shown. None in an assessment: which wrong option was
    chosen there, and so what is wrong about it, is told by its own rule alone."""
    if fact.place == EXAM:
        return ()
    return item_version(session, fact.item_hash).misconceptions | set(fact.misconceptions)


def _misbelief(user_id: int, misconception: str, belief: Belief) -> Misbelief:
    return Misbelief(user_id=user_id, misconception=misconception, **asdict(belief))


def belief_of(row: Misbelief) -> Belief:
    """The value that a row holds."""
    return Belief(row.times, row.times_sure, _certainty(row.certainty), row.shown_at, row.righted_at, row.overcome_at)


def _certainty(stored: int | None) -> Certainty | None:
    return Certainty(stored) if stored else None
