"""Keep something beside a question. Each form answers with itself to htmx, and goes back to its page without it."""

from typing import TypeVar

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.clock import now
from trainer.db import db
from trainer.learning.errors import N_, Invalid, NotFound, TooMany
from trainer.library.queries import knows_version
from trainer.notebook.actions import NoteChangedElsewhere, challenge_question, keep_note, set_revisit
from trainer.notebook.forms import ChallengeForm, MarkForm, NoteForm, QuestionForm
from trainer.notebook.queries import kept_with
from trainer.web.errors import said, status_of
from trainer.web.policy import signed_in
from trainer.web.redirects import path_of, safe_next
from trainer.web.rendering import is_htmx, render, see_other

blueprint = Blueprint("notebook", __name__, url_prefix="/questions")

AnyForm = TypeVar("AnyForm", bound=QuestionForm)


@blueprint.post("/<item_id>/mark")
@signed_in
def mark(item_id: str) -> ResponseReturnValue:
    """Mark to revisit, or no longer."""
    form = _sent(MarkForm(), item_id)
    set_revisit(db.session, current_user.id, item_id, form.wanted.data, now=now())
    return _answer("notebook/_mark.html", item_id, form)


@blueprint.post("/<item_id>/note")
@signed_in
def note(item_id: str) -> ResponseReturnValue:
    """Keep a note, or delete it; where another tab changed it, show both texts."""
    form = _sent(NoteForm(), item_id)
    text = form.wanted
    try:
        keep_note(db.session, current_user.id, item_id, text, version=form.note_version.data or 0, now=now())
    except Invalid as refusal:
        return _answer("notebook/_note.html", item_id, form, 422, problem=said(refusal), typed=text)
    except NoteChangedElsewhere as clash:
        return _answer("notebook/_note.html", item_id, form, 409, theirs=clash.theirs, typed=text)
    words = _("Kept.") if text else _("The note is deleted.")
    if not is_htmx():
        flash(words, "success")
    return _answer("notebook/_note.html", item_id, form, said=words)


@blueprint.post("/<item_id>/challenge")
@signed_in
def challenge(item_id: str) -> ResponseReturnValue:
    """Take a doubt about the question."""
    form = _sent(ChallengeForm(), item_id)
    text, place = form.text.data or "", form.place.data or ""
    try:
        challenge_question(db.session, current_user.id, item_id, form.item_hash, text=text, place=place, now=now())
    except (Invalid, TooMany) as refusal:
        if is_htmx() and isinstance(refusal, TooMany):
            raise
        status, again = status_of(refusal), {"problem": said(refusal), "typed": text, "place": place}
        return _answer("notebook/_challenge.html", item_id, form, status, **again)
    return _answer("notebook/_challenge.html", item_id, form)


def _sent(form: AnyForm, item_id: str) -> AnyForm:
    if not form.validate():
        raise Invalid(N_("Load the page again and send this once more."))
    if not knows_version(db.session, item_id, form.item_hash):
        raise NotFound(N_("There is no such question."))
    return form


def _answer(template: str, item_id: str, form: QuestionForm, status: int = 200, **more: object) -> ResponseReturnValue:
    if status == 200 and not is_htmx():
        return see_other(safe_next(path_of(request.referrer or "")))
    db.session.flush()
    kept = kept_with(db.session, current_user.id, item_id, form.item_hash)
    return render("notebook/alone.html", template, status=status, kept=kept, part=template, **more)
