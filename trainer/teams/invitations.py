"""Pages on which people are invited into a team: a link for everybody, single addresses, a list."""

from flask import Blueprint, Response, flash, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from trainer.accounts.proxies import me
from trainer.clock import now
from trainer.db import db
from trainer.learning.errors import Invalid
from trainer.mail import put_in_outbox
from trainer.teams import importing, inviting, queries
from trainer.teams.forms import LinkForm, ListForm, RosterForm
from trainer.teams.models import Team
from trainer.teams.roster import as_csv, read_roster
from trainer.teams.routes import team_to_change
from trainer.web import render, said, see_other, signed_in

blueprint = Blueprint("invitations", __name__, url_prefix="/teams")


@blueprint.get("/<team_id>/invite")
@signed_in
def invite(team_id: str) -> Response:
    """Three ways in: a link for everybody, single addresses, a list."""
    return _invite_page(queries.team_led(db.session, me(), team_id))


@blueprint.post("/<team_id>/invite/link")
@signed_in
def make_link(team_id: str) -> Response:
    """A link that whoever has it can use; it is shown this once."""
    team, form = team_to_change(team_id), LinkForm()
    roles = queries.roles_of(db.session, team)
    form.offer(roles)
    if not form.validate():
        return _invite_page(team, link_form=form, status=422)
    role = form.chosen(roles)
    invitation, token = inviting.invite_by_link(db.session, team, form.days.data, role, by=me(), now=now())
    path = url_for("joining.show", token=token)
    return render("teams/link.html", team=team, invitation=invitation, path=path)


@blueprint.post("/<team_id>/invite/list")
@signed_in
def look_over(team_id: str) -> Response:
    """Show what a list holds and what is wrong with it, row by row. Nothing is written yet."""
    team, form = team_to_change(team_id), ListForm()
    if not form.validate():
        return _invite_page(team, list_form=form, status=422)
    roles = [role.name for role in queries.roles_of(db.session, team)]
    try:
        roster = read_roster(form.sent(), roles)
    except Invalid as refusal:
        form.form_errors.append(said(refusal))
        return _invite_page(team, list_form=form, status=422)
    ready = importing.sorted_out(db.session, team, roster.rows)
    again = RosterForm(None, roster=as_csv(ready.invited))
    return render("teams/look_over.html", team=team, roster=roster, ready=ready, form=again)


@blueprint.post("/<team_id>/invite")
@signed_in
def send(team_id: str) -> Response:
    """Invite everybody in the list that was looked over."""
    team, form = team_to_change(team_id), RosterForm()
    if not form.validate():
        raise Invalid(_("Send the list once more: it did not arrive whole."))
    roles = {role.name: role for role in queries.roles_of(db.session, team)}
    roster = read_roster((form.roster.data or "").encode(), list(roles))
    ready = importing.sorted_out(db.session, team, roster.rows)
    guests = [inviting.Guest(row.email, row.name, roles.get(row.role)) for row in ready.invited]
    tokens = inviting.invite_addresses(db.session, team, guests, by=me(), now=now())
    for guest, token in zip(guests, tokens, strict=True):
        _mail_invitation(team, guest, token)
    count = len(guests)
    flash(ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", count), "success")
    return see_other(url_for("teams.people", team_id=team_id))


@blueprint.post("/<team_id>/invitations/<invitation_id>/take-back")
@signed_in
def take_back(team_id: str, invitation_id: str) -> Response:
    """An invitation works no more."""
    team = team_to_change(team_id)
    invitation = queries.invitation_to(db.session, team, invitation_id)
    inviting.take_back(db.session, team, invitation, by=me(), now=now())
    flash(_("This invitation works no more."), "success")
    return see_other(url_for("teams.people", team_id=team_id))


def _invite_page(
    team: Team, *, link_form: LinkForm | None = None, list_form: ListForm | None = None, status: int = 200
) -> Response:
    link = link_form or LinkForm(None)
    link.offer(queries.roles_of(db.session, team))
    return render("teams/invite.html", team=team, link_form=link, list_form=list_form or ListForm(None), status=status)


def _mail_invitation(team: Team, guest: inviting.Guest, token: str) -> None:
    path = url_for("joining.show", token=token)
    body = render_template("mail/team_invitation.txt", team=team, guest=guest, by=me(), path=path)
    put_in_outbox(db.session, guest.email, _("Trainer: you are invited to a team"), body, now=now())
