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
    done, where all are, and `evidence` what shows it. `waits` for a result that she is not shown yet, or never;
    `until` is the last day on which it holds, where that does not follow from the assignment."""

    done: int
    of: int
    left: Sequence[str] = ()
    at: datetime | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    waits: bool = False
    until: date | None = None

    @property
    def is_done(self) -> bool:
        """Whether all is done."""
        return self.at is not None


NOTHING = Progress(0, 0)


def until_of(assignment: Assignment, progress: Progress, zone: str) -> date | None:
    """The last day, where she is, on which what is done holds; None for good."""
    assert progress.at is not None
    return progress.until or holds_until(day_in(zone, progress.at), assignment.validity_months)


def holds_on(assignment: Assignment, progress: Progress, zone: str, today: date) -> bool:
    """Whether what is done holds still."""
    until = until_of(assignment, progress, zone)
    return until is None or today <= until


def progress_of(session: Session, given: Given, cycles: Sequence[Cycle], *, now: datetime) -> Mapping[int, Progress]:
    """How far these cycles of one assignment are, by their ids."""
    if given.assignment.kind == EXAM:
        return _of_exam(session, given.target, cycles, now)
    whole = [cycle for cycle in cycles if cycle.asks is None]
    if given.assignment.kind == OBJECTIVES:
        of_whole = _of_objectives(session, given.target, whole, now)
    else:
        of_whole = _of_reading(session, given, whole)
    return of_whole | {
        cycle.id: _refreshing(session, given.catalogue, cycle) for cycle in cycles if cycle.asks is not None
    }


# --- lessons --------------------------------------------------------------------------------------------------------


def _of_reading(session: Session, given: Given, cycles: Sequence[Cycle]) -> dict[int, Progress]:
    assignment, target = given.assignment, given.target
    people = {cycle.user_id for cycle in cycles}
    read = finished_by(session, people, {row.id for row in target.lessons})
    # What an entry test opened once need not be read the first time; a year later that test says nothing any more.
    may_skip = {cycle.user_id for cycle in cycles if assignment.test_out and cycle.counts_from is None}
    paths = paths_of(session, may_skip, given.catalogue, target.course)
    return {cycle.id: _reading(target, read[cycle.user_id], paths.get(cycle.user_id), cycle) for cycle in cycles}


def _reading(target: Target, read: Mapping[str, Reading], path: Path | None, cycle: Cycle) -> Progress:
    needed = [row.id for row in (path.to_read(target.lessons) if path else target.lessons)]
    times = {id: at for id in needed if (at := _read_at(read.get(id), cycle.counts_from))}
    skipped = [row.id for row in target.lessons if row.id not in needed]
    if path and skipped:
        times["entry test"] = path.placed_at
    left = [id for id in needed if id not in times]
    evidence = {
        "lessons": {id: at.astimezone(UTC).isoformat() for id, at in times.items()},
        "opened_by_entry_test": skipped,
    }
    done = len(needed) - len(left)
    return Progress(done, len(needed), left, max(times.values()) if times and not left else None, evidence)


def _read_at(reading: Reading | None, since: datetime | None) -> datetime | None:
    """When a lesson was read: the first time, or where it is to be read anew, the last time since then."""
    if reading is None:
        return None
    if since is None:
        return reading.finished_at
    last = reading.finished_last_at
    return last if last and last >= since else None


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
    until = best.valid_until.date() if best.valid_until else None
    return Progress(1, 1, (), best.at, evidence, waits=not best.is_told, until=until)


# --- objectives -----------------------------------------------------------------------------------------------------


def _of_objectives(session: Session, target: Target, cycles: Sequence[Cycle], now: datetime) -> dict[int, Progress]:
    known: dict[int, dict[str, Knowledge]] = defaultdict(dict)
    for some in batches({cycle.user_id for cycle in cycles}):
        theirs = select(Knowledge).where(Knowledge.user_id.in_(some), Knowledge.objective.in_(target.objectives))
        for row in session.scalars(theirs):
            known[row.user_id][row.objective] = row
    return {cycle.id: _knowing(target, known[cycle.user_id], cycle, now) for cycle in cycles}


def _knowing(target: Target, known: Mapping[str, Knowledge], cycle: Cycle, now: datetime) -> Progress:
    bars = {id: mastery_in(known.get(id), now) for id in target.objectives}
    shown = {id: at for id in target.objectives if (at := _shown_at(known.get(id), cycle.counts_from))}
    reached = [id for id, each in bars.items() if each.level >= BARS and id in shown]
    left = [id for id in target.objectives if id not in reached]
    evidence = {"bars": {id: bars[id].level for id in reached}}
    return Progress(len(reached), len(bars), left, max(shown.values()) if reached and not left else None, evidence)


def _shown_at(row: Knowledge | None, since: datetime | None) -> datetime | None:
    """When an objective was last answered right without guessing, if that was after `since`."""
    at = Ladder.from_json(row.ladder).refreshed if row else None
    return at if at and (since is None or at >= since) else None


# --- what a refresher asks ------------------------------------------------------------------------------------------


def _refreshing(session: Session, catalogue: Catalogue, cycle: Cycle) -> Progress:
    asks, since = cycle.asks or {}, cycle.counts_from or cycle.opened_at
    # What was taken away meanwhile nobody can do any more.
    lessons = [id for id in asks["lessons"] if id in catalogue.lessons]
    items = [id for id in asks["items"] if id in catalogue.practice_items]
    read = finished_by(session, [cycle.user_id], lessons)[cycle.user_id]
    times = {id: at for id in lessons if (at := _read_at(read.get(id), since))}
    times |= answered_right(session, cycle.user_id, items, since)
    left = [id for id in (*lessons, *items) if id not in times]
    evidence = {"refreshed": {id: at.astimezone(UTC).isoformat() for id, at in times.items()}}
    at = max(times.values(), default=since) if not left else None
    return Progress(len(times), len(lessons) + len(items), left, at, evidence)


def answered_right(session: Session, user_id: int, items: Collection[str], since: datetime) -> Mapping[str, datetime]:
    """When each of these questions was answered right for the first time since then, outside tests."""
    given = select(Answer.item_id, Answer.score, Answer.answered_at).where(
        Answer.user_id == user_id, Answer.answered_at >= since, Answer.place.not_in(TESTS)
    )
    found: dict[str, datetime] = {}
    for item_id, score, at in session.execute(given.order_by(Answer.answered_at)):
        if item_id in items and is_right(score):
            found.setdefault(item_id, at)
    return found
