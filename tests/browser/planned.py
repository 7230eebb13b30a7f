"""What the story's team has been given: each stage of a training, in somebody's plan."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from trainer import clock
from trainer.accounts.models import User
from trainer.library.queries import live_catalogue
from trainer.teams.models import Team
from trainer.teams.queries import members_of
from trainer.training.actions import Audience, Planning, Terms, assign, take_back
from trainer.training.models import Assignment
from trainer.training.queries import last_cycle_of
from trainer.training.rulings import Case, Decision, exempt, extend
from trainer.training.targets import set_of_objectives, target_named

COURSE = "accreditation"


def plan_trainings(session: Session, team: Team, lead: User) -> Mapping[str, str]:
    """A course for everybody, overdue, with one who has more time and one who is exempt; an assessment that is due
    soon; objectives of a job role; and one that was taken back."""
    catalogue, now = live_catalogue(session), clock.now()
    members = {member.user.name: member for member in members_of(session, team)}

    def give(value: str, days_ago: int, terms: Terms) -> Assignment:
        target = target_named(catalogue, value)
        assert target is not None
        planning = Planning(session, catalogue, team, lead, now - timedelta(days=days_ago))
        return assign(planning, target, Audience(), terms)

    course = give(f"course/{COURSE}/", 50, Terms(_in(-5), validity_months=12, requirement="ISO/IEC 27001, A.6.3"))
    give(f"exam/{COURSE}/assessment", 10, Terms(_in(5)))
    auditor = members["Cem"].job_role
    assert auditor is not None
    planning = Planning(session, catalogue, team, lead, now)
    required = set_of_objectives(catalogue.courses[COURSE], auditor.objectives, auditor.name)
    assign(planning, required, Audience(job_role=auditor), Terms(due_days=60, is_mandatory=False))
    take_back(planning, give(f"track/{COURSE}/claims", 30, Terms(_in(30))), "The course has it all.")
    of = {name: Case(course, last_cycle_of(session, course, members[name]), members[name]) for name in ("Fay", "Dan")}
    earlier = Planning(session, catalogue, team, lead, now - timedelta(days=20))
    extend(earlier, of["Fay"], Decision(_in(25), "On parental leave until January."))
    exempt(earlier, of["Dan"], Decision(None, "Teaches this course himself."))
    path = f"/teams/{team.public_id}/plan/{course.public_id}"
    return {
        "TRAINING": path,
        "FAYS-TURN": f"{path}/people/{members['Fay'].membership.public_id}",
        "DANS-TURN": f"{path}/people/{members['Dan'].membership.public_id}",
    }


def _in(days: int) -> date:
    return (clock.now() + timedelta(days=days)).date()
