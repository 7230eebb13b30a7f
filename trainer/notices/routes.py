"""What was sent to a person and when she wants it; and the links in mails that switch such mails off."""

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from trainer.db import db
from trainer.notices import actions, links, queries
from trainer.notices.forms import WishesForm
from trainer.settings import Settings
from trainer.web import public, render, see_other, signed_in, without_token

blueprint = Blueprint("notices", __name__)

LAST_PAGE = 10_000
"""A larger number is nobody's page; a database could not even read it."""


@blueprint.get("/account/notices")
@signed_in
def show_notices() -> Response:
    """Quiet hours, what is switched off, and what was sent."""
    return _notices_page(WishesForm.of(queries.wishes_of(db.session, current_user.id)))


@blueprint.post("/account/notices")
@signed_in
def save_wishes() -> Response:
    """Other hours, something switched off or on."""
    form = WishesForm()
    if not form.validate():
        return _notices_page(form, 422)
    actions.save_wishes(db.session, current_user.id, form.wishes())
    flash(_("Saved."), "success")
    return see_other(url_for("notices.show_notices"))


@blueprint.get("/unsubscribe/<token>")
@public
def show_unsubscribe(token: str) -> Response:
    """A button: opening a link changes nothing, for mail scanners open links too."""
    return _unsubscribe_page(token)


@blueprint.post("/unsubscribe/<token>")
@public
@without_token
def unsubscribe(token: str) -> Response:
    """Switch off what the link is for. Whose mail program does it for her is answered here: RFC 8058 forbids to send it
    on."""
    found = links.read_link(db.session, _settings(), token)
    actions.switch_off(db.session, found.user_id, found.topics)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _unsubscribe_page(token)
    return see_other(url_for("notices.show_unsubscribe", token=token))


@blueprint.errorhandler(links.WrongLink)
def _wrong_link(_error: links.WrongLink) -> Response:
    return render("notices/wrong_link.html", status=404)


def _notices_page(form: WishesForm, status: int = 200) -> Response:
    page = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    notices, count = queries.notices_of(db.session, current_user.id, page)
    return render(
        "notices/show.html",
        form=form,
        zone=current_user.time_zone,
        notices=notices,
        page=page,
        pages=max(1, -(-count // queries.NOTICES_A_PAGE)),
        pages_href=url_for("notices.show_notices") + "?page={}#sent",
        status=status,
    )


def _unsubscribe_page(token: str) -> Response:
    found = links.read_link(db.session, _settings(), token)
    return render("notices/unsubscribe.html", topics=found.topics, is_done=found.is_done)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
