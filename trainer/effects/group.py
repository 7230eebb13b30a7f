"""What a course has brought to a group of people: everybody's figures, their means and what may be said of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.misconceptions import Spread, misconceptions_of_group
from trainer.content.courses import Course, Misconception
from trainer.content.exams import Exam
from trainer.db import batches
from trainer.effects.queries import begun, comes_before
from trainer.exams.occasions import Programme, taken_on_occasions
from trainer.learning.effect import BEFORE, Estimate, Measured, gain, mean_gain, mean_share

MOST_BELIEVED = 12


@dataclass(frozen=True)
class PersonEffect:
    """One person's figures by occasion, only those that count."""

    user: User
    measured: Mapping[str, Measured]

    def gain(self, occasion: str) -> Estimate | None:
        """Since before the course; None where one of the two is missing."""
        before, later = self.measured.get(BEFORE), self.measured.get(occasion)
        return gain(before, later) if before and later and occasion != BEFORE else None


@dataclass(frozen=True)
class Column:
    """An occasion for the whole group: the mean of those who took it, the mean gain of those who also took the test
    before, and how many of the former reached what was said before (None where nothing was)."""

    occasion: str
    exam: Exam
    share: Estimate | None
    gain: Estimate | None
    reached: int | None


@dataclass(frozen=True)
class Believed:
    """A misconception, and how many people of the group hold it or have overcome it."""

    misconception: Misconception
    spread: Spread


@dataclass(frozen=True)
class GroupEffect:
    """A group's effect. `people` are those who have taken any of the tests, by name; `in_all` is how large the group
    is, so that nobody who is missing is forgotten. `believed` are the misconceptions that most hold, without names;
    None where too few have practised."""

    programme: Programme
    columns: Sequence[Column]
    people: Sequence[PersonEffect]
    in_all: int
    believed: Sequence[Believed] | None


def effect_of_group(session: Session, user_ids: Collection[int], programme: Programme) -> GroupEffect:
    """What the course has brought to these people."""
    group = set(user_ids)
    taken = taken_on_occasions(session, group, programme.course.id)
    begun_at = begun(session, group, programme.course)
    figures = {
        id: {
            occasion: each.measured
            for occasion, each in own.items()
            if each.measured and occasion in programme.occasions
            if occasion != BEFORE or comes_before(each.measured, begun_at.get(id))
        }
        for id, own in taken.items()
    }
    measured = [id for id, own in figures.items() if own]
    users = [user for some in batches(measured) for user in session.scalars(select(User).where(User.id.in_(some)))]
    people = sorted((PersonEffect(user, figures[user.id]) for user in users), key=_by_name)
    columns = [_column(occasion, exam, people) for occasion, exam in programme.occasions.items()]
    return GroupEffect(programme, columns, people, len(group), _believed(session, group, programme.course))


def _by_name(each: PersonEffect) -> tuple[str, int]:
    return each.user.name.casefold(), each.user.id


def _believed(session: Session, group: Collection[int], course: Course) -> Sequence[Believed] | None:
    spreads = misconceptions_of_group(session, group)
    if spreads is None:
        return None
    known = course.misconceptions_by_id
    named = [Believed(known[id], spread) for id, spread in spreads.items() if id in known]
    return sorted(named, key=lambda each: (-each.spread.held, each.misconception.id))[:MOST_BELIEVED]


def _column(occasion: str, exam: Exam, people: Sequence[PersonEffect]) -> Column:
    taken = [each.measured[occasion] for each in people if occasion in each.measured]
    pairs = [
        (each.measured[BEFORE], each.measured[occasion])
        for each in people
        if occasion != BEFORE and BEFORE in each.measured and occasion in each.measured
    ]
    least = None if exam.pass_rule is None or occasion == BEFORE else exam.pass_rule.overall
    reached = None if least is None else sum(each.share >= least - 1e-9 for each in taken)
    return Column(occasion, exam, mean_share(taken), mean_gain(pairs), reached)
