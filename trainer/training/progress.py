"""How far people are with what they were given: what is done of how much, and since when all of it is."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.answers.mastery import mastery_in
from trainer.answers.models import TESTS, Answer, Knowledge
from trainer.db import batches
from trainer.exams.passes import Sat, sat_by
from trainer.learning.calibration import is_right
from trainer.learning.mastery import Ladder
from trainer.learning.plans import holds_until
from trainer.library.catalogue import Catalogue
from trainer.placement.queries import Path, paths_of
from trainer.study.models import Reading
from trainer.study.queries import finished_by
from trainer.training.models import Assignment, Cycle
from trainer.training.targets import BARS, EXAM, OBJECTIVES, Given, Target
from trainer.web.zones import day_in


@dataclass(frozen=True)
class Progress:
    """`done` of so many pieces; `left` are the ids of those that are not, in order. `at` is when the last of them was
    done, where all are, `since` when the first was, and `evidence` what shows it. `waits` for a result that she is not
    shown yet, or never; `ends_at` is when it ends, where that does not follow from the assignment."""

    done: int
    of: int
    left: Sequence[str] = ()
    at: datetime | None = None
    since: datetime | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    waits: bool = False
    ends_at: datetime | None = None
    is_refresher: bool = False
    """Whether it is that of a refresher, and not of the whole training."""

    @property
    def is_done(self) -> bool:
        """Whether all is done."""
        return self.at is not None


NOTHING = Progress(0, 0)


def until_of(assignment: Assignment, progress: Progress, zone: str) -> date | None:
    """The last day, where she is, on which what is done holds; None for good."""
    assert progress.at is not None
    if progress.ends_at is not None:
        return day_in(zone, progress.ends_at)
    return holds_until(day_in(zone, progress.at), assignment.validity_months)


def progress_of(session: Session, given: Given, cycles: Sequence[Cycle], *, now: datetime) -> Mapping[int, Progress]:
    """How far these cycles of one assignment are, by their ids."""
    if given.assignment.kind == EXAM:
        return _of_exam(session, given.target, cycles, now)
    asking = {cycle.id: left for cycle in cycles if (left := asks_still(given.catalogue, cycle))}
    whole = [cycle for cycle in cycles if cycle.id not in asking]
    of_whole = _of_objectives if given.assignment.kind == OBJECTIVES else _of_reading
    refreshing = [cycle for cycle in cycles if cycle.id in asking]
    return of_whole(session, given, whole, now) | _of_refreshers(session, refreshing, asking)


def asks_still(catalogue: Catalogue, cycle: Cycle) -> Mapping[str, Sequence[str]]:
    """What a refresher asks and is still there; empty where it asks for the whole training, or all it asked is gone:
    then it is for the whole training too, for nobody can do what is not there."""
    asks = cycle.asks or {"lessons": [], "items": []}
    lessons = [id for id in asks["lessons"] if id in catalogue.lessons]
    items = [id for id in asks["items"] if id in catalogue.practice_items]
    return {"lessons": lessons, "items": items} if lessons or items else {}


@dataclass(frozen=True)
class _Counts:
    """What counts for a cycle of an assignment: what was done since it began to count, or (for the first one) whatever
    still holds. What was done too long ago is to be done again."""

    assignment: Assignment
    now: datetime

    def counts(self, at: datetime | None, cycle: Cycle) -> bool:
        """Whether what was done then counts."""
        if at is None:
            return False
        if cycle.counts_from is not None:
            return at >= cycle.counts_from
        until = holds_until(at.date(), self.assignment.validity_months)
        return until is None or self.now.date() <= until


# --- lessons --------------------------------------------------------------------------------------------------------


def _of_reading(session: Session, given: Given, cycles: Sequence[Cycle], now: datetime) -> dict[int, Progress]:
    assignment, target = given.assignment, given.target
    people = {cycle.user_id for cycle in cycles}
    read = finished_by(session, people, {row.id for row in target.lessons})
    # What an entry test opened once need not be read the first time; a year later that test says nothing any more.
    may_skip = {cycle.user_id for cycle in cycles if assignment.test_out and cycle.counts_from is None}
    paths = paths_of(session, may_skip, given.catalogue, target.course)
    rule = _Counts(assignment, now)
    return {
        cycle.id: _reading(target, read[cycle.user_id], paths.get(cycle.user_id), cycle, rule=rule) for cycle in cycles
    }


def _reading(
    target: Target, read: Mapping[str, Reading], path: Path | None, cycle: Cycle, *, rule: _Counts
) -> Progress:
    path = path if path and rule.counts(path.placed_at, cycle) else None
    needed = [row.id for row in (path.to_read(target.lessons) if path else target.lessons)]
    times = {id: at for id in needed if (at := _read_last(read.get(id))) and rule.counts(at, cycle)}
    skipped = [row.id for row in target.lessons if row.id not in needed]
    left = [id for id in needed if id not in times]
    found = [*times.values(), *([path.placed_at] if path and skipped else [])]
    evidence = {
        "lessons": {id: at.astimezone(UTC).isoformat() for id, at in times.items()},
        "opened_by_entry_test": skipped,
    }
    done = len(needed) - len(left)
    at = max(found) if found and not left else None
    return Progress(done, len(needed), left, at, min(found, default=None), evidence)


def _read_last(reading: Reading | None) -> datetime | None:
    """When a lesson was read to its end the last time."""
    return (reading.finished_last_at or reading.finished_at) if reading else None


# --- an assessment --------------------------------------------------------------------------------------------------


def _of_exam(session: Session, target: Target, cycles: Sequence[Cycle], now: datetime) -> dict[int, Progress]:
    sat = sat_by(session, {cycle.user_id for cycle in cycles}, target.course.id, target.id)
    return {cycle.id: _passing(sat[cycle.user_id], cycle, now) for cycle in cycles}


def _passing(sat: Sequence[Sat], cycle: Cycle, now: datetime) -> Progress:
    since = cycle.counts_from
    counts = [each for each in sat if since is None or each.attempt.started_at >= since]
    waits = bool(counts) and not counts[-1].is_told
    passed = [each for each in counts if each.passed and (each.valid_until is None or each.valid_until > now)]
    if not passed:
        return Progress(0, 1, [cycle.public_id], waits=waits)
    best = passed[-1]
    evidence = {"attempt": best.attempt.public_id, "result": best.result.number, "share": best.result.share}
    began = best.attempt.started_at
    return Progress(1, 1, (), best.at, began, evidence, waits=not best.is_told, ends_at=best.valid_until)


# --- objectives -----------------------------------------------------------------------------------------------------


def _of_objectives(session: Session, given: Given, cycles: Sequence[Cycle], now: datetime) -> dict[int, Progress]:
    known: dict[int, dict[str, Knowledge]] = defaultdict(dict)
    for some in batches({cycle.user_id for cycle in cycles}):
        theirs = select(Knowledge).where(Knowledge.user_id.in_(some), Knowledge.objective.in_(given.target.objectives))
        for row in session.scalars(theirs):
            known[row.user_id][row.objective] = row
    rule = _Counts(given.assignment, now)
    return {cycle.id: _knowing(given.target, known[cycle.user_id], cycle, rule) for cycle in cycles}


def _knowing(target: Target, known: Mapping[str, Knowledge], cycle: Cycle, rule: _Counts) -> Progress:
    bars = {id: mastery_in(known.get(id), rule.now) for id in target.objectives}
    shown = {id: at for id in target.objectives if (at := _shown_at(known.get(id))) and rule.counts(at, cycle)}
    reached = [id for id, each in bars.items() if each.level >= BARS and id in shown]
    left = [id for id in target.objectives if id not in reached]
    evidence = {"bars": {id: bars[id].level for id in reached}}
    at = max(shown.values()) if reached and not left else None
    return Progress(len(reached), len(bars), left, at, min(shown.values(), default=None), evidence)


def _shown_at(row: Knowledge | None) -> datetime | None:
    """When an objective was last answered right without guessing."""
    return Ladder.from_json(row.ladder).refreshed if row else None


# --- what a refresher asks ------------------------------------------------------------------------------------------


def _of_refreshers(
    session: Session, cycles: Sequence[Cycle], asking: Mapping[int, Mapping[str, Sequence[str]]]
) -> dict[int, Progress]:
    if not cycles:
        return {}
    people = {cycle.user_id for cycle in cycles}
    read = finished_by(session, people, {id for asks in asking.values() for id in asks["lessons"]})
    right = answered_right(session, people, min(_since(cycle) for cycle in cycles))
    return {
        cycle.id: _refreshing(cycle, asking[cycle.id], read[cycle.user_id], right[cycle.user_id]) for cycle in cycles
    }


def _refreshing(
    cycle: Cycle, asks: Mapping[str, Sequence[str]], read: Mapping[str, Reading], right: Sequence[tuple[str, datetime]]
) -> Progress:
    since = _since(cycle)
    times = {id: at for id in asks["lessons"] if (at := _read_last(read.get(id))) and at >= since}
    for item_id, at in right:
        if item_id in asks["items"] and at >= since:
            times.setdefault(item_id, at)
    left = [id for id in (*asks["lessons"], *asks["items"]) if id not in times]
    evidence = {"refreshed": {id: at.astimezone(UTC).isoformat() for id, at in times.items()}}
    at = max(times.values()) if times and not left else None
    since_first = min(times.values(), default=None)
    return Progress(len(times), len(times) + len(left), left, at, since_first, evidence, is_refresher=True)


def _since(cycle: Cycle) -> datetime:
    return cycle.counts_from or cycle.opened_at


def answered_right(
    session: Session, user_ids: Collection[int], since: datetime
) -> Mapping[int, Sequence[tuple[str, datetime]]]:
    """The questions that these people have answered right since then, outside tests, with when, the first one first."""
    found: dict[int, list[tuple[str, datetime]]] = {id: [] for id in user_ids}
    given = select(Answer.user_id, Answer.item_id, Answer.score, Answer.answered_at)
    for some in batches(user_ids):
        theirs = given.where(Answer.user_id.in_(some), Answer.answered_at >= since, Answer.place.not_in(TESTS))
        for user_id, item_id, score, at in session.execute(theirs.order_by(Answer.answered_at)):
            if is_right(score):
                found[user_id].append((item_id, at))
    return found
