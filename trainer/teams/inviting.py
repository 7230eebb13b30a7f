"""Invite people into a team, and join: who leads it sees what its people come to, so only they themselves decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from trainer.accounts.actions import hold
from trainer.accounts.models import User
from trainer.accounts.queries import token_hash
from trainer.db import new_public_id
from trainer.learning.errors import N_, Invalid, TooMany
from trainer.teams.actions import Place, add, change, queue
from trainer.teams.deeds import Doing
from trainer.teams.models import Invitation, JobRole, Team
from trainer.teams.queries import DeadInvitation, Invited, Member, invitation_for, membership_of, usable_invitation

INVITATION_LIVES = timedelta(days=14)
LINK_DAYS = (1, 7, 30)
"""For how many days a link for everybody may work."""
A_DAY = 24 * 60 * 60
MOST_INVITATIONS = 2000
"""Addresses that may be invited into one team in a day: each is a mail to somebody who may not know of it."""
MOST_TO_ONE = 3
"""Invitations that one address is sent in a day."""


@dataclass(frozen=True)
class Guest:
    """Somebody to be invited: a normal address, and the name and job role she is to have (or none)."""

    email: str
    name: str = ""
    job_role: JobRole | None = None


def invite_by_link(
    session: Session, team: Team, days: int, role: JobRole | None, *, by: User, now: datetime
) -> tuple[Invitation, str]:
    """A link by which whoever has it can join, and its token, which is kept nowhere. Raises Invalid."""
    if days not in LINK_DAYS:
        raise Invalid(N_("Choose how long the link shall work."))
    doing = Doing(session, team, by, now)
    invitation, token = _made(doing, None, role, timedelta(days=days))
    doing.log("invitation.made", details={"invitation": invitation.public_id, "days": days})
    return invitation, token


def invite_addresses(
    session: Session, team: Team, guests: Sequence[Guest], *, by: User | None, now: datetime
) -> Sequence[str]:
    """The tokens of invitations for one address each; earlier ones for these end. Raises TooMany."""
    doing = Doing(session, team, by, now)
    if _invited_since(doing, now - timedelta(days=1)) + len(guests) > MOST_INVITATIONS:
        raise TooMany(N_("These are many invitations for one day. Please send the rest tomorrow."), retry_after=A_DAY)
    made = []
    for guest in guests:
        refuse_flood(session, guest.email, now)
        _end_for(session, team, guest.email, now)
        made.append(_made(doing, guest, guest.job_role, INVITATION_LIVES))
    for invitation, _ in made:
        doing.log("invitation.made", details={"invitation": invitation.public_id})
    return [token for _, token in made]


def invite_address(session: Session, team: Team, guest: Guest, *, by: User | None, now: datetime) -> str:
    """The same for one."""
    return invite_addresses(session, team, [guest], by=by, now=now)[0]


def invite_by_way_of(session: Session, link: Invited, email: str, *, now: datetime) -> str:
    """The token of an invitation for whoever came by a link for everybody and says that this is her address. What was
    sent to that address before stays: a stranger could end it otherwise. Raises TooMany."""
    doing = Doing(session, link.team, None, now)
    refuse_flood(session, email, now)
    invitation, token = _made(doing, Guest(email), link.job_role, INVITATION_LIVES)
    said = {"invitation": invitation.public_id, "link": link.invitation.public_id}
    doing.log("invitation.asked_for", details=said)
    return token


def refuse_flood(session: Session, email: str, now: datetime) -> None:
    """Raises TooMany where an address was sent invitations enough for a day, into whatever teams."""
    lately = select(func.count()).where(Invitation.email == email, Invitation.created_at > now - timedelta(days=1))
    if (session.scalar(lately) or 0) >= MOST_TO_ONE:
        message = N_("%(email)s was sent several invitations today. Please wait until tomorrow.")
        raise TooMany(message, retry_after=A_DAY, email=email)


def _end_for(session: Session, team: Team, email: str, now: datetime) -> None:
    theirs = (Invitation.team_id == team.id, Invitation.email == email, Invitation.ended_at.is_(None))
    session.execute(update(Invitation).where(*theirs).values(ended_at=now))


def take_back(session: Session, team: Team, invitation: Invitation, *, by: User, now: datetime) -> None:
    """An invitation works no more; doing it twice changes nothing."""
    if _end(session, invitation, now):
        Doing(session, team, by, now).log("invitation.taken_back", details={"invitation": invitation.public_id})


def accept(session: Session, token: str, user: User, *, now: datetime) -> Team:
    """Join by an invitation. Of many who use one for a single address at once, one does. Raises DeadInvitation where it
    does not work, or is for somebody else."""
    return _accept(session, usable_invitation(session, token, now), user, now)


def accept_own(session: Session, public_id: str, user: User, *, now: datetime) -> Team:
    """The same for an invitation that waits for her address. Raises DeadInvitation."""
    return _accept(session, invitation_for(session, user.email, public_id, now), user, now)


def decline(session: Session, public_id: str, user: User, *, now: datetime) -> None:
    """Say no to an invitation that waits for one's address. Raises DeadInvitation."""
    invited = invitation_for(session, user.email, public_id, now)
    if _end(session, invited.invitation, now):
        Doing(session, invited.team, user, now).log("invitation.declined", user)


def _accept(session: Session, invited: Invited, user: User, now: datetime) -> Team:
    invitation, doing = invited.invitation, Doing(session, invited.team, user, now)
    is_hers = invitation.email in (None, user.email)
    if not is_hers or not hold(session, user):
        raise DeadInvitation
    queue(doing)
    if not (_end(session, invitation, now) if invitation.email else _works_still(session, invitation)):
        raise DeadInvitation
    if invitation.email:
        _end_for(session, invited.team, invitation.email, now)
    role = invited.job_role
    membership = membership_of(session, invited.team, user.id)
    if membership is None:
        add(doing, user, Place(job_role=role), "member.joined")
    elif not membership.learns:
        change(doing, Member(membership, user, None), Place(membership.leads, True, role))
    return invited.team


def _made(doing: Doing, guest: Guest | None, role: JobRole | None, lives: timedelta) -> tuple[Invitation, str]:
    token = token_urlsafe(32)
    invitation = Invitation(
        public_id=new_public_id(),
        team_id=doing.team.id,
        token_hash=token_hash(token),
        email=guest.email if guest else None,
        name=guest.name if guest else "",
        job_role_id=role.id if role else None,
        created_by=doing.by.id if doing.by else None,
        created_at=doing.now,
        expires_at=doing.now + lives,
    )
    doing.session.add(invitation)
    doing.session.flush()
    return invitation, token


def _end(session: Session, invitation: Invitation, now: datetime) -> bool:
    """Whether it had not ended: of many at once, one is told so."""
    still = update(Invitation).where(Invitation.id == invitation.id, Invitation.ended_at.is_(None))
    result = session.execute(still.values(ended_at=now))
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


def _works_still(session: Session, invitation: Invitation) -> bool:
    """Read anew: the page was read before this could write, and the link may have been taken back since."""
    session.refresh(invitation)
    return invitation.ended_at is None


def _invited_since(doing: Doing, since: datetime) -> int:
    made = select(func.count()).where(
        Invitation.team_id == doing.team.id, Invitation.email.is_not(None), Invitation.created_at > since
    )
    return doing.session.scalar(made) or 0
