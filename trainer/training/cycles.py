"""Bring the cycles of an assignment up to date: open, close, renew. Harmless when done again.

Who belongs to a team and what people do changes in other rooms, which know nothing of plans. So nothing is told here:
whoever plans something, and a job each minute, looks at how things are and brings the cycles after.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.audit.actions import Detail
from trainer.db import batches, new_public_id, one_at_a_time
from trainer.exams.passes import failed_after_all
from trainer.learning.plans import Deadline, renews_on
from trainer.library.catalogue import Catalogue
from trainer.library.queries import release_live_at
from trainer.teams.deeds import Doing
from trainer.teams.models import JobRole, Membership, Team
from trainer.training.models import EXEMPTED, REQUIRED, VOIDED, Assignment, Cycle, Ruling, Why
from trainer.training.progress import Progress, progress_of, until_of
from trainer.training.refreshers import CHANGED, asked_in_refresher
from trainer.training.targets import EXAM, Given, target_of
from trainer.training.telling import Closed, Telling, tell_closed, tell_opened
from trainer.web.zones import day_in

GRADED_AGAIN = "It was graded again and is no pass any more."


@dataclass(frozen=True)
class Learner:
    """Somebody who learns in the team; `today` is the day where she is."""

    user: User
    job_role: JobRole | None
    today: date


@dataclass(frozen=True)
class Work:
    """An assignment that is brought up to date; `given` is None where it asks for what is no longer offered.
    `everybody` learns in the team, by the ids of their accounts, `last` are their last cycles. `rulings` are what was
    decided about these, by their ids, the first one first; `failed` the public ids of attempts that are no pass any
    more."""

    session: Session
    team: Team
    assignment: Assignment
    given: Given | None
    everybody: Mapping[int, Learner]
    last: Mapping[int, Cycle]
    rulings: Mapping[int, Sequence[Ruling]]
    failed: frozenset[str]
    now: datetime
    deeds: list[tuple[str, User, Mapping[str, Detail]]] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)

    @cached_property
    def meant(self) -> Mapping[int, Learner]:
        """Those of everybody for whom it is."""
        return {id: each for id, each in self.everybody.items() if is_meant(self.assignment, each)}

    def ruling(self, cycle: Cycle, *kinds: str) -> Ruling | None:
        """The last decision of these kinds about a cycle."""
        made = [ruling for ruling in self.rulings.get(cycle.id, ()) if ruling.kind in kinds]
        return made[-1] if made else None

    @property
    def telling(self) -> Telling:
        """For telling people about it."""
        return Telling(self.session, self.team, self.assignment, self.now)

    def log(self, action: str, user: User, cycle: Cycle, **more: Detail) -> None:
        """Into the audit log, as done by the product itself; when all else is done, for it locks others out."""
        details = {"assignment": self.assignment.public_id, "cycle": cycle.public_id, **more}
        self.deeds.append((action, user, details))

    def write_log(self) -> None:
        """Append what was noted."""
        doing = Doing(self.session, self.team, None, self.now)
        for action, user, details in self.deeds:
            doing.log(action, user, details)


def settle(session: Session, catalogue: Catalogue, assignment: Assignment, *, now: datetime) -> None:
    """Bring the cycles of an assignment up to date. An archived team rests."""
    settle_quietly(session, catalogue, assignment, now=now).write_log()


def settle_quietly(session: Session, catalogue: Catalogue, assignment: Assignment, *, now: datetime) -> "Work":
    """The same, with what belongs into the audit log still to be written: by who has more to do before.

    The team comes first, as it does for whoever leads it: two who take the same locks take them in the same order.
    """
    hold_team(session, assignment.team_id)
    one_at_a_time(session, f"training {assignment.id}")
    work = _work(session, catalogue, assignment, now=now)
    if work.team.archived_at is not None:
        return work
    still_open = _close_those_of_others(work)
    opened = _open_what_is_to_do(work)
    for cycle, progress in _done(work, [*still_open, *opened]):
        _close_as_done(work, cycle, progress)
    tell_closed(work.telling, work.closed)
    session.flush()
    return work


def hold_team(session: Session, team_id: int) -> None:
    """Wait for whoever changes the team; others may hold it so at the same time."""
    session.execute(select(Team.id).where(Team.id == team_id).with_for_update(read=True, key_share=True))


def is_settled(session: Session, catalogue: Catalogue, assignment: Assignment, *, now: datetime) -> bool:
    """Whether there is nothing to bring up to date. Only reads: nobody has to wait for who looks."""
    work = _work(session, catalogue, assignment, now=now)
    if work.team.archived_at is not None:
        return True
    still_open = [cycle for cycle in work.last.values() if cycle.closed_at is None]
    if any(cycle.user_id not in work.meant for cycle in still_open):
        return False
    return not (_openings(work) or _done(work, still_open))


def _work(session: Session, catalogue: Catalogue, assignment: Assignment, *, now: datetime) -> Work:
    team = session.get_one(Team, assignment.team_id)
    target = target_of(catalogue, assignment)
    last = last_cycles(session, assignment)
    attempts = {attempt for cycle in last.values() if (attempt := (cycle.evidence or {}).get("attempt"))}
    return Work(
        session=session,
        team=team,
        assignment=assignment,
        given=Given(catalogue, assignment, target) if target else None,
        everybody=learners_of(session, team, now),
        last=last,
        rulings=rulings_on(session, [cycle.id for cycle in last.values()]),
        failed=failed_after_all(session, attempts),
        now=now,
    )


def learners_of(session: Session, team: Team, now: datetime) -> Mapping[int, Learner]:
    """Who learns in a team, by the ids of their accounts."""
    there = (
        select(User, JobRole)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(JobRole, JobRole.id == Membership.job_role_id)
        .where(Membership.team_id == team.id, Membership.left_at.is_(None), Membership.learns)
    )
    return {user.id: Learner(user, role, day_in(user.time_zone, now)) for user, role in session.execute(there)}


def is_meant(assignment: Assignment, learner: Learner) -> bool:
    """Whether a training is for somebody in the team."""
    if assignment.ended_at is not None:
        return False
    if assignment.audience == "role":
        return learner.job_role is not None and learner.job_role.id == assignment.job_role_id
    return assignment.audience == "team" or learner.user.id == assignment.user_id


def last_cycles(session: Session, assignment: Assignment) -> Mapping[int, Cycle]:
    """Everybody's last cycle of an assignment, by the ids of their accounts."""
    every = select(Cycle).where(Cycle.assignment_id == assignment.id).order_by(Cycle.number)
    return {cycle.user_id: cycle for cycle in session.scalars(every.execution_options(populate_existing=True))}


# --- closing --------------------------------------------------------------------------------------------------------


def _close_those_of_others(work: Work) -> Sequence[Cycle]:
    """Close what is no longer to do; what stays open is returned."""
    still_open = [cycle for cycle in work.last.values() if cycle.closed_at is None]
    closing = [cycle for cycle in still_open if cycle.user_id not in work.meant]
    how = progress_of(work.session, work.given, closing, now=work.now) if work.given and closing else {}
    for cycle in closing:
        cycle.closed_at = work.now
        gone = Why.NOT_HERS if cycle.user_id in work.everybody else Why.LEFT
        cycle.closed_why = Why.TAKEN_BACK if work.assignment.ended_at else gone
        work.closed.append(Closed(cycle, is_secret=cycle.id in how and how[cycle.id].waits))
    return [cycle for cycle in still_open if cycle.closed_at is None]


def _done(work: Work, cycles: Sequence[Cycle]) -> Sequence[tuple[Cycle, Progress]]:
    """Those of the open cycles that are done, and hold."""
    if work.given is None or not cycles:
        return []
    progress = progress_of(work.session, work.given, cycles, now=work.now)
    return [(cycle, progress[cycle.id]) for cycle in cycles if progress[cycle.id].is_done]


def _close_as_done(work: Work, cycle: Cycle, progress: Progress) -> None:
    assert work.given is not None
    assert progress.at is not None
    user = work.meant[cycle.user_id].user
    until = until_of(work.assignment, progress, user.time_zone)
    # As it was when she began: what changed on the way is new to her.
    release = release_live_at(work.session, progress.since or progress.at) or work.given.catalogue.number
    cycle.closed_at, cycle.closed_why, cycle.release = work.now, Why.DONE, release
    cycle.done_at, cycle.evidence, cycle.holds_until = progress.at, dict(progress.evidence), until
    work.session.flush()
    work.closed.append(Closed(cycle, is_secret=progress.waits))
    said = until.isoformat() if until else None
    work.log("training.done", user, cycle, done_at=progress.at.isoformat(), holds_until=said)


# --- opening --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Opening:
    """How a cycle begins."""

    due_on: date
    counts_from: datetime | None = None
    asks: dict[str, list[str]] | None = None


def _open_what_is_to_do(work: Work) -> Sequence[Cycle]:
    found = [_open(work, learner, opening) for learner, opening in _openings(work)]
    work.session.flush()
    return found


def _openings(work: Work) -> Sequence[tuple[Learner, _Opening]]:
    """Whose next cycle begins now, and how."""
    if work.given is None:
        return []
    found = ((each, _opening(work, work.given, each, work.last.get(id))) for id, each in work.meant.items())
    return [(learner, opening) for learner, opening in found if opening]


def _opening(work: Work, given: Given, learner: Learner, before: Cycle | None) -> _Opening | None:
    """How somebody's next cycle begins; None where she has one, or none is to begin yet."""
    if before is None:
        return _Opening(_first_due(work, learner))
    if before.closed_at is None:
        return None
    if before.closed_why == Why.EXEMPT:
        return None if _is_exempt(work, before, learner.today) else _Opening(_later(work, learner))
    if not before.is_done:
        return _Opening(_first_due(work, learner))
    return _Opening(_later(work, learner)) if _is_void(work, before) else _renewal(work, given, learner, before)


def _renewal(work: Work, given: Given, learner: Learner, before: Cycle) -> _Opening | None:
    """How what is done begins anew; None where its time has not come."""
    until = before.holds_until
    assert before.done_at is not None
    done_on = day_in(learner.user.time_zone, before.done_at)
    if until is None or learner.today < renews_on(done_on, until, _renewal_days(given)):
        return None
    due_on = until if until >= learner.today else _later(work, learner)
    if work.assignment.kind == EXAM:
        # It opens by its own rule, by the clock and not by her calendar: a pass must count though it came hours before.
        return _Opening(due_on, before.done_at)
    asks = None
    if work.assignment.refresher == CHANGED:
        asks = asked_in_refresher(work.session, given, learner.user.id, before.release, now=work.now)
    return _Opening(due_on, work.now, asks)


def _first_due(work: Work, learner: Learner) -> date:
    deadline = Deadline(work.assignment.due_on, work.assignment.due_days)
    return deadline.of(learner.today, from_the_start=work.now <= work.assignment.created_at)


def _later(work: Work, learner: Learner) -> date:
    return Deadline(None, work.assignment.due_days).of(learner.today, from_the_start=False)


def _renewal_days(given: Given) -> int:
    """An assessment says itself from when on it can be taken again."""
    exam = given.target.exam
    return exam.exam.renewal_days if exam else given.assignment.renewal_days


def _open(work: Work, learner: Learner, opening: _Opening) -> Cycle:
    before = work.last.get(learner.user.id)
    if before and before.is_done and _is_void(work, before) and not work.ruling(before, VOIDED):
        work.session.add(Ruling(cycle_id=before.id, kind=VOIDED, reason=GRADED_AGAIN, made_by="", made_at=work.now))
        work.session.flush()
        work.log("training.voided", learner.user, before)
    cycle = Cycle(
        public_id=new_public_id(),
        assignment_id=work.assignment.id,
        user_id=learner.user.id,
        number=before.number + 1 if before else 1,
        job_role=learner.job_role.name if learner.job_role else "",
        opened_at=work.now,
        opened_on=learner.today,
        due_on=opening.due_on,
        counts_from=opening.counts_from,
        asks=opening.asks,
        closed_why="",
    )
    work.session.add(cycle)
    tell_opened(work.telling, cycle, before.holds_until if before and opening.counts_from else None)
    return cycle


def _is_exempt(work: Work, cycle: Cycle, today: date) -> bool:
    """Whether the exemption that closed a cycle still holds."""
    last = work.ruling(cycle, EXEMPTED, REQUIRED)
    return last is not None and last.kind == EXEMPTED and (last.due_on is None or today <= last.due_on)


def _is_void(work: Work, cycle: Cycle) -> bool:
    """Whether what closed a cycle is no pass any more."""
    return work.ruling(cycle, VOIDED) is not None or (cycle.evidence or {}).get("attempt") in work.failed


def rulings_on(session: Session, cycle_ids: Collection[int]) -> Mapping[int, Sequence[Ruling]]:
    """What was decided about these cycles, by their ids, the first one first."""
    found: dict[int, list[Ruling]] = defaultdict(list)
    for some in batches(cycle_ids):
        for ruling in session.scalars(select(Ruling).where(Ruling.cycle_id.in_(some)).order_by(Ruling.id)):
            found[ruling.cycle_id].append(ruling)
    return found
