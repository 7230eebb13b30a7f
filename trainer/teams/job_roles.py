"""Pages of a team's job roles: what each requires."""

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _

from trainer.accounts.proxies import me
from trainer.clock import now
from trainer.db import db
from trainer.learning.errors import DomainError
from trainer.library.queries import live_catalogue
from trainer.teams import actions, queries
from trainer.teams.forms import DutiesForm
from trainer.teams.models import JobRole, Team
from trainer.teams.routes import team_to_change
from trainer.web import render, said, see_other, signed_in

blueprint = Blueprint("job_roles", __name__, url_prefix="/teams")


@blueprint.get("/<team_id>/roles")
@signed_in
def choose(team_id: str) -> Response:
    """The job roles, and what each requires."""
    team = queries.team_led(db.session, me(), team_id)
    courses = live_catalogue(db.session).courses
    known = {id: each for course in courses.values() for id, each in course.objectives_by_id.items()}
    return render("teams/roles.html", team=team, roles=queries.roles_of(db.session, team), objectives=known)


@blueprint.get("/<team_id>/roles/new")
@signed_in
def show_new(team_id: str) -> Response:
    """The form for a new job role."""
    return _role_page(queries.team_led(db.session, me(), team_id), None, DutiesForm(None))


@blueprint.post("/<team_id>/roles")
@signed_in
def add(team_id: str) -> Response:
    """A new job role."""
    return _save_role(team_to_change(team_id), None)


@blueprint.get("/<team_id>/roles/<role_id>")
@signed_in
def show(team_id: str, role_id: str) -> Response:
    """A job role, to be changed or removed."""
    team = queries.team_led(db.session, me(), team_id)
    found = queries.role_of(db.session, team, role_id)
    return _role_page(team, found, DutiesForm(None, name=found.name, objectives=found.objectives))


@blueprint.post("/<team_id>/roles/<role_id>")
@signed_in
def change(team_id: str, role_id: str) -> Response:
    """Change it."""
    team = team_to_change(team_id)
    return _save_role(team, queries.role_of(db.session, team, role_id))


@blueprint.post("/<team_id>/roles/<role_id>/remove")
@signed_in
def remove(team_id: str, role_id: str) -> Response:
    """There is no such job role any more."""
    team = team_to_change(team_id)
    actions.remove_role(db.session, team, queries.role_of(db.session, team, role_id), by=me(), now=now())
    flash(_("Removed."), "success")
    return see_other(url_for("job_roles.choose", team_id=team_id))


def _role_page(team: Team, role: JobRole | None, form: DutiesForm, status: int = 200) -> Response:
    courses = live_catalogue(db.session).courses
    return render("teams/role.html", team=team, role=role, form=form.offer(courses), courses=courses, status=status)


def _save_role(team: Team, role: JobRole | None) -> Response:
    form = DutiesForm().offer(live_catalogue(db.session).courses)
    if not form.validate():
        return _role_page(team, role, form, 422)
    try:
        actions.save_role(db.session, team, role, form.duties(), by=me(), now=now())
    except DomainError as refusal:
        form.name.errors = [said(refusal)]
        return _role_page(team, role, form, 422)
    flash(_("Saved."), "success")
    return see_other(url_for("job_roles.choose", team_id=team.public_id))
