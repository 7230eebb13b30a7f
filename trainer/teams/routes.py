"""Pages of teams: those one is in; and for those who lead one, its people and its name. Administrators lead all."""

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _

from trainer.accounts.proxies import me
from trainer.clock import now
from trainer.db import db
from trainer.learning.errors import Conflict, Invalid
from trainer.teams import actions, queries
from trainer.teams.forms import AimForm, PlaceForm, TeamForm
from trainer.teams.models import Team
from trainer.web import admin_only, render, said, see_other, signed_in

blueprint = Blueprint("teams", __name__, url_prefix="/teams")


@blueprint.get("", strict_slashes=False)
@signed_in
def choose() -> Response:
    """The teams one leads or learns in, and the invitations that wait."""
    invited = queries.invitations_for(db.session, me().email, now())
    return render("teams/choose.html", teams=queries.teams_of(db.session, me()), invited=invited)


@blueprint.get("/new")
@admin_only
def show_new() -> Response:
    """The form for a new team."""
    return render("teams/new.html", form=TeamForm())


@blueprint.post("", strict_slashes=False)
@admin_only
def create() -> Response:
    """A new team, which whoever makes it leads."""
    form = TeamForm()
    if not form.validate():
        return render("teams/new.html", form=form, status=422)
    try:
        team = actions.create_team(db.session, form.name.data or "", by=me(), now=now())
    except Invalid as refusal:
        form.name.errors = [said(refusal)]
        return render("teams/new.html", form=form, status=422)
    place = actions.Place(leads=True, learns=False)
    actions.put_in_team(db.session, team, me(), place, by=me(), now=now())
    flash(_("The team is there. Invite people next."), "success")
    return see_other(url_for("invitations.invite", team_id=team.public_id))


@blueprint.get("/<team_id>/people")
@signed_in
def people(team_id: str) -> Response:
    """Who is in the team, and which invitations still work."""
    team = queries.team_led(db.session, me(), team_id)
    members = queries.members_of(db.session, team)
    invitations = queries.invitations_to(db.session, team, now())
    return render("teams/people.html", team=team, members=members, invitations=invitations)


@blueprint.get("/<team_id>/people/<member_id>/place")
@signed_in
def place(team_id: str, member_id: str) -> Response:
    """What somebody is in the team, and a way to take her out."""
    team = queries.team_led(db.session, me(), team_id)
    member = queries.member_of(db.session, team, member_id)
    role = member.job_role.public_id if member.job_role else ""
    form = PlaceForm(None, learns=member.membership.learns, leads=member.membership.leads, job_role=role)
    return _place_page(team, member, form)


@blueprint.post("/<team_id>/people/<member_id>/place")
@signed_in
def change_place(team_id: str, member_id: str) -> Response:
    """Change it."""
    team = team_to_change(team_id)
    member, form = queries.member_of(db.session, team, member_id), PlaceForm()
    roles = queries.roles_of(db.session, team)
    form.offer(roles)
    if not form.validate():
        return _place_page(team, member, form, 422)
    try:
        actions.change_place(db.session, team, member, form.place(roles), by=me(), now=now())
    except (Invalid, Conflict) as refusal:
        form.form_errors.append(said(refusal))
        return _place_page(team, member, form, 422)
    flash(_("Saved."), "success")
    return _after(team, member)


@blueprint.post("/<team_id>/people/<member_id>/remove")
@signed_in
def remove(team_id: str, member_id: str) -> Response:
    """Take somebody out of the team. What she did stays."""
    team = team_to_change(team_id)
    member = queries.member_of(db.session, team, member_id)
    try:
        actions.remove_from_team(db.session, team, member, by=me(), now=now())
    except Conflict as refusal:
        flash(said(refusal), "error")
        return see_other(url_for("teams.place", team_id=team_id, member_id=member_id))
    flash(_("%(name)s is in this team no more. Records stay.", name=member.user.name or member.user.email), "success")
    return _after(team, member)


@blueprint.get("/<team_id>/settings")
@signed_in
def settings(team_id: str) -> Response:
    """The name of the team, and the archive."""
    return _settings_page(queries.team_led(db.session, me(), team_id))


@blueprint.post("/<team_id>/settings")
@signed_in
def rename(team_id: str) -> Response:
    """Give it another name."""
    team, form = team_to_change(team_id), TeamForm()
    if not form.validate():
        return _settings_page(team, form=form, status=422)
    try:
        actions.rename_team(db.session, team, form.name.data or "", by=me(), now=now())
    except Invalid as refusal:
        form.name.errors = [said(refusal)]
        return _settings_page(team, form=form, status=422)
    flash(_("Saved."), "success")
    return see_other(url_for("teams.settings", team_id=team_id))


@blueprint.post("/<team_id>/aim")
@signed_in
def set_aim(team_id: str) -> Response:
    """What the team gets ready for."""
    team, aim = team_to_change(team_id), AimForm()
    if not aim.validate():
        return _settings_page(team, aim=aim, status=422)
    actions.set_aim(db.session, team, aim.audit_on.data, aim.share(), by=me(), now=now())
    flash(_("Saved."), "success")
    return see_other(url_for("teams.settings", team_id=team_id))


@blueprint.post("/<team_id>/archive")
@signed_in
def archive(team_id: str) -> Response:
    """Put the team away."""
    actions.archive_team(db.session, team_to_change(team_id), by=me(), now=now())
    flash(_("The team is in the archive. It can be read, and taken out again."), "success")
    return see_other(url_for("teams.settings", team_id=team_id))


@blueprint.post("/<team_id>/restore")
@signed_in
def restore(team_id: str) -> Response:
    """Take it out of the archive."""
    team = queries.team_led(db.session, me(), team_id)
    actions.restore_team(db.session, team, by=me(), now=now())
    flash(_("The team is at work again."), "success")
    return see_other(url_for("teams.settings", team_id=team_id))


def team_to_change(team_id: str) -> Team:
    """The team, held until the request ends. Raises NotFound where it is not hers to change."""
    return queries.team_led(db.session, me(), team_id, to_change=True)


def _after(team: Team, member: queries.Member) -> Response:
    """Back to the people; to the list of teams for who leads this one no more by her own doing."""
    db.session.flush()
    still = member.membership.leads and member.membership.left_at is None
    if member.user.id == me().id and not still and not me().has_role("admin"):
        return see_other(url_for("teams.choose"))
    return see_other(url_for("teams.people", team_id=team.public_id))


def _settings_page(
    team: Team, *, form: TeamForm | None = None, aim: AimForm | None = None, status: int = 200
) -> Response:
    form = form or TeamForm(None, name=team.name)
    aim = aim or AimForm(None, audit_on=team.audit_on, goal=round(100 * team.goal))
    return render("teams/settings.html", team=team, form=form, aim=aim, status=status)


def _place_page(team: Team, member: queries.Member, form: PlaceForm, status: int = 200) -> Response:
    form.offer(queries.roles_of(db.session, team))
    open_link = queries.has_open_link(db.session, team, now())
    return render("teams/place.html", team=team, member=member, form=form, open_link=open_link, status=status)
