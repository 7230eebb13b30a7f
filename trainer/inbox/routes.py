"""Ask about a lesson. The form answers with its section to htmx, and goes back to the lesson without it."""

from flask import Blueprint, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.clock import now
from trainer.db import db
from trainer.inbox.actions import ask_about_lesson
from trainer.inbox.forms import AskForm
from trainer.inbox.queries import below_lesson
from trainer.learning.errors import N_, Invalid, NotFound, TooMany
from trainer.library.catalogue import LessonRow
from trainer.library.queries import live_catalogue
from trainer.web.errors import said, status_of
from trainer.web.policy import signed_in
from trainer.web.rendering import is_htmx, render, see_other

blueprint = Blueprint("inbox", __name__)


@blueprint.post("/lessons/<lesson_id>/questions")
@signed_in
def ask(lesson_id: str) -> ResponseReturnValue:
    """Take a question about a lesson."""
    row, form = _lesson(lesson_id), AskForm()
    if not form.validate():
        raise Invalid(N_("Load the page again and send this once more."))
    text, leave = form.text.data or "", bool(form.may_publish.data)
    try:
        ask_about_lesson(db.session, current_user.id, lesson_id, text=text, may_publish=leave, now=now())
    except (Invalid, TooMany) as refusal:
        if is_htmx() and isinstance(refusal, TooMany):
            raise
        return _section(row, status_of(refusal), problem=said(refusal), typed=text, leave=leave)
    words = _("Your question is with the authors. You get a mail when they reply.")
    if is_htmx():
        return _section(row, said=words)
    flash(words, "success")
    return see_other(url_for("study.lesson", lesson_id=lesson_id, _anchor="questions"))


def _lesson(lesson_id: str) -> LessonRow:
    row = live_catalogue(db.session).lessons.get(lesson_id)
    if row is None:
        raise NotFound(N_("There is no such lesson."))
    return row


def _section(row: LessonRow, status: int = 200, **more: object) -> ResponseReturnValue:
    db.session.flush()
    below = below_lesson(db.session, current_user.id, row.id)
    context = {"lesson_id": row.id, "title": row.title, "below": below, **more}
    return render("inbox/alone.html", "inbox/_lesson.html", status=status, **context)
