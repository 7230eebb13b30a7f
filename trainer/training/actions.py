"""Give trainings, change what was given, take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import ADMIN, User
from trainer.audit.actions import Detail, digest
from trainer.db import new_public_id, one_at_a_time
from trainer.learning.errors import N_, Conflict, Invalid
from trainer.learning.plans import Deadline
from trainer.library.catalogue import Catalogue
from trainer.teams.deeds import Doing
from trainer.teams.models import JobRole, Team
from trainer.training.cycles import Work, hold_team, rulings_on, settle_quietly
from trainer.training.models import EXTENDED, Assignment, Cycle
from trainer.training.refreshers import ALL
from trainer.training.targets import EXAM, OBJECTIVES, Target
from trainer.training.telling import Telling, tell_moved
from trainer.web.zones import day_in

LONGEST_REASON = 1000
MOST_YEARS = 10


@dataclass(frozen=True)
class Planning:
    """Somebody at work on a team's plan: `by` nobody where it is done on the machine itself. What belongs into the
    audit log is noted and written when all else is done."""

    session: Session
    catalogue: Catalogue
    team: Team
    by: User | None
    now: datetime
    works: list[Work] = field(default_factory=list)
    deeds: list[tuple[str, Mapping[str, Detail], User | None]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day it is where she is."""
        return day_in(self.by.time_zone if self.by else "", self.now)

    def settle(self, assignment: Assignment) -> None:
        """Bring everybody's cycles of it up to date."""
        self.session.flush()
        self.works.append(settle_quietly(self.session, self.catalogue, assignment, now=self.now))

    def hold(self, assignment_id: int) -> None:
        """Keep others from an assignment until the transaction ends."""
        hold_team(self.session, self.team.id)
        one_at_a_time(self.session, f"training {assignment_id}")

    def note(self, action: str, details: Mapping[str, Detail], person: User | None = None) -> None:
        """This was done."""
        self.deeds.append((action, details, person))

    def write_log(self) -> None:
        """Write down what was noted; called last."""
        self.session.flush()
        for work in self.works:
            work.write_log()
        doing = Doing(self.session, self.team, self.by, self.now)
        for action, details, person in self.deeds:
            doing.log(action, person, details)
        self.works.clear()
        self.deeds.clear()

    def refuse_day(self, day: date | None) -> None:
        """Raises Invalid where a day is over, or so far away that it was mistyped."""
        if day is None:
            return
        if day < self.today:
            raise Invalid(N_("This day is over."))
        if day.year > self.today.year + MOST_YEARS:
            raise Invalid(N_("This day is more than ten years away."))

    def refuse_oneself(self, user_id: int | None) -> None:
        """Who decides about herself proves nothing to anybody. Raises Invalid."""
        if self.by and self.by.id == user_id and not self.by.has_role(ADMIN):
            raise Invalid(N_("About your own training another lead of the team decides, or an administrator."))


@dataclass(frozen=True)
class Audience:
    """For whom: everybody who learns in the team, whoever has a job role, or one person."""

    job_role: JobRole | None = None
    person: User | None = None

    @property
    def kind(self) -> str:
        """As it is stored."""
        return "role" if self.job_role else "person" if self.person else "team"

    @property
    def name(self) -> str:
        """What the role or the person is called; empty for everybody."""
        if self.job_role:
            return self.job_role.name
        return (self.person.name or self.person.email) if self.person else ""


@dataclass(frozen=True)
class Terms:
    """Until when, for how long, by which rules. See models.Assignment."""

    due_on: date | None = None
    due_days: int = 30
    validity_months: int | None = None
    renewal_days: int = 90
    refresher: str = ALL
    test_out: bool = True
    is_mandatory: bool = True
    tell_lead_days: int = 7
    requirement: str = ""


def assign(planning: Planning, target: Target, audience: Audience, terms: Terms) -> Assignment:
    """Give a training; whoever is meant has it from this moment on. Raises Invalid."""
    return assign_all(planning, [(target, audience)], terms)[0]


def assign_all(planning: Planning, chosen: Sequence[tuple[Target, Audience]], terms: Terms) -> Sequence[Assignment]:
    """Give several by the same terms, all or none. Raises Invalid."""
    planning.refuse_day(terms.due_on)
    given = [_assign(planning, target, audience, terms) for target, audience in chosen]
    planning.write_log()
    return given


def _assign(planning: Planning, target: Target, audience: Audience, terms: Terms) -> Assignment:
    assignment = Assignment(
        public_id=new_public_id(),
        team_id=planning.team.id,
        kind=target.kind,
        course=target.course.id,
        target=target.id,
        objectives=list(target.objectives) if target.kind == OBJECTIVES else [],
        title=target.title[:300],
        audience=audience.kind,
        job_role_id=audience.job_role.id if audience.job_role else None,
        user_id=audience.person.id if audience.person else None,
        audience_name=audience.name,
        created_by=planning.by.id if planning.by else None,
        created_at=planning.now,
        ended_why="",
    )
    _set_terms(assignment, terms)
    planning.session.add(assignment)
    planning.settle(assignment)
    role = audience.job_role.public_id if audience.job_role else None
    what = " ".join(part for part in (target.kind, target.course.id, target.id, *assignment.objectives) if part)
    given = {"assignment": assignment.public_id, "training": what, "for": audience.kind, "role": role}
    planning.note("training.assigned", {**given, **_said(terms_of(assignment))}, audience.person)
    return assignment


def change_terms(planning: Planning, assignment: Assignment, terms: Terms) -> None:
    """Change until when and by which rules. What is open has the new day, unless it was extended for somebody; what is
    done stays as it was. Raises Invalid, and Conflict where it was taken back."""
    _hold(planning, assignment)
    before = terms_of(assignment)
    if terms.due_on != before.due_on:
        planning.refuse_day(terms.due_on)
    _set_terms(assignment, terms)
    after = terms_of(assignment)
    if after == before:
        return
    planning.settle(assignment)
    if (after.due_on, after.due_days) != (before.due_on, before.due_days):
        _move_open_cycles(planning, assignment)
    was, is_now = _said(before), _said(after)
    changed = {name: value for name, value in is_now.items() if was[name] != value}
    planning.note("training.changed", {"assignment": assignment.public_id, **changed})
    planning.write_log()


def take_back(planning: Planning, assignment: Assignment, reason: str) -> None:
    """Nobody has to do it any more; what was done stays. Raises Invalid without a reason, Conflict the second time."""
    _hold(planning, assignment)
    assignment.ended_at, assignment.ended_why = planning.now, clean_reason(reason)
    planning.settle(assignment)
    details = {"assignment": assignment.public_id, "reason": digest(assignment.ended_why)}
    planning.note("training.taken_back", details)
    planning.write_log()


def terms_of(assignment: Assignment) -> Terms:
    """The terms as they are."""
    return Terms(**{each.name: getattr(assignment, each.name) for each in fields(Terms)})


def clean_reason(reason: str) -> str:
    """A reason, without what surrounds it. Raises Invalid where there is none, or a whole letter."""
    clean = reason.strip()
    if not clean:
        raise Invalid(N_("Say why: whoever looks at this later must understand it."))
    if len(clean) > LONGEST_REASON:
        raise Invalid(N_("A reason has at most %(longest)s characters."), longest=LONGEST_REASON)
    return clean


def _set_terms(assignment: Assignment, terms: Terms) -> None:
    """For how long a pass holds, and what renews it, an assessment says itself."""
    for each in fields(Terms):
        setattr(assignment, each.name, getattr(terms, each.name))
    assignment.requirement = terms.requirement.strip()[:300]
    if assignment.kind == EXAM:
        assignment.validity_months, assignment.renewal_days = None, Terms.renewal_days
        assignment.refresher, assignment.test_out = ALL, False


def _said(terms: Terms) -> Mapping[str, Detail]:
    found: dict[str, Detail] = {each.name: getattr(terms, each.name) for each in fields(Terms)}
    return {**found, "due_on": terms.due_on.isoformat() if terms.due_on else None}


def _hold(planning: Planning, assignment: Assignment) -> None:
    """Raises Conflict where it was taken back meanwhile, and Invalid where it is hers alone who wants to change it."""
    planning.hold(assignment.id)
    planning.session.refresh(assignment)
    if assignment.ended_at is not None:
        raise Conflict(N_("This training was taken back."))
    planning.refuse_oneself(assignment.user_id)


def _move_open_cycles(planning: Planning, assignment: Assignment) -> None:
    """What is open for the first time is due by the new terms, but for whom it was extended; a renewal has its day from
    what it renews. Everybody whose day is another one is told."""
    first = select(Cycle).where(
        Cycle.assignment_id == assignment.id, Cycle.closed_at.is_(None), Cycle.counts_from.is_(None)
    )
    cycles = planning.session.scalars(first).all()
    rulings = rulings_on(planning.session, [cycle.id for cycle in cycles])
    deadline = Deadline(assignment.due_on, assignment.due_days)
    moved = []
    for cycle in cycles:
        due_on = deadline.of(cycle.opened_on, from_the_start=cycle.opened_at <= assignment.created_at)
        is_extended = any(ruling.kind == EXTENDED for ruling in rulings.get(cycle.id, ()))
        if cycle.due_on != due_on and not is_extended:
            cycle.due_on = due_on
            moved.append(cycle)
    planning.session.flush()
    tell_moved(Telling(planning.session, planning.team, assignment, planning.now), moved)
