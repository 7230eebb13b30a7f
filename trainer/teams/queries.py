"""Read teams. Whoever asks is part of each question: what is not hers to see is not found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from trainer.accounts.models import ADMIN, User, UserRole
from trainer.accounts.queries import token_hash
from trainer.learning.errors import N_, NotFound
from trainer.teams.models import Invitation, JobRole, Membership, Team

PRESENT = Membership.left_at.is_(None)
LATELY = timedelta(days=30)


class DeadInvitation(NotFound):
    """An invitation that does not work (any more). One that never was is told in the same words."""


@dataclass(frozen=True)
class TeamRow:
    """A team in a list: how somebody stands to it, and how many learn in it."""

    team: Team
    leads: bool
    learns: bool
    learners: int


@dataclass(frozen=True)
class Member:
    """Somebody in a team, with what she does there."""

    membership: Membership
    user: User
    job_role: JobRole | None


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that still works, with the role it gives and who made it."""

    invitation: Invitation
    job_role: JobRole | None
    by: User | None


@dataclass(frozen=True)
class Invited:
    """What an invitation leads to."""

    invitation: Invitation
    team: Team
    by: User | None
    job_role: JobRole | None


def teams_of(session: Session, user: User) -> Sequence[TeamRow]:
    """The teams somebody leads or learns in, by name, those still at work first; for administrators all there are."""
    hers = and_(Membership.team_id == Team.id, Membership.user_id == user.id, PRESENT)
    learners = (
        select(func.count())
        .where(Membership.team_id == Team.id, PRESENT, Membership.learns)
        .correlate(Team)
        .scalar_subquery()
    )
    asked = select(Team, Membership.leads, Membership.learns, learners).outerjoin(Membership, hers)
    if not user.has_role(ADMIN):
        asked = asked.where(Membership.id.is_not(None))
    rows = session.execute(asked.order_by(Team.archived_at.is_not(None), func.lower(Team.name), Team.id))
    return [TeamRow(team, bool(leads), bool(learns), count) for team, leads, learns, count in rows]


def leads_any(session: Session, user_id: int) -> bool:
    """Whether somebody leads a team that is at work."""
    led = exists().where(Membership.user_id == user_id, PRESENT, Membership.leads, _at_work())
    return bool(session.scalar(select(led)))


def team_led(session: Session, user: User, public_id: str, *, to_change: bool = False) -> Team:
    """A team that somebody leads, or any for administrators. `to_change` holds it until the transaction ends, and
    refuses an archived one. Raises NotFound."""
    asked = select(Team).where(Team.public_id == public_id)
    if not user.has_role(ADMIN):
        asked = asked.where(exists().where(_is_hers(user.id), Membership.leads))
    team = session.scalar(asked.with_for_update().execution_options(populate_existing=True) if to_change else asked)
    if team is None or (to_change and (team.archived_at is not None or not _leads_still(session, user, team))):
        raise NotFound(N_("There is no such team."))
    return team


def _leads_still(session: Session, user: User, team: Team) -> bool:
    """Asked again once the team is held: who was waiting for it may have been taken out by whoever held it."""
    hers = select(Membership.id).where(Membership.team_id == team.id, Membership.user_id == user.id, PRESENT)
    return user.has_role(ADMIN) or session.scalar(hers.where(Membership.leads)) is not None


def own_membership(session: Session, user: User, team_public_id: str) -> Membership:
    """Somebody's own place in a team. Raises NotFound."""
    hers = select(Membership).join(Team, Team.id == Membership.team_id)
    found = session.scalar(hers.where(Team.public_id == team_public_id, Membership.user_id == user.id, PRESENT))
    if found is None:
        raise NotFound(N_("There is no such team."))
    return found


def team_by_id(session: Session, public_id: str) -> Team:
    """A team, for the command line. Raises NotFound."""
    team = session.scalar(select(Team).where(Team.public_id == public_id))
    if team is None:
        raise NotFound(N_("There is no team %(team)s; `trainer team list` shows them."), team=public_id)
    return team


def all_teams(session: Session) -> Sequence[Team]:
    """Every team, by name."""
    return session.scalars(select(Team).order_by(func.lower(Team.name), Team.id)).all()


def members_of(session: Session, team: Team) -> Sequence[Member]:
    """Who is in a team now, by name, those who lead it first."""
    rows = session.execute(_members(team).order_by(Membership.leads.desc(), func.lower(User.name), User.email))
    return [Member(membership, user, role) for membership, user, role in rows]


def member_of(session: Session, team: Team, public_id: str) -> Member:
    """One of them, by the public id of her membership. Raises NotFound."""
    row = session.execute(_members(team).where(Membership.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such person in this team."))
    return Member(*row)


def membership_of(session: Session, team: Team, user_id: int) -> Membership | None:
    """Somebody's place in a team, if she is there now."""
    return session.scalar(
        select(Membership).where(Membership.team_id == team.id, Membership.user_id == user_id, PRESENT)
    )


def count_leads(session: Session, team: Team) -> int:
    """How many lead it who can sign in."""
    leads = select(func.count()).select_from(Membership).join(User, User.id == Membership.user_id)
    return session.scalar(leads.where(Membership.team_id == team.id, PRESENT, Membership.leads, User.active)) or 0


def learners_in(session: Session, team: Team) -> Sequence[int]:
    """The ids of those who learn in a team now."""
    return session.scalars(
        select(Membership.user_id).where(Membership.team_id == team.id, PRESENT, Membership.learns)
    ).all()


def lately_in(session: Session, team: Team, now: datetime) -> Sequence[int]:
    """The ids of everybody who is in a team or was within LATELY, whatever they do there: whom counts without names are
    about. Who could take somebody out of them and look again would know what was hers."""
    recent = or_(PRESENT, Membership.left_at > now - LATELY)
    return session.scalars(select(Membership.user_id).where(Membership.team_id == team.id, recent).distinct()).all()


def joined_lately(session: Session, team: Team, now: datetime) -> Mapping[int, datetime]:
    """The same people, and since when each has been in the team."""
    recent = or_(PRESENT, Membership.left_at > now - LATELY)
    first = select(Membership.user_id, func.min(Membership.joined_at).label("since")).where(recent)
    rows = session.execute(first.where(Membership.team_id == team.id).group_by(Membership.user_id))
    return {row.user_id: row.since for row in rows}


def roles_of(session: Session, team: Team) -> Sequence[JobRole]:
    """The job roles of a team, by name."""
    return session.scalars(select(JobRole).where(JobRole.team_id == team.id).order_by(func.lower(JobRole.name))).all()


def role_of(session: Session, team: Team, public_id: str) -> JobRole:
    """One of them. Raises NotFound."""
    role = session.scalar(select(JobRole).where(JobRole.team_id == team.id, JobRole.public_id == public_id))
    if role is None:
        raise NotFound(N_("There is no such job role."))
    return role


def invitations_to(session: Session, team: Team, now: datetime) -> Sequence[OpenInvitation]:
    """The invitations into a team that still work, links first, then by address."""
    rows = session.execute(
        select(Invitation, JobRole, User)
        .outerjoin(JobRole, JobRole.id == Invitation.job_role_id)
        .outerjoin(User, User.id == Invitation.created_by)
        .where(Invitation.team_id == team.id, _works(now), _is_vouched_for())
        .order_by(Invitation.email.is_not(None), Invitation.email, Invitation.id)
    )
    return [OpenInvitation(invitation, role, by) for invitation, role, by in rows]


def has_open_link(session: Session, team: Team, now: datetime) -> bool:
    """Whether whoever has a link can come in."""
    links = _invited(now).where(Invitation.team_id == team.id, Invitation.email.is_(None))
    return session.execute(links.limit(1)).one_or_none() is not None


def invitation_to(session: Session, team: Team, public_id: str) -> Invitation:
    """One of a team's invitations, whether it works or not. Raises NotFound."""
    found = session.scalar(select(Invitation).where(Invitation.team_id == team.id, Invitation.public_id == public_id))
    if found is None:
        raise NotFound(N_("There is no such invitation."))
    return found


def invitations_for(session: Session, email: str, now: datetime) -> Sequence[Invited]:
    """The invitations that wait for whoever has this address."""
    rows = session.execute(_invited(now).where(Invitation.email == email).order_by(Invitation.id))
    return [Invited(*row) for row in rows]


def usable_invitation(session: Session, token: str, now: datetime) -> Invited:
    """What the invitation with this token leads to, if it still works. Changes nothing. Raises DeadInvitation."""
    return _usable(session, Invitation.token_hash == token_hash(token), now)


def joined_by(session: Session, token: str, user: User | None) -> Team | None:
    """The team into which an invitation led that works no more, where somebody is in it by now: `user`, who is signed
    in, or (None: nobody is) whoever has the address it was for."""
    hers = Membership.user_id == user.id if user else User.email == Invitation.email
    led_to = (
        select(Team).join(Invitation, Invitation.team_id == Team.id).where(Invitation.token_hash == token_hash(token))
    )
    there = led_to.join(Membership, Membership.team_id == Team.id).join(User, User.id == Membership.user_id)
    return session.scalar(there.where(hers, PRESENT))


def invitation_for(session: Session, email: str, public_id: str, now: datetime) -> Invited:
    """One that waits for whoever has this address. Raises DeadInvitation."""
    return _usable(session, and_(Invitation.public_id == public_id, Invitation.email == email), now)


def _usable(session: Session, which: ColumnElement[bool], now: datetime) -> Invited:
    row = session.execute(_invited(now).where(which)).one_or_none()
    if row is None:
        raise DeadInvitation
    return Invited(*row)


def _invited(now: datetime) -> Select[Any, Any, Any, Any]:
    return (
        select(Invitation, Team, User, JobRole)
        .join(Team, Team.id == Invitation.team_id)
        .outerjoin(JobRole, JobRole.id == Invitation.job_role_id)
        .outerjoin(User, User.id == Invitation.created_by)
        .where(_works(now), Team.archived_at.is_(None), _is_vouched_for())
    )


def _is_vouched_for() -> ColumnElement[bool]:
    """A link for everybody works as long as whoever made it leads the team, or administers: she answers for it."""
    maker = aliased(Membership)
    leads = exists().where(
        maker.team_id == Invitation.team_id,
        maker.user_id == Invitation.created_by,
        maker.left_at.is_(None),
        maker.leads,
    )
    administers = exists().where(UserRole.user_id == Invitation.created_by, UserRole.name == ADMIN)
    return or_(Invitation.email.is_not(None), leads, administers)


def _works(now: datetime) -> ColumnElement[bool]:
    return and_(Invitation.ended_at.is_(None), Invitation.expires_at > now)


def _members(team: Team) -> Select[Any, Any, Any]:
    return (
        select(Membership, User, JobRole)
        .join(User, User.id == Membership.user_id)
        .outerjoin(JobRole, JobRole.id == Membership.job_role_id)
        .where(Membership.team_id == team.id, PRESENT)
    )


def _is_hers(user_id: int) -> ColumnElement[bool]:
    return and_(Membership.team_id == Team.id, Membership.user_id == user_id, PRESENT)


def _at_work() -> ColumnElement[bool]:
    return Membership.team_id.in_(select(Team.id).where(Team.archived_at.is_(None)))
