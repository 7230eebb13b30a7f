"""What a lead has ticked, as trainings and those they are for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.learning.errors import N_, Invalid
from trainer.library.catalogue import Catalogue
from trainer.teams.models import JobRole, Team
from trainer.teams.queries import roles_of
from trainer.training.actions import Audience
from trainer.training.models import Assignment
from trainer.training.queries import who_may_be_meant
from trainer.training.targets import OBJECTIVES, Target, set_of_objectives, target_named

EVERYBODY = "team"
REQUIRED_BY_ROLE = "required"
"""Ticked for: whatever the job role of each requires."""


@dataclass(frozen=True)
class Choice:
    """What was ticked: `what` as targets name themselves, single `objectives`, and for whom: EVERYBODY, or the public
    id of a job role or of a membership after its kind."""

    what: Sequence[str]
    objectives: Sequence[str]
    whom: str


def audience_named(session: Session, team: Team, name: str) -> Audience | None:
    """For whom, as a form names it; None where there is no such role or person in the team."""
    kind, _, id = name.partition("/")
    if name == EVERYBODY:
        return Audience()
    if kind == "role":
        role = next((role for role in roles_of(session, team) if role.public_id == id), None)
        return Audience(job_role=role) if role else None
    people = (member for member in who_may_be_meant(session, team) if member.membership.public_id == id)
    member = next(people, None)
    return Audience(person=member.user) if member else None


def trainings_chosen(
    session: Session, catalogue: Catalogue, team: Team, choice: Choice
) -> Sequence[tuple[Target, Audience]]:
    """The trainings to give, each with whom it is for. Raises Invalid where nothing is chosen, or what is given
    already."""
    audience = audience_named(session, team, choice.whom)
    if audience is None:
        raise Invalid(N_("Choose for whom it is."))
    named = [target for value in choice.what if (target := target_named(catalogue, value))]
    found = [(target, audience) for target in (*named, *_sets(catalogue, choice.objectives))]
    if REQUIRED_BY_ROLE in choice.what:
        found += _required(catalogue, roles_of(session, team), audience)
    if not found:
        raise Invalid(N_("Choose at least one training."))
    _refuse_again(session, team, found)
    return found


def _sets(catalogue: Catalogue, objectives: Collection[str], title: str = "") -> Sequence[Target]:
    """The objectives, those of each course together."""
    by_course: dict[str, list[str]] = defaultdict(list)
    for course in catalogue.courses.values():
        by_course[course.id] += [id for id in course.objectives_by_id if id in objectives]
    return [
        set_of_objectives(catalogue.courses[id], known, title or _names(catalogue, id, known))
        for id, known in by_course.items()
        if known
    ]


def _names(catalogue: Catalogue, course_id: str, objectives: Sequence[str]) -> str:
    known = catalogue.courses[course_id].objectives_by_id
    return ", ".join(known[id].short for id in objectives)


def _required(catalogue: Catalogue, roles: Sequence[JobRole], audience: Audience) -> Sequence[tuple[Target, Audience]]:
    """What job roles require: that of the one that was named, or of all where it is for everybody."""
    if audience.person:
        raise Invalid(N_("What a job role requires can be given to a job role, or to everybody."))
    meant = [audience.job_role] if audience.job_role else roles
    found = [
        (target, Audience(job_role=role)) for role in meant for target in _sets(catalogue, role.objectives, role.name)
    ]
    if not found:
        raise Invalid(N_("No job role requires an objective yet. Say under “Job roles” which, or choose a training."))
    return found


def _refuse_again(session: Session, team: Team, wanted: Sequence[tuple[Target, Audience]]) -> None:
    """Twice the same would be two reminders for one thing, and is what a second tap asks for."""
    active = select(Assignment).where(Assignment.team_id == team.id, Assignment.ended_at.is_(None))
    there = {_what(each): each.title for each in session.scalars(active)}
    for target, audience in wanted:
        ids = (audience.job_role.id if audience.job_role else None, audience.person.id if audience.person else None)
        objectives = tuple(target.objectives) if target.kind == OBJECTIVES else ()
        title = there.get((target.kind, target.course.id, target.id, objectives, audience.kind, *ids))
        if title is not None:
            raise Invalid(N_("“%(title)s” is given to the same people already."), title=title)


def _what(each: Assignment) -> tuple[object, ...]:
    return (each.kind, each.course, each.target, tuple(each.objectives), each.audience, each.job_role_id, each.user_id)


def objectives_to_choose(catalogue: Catalogue) -> Mapping[str, Sequence[tuple[str, str]]]:
    """All objectives with their short names, by the title of their course."""
    return {
        course.title: [(id, each.short) for id, each in course.objectives_by_id.items()]
        for course in catalogue.courses.values()
    }
