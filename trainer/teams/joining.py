"""Pages for those who are invited: what a team is, what who leads it will see, join, say no; and leave."""

from flask import Blueprint, Response, flash, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user

from trainer.accounts.actions import log_created, new_user
from trainer.accounts.emails import normal_email
from trainer.accounts.forms import text_of
from trainer.accounts.models import LEARNER, User
from trainer.accounts.proxies import me, passwords, security
from trainer.accounts.queries import user_with_email
from trainer.clock import now
from trainer.db import db
from trainer.learning.errors import Conflict
from trainer.mail import put_in_outbox
from trainer.teams import actions, inviting, queries
from trainer.teams.forms import AddressForm, NewcomerForm
from trainer.teams.models import Team
from trainer.teams.queries import DeadInvitation, Invited
from trainer.web import public, render, said, see_other, signed_in

blueprint = Blueprint("joining", __name__)


@blueprint.get("/join/<token>")
@public
def show(token: str) -> Response:
    """What the invitation leads to. Opening it changes nothing, for mail scanners open links too. Who has joined by it
    opens the mail again, or taps twice: she is told that she is in."""
    try:
        return _page(token, queries.usable_invitation(db.session, token, now()))
    except DeadInvitation:
        return render("teams/joined.html", team=_joined_by(token), user=_who())


@blueprint.post("/join/<token>")
@public
def join(token: str) -> Response:
    """Join as who is signed in; or make an account for the address that was invited, and join."""
    try:
        invited = queries.usable_invitation(db.session, token, now())
        if current_user.is_authenticated:
            return _joined(inviting.accept(db.session, token, me(), now=now()).name)
    except DeadInvitation:
        db.session.rollback()
        _joined_by(token)
        return see_other(url_for("joining.show", token=token))
    email, form = invited.invitation.email, NewcomerForm()
    if email is None or user_with_email(db.session, email) is not None:
        return see_other(url_for("joining.show", token=token))
    if not form.validate() or not _has_good_password(form, email):
        return _page(token, invited, newcomer=form, status=422)
    try:
        return _welcomed(token, email, form)
    except (Conflict, DeadInvitation):
        # The other one of two taps made the account.
        db.session.rollback()
        return see_other(url_for("joining.show", token=token))


@blueprint.post("/join/<token>/address")
@public
def ask_for_mail(token: str) -> Response:
    """Send an invitation of her own to whoever came by a link for everybody: so nobody takes an address that is not
    hers. The answer is the same whether somebody has an account here or not."""
    invited, form = queries.usable_invitation(db.session, token, now()), AddressForm()
    if invited.invitation.email is not None:
        raise DeadInvitation
    if not form.validate():
        return _page(token, invited, address=form, status=422)
    email = normal_email(text_of(form.email))
    own = inviting.invite_by_way_of(db.session, invited, email, now=now())
    guest = inviting.Guest(email)
    path = url_for("joining.show", token=own)
    body = render_template("mail/team_invitation.txt", team=invited.team, guest=guest, by=invited.by, path=path)
    put_in_outbox(db.session, email, _("Trainer: you are invited to a team"), body, now=now())
    return render("teams/mail_sent.html", team=invited.team, email=email)


@blueprint.post("/invitations/<invitation_id>/accept")
@signed_in
def accept(invitation_id: str) -> Response:
    """Say yes to an invitation that waits for one's address."""
    return _joined(inviting.accept_own(db.session, invitation_id, me(), now=now()).name)


@blueprint.post("/invitations/<invitation_id>/decline")
@signed_in
def decline(invitation_id: str) -> Response:
    """Say no to it."""
    inviting.decline(db.session, invitation_id, me(), now=now())
    flash(_("You said no. Nobody is told by mail."), "success")
    return see_other(url_for("teams.choose"))


@blueprint.post("/teams/<team_id>/leave")
@signed_in
def leave(team_id: str) -> Response:
    """Leave a team. What one did there stays a record."""
    membership = queries.own_membership(db.session, me(), team_id)
    team = queries.team_by_id(db.session, team_id)
    member = queries.Member(membership, me(), None)
    try:
        actions.remove_from_team(db.session, team, member, by=me(), now=now())
    except Conflict as refusal:
        flash(said(refusal), "error")
        return see_other(url_for("teams.choose"))
    flash(_("You left %(team)s. Your records stay.", team=team.name), "success")
    return see_other(url_for("teams.choose"))


@blueprint.errorhandler(DeadInvitation)
def _dead_invitation(_error: DeadInvitation) -> Response:
    # The same words for one that never was. They say what to do now.
    db.session.rollback()
    return render("teams/dead_invitation.html", status=404)


def _page(
    token: str,
    invited: Invited,
    *,
    newcomer: NewcomerForm | None = None,
    address: AddressForm | None = None,
    status: int = 200,
) -> Response:
    email, user = invited.invitation.email, _who()
    return render(
        "teams/join.html",
        status=status,
        token=token,
        invited=invited,
        user=user,
        is_for_another=user is not None and email not in (None, user.email),
        has_account=email is not None and user_with_email(db.session, email) is not None,
        newcomer=newcomer or NewcomerForm(None, name=invited.invitation.name),
        address=address or AddressForm(None),
    )


def _who() -> User | None:
    return me() if current_user.is_authenticated else None


def _joined_by(token: str) -> Team:
    """The team that somebody is in by an invitation that works no more. Raises DeadInvitation where she is not."""
    team = queries.joined_by(db.session, token, _who())
    if team is None:
        raise DeadInvitation
    return team


def _joined(team: str) -> Response:
    flash(_("You are in the team %(team)s.", team=team), "success")
    return see_other(url_for("teams.choose"))


def _welcomed(token: str, email: str, form: NewcomerForm) -> Response:
    hashed = passwords.hash(text_of(form.password))
    user = new_user(db.session, email, text_of(form.name), {LEARNER}, now=now())
    user.password = hashed
    team = inviting.accept(db.session, token, user, now=now())
    log_created(db.session, user, by=user, now=now())
    login_user(user, authn_via=["password"])
    flash(_("Welcome to the team %(team)s.", team=team.name), "success")
    return see_other("/")


def _has_good_password(form: NewcomerForm, email: str) -> bool:
    problems, form.password.data = security.password_util.validate(form.password.data, True, email=email)
    form.password.errors = [*form.password.errors, *(problems or [])]
    return not problems
