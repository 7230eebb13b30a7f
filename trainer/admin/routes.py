"""People and the system, for administrators. What decides who can sign in asks for the password first."""

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _

from trainer import clock, mail
from trainer.accounts import actions, queries
from trainer.accounts.forms import ButtonForm, text_of
from trainer.accounts.freshness import freshly
from trainer.accounts.models import ROLES, User
from trainer.accounts.proxies import me
from trainer.admin.forms import ROLE_WORDS, PersonForm
from trainer.admin.queries import health
from trainer.db import db
from trainer.learning.errors import DomainError
from trainer.settings import Settings
from trainer.web import admin_only, render, said, see_other

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("", strict_slashes=False)
@admin_only
def show_admin() -> Response:
    """People come first."""
    return see_other(url_for("admin.list_people"))


@blueprint.get("/people")
@admin_only
def list_people() -> Response:
    """Everybody, or those whose name or address contains what was typed; a page of them."""
    search = request.args.get("q", "").strip()[:100]
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    found, count = queries.people(db.session, search, page)
    pages = max(1, -(-count // queries.PEOPLE_A_PAGE))
    if page > pages:
        return see_other(url_for("admin.list_people", q=search, page=pages))
    return render(
        "admin/people.html",
        "admin/_people.html",
        people=found,
        search=search,
        words=ROLE_WORDS,
        count=count,
        page=page,
        pages=pages,
    )


@blueprint.get("/people/new")
@admin_only
@freshly
def show_new_person() -> Response:
    """The form for a new person."""
    return render("admin/new_person.html", form=PersonForm())


@blueprint.post("/people")
@admin_only
@freshly
def add_person() -> Response:
    """Add a person, then show the link that lets her in."""
    form = PersonForm()
    if not form.validate():
        return render("admin/new_person.html", form=form, status=422)
    try:
        email, name, role = text_of(form.email), text_of(form.name), form.role.data
        user = actions.add_user(db.session, email, name, role, by=me(), now=clock.now())
    except DomainError as error:
        form.email.errors = [*form.email.errors, said(error)]
        return render("admin/new_person.html", form=form, status=422)
    return _link_page(user, actions.sign_in_link(db.session, user, _base_url(), clock.now()))


@blueprint.get("/people/<public_id>")
@admin_only
def show_person(public_id: str) -> Response:
    """One person: roles, whether she may sign in, a link to let her in."""
    return _person_page(queries.person(db.session, public_id))


@blueprint.post("/people/<public_id>/link")
@admin_only
@freshly
def make_link(public_id: str) -> Response:
    """A new one-time link, shown this once."""
    user = queries.person(db.session, public_id)
    actions.refuse_inactive(user)
    return _link_page(user, actions.hand_out_link(db.session, user, _base_url(), by=me(), now=clock.now()))


@blueprint.post("/people/<public_id>/roles")
@admin_only
@freshly
def save_roles(public_id: str) -> Response:
    """What this person may do."""
    user = queries.person(db.session, public_id)
    actions.change_roles(db.session, user, set(request.form.getlist("role")), by=me(), now=clock.now())
    return _saved(user)


@blueprint.post("/people/<public_id>/deactivate")
@admin_only
@freshly
def deactivate(public_id: str) -> Response:
    """Sign this person out and keep her out. Her records stay."""
    user = queries.person(db.session, public_id)
    actions.deactivate(db.session, user, by=me(), now=clock.now())
    return _saved(user)


@blueprint.post("/people/<public_id>/activate")
@admin_only
@freshly
def activate(public_id: str) -> Response:
    """Let this person in again."""
    user = queries.person(db.session, public_id)
    actions.activate(db.session, user, by=me(), now=clock.now())
    return _saved(user)


@blueprint.post("/people/<public_id>/second-step/remove")
@admin_only
@freshly
def remove_second_step(public_id: str) -> Response:
    """For somebody who lost the phone and the recovery codes."""
    user = queries.person(db.session, public_id)
    actions.remove_second_step(db.session, user, by=me(), now=clock.now())
    return _saved(user)


@blueprint.get("/system")
@admin_only
def show_system() -> Response:
    """Database, migrations, mail."""
    settings: Settings = current_app.extensions["settings"]
    state = health(db.session, db.engine, clock.now())
    mails = [(one, mail.is_written_down(settings, one)) for one in mail.latest(db.session)]
    return render("admin/system.html", health=state, mails=mails, shows_mails=settings.smtp_url is None)


def _saved(user: User) -> Response:
    flash(_("Saved."), "success")
    return see_other(url_for("admin.show_person", public_id=user.public_id))


def _person_page(user: User) -> Response:
    return render("admin/person.html", user=user, roles=ROLES, words=ROLE_WORDS, form=ButtonForm())


def _link_page(user: User, link: str) -> Response:
    return render("admin/link.html", user=user, link=link)


def _base_url() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url
