"""Make teams, put people in and take them out, say what job roles require."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from trainer.accounts.models import ADMIN, User
from trainer.audit.actions import Detail
from trainer.db import new_public_id, one_at_a_time
from trainer.learning.errors import N_, Conflict, Invalid
from trainer.teams.deeds import Doing
from trainer.teams.models import Invitation, JobRole, Membership, Team
from trainer.teams.queries import Member, count_leads, membership_of, roles_of

LONGEST_NAME = 100
MOST_ROLES = 100
LOWEST_GOAL = 0.5
"""Less than half right is no aim: much of it is luck."""


@dataclass(frozen=True)
class Place:
    """What somebody is in a team."""

    leads: bool = False
    learns: bool = True
    job_role: JobRole | None = None


@dataclass(frozen=True)
class Duties:
    """What a job role is called, and the ids of the objectives it requires."""

    name: str
    objectives: Sequence[str]


def create_team(session: Session, name: str, *, by: User | None, now: datetime) -> Team:
    """A new team, empty. Raises Invalid."""
    team = Team(public_id=new_public_id(), name=clean_name(name), created_at=now)
    session.add(team)
    session.flush()
    Doing(session, team, by, now).log("team.created", details={"name": team.name})
    return team


def rename_team(session: Session, team: Team, name: str, *, by: User, now: datetime) -> None:
    """Give a team another name. Raises Invalid."""
    before, team.name = team.name, clean_name(name)
    if team.name != before:
        Doing(session, team, by, now).log("team.renamed", details={"before": before, "name": team.name})


def set_aim(session: Session, team: Team, audit_on: date | None, goal: float, *, by: User, now: datetime) -> None:
    """The day the team gets ready for (or none), and the share right (0–1) that is enough then. Raises Invalid."""
    if not LOWEST_GOAL <= goal <= 1:
        raise Invalid(N_("The aim is a share of 50 to 100 percent."))
    if (team.audit_on, team.goal) != (audit_on, goal):
        team.audit_on, team.goal = audit_on, goal
        said = {"audit_on": audit_on.isoformat() if audit_on else None, "goal": goal}
        Doing(session, team, by, now).log("team.aim_set", details=said)


def archive_team(session: Session, team: Team, *, by: User, now: datetime) -> None:
    """Put a team away: it is read still, nobody comes in, and its invitations end."""
    if team.archived_at is not None:
        return
    team.archived_at = now
    theirs = update(Invitation).where(Invitation.team_id == team.id, Invitation.ended_at.is_(None))
    session.execute(theirs.values(ended_at=now))
    Doing(session, team, by, now).log("team.archived")


def restore_team(session: Session, team: Team, *, by: User, now: datetime) -> None:
    """Take a team out of the archive. Its former invitations stay dead."""
    if team.archived_at is not None:
        team.archived_at = None
        Doing(session, team, by, now).log("team.restored")


def put_in_team(
    session: Session, team: Team, user: User, place: Place, *, by: User | None, now: datetime
) -> Membership:
    """Somebody is in a team from now on, or is something else there. Raises Invalid, and Conflict where it would leave
    the team without anybody who leads it.

    For administrators and the command line only: whoever leads a team sees what its people come to, so for everybody
    else people come in by their own doing (trainer/teams/inviting.py).
    """
    doing = Doing(session, team, by, now)
    _refuse_nothing(place)
    queue(doing)
    membership = membership_of(session, team, user.id)
    if membership is None:
        return add(doing, user, place, "member.added")
    change(doing, Member(membership, user, None), place)
    return membership


def change_place(session: Session, team: Team, member: Member, place: Place, *, by: User, now: datetime) -> None:
    """What somebody is in a team. Raises Invalid, and Conflict for the last one who leads it.

    That she learns there is for her to say, by an invitation or here, or for an administrator: who leads the team
    would see what she comes to.
    """
    doing = Doing(session, team, by, now)
    _refuse_nothing(place)
    may_say = by.has_role(ADMIN) or by.id == member.user.id
    if place.learns and not member.membership.learns and not may_say:
        raise Invalid(N_("Whether she learns with the team is for her to say. Send her an invitation."))
    queue(doing)
    change(doing, member, place)


def remove_from_team(session: Session, team: Team, member: Member, *, by: User, now: datetime) -> None:
    """Somebody is in a team no more; what she did there stays. Raises Conflict for the last one who leads it."""
    doing = Doing(session, team, by, now)
    queue(doing)
    session.refresh(member.membership)
    if member.membership.left_at is not None:
        return
    if member.membership.leads:
        _refuse_last_lead(doing, member.membership)
    member.membership.left_at = now
    session.flush()
    doing.log("member.left" if by.id == member.user.id else "member.removed", member.user)


def save_role(
    session: Session, team: Team, role: JobRole | None, duties: Duties, *, by: User, now: datetime
) -> JobRole:
    """Make a job role or change it. Raises Invalid; Conflict where the team has one of that name."""
    name = clean_name(duties.name)
    one_at_a_time(session, f"job roles of team {team.id}")
    others = [each for each in roles_of(session, team) if role is None or each.id != role.id]
    if any(each.name.casefold() == name.casefold() for each in others):
        raise Conflict(N_("There is a job role of this name already."))
    if role is None and len(others) >= MOST_ROLES:
        raise Invalid(N_("A team has at most 100 job roles."))
    if role is None:
        role = JobRole(public_id=new_public_id(), team_id=team.id)
        session.add(role)
    role.name, role.objectives = name, sorted(set(duties.objectives))
    session.flush()
    said = {"role": role.public_id, "name": role.name, "objectives": " ".join(role.objectives)}
    Doing(session, team, by, now).log("role.saved", details=said)
    return role


def remove_role(session: Session, team: Team, role: JobRole, *, by: User, now: datetime) -> None:
    """There is no such job role any more; who had it has none."""
    session.delete(role)
    session.flush()
    Doing(session, team, by, now).log("role.removed", details={"role": role.public_id, "name": role.name})


def queue(doing: Doing) -> None:
    """One after the other changes who is in a team: two who both stop leading it must not both be the last but one."""
    one_at_a_time(doing.session, f"people of team {doing.team.id}")


def add(doing: Doing, user: User, place: Place, action: str) -> Membership:
    """Somebody who is not in the team comes in."""
    membership = Membership(
        public_id=new_public_id(),
        team_id=doing.team.id,
        user_id=user.id,
        leads=place.leads,
        learns=place.learns,
        job_role_id=place.job_role.id if place.job_role else None,
        joined_at=doing.now,
    )
    doing.session.add(membership)
    doing.session.flush()
    doing.log(action, user, _said(place))
    return membership


def change(doing: Doing, member: Member, place: Place) -> None:
    """Somebody who is in the team becomes something else there."""
    membership = member.membership
    doing.session.refresh(membership)
    if membership.left_at is not None:
        raise Conflict(N_("This person has left the team in the meantime."))
    if membership.leads and not place.leads:
        _refuse_last_lead(doing, membership)
    role = place.job_role.id if place.job_role else None
    before = membership.leads, membership.learns, membership.job_role_id
    if before != (place.leads, place.learns, role):
        membership.leads, membership.learns, membership.job_role_id = place.leads, place.learns, role
        doing.session.flush()
        doing.log("member.changed", member.user, _said(place))


def clean_name(name: str) -> str:
    """A name in one line. Raises Invalid where it is none."""
    clean = " ".join("".join(c for c in name if c.isprintable() or c.isspace()).split())
    if not clean:
        raise Invalid(N_("Enter a name."))
    if len(clean) > LONGEST_NAME:
        raise Invalid(N_("A name has at most %(longest)s characters."), longest=LONGEST_NAME)
    return clean


def _said(place: Place) -> Mapping[str, Detail]:
    role = place.job_role
    return {"leads": place.leads, "learns": place.learns, "role": role.public_id if role else None}


def _refuse_nothing(place: Place) -> None:
    if not (place.leads or place.learns):
        raise Invalid(N_("Somebody in a team learns with it, leads it, or both."))


def _refuse_last_lead(doing: Doing, leaving: Membership) -> None:
    user = doing.session.get_one(User, leaving.user_id)
    if count_leads(doing.session, doing.team) - user.active < 1:
        raise Conflict(N_("Nobody else leads this team. Have somebody else lead it first."))
