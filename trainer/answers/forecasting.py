"""What a learner will probably answer right on a day to come, by objective."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.answers.mastery import known_of
from trainer.answers.models import Knowledge, Standing
from trainer.answers.queries import standings_of
from trainer.answers.reviewing import Standings
from trainer.db import batches
from trainer.learning.forecast import ENOUGH, Forecast, Known, expected_share, forecast
from trainer.learning.scheduling import Memory, Trace
from trainer.library.catalogue import Catalogue


def forecasts_of(
    session: Session, user_id: int, catalogue: Catalogue, objectives: Collection[str], *, at: datetime
) -> Mapping[str, Forecast]:
    """The forecast for each objective that has questions to practise, on all of these."""
    known = known_of(session, user_id, objectives)
    memories = _memories(standings_of(session, user_id), catalogue)
    questions = Counter(item.objective for item in catalogue.practice_items.values())
    return {
        id: forecast(known[id], memories[id], questions[id] - len(memories[id]), at)
        for id in objectives
        if questions[id]
    }


@dataclass(frozen=True)
class Expected:
    """What somebody will probably answer right on one objective: the `shares` (0–1) at the times asked for, the
    `answers` they rest on, and whether reviews of it are overdue at the first of them."""

    shares: Sequence[float]
    answers: int
    is_overdue: bool
    ranges: Sequence[tuple[float, float]] = ()
    """The 80 % intervals of the shares, where they were asked for."""

    @property
    def is_enough(self) -> bool:
        """Whether there are answers enough to judge."""
        return self.answers >= ENOUGH

    @property
    def percent(self) -> int:
        """The first of the shares as a table shows it."""
        return round(100 * self.shares[0])


@dataclass(frozen=True)
class ExpectedOfPerson:
    """The same of one person by objective, those without an answer left out; how many reviews wait, and her `last`
    answer on any of them."""

    objectives: Mapping[str, Expected]
    waiting: int
    last: datetime | None


def expected_of_group(
    session: Session,
    user_ids: Collection[int],
    catalogue: Catalogue,
    *,
    about: Collection[str],
    at: Sequence[datetime],
    with_ranges: bool = False,
) -> Mapping[int, ExpectedOfPerson]:
    """The forecasts of many people on the objectives `about` which it is, at these times, by person. Two questions to
    the database for ten thousand of them, whatever they have answered. Who has answered nothing is in it too.
    Intervals take most of the time, so they are left out unless asked for."""
    items = {item.id: item.objective for item in catalogue.practice_items.values()}
    questions = Counter(items.values())
    found: dict[int, ExpectedOfPerson] = {}
    for some in batches(user_ids):
        met = _met_by(session, some, items)
        known = _known_by(session, some, about)
        for id in some:
            hers = met.get(id, {})
            found[id] = ExpectedOfPerson(
                objectives={
                    objective: _expected(
                        known[id][objective], hers.get(objective, {}), questions[objective], at, with_ranges=with_ranges
                    )
                    for objective in known.get(id, {})
                    if questions[objective]
                },
                waiting=sum(each.due_at <= at[0] for own in hers.values() for each in own.values()),
                last=max((each.last for each in known.get(id, {}).values() if each.last), default=None),
            )
    return found


@dataclass(frozen=True)
class _Met:
    memory: str
    due_at: datetime


def _met_by(
    session: Session, user_ids: Collection[int], items: Mapping[str, str]
) -> Mapping[int, Mapping[str, Mapping[str, _Met]]]:
    """Person → objective (as it is now) → question → what is stored of it; only what can still be practised."""
    columns = (Standing.user_id, Standing.item_id, Standing.memory, Standing.due_at)
    found: dict[int, dict[str, dict[str, _Met]]] = defaultdict(lambda: defaultdict(dict))
    rows = session.execute(select(*columns).where(Standing.user_id.in_(user_ids)))
    for user_id, item_id, memory, due_at in rows:
        if item_id in items:
            found[user_id][items[item_id]][item_id] = _Met(memory, due_at)
    return found


def _known_by(
    session: Session, user_ids: Collection[int], objectives: Collection[str]
) -> Mapping[int, Mapping[str, Known]]:
    columns = select(Knowledge.user_id, Knowledge.objective, Knowledge.known)
    theirs = columns.where(Knowledge.user_id.in_(user_ids), Knowledge.objective.in_(objectives))
    found: dict[int, dict[str, Known]] = defaultdict(dict)
    for user_id, objective, known in session.execute(theirs):
        found[user_id][objective] = Known.from_json(known)
    return found


def _expected(
    known: Known, met: Mapping[str, _Met], questions: int, at: Sequence[datetime], *, with_ranges: bool
) -> Expected:
    # Only what is held since it was right adds anything; reading the memories of the others is most of the work.
    memories = {id: Trace.from_json(met[id].memory) for id in known.held.keys() & met.keys()}
    unmet = questions - len(memories)
    is_overdue = any(each.due_at <= at[0] for each in met.values())
    if with_ranges:
        whole = [forecast(known, memories, unmet, each) for each in at]
        ranges = [(each.low, each.high) for each in whole]
        return Expected([each.share for each in whole], known.answers, is_overdue, ranges)
    share = {each: expected_share(known, memories, unmet, each) for each in {*at}}
    return Expected([share[each] for each in at], known.answers, is_overdue)


def _memories(standings: Standings, catalogue: Catalogue) -> Mapping[str, Mapping[str, Memory]]:
    """The memories of the questions that can still be practised, by the objective they belong to now and their id."""
    found: dict[str, dict[str, Memory]] = defaultdict(dict)
    for id in standings.keys() & catalogue.practice_items.keys():
        found[catalogue.practice_items[id].objective][id] = Memory.from_json(standings[id].memory)
    return found
