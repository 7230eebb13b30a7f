"""Read plans: a team's, by training and by person, and one's own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.accounts.queries import in_lists
from trainer.learning.errors import N_, NotFound
from trainer.learning.plans import Stage
from trainer.library.catalogue import Catalogue
from trainer.teams.models import Team
from trainer.teams.queries import Member, members_of
from trainer.training.models import Assignment, Cycle, Why
from trainer.training.targets import Target, target_of
from trainer.training.turns import (
    Turn,
    as_seen_by,
    here_now,
    in_order,
    newest_cycles,
    people_of,
    turns_of,
    with_progress,
    without_secrets,
)

SHOWN_FOR = timedelta(days=365)
"""How long one's own plan shows what was ended without being done."""


@dataclass(frozen=True)
class Training:
    """A training of a team with everybody's last turn at it."""

    assignment: Assignment
    target: Target | None
    by: User | None
    turns: Sequence[Turn]
    former: Sequence[Turn] = ()
    """The last turns of people who learn in the team no more."""

    @cached_property
    def meant(self) -> Sequence[Turn]:
        """The turns that count: of those who have to do it."""
        return [turn for turn in self.turns if turn.stage not in (Stage.ENDED, Stage.EXEMPT)]

    def count(self, *stages: Stage) -> int:
        """How many stand there."""
        return sum(turn.stage in stages for turn in self.turns)

    @property
    def done(self) -> int:
        """How many have done it, and it holds."""
        return sum(turn.holds for turn in self.turns)

    @property
    def overdue(self) -> int:
        """Who is late, or did what holds no more."""
        return self.count(Stage.OVERDUE, Stage.EXPIRED)


def assignments_of(session: Session, team: Team) -> Sequence[Assignment]:
    """What a team has given, what is still to do first, the newest first."""
    theirs = select(Assignment).where(Assignment.team_id == team.id)
    return session.scalars(theirs.order_by(Assignment.ended_at.is_not(None), Assignment.id.desc())).all()


def assignment_of(session: Session, team: Team, public_id: str) -> Assignment:
    """One of them. Raises NotFound."""
    found = session.scalar(select(Assignment).where(Assignment.team_id == team.id, Assignment.public_id == public_id))
    if found is None:
        raise NotFound(N_("There is no such training."))
    return found


def trainings_of(
    session: Session, catalogue: Catalogue, team: Team, *, now: datetime, viewer: int | None = None
) -> Sequence[Training]:
    """A team's trainings, with the last turn of everybody who learns in it. How far they are is left out. `viewer` is
    who looks: of herself she sees here no more than in her own plan."""
    assignments = assignments_of(session, team)
    turns = _last_turns(session, catalogue, team, assignments, now=now)
    turns = {id: as_seen_by(session, viewer, found) for id, found in turns.items()}
    makers = people_of(session, {each.created_by for each in assignments if each.created_by})
    return [
        Training(each, target_of(catalogue, each), makers.get(each.created_by or 0), turns[each.id])
        for each in assignments
    ]


def training_of(
    session: Session,
    catalogue: Catalogue,
    team: Team,
    assignment: Assignment,
    *,
    now: datetime,
    viewer: int | None = None,
) -> Training:
    """One of them, with how far everybody is, as `viewer` may see it, and what those came to who left."""
    here = here_now(session, team)
    left = [cycle for cycle in newest_cycles(session, [assignment.id]) if cycle.user_id not in here]
    former = as_seen_by(session, viewer, turns_of(session, catalogue, left, now=now))
    turns = _last_turns(session, catalogue, team, [assignment], now=now)[assignment.id]
    target = target_of(catalogue, assignment)
    makers = people_of(session, {assignment.created_by} if assignment.created_by else set())
    turns = as_seen_by(session, viewer, with_progress(session, catalogue, turns, now=now))
    former = sorted(former, key=lambda turn: in_lists(turn.user))
    return Training(assignment, target, makers.get(assignment.created_by or 0), turns, former)


def turns_of_team(
    session: Session, catalogue: Catalogue, team: Team, *, now: datetime, viewer: int | None = None
) -> Sequence[Turn]:
    """The last turn of everybody who learns in a team at each of its trainings, with how far she is, as `viewer` may
    see it: by training, the newest first, then by name."""
    last = _last_turns(session, catalogue, team, assignments_of(session, team), now=now)
    turns = with_progress(session, catalogue, [turn for turns in last.values() for turn in turns], now=now)
    return as_seen_by(session, viewer, turns)


def turns_of_member(
    session: Session, catalogue: Catalogue, team: Team, member: Member, *, now: datetime, viewer: int | None = None
) -> Sequence[Turn]:
    """Somebody's turns at the trainings of one team, the last one of each, what is to do first."""
    cycles = newest_cycles(session, [each.id for each in assignments_of(session, team)], member.user.id)
    turns = with_progress(session, catalogue, turns_of(session, catalogue, cycles, now=now), now=now)
    return in_order(as_seen_by(session, viewer, turns))


def cycles_of_member(session: Session, assignment: Assignment, member: Member) -> Sequence[Cycle]:
    """All of somebody's turns at one training, the last one first."""
    hers = select(Cycle).where(Cycle.assignment_id == assignment.id, Cycle.user_id == member.user.id)
    return session.scalars(hers.order_by(Cycle.number.desc())).all()


def last_cycle_of(session: Session, assignment: Assignment, member: Member) -> Cycle:
    """The last of them. Raises NotFound where it was never hers."""
    cycles = cycles_of_member(session, assignment, member)
    if not cycles:
        raise NotFound(N_("There is no such training."))
    return cycles[0]


def history_of_member(
    session: Session,
    catalogue: Catalogue,
    assignment: Assignment,
    member: Member,
    *,
    now: datetime,
    viewer: int | None = None,
) -> Sequence[Turn]:
    """The same with how far she is, and what was decided, as `viewer` may see it."""
    turns = turns_of(session, catalogue, cycles_of_member(session, assignment, member), now=now)
    return as_seen_by(session, viewer, with_progress(session, catalogue, turns, now=now))


def own_plan(session: Session, catalogue: Catalogue, user: User, *, now: datetime) -> Sequence[Turn]:
    """What somebody has to do and has done, in all her teams, what is due first at the top. It says nothing of an
    assessment that the assessment itself does not tell her."""
    hers = select(Cycle.id).where(Cycle.assignment_id == Assignment.id, Cycle.user_id == user.id).exists()
    given = select(Assignment.id, Team.archived_at).join(Team, Team.id == Assignment.team_id).where(hers)
    rests = {id: archived_at is not None for id, archived_at in session.execute(given)}
    cycles = newest_cycles(session, rests, user.id) if rests else []
    # Of a team in the archive nothing is to do any more, and what was done stays hers.
    cycles = [cycle for cycle in cycles if cycle.closed_at is not None or not rests[cycle.assignment_id]]
    if not cycles:
        return []
    shown = [cycle for cycle in cycles if cycle.closed_why in ("", Why.DONE, Why.EXEMPT) or _is_recent(cycle, now)]
    turns = with_progress(session, catalogue, turns_of(session, catalogue, shown, now=now), now=now)
    return in_order(without_secrets(session, turns))


def own_cycle(session: Session, user: User, public_id: str) -> Cycle:
    """One of somebody's own turns. Raises NotFound."""
    found = session.scalar(select(Cycle).where(Cycle.user_id == user.id, Cycle.public_id == public_id))
    if found is None:
        raise NotFound(N_("There is no such training."))
    return found


def overdue_in(
    session: Session, catalogue: Catalogue, team: Team, *, now: datetime, viewer: int | None = None
) -> Mapping[int, Sequence[Turn]]:
    """What is overdue in a team, by the ids of those who are late, the longest first, as `viewer` may see it."""
    # Nowhere is it later than a day ahead of UTC; the exact day is asked of each of the few that are left.
    tomorrow = now.date() + timedelta(days=1)
    late = or_(
        and_(Cycle.closed_at.is_(None), Cycle.due_on < tomorrow),
        and_(Cycle.closed_why == Why.DONE, Cycle.holds_until < tomorrow),
    )
    assignments = [each.id for each in assignments_of(session, team) if each.ended_at is None]
    here = here_now(session, team)
    cycles = [cycle for cycle in newest_cycles(session, assignments, late=late) if cycle.user_id in here]
    found: dict[int, list[Turn]] = defaultdict(list)
    turns = turns_of(session, catalogue, cycles, now=now) if cycles else []
    for turn in as_seen_by(session, viewer, turns):
        if turn.stage in (Stage.OVERDUE, Stage.EXPIRED):
            found[turn.user.id].append(turn)
    return {id: sorted(turns, key=lambda turn: turn.days_left) for id, turns in found.items()}


def _is_recent(cycle: Cycle, now: datetime) -> bool:
    return cycle.closed_at is not None and now - cycle.closed_at < SHOWN_FOR


def _last_turns(
    session: Session, catalogue: Catalogue, team: Team, assignments: Sequence[Assignment], *, now: datetime
) -> Mapping[int, Sequence[Turn]]:
    """By assignment: the last turn of everybody who learns in the team now, by name."""
    ids = here_now(session, team)
    cycles = [cycle for cycle in newest_cycles(session, [each.id for each in assignments]) if cycle.user_id in ids]
    found: dict[int, list[Turn]] = {each.id: [] for each in assignments}
    for turn in turns_of(session, catalogue, cycles, now=now):
        found[turn.assignment.id].append(turn)
    return {id: sorted(turns, key=lambda turn: in_lists(turn.user)) for id, turns in found.items()}


def who_may_be_meant(session: Session, team: Team) -> Sequence[Member]:
    """Those to whom a training can be given."""
    return [member for member in members_of(session, team) if member.membership.learns]
