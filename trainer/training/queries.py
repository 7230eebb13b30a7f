"""Read plans: a team's, by training and by person, and one's own."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.accounts.queries import in_lists
from trainer.db import batches
from trainer.exams.passes import untold_since
from trainer.learning.errors import N_, NotFound
from trainer.learning.plans import Stage, stage_of_done, stage_of_open
from trainer.library.catalogue import Catalogue
from trainer.teams.models import Team
from trainer.teams.queries import Member, learners_in, members_of
from trainer.training.cycles import rulings_on
from trainer.training.models import EXEMPTED, EXTENDED, VOIDED, Assignment, Cycle, Ruling, Why
from trainer.training.progress import NOTHING, Progress, progress_of
from trainer.training.targets import EXAM, Given, Target, target_of
from trainer.web.zones import day_in

SHOWN_FOR = timedelta(days=365)
"""How long one's own plan shows what was ended without being done."""


@dataclass(frozen=True)
class Turn:
    """Somebody's turn at a training, as it stands today where she is. `target` is None where it is offered no more."""

    assignment: Assignment
    target: Target | None
    cycle: Cycle
    user: User
    stage: Stage
    progress: Progress
    rulings: Sequence[Ruling] = ()
    today: date = date.min
    held_until: date | None = None
    """The last day of what a renewal renews."""

    @property
    def is_renewal(self) -> bool:
        """Whether it renews what was done before."""
        return self.cycle.counts_from is not None

    @property
    def is_told_done(self) -> bool:
        """Whether it may be said that the training was done in it."""
        return self.cycle.is_done and self.stage is not Stage.HANDED_IN

    @property
    def holds(self) -> bool:
        """Whether it is done and holds, though it may be time to renew it."""
        still = self.stage.is_to_do and self.held_until is not None and self.today <= self.held_until
        return self.stage is Stage.DONE or still

    @property
    def days_left(self) -> int:
        """Days until it is due, or ends to hold; less than none where that day is over."""
        last = self.cycle.holds_until if self.cycle.is_done else self.cycle.due_on
        return ((last or self.today) - self.today).days

    @property
    def extended(self) -> Ruling | None:
        """That it was extended, the last time."""
        return next((ruling for ruling in reversed(self.rulings) if ruling.kind == EXTENDED), None)

    @property
    def exempted(self) -> Ruling | None:
        """That she is exempt from it."""
        return next((ruling for ruling in reversed(self.rulings) if ruling.kind == EXEMPTED), None)


@dataclass(frozen=True)
class Training:
    """A training of a team with everybody's last turn at it."""

    assignment: Assignment
    target: Target | None
    by: User | None
    turns: Sequence[Turn]

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
    turns = {id: _as_seen_by(session, viewer, found) for id, found in turns.items()}
    makers = _people(session, {each.created_by for each in assignments if each.created_by})
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
    """One of them, with how far everybody is, as `viewer` may see it."""
    turns = _last_turns(session, catalogue, team, [assignment], now=now)[assignment.id]
    target = target_of(catalogue, assignment)
    makers = _people(session, {assignment.created_by} if assignment.created_by else set())
    turns = _as_seen_by(session, viewer, _with_progress(session, catalogue, turns, now=now))
    return Training(assignment, target, makers.get(assignment.created_by or 0), turns)


def turns_of_team(
    session: Session, catalogue: Catalogue, team: Team, *, now: datetime, viewer: int | None = None
) -> Sequence[Turn]:
    """The last turn of everybody who learns in a team at each of its trainings, with how far she is, as `viewer` may
    see it: by training, the newest first, then by name."""
    last = _last_turns(session, catalogue, team, assignments_of(session, team), now=now)
    turns = _with_progress(session, catalogue, [turn for turns in last.values() for turn in turns], now=now)
    return _as_seen_by(session, viewer, turns)


def turns_of_member(
    session: Session, catalogue: Catalogue, team: Team, member: Member, *, now: datetime, viewer: int | None = None
) -> Sequence[Turn]:
    """Somebody's turns at the trainings of one team, the last one of each, what is to do first."""
    cycles = _last_cycles(session, [each.id for each in assignments_of(session, team)], member.user.id)
    turns = _with_progress(session, catalogue, _turns(session, catalogue, cycles, now=now), now=now)
    return _in_order(_as_seen_by(session, viewer, turns))


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
    turns = _turns(session, catalogue, cycles_of_member(session, assignment, member), now=now)
    return _as_seen_by(session, viewer, _with_progress(session, catalogue, turns, now=now))


def own_plan(session: Session, catalogue: Catalogue, user: User, *, now: datetime) -> Sequence[Turn]:
    """What somebody has to do and has done, in all her teams, what is due first at the top. It says nothing of an
    assessment that the assessment itself does not tell her."""
    hers = select(Cycle.id).where(Cycle.assignment_id == Assignment.id, Cycle.user_id == user.id).exists()
    given = select(Assignment.id, Team.archived_at).join(Team, Team.id == Assignment.team_id).where(hers)
    rests = {id: archived_at is not None for id, archived_at in session.execute(given)}
    cycles = _last_cycles(session, rests, user.id) if rests else []
    # Of a team in the archive nothing is to do any more, and what was done stays hers.
    cycles = [cycle for cycle in cycles if cycle.closed_at is not None or not rests[cycle.assignment_id]]
    if not cycles:
        return []
    shown = [cycle for cycle in cycles if cycle.closed_why in ("", Why.DONE, Why.EXEMPT) or _is_recent(cycle, now)]
    turns = _with_progress(session, catalogue, _turns(session, catalogue, shown, now=now), now=now)
    return _in_order(_without_secrets(session, turns))


def own_cycle(session: Session, user: User, public_id: str) -> Cycle:
    """One of somebody's own turns. Raises NotFound."""
    found = session.scalar(select(Cycle).where(Cycle.user_id == user.id, Cycle.public_id == public_id))
    if found is None:
        raise NotFound(N_("There is no such training."))
    return found


def overdue_in(session: Session, catalogue: Catalogue, team: Team, *, now: datetime) -> Mapping[int, Sequence[Turn]]:
    """What is overdue in a team, by the ids of those who are late, the longest first."""
    # Nowhere is it later than a day ahead of UTC; the exact day is asked of each of the few that are left.
    tomorrow = now.date() + timedelta(days=1)
    late = or_(
        and_(Cycle.closed_at.is_(None), Cycle.due_on < tomorrow),
        and_(Cycle.closed_why == Why.DONE, Cycle.holds_until < tomorrow),
    )
    assignments = [each.id for each in assignments_of(session, team) if each.ended_at is None]
    here = _here(session, team)
    cycles = [cycle for cycle in _last_cycles(session, assignments, late=late) if cycle.user_id in here]
    found: dict[int, list[Turn]] = defaultdict(list)
    for turn in _turns(session, catalogue, cycles, now=now) if cycles else ():
        if turn.stage in (Stage.OVERDUE, Stage.EXPIRED):
            found[turn.user.id].append(turn)
    return {id: sorted(turns, key=lambda turn: turn.days_left) for id, turns in found.items()}


def _is_recent(cycle: Cycle, now: datetime) -> bool:
    return cycle.closed_at is not None and now - cycle.closed_at < SHOWN_FOR


def _people(session: Session, ids: Collection[int]) -> Mapping[int, User]:
    found: dict[int, User] = {}
    for some in batches(ids):
        found |= {user.id: user for user in session.scalars(select(User).where(User.id.in_(some)))}
    return found


def _last_turns(
    session: Session, catalogue: Catalogue, team: Team, assignments: Sequence[Assignment], *, now: datetime
) -> Mapping[int, Sequence[Turn]]:
    """By assignment: the last turn of everybody who learns in the team now, by name."""
    ids = _here(session, team)
    cycles = [cycle for cycle in _last_cycles(session, [each.id for each in assignments]) if cycle.user_id in ids]
    found: dict[int, list[Turn]] = {each.id: [] for each in assignments}
    for turn in _turns(session, catalogue, cycles, now=now):
        found[turn.assignment.id].append(turn)
    return {id: sorted(turns, key=lambda turn: in_lists(turn.user)) for id, turns in found.items()}


def _here(session: Session, team: Team) -> frozenset[int]:
    """The ids of those who learn in the team now."""
    return frozenset(learners_in(session, team))


def _last_cycles(
    session: Session,
    assignment_ids: Collection[int],
    user_id: int | None = None,
    *,
    late: ColumnElement[bool] | None = None,
) -> Sequence[Cycle]:
    """The last of each person; only those that are `late`, where that is asked."""
    found: list[Cycle] = []
    for some in batches(assignment_ids):
        newest = select(func.max(Cycle.id)).where(Cycle.assignment_id.in_(some))
        newest = newest.where(Cycle.user_id == user_id) if user_id is not None else newest
        last = select(Cycle).where(Cycle.id.in_(newest.group_by(Cycle.assignment_id, Cycle.user_id)))
        found += session.scalars((last if late is None else last.where(late)).order_by(Cycle.id))
    return found


def _turns(session: Session, catalogue: Catalogue, cycles: Sequence[Cycle], *, now: datetime) -> Sequence[Turn]:
    people = _people(session, {cycle.user_id for cycle in cycles})
    wanted = {cycle.assignment_id for cycle in cycles}
    assignments = {each.id: each for each in session.scalars(select(Assignment).where(Assignment.id.in_(wanted)))}
    targets = {id: target_of(catalogue, each) for id, each in assignments.items()}
    rulings = rulings_on(session, [cycle.id for cycle in cycles])
    former = _ends_of_former(session, cycles)
    found = []
    for cycle in cycles:
        user, made = people[cycle.user_id], rulings.get(cycle.id, ())
        today = day_in(user.time_zone, now)
        stage = _stage(cycle, made, today)
        given = assignments[cycle.assignment_id]
        held = former.get((given.id, user.id, cycle.number - 1))
        found.append(Turn(given, targets[given.id], cycle, user, stage, NOTHING, made, today, held))
    return found


def _ends_of_former(session: Session, cycles: Sequence[Cycle]) -> Mapping[tuple[int, int, int], date | None]:
    """The last day of what renewals renew, by assignment, person and number."""
    renewals = [cycle for cycle in cycles if cycle.closed_at is None and cycle.counts_from is not None]
    found: dict[tuple[int, int, int], date | None] = {}
    if not renewals:
        return found
    wanted = {cycle.assignment_id for cycle in renewals}
    done = select(Cycle.assignment_id, Cycle.user_id, Cycle.number, Cycle.holds_until).where(
        Cycle.assignment_id.in_(wanted), Cycle.closed_why == Why.DONE
    )
    for some in batches({cycle.user_id for cycle in renewals}):
        for assignment_id, user_id, number, until in session.execute(done.where(Cycle.user_id.in_(some))):
            found[assignment_id, user_id, number] = until
    return found


def _stage(cycle: Cycle, rulings: Iterable[Ruling], today: date) -> Stage:
    if cycle.closed_at is None:
        return stage_of_open(cycle.due_on, today)
    if cycle.is_done:
        void = any(ruling.kind == VOIDED for ruling in rulings)
        return Stage.EXPIRED if void else stage_of_done(cycle.holds_until, today)
    return Stage.EXEMPT if cycle.closed_why == Why.EXEMPT else Stage.ENDED


def _with_progress(session: Session, catalogue: Catalogue, turns: Sequence[Turn], *, now: datetime) -> Sequence[Turn]:
    """The same turns, those that are open with how far they are. What was done a moment ago counts as done, though the
    job has not come by yet."""
    still_open: dict[int, list[Turn]] = defaultdict(list)
    for turn in turns:
        if turn.cycle.closed_at is None and turn.target:
            still_open[turn.assignment.id].append(turn)
    progress: dict[int, Progress] = {}
    for theirs in still_open.values():
        target = theirs[0].target
        assert target is not None
        given = Given(catalogue, theirs[0].assignment, target)
        progress |= progress_of(session, given, [turn.cycle for turn in theirs], now=now)
    return [_as_far_as(turn, progress[turn.cycle.id]) if turn.cycle.id in progress else turn for turn in turns]


def _as_far_as(turn: Turn, progress: Progress) -> Turn:
    return replace(turn, progress=progress, stage=Stage.DONE if progress.is_done else turn.stage)


def _as_seen_by(session: Session, viewer: int | None, turns: Sequence[Turn]) -> Sequence[Turn]:
    """Who leads a team and learns in it sees of herself no more than her own plan tells."""
    own = {turn.cycle.id: turn for turn in _without_secrets(session, [t for t in turns if t.user.id == viewer])}
    return [own.get(turn.cycle.id, turn) for turn in turns]


def _without_secrets(session: Session, turns: Sequence[Turn]) -> Sequence[Turn]:
    """An assessment whose result is not told looks the same, passed or not, taken back or not: handed in."""
    exams = [turn for turn in turns if turn.assignment.kind == EXAM]
    secret = untold_since(session, {turn.user.id for turn in exams})
    return [_hidden(turn) if turn in exams and _is_secret(turn, secret) else turn for turn in turns]


def _is_secret(turn: Turn, untold: Mapping[tuple[int, str, str], datetime]) -> bool:
    """Whether her last attempt that counts for it does not tell what it came to."""
    at = untold.get((turn.user.id, turn.assignment.course, turn.assignment.target))
    since = turn.cycle.counts_from
    return at is not None and (since is None or at >= since) and turn.cycle.closed_why != Why.EXEMPT


def _hidden(turn: Turn) -> Turn:
    return replace(turn, stage=Stage.HANDED_IN, progress=NOTHING)


_ORDER = (Stage.OVERDUE, Stage.EXPIRED, Stage.SOON, Stage.OPEN, Stage.HANDED_IN, Stage.DONE, Stage.EXEMPT, Stage.ENDED)


def _in_order(turns: Iterable[Turn]) -> Sequence[Turn]:
    return sorted(turns, key=lambda turn: (_ORDER.index(turn.stage), turn.cycle.due_on, turn.cycle.id))


def who_may_be_meant(session: Session, team: Team) -> Sequence[Member]:
    """Those to whom a training can be given."""
    return [member for member in members_of(session, team) if member.membership.learns]
