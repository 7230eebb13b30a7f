"""What a course has brought to a group of people: everybody's figures, their means and what may be said of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.misconceptions import Believed, misconceptions_told
from trainer.db import batches
from trainer.effects.queries import begun_at, comes_before
from trainer.exams.occasions import Programme, Taken, announced, courses_then, taken_on_occasions
from trainer.learning.effect import (
    AFTER,
    BEFORE,
    Estimate,
    Measured,
    State,
    Window,
    days_of,
    gain,
    mean_gain,
    mean_share,
    window,
)


@dataclass(frozen=True)
class PersonEffect:
    """What one person has `taken` and finished, by occasion, as far as it counts; what is `left_out` is not finished,
    or cannot be compared with anything. `windows` are when she can begin the checks some weeks later."""

    user: User
    taken: Mapping[str, Taken]
    left_out: Mapping[str, Taken]
    windows: Mapping[str, Window]

    @property
    def measured(self) -> Mapping[str, Measured]:
        """Her figures by occasion."""
        return {occasion: each.measured for occasion, each in self.taken.items() if each.measured}

    def state(self, occasion: str, now: datetime) -> State:
        """How an occasion stands of which there is no figure."""
        if occasion in self.left_out:
            return State.DONE if self.left_out[occasion].measured else State.OPEN
        if occasion == BEFORE:
            return State.MISSED
        return self.windows[occasion].state(now) if occasion in self.windows else State.AHEAD

    def gain(self, occasion: str) -> Estimate | None:
        """Since before the course; None where one of the two is missing."""
        before, later = self.measured.get(BEFORE), self.measured.get(occasion)
        return gain(before, later) if before and later and occasion != BEFORE else None


@dataclass(frozen=True)
class Column:
    """An occasion for the whole group: the mean of those who took it, the mean gain of those who also took the test
    before, and how many of the former `reached` the aim that was told to them (None where none was). `aim` is that aim
    where it was the same for all."""

    occasion: str
    share: Estimate | None
    gain: Estimate | None
    reached: int | None
    aim: float | None


@dataclass(frozen=True)
class GroupEffect:
    """A group's effect. `people` are those who have taken any of the tests that measure, by name; `in_all` is how large
    the group is, so that nobody who is missing is forgotten. `believed` are the misconceptions that most hold, without
    names; None where too few have practised."""

    programme: Programme
    columns: Sequence[Column]
    people: Sequence[PersonEffect]
    in_all: int
    believed: Sequence[Believed] | None

    @property
    def told(self) -> Column | None:
        """The latest occasion of which a gain may be judged; where none may be, the latest with any gain."""
        gained = [column for column in self.columns if column.gain]
        judged = [column for column in gained if column.gain and column.gain.is_enough]
        return next(reversed(judged or gained), None)


def effect_of_group(session: Session, user_ids: Collection[int], programme: Programme) -> GroupEffect:
    """What the course has brought to these people."""
    group = set(user_ids)
    every = taken_on_occasions(session, group, programme.course.id)
    told = {id: announced(session, programme, own) for id, own in every.items()}
    # Whoever was told that only she sees the result of her test is not shown to others, whatever it becomes later.
    taken = {id: own if told[id].measures else {} for id, own in every.items()}
    of_all = [each for own in taken.values() for each in own.values()]
    since = begun_at(session, group, courses_then(session, programme, of_all))
    figures = {
        id: {
            occasion: each
            for occasion, each in own.items()
            if each.measured and each.is_answered and (occasion != BEFORE or comes_before(each.measured, since.get(id)))
        }
        for id, own in taken.items()
    }
    known = [id for id, own in taken.items() if own]
    users = [user for some in batches(known) for user in session.scalars(select(User).where(User.id.in_(some)))]
    hers = (
        PersonEffect(
            user=user,
            taken=figures[user.id],
            left_out={occasion: each for occasion, each in taken[user.id].items() if occasion not in figures[user.id]},
            windows=_windows(told[user.id], taken[user.id]),
        )
        for user in users
    )
    people = sorted(hers, key=_by_name)
    asked = {occasion for each in people for occasion in each.taken} | programme.occasions.keys()
    columns = [_column(occasion, people) for occasion in sorted(asked, key=_by_time)]
    return GroupEffect(programme, columns, people, len(group), misconceptions_told(session, group, programme.course))


def _windows(programme: Programme, taken: Mapping[str, Taken]) -> Mapping[str, Window]:
    """When somebody can begin the checks some weeks after the course; none before she has ended it."""
    after = taken[AFTER].measured if AFTER in taken else None
    checks = {occasion: (exam, days_of(occasion)) for occasion, exam in programme.occasions.items()}
    return {
        occasion: window(after.at, days, exam.open_days) for occasion, (exam, days) in checks.items() if after and days
    }


def _by_name(each: PersonEffect) -> tuple[str, int]:
    return each.user.name.casefold(), each.user.id


def _by_time(occasion: str) -> int:
    return {BEFORE: -2, AFTER: -1}.get(occasion, days_of(occasion) or 0)


def _column(occasion: str, people: Sequence[PersonEffect]) -> Column:
    took = [each for each in people if occasion in each.taken]
    pairs = [
        (each.measured[BEFORE], each.measured[occasion]) for each in took if occasion != BEFORE and BEFORE in each.taken
    ]
    aimed = [] if occasion == BEFORE else [each.taken[occasion] for each in took]
    aims = {each.aim for each in aimed}
    return Column(
        occasion=occasion,
        share=mean_share([each.measured[occasion] for each in took]),
        gain=mean_gain(pairs),
        reached=sum(bool(each.passed) for each in aimed) if aims - {None} else None,
        aim=aims.pop() if len(aims) == 1 else None,
    )
