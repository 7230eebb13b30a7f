"""People's turns at trainings as they stand today, and as who looks may see them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.db import batches
from trainer.exams.passes import untold_since
from trainer.learning.plans import Stage, stage_of_done, stage_of_open
from trainer.library.catalogue import Catalogue
from trainer.teams.models import Team
from trainer.teams.queries import learners_in
from trainer.training.cycles import rulings_on
from trainer.training.models import EXEMPTED, EXTENDED, VOIDED, Assignment, Cycle, Ruling, Why
from trainer.training.progress import NOTHING, Progress, progress_of
from trainer.training.targets import EXAM, Given, Target, target_of
from trainer.web.zones import day_in


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


def people_of(session: Session, ids: Collection[int]) -> Mapping[int, User]:
    """The people with these ids."""
    found: dict[int, User] = {}
    for some in batches(ids):
        found |= {user.id: user for user in session.scalars(select(User).where(User.id.in_(some)))}
    return found


def here_now(session: Session, team: Team) -> frozenset[int]:
    """The ids of those who learn in the team now."""
    return frozenset(learners_in(session, team))


def newest_cycles(
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


def turns_of(session: Session, catalogue: Catalogue, cycles: Sequence[Cycle], *, now: datetime) -> Sequence[Turn]:
    """These cycles as they stand now, in their order; how far they are is left out."""
    people = people_of(session, {cycle.user_id for cycle in cycles})
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


def with_progress(session: Session, catalogue: Catalogue, turns: Sequence[Turn], *, now: datetime) -> Sequence[Turn]:
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


def as_seen_by(session: Session, viewer: int | None, turns: Sequence[Turn]) -> Sequence[Turn]:
    """Who leads a team and learns in it sees of herself no more than her own plan tells."""
    own = {turn.cycle.id: turn for turn in without_secrets(session, [t for t in turns if t.user.id == viewer])}
    return [own.get(turn.cycle.id, turn) for turn in turns]


def without_secrets(session: Session, turns: Sequence[Turn]) -> Sequence[Turn]:
    """An assessment whose result is not told looks the same, passed or not, taken back or not: handed in."""
    secret = untold_since(session, {turn.user.id for turn in turns if turn.assignment.kind == EXAM})
    return [_hidden(turn) if _is_secret(turn, secret) else turn for turn in turns]


def _is_secret(turn: Turn, untold: Mapping[tuple[int, str, str], datetime]) -> bool:
    """Whether her last attempt that counts for it does not tell what it came to."""
    if turn.assignment.kind != EXAM:
        return False
    at = untold.get((turn.user.id, turn.assignment.course, turn.assignment.target))
    since = turn.cycle.counts_from
    return at is not None and (since is None or at >= since) and turn.cycle.closed_why != Why.EXEMPT


def _hidden(turn: Turn) -> Turn:
    return replace(turn, stage=Stage.HANDED_IN, progress=NOTHING)


_ORDER = (Stage.OVERDUE, Stage.EXPIRED, Stage.SOON, Stage.OPEN, Stage.HANDED_IN, Stage.DONE, Stage.EXEMPT, Stage.ENDED)


def in_order(turns: Iterable[Turn]) -> Sequence[Turn]:
    """What is late first, then what is to do, the day that comes first before the others, then what is done."""
    return sorted(turns, key=lambda turn: (_ORDER.index(turn.stage), turn.cycle.due_on, turn.cycle.id))
