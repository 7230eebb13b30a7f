"""What the sample team was given to do, and how its people were reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.library.catalogue import Catalogue
from trainer.notices.actions import withdraw
from trainer.teams.models import JobRole, Team
from trainer.teams.queries import members_of
from trainer.training.actions import Audience, Planning, Terms, assign
from trainer.training.cycles import settle
from trainer.training.models import Assignment
from trainer.training.queries import last_cycle_of, training_of
from trainer.training.reminding import remind
from trainer.training.rulings import Case, Decision, extend
from trainer.training.targets import COURSE, EXAM, set_of_objectives, targets

NOBODY_WAS_WRITTEN_TO = "the sample team is invented, so nobody was written to"
OVERDUE_FOR = timedelta(days=6)
GIVEN_LATELY = timedelta(weeks=2)
ON_LEAVE = "On parental leave until the end of the month."


@dataclass(frozen=True)
class Desk:
    """Where the lead of the sample team plans."""

    session: Session
    catalogue: Catalogue
    team: Team
    lead: User

    def at(self, now: datetime) -> Planning:
        """The lead at work then."""
        return Planning(self.session, self.catalogue, self.team, self.lead, now)


def give_the_course(desk: Desk, began: datetime, now: datetime) -> None:
    """At the beginning everybody gets the course to read; by now its day is over."""
    whole = next((target for target in targets(desk.catalogue) if target.kind == COURSE), None)
    if whole:
        terms = Terms((now - OVERDUE_FOR).date(), validity_months=12, refresher="changed", requirement="ISO 9001, 7.3")
        assign(desk.at(began), whole, Audience(), terms)


def give_the_rest(desk: Desk, roles: Sequence[JobRole], now: datetime) -> None:
    """Lately came the assessment, due before the audit, and what each job role requires, of one's own free will."""
    planning = desk.at(now - GIVEN_LATELY)
    exam = next((target for target in targets(desk.catalogue) if target.kind == EXAM), None)
    if exam and desk.team.audit_on:
        due_on = desk.team.audit_on - timedelta(days=2)
        assign(planning, exam, Audience(), Terms(due_on, requirement="ISO/IEC 27001, A.6.3"))
    for role in roles:
        for course in desk.catalogue.courses.values():
            if known := [id for id in course.objectives_by_id if id in role.objectives]:
                target = set_of_objectives(course, known, f"What {role.name.lower()}s must know")
                assign(planning, target, Audience(job_role=role), Terms(due_days=45, is_mandatory=False))


def let_time_pass(desk: Desk, began: datetime, now: datetime) -> None:
    """Bring everything up to date, remind day by day whoever has not done it, and give one person more time."""
    given = desk.session.scalars(select(Assignment).where(Assignment.team_id == desk.team.id)).all()
    for assignment in given:
        settle(desk.session, desk.catalogue, assignment, now=now)
    day = began
    while day < now:
        for assignment in given:
            if assignment.created_at <= day:
                training = training_of(desk.session, desk.catalogue, desk.team, assignment, now=day)
                remind(desk.session, desk.team, training, now=day)
        day += timedelta(days=1)
    _give_somebody_more_time(desk, given, now)
    withdraw(desk.session, "cycle:", NOBODY_WAS_WRITTEN_TO, now=now)


def _give_somebody_more_time(desk: Desk, given: Sequence[Assignment], now: datetime) -> None:
    exam = next((assignment for assignment in given if assignment.kind == EXAM), None)
    learners = [member for member in members_of(desk.session, desk.team) if member.membership.learns]
    if exam is None or len(learners) < 2:
        return
    case = Case(exam, last_cycle_of(desk.session, exam, learners[1]), learners[1])
    if case.cycle.closed_at is None:
        day = max(case.cycle.due_on, now.date()) + timedelta(days=21)
        extend(desk.at(now), case, Decision(day, ON_LEAVE))
