"""Give trainings, change what was given, take it back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.audit.actions import Detail, digest
from trainer.db import new_public_id, one_at_a_time
from trainer.learning.errors import N_, Conflict, Invalid
from trainer.learning.plans import Deadline
from trainer.library.catalogue import Catalogue
from trainer.teams.deeds import Doing
from trainer.teams.models import JobRole, Team
from trainer.training.cycles import rulings_on, settle
from trainer.training.models import EXTENDED, Assignment, Cycle
from trainer.training.refreshers import ALL
from trainer.training.targets import EXAM, OBJECTIVES, Target
from trainer.web.zones import day_in

LONGEST_REASON = 1000


@dataclass(frozen=True)
class Planning:
    """Somebody at work on a team's plan: `by` nobody where it is done on the machine itself."""

    session: Session
    catalogue: Catalogue
    team: Team
    by: User | None
    now: datetime

    def settle(self, assignment: Assignment) -> None:
        """Bring everybody's cycles of it up to date."""
        self.session.flush()
        settle(self.session, self.catalogue, assignment, now=self.now)

    def hold(self, assignment_id: int) -> None:
        """Keep others from an assignment until the transaction ends."""
        one_at_a_time(self.session, f"training {assignment_id}")

    def log(self, action: str, details: Mapping[str, Detail], person: User | None = None) -> None:
        """Into the audit log; called last."""
        Doing(self.session, self.team, self.by, self.now).log(action, person, details)


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
    _refuse_past(terms, planning.now)
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
    planning.log("training.assigned", {**given, **_said(terms_of(assignment))}, audience.person)
    return assignment


def change_terms(planning: Planning, assignment: Assignment, terms: Terms) -> None:
    """Change until when and by which rules. What is open has the new day, unless it was extended for somebody; what is
    done stays as it was. Raises Invalid, and Conflict where it was taken back."""
    _hold(planning, assignment)
    before = terms_of(assignment)
    if terms.due_on != before.due_on:
        _refuse_past(terms, planning.now)
    _set_terms(assignment, terms)
    after = terms_of(assignment)
    if after == before:
        return
    planning.settle(assignment)
    if (after.due_on, after.due_days) != (before.due_on, before.due_days):
        _move_open_cycles(planning.session, assignment)
    was, is_now = _said(before), _said(after)
    changed = {name: value for name, value in is_now.items() if was[name] != value}
    planning.log("training.changed", {"assignment": assignment.public_id, **changed})


def take_back(planning: Planning, assignment: Assignment, reason: str) -> None:
    """Nobody has to do it any more; what was done stays. Raises Invalid without a reason, Conflict the second time."""
    _hold(planning, assignment)
    assignment.ended_at, assignment.ended_why = planning.now, clean_reason(reason)
    planning.settle(assignment)
    details = {"assignment": assignment.public_id, "reason": digest(assignment.ended_why)}
    planning.log("training.taken_back", details)


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


def _refuse_past(terms: Terms, now: datetime) -> None:
    if terms.due_on is not None and terms.due_on < now.date():
        raise Invalid(N_("This day is over."))


def _hold(planning: Planning, assignment: Assignment) -> None:
    """Raises Conflict where it was taken back meanwhile."""
    planning.hold(assignment.id)
    planning.session.refresh(assignment)
    if assignment.ended_at is not None:
        raise Conflict(N_("This training was taken back."))


def _move_open_cycles(session: Session, assignment: Assignment) -> None:
    """What is open for the first time is due by the new terms, but for whom it was extended; a renewal has its day from
    what it renews."""
    theirs = select(Cycle, User).join(User, User.id == Cycle.user_id)
    still_open = theirs.where(
        Cycle.assignment_id == assignment.id, Cycle.closed_at.is_(None), Cycle.counts_from.is_(None)
    )
    rows = session.execute(still_open).all()
    rulings = rulings_on(session, [cycle.id for cycle, _ in rows])
    deadline = Deadline(assignment.due_on, assignment.due_days)
    for cycle, user in rows:
        if not any(ruling.kind == EXTENDED for ruling in rulings.get(cycle.id, ())):
            cycle.due_on = deadline.of(day_in(user.time_zone, assignment.created_at), cycle.opened_on)
    session.flush()
