"""What administrators and authors do about assessments: grant somebody more, grade again by a corrected key."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainer.accounts.models import User
from trainer.accounts.proxies import me
from trainer.accounts.queries import person
from trainer.clock import now
from trainer.db import db
from trainer.exams import actions
from trainer.exams.corrections import (
    Corrected,
    attempts_on_other_versions,
    count_under_way,
    grade_all_again,
    is_noted,
    note_correction,
)
from trainer.exams.forms import AllowanceForm, ReasonForm
from trainer.exams.occasions import grantable
from trainer.exams.queries import allowances_of
from trainer.learning.errors import N_, Invalid, NotFound
from trainer.library.queries import live_catalogue
from trainer.mail import put_in_outbox
from trainer.web.errors import said
from trainer.web.guarding import go_on_writing
from trainer.web.policy import admin_only, author_only
from trainer.web.rendering import render, see_other

blueprint = Blueprint("exam_office", __name__)

AT_ONCE = 20
"""Attempts graded again before others may write. After a mishap what is left is done when it is sent again."""


@blueprint.get("/admin/people/<public_id>/allowances")
@admin_only
def show_allowances(public_id: str) -> ResponseReturnValue:
    """What was granted to somebody, and a form to grant more."""
    return _allowances_page(person(db.session, public_id), AllowanceForm(formdata=None))


@blueprint.post("/admin/people/<public_id>/allowances")
@admin_only
def allow(public_id: str) -> ResponseReturnValue:
    """Grant extra time or attempts."""
    somebody, form = person(db.session, public_id), AllowanceForm()
    offered = grantable(db.session, somebody.id, live_catalogue(db.session))
    form.offer(offered)
    if not form.validate():
        return _allowances_page(somebody, form, 422)
    course_id, _slash, exam_id = (form.exam.data or "").partition("/")
    live = next(each for each in offered if (each.course.id, each.exam.id) == (course_id, exam_id))
    try:
        actions.grant(db.session, somebody, live, form.extra(), by=me(), now=now())
    except Invalid as refusal:
        form.form_errors.append(said(refusal))
        return _allowances_page(somebody, form, 422)
    flash(_("Saved."), "success")
    return see_other(url_for("exam_office.show_allowances", public_id=public_id))


@blueprint.get("/author/items/<item_id>/correction")
@author_only
def show_correction(item_id: str) -> ResponseReturnValue:
    """How many results rest on another version of a question, and a form to grade them again."""
    return _correction_page(item_id, ReasonForm(formdata=None))


@blueprint.post("/author/items/<item_id>/correction")
@author_only
def correct(item_id: str) -> ResponseReturnValue:
    """Grade them again by the version that is live, and tell everybody concerned; note it for attempts under way."""
    form = ReasonForm()
    if not form.validate():
        return _correction_page(item_id, form, 422)
    try:
        count = _correct(item_id, form.reason.data or "")
    except Invalid as refusal:
        form.reason.errors = [said(refusal)]
        return _correction_page(item_id, form, 422)
    flash(ngettext("%(num)s attempt graded again.", "%(num)s attempts graded again.", count), "success")
    return see_other(url_for("exam_office.show_correction", item_id=item_id))


def _correct(item_id: str, reason: str) -> int:
    """How many were graded again. Between two parts the question may be published anew: then this key is not the right
    one any more, and what is left is for whoever grades again by the new one."""
    live_hash, by, count = _live_hash(item_id), me(), 0
    note_correction(db.session, item_id, live_hash, reason=reason, by=by, now=now())
    go_on_writing()
    attempts = attempts_on_other_versions(db.session, item_id, live_hash)
    for start in range(0, len(attempts), AT_ONCE):
        some = attempts[start : start + AT_ONCE]
        done = grade_all_again(db.session, some, {item_id: live_hash}, reason=reason, by=by, now=now())
        _tell(done)
        count += len(done)
        go_on_writing()
        if _live_hash(item_id) != live_hash:
            flash(_("The question was published anew in the meantime. Look at it, then grade again."), "warning")
            break
    return count


def _tell(done: Iterable[Corrected]) -> None:
    for corrected in done:
        path = url_for("exams.result", public_id=corrected.attempt.public_id)
        course_path = url_for("study.course", course_id=corrected.attempt.course)
        body = render_template("mail/exam_corrected.txt", corrected=corrected, path=path, course_path=course_path)
        put_in_outbox(db.session, corrected.user.email, _("Trainer: your assessment was graded again"), body, now=now())


def _live_hash(item_id: str) -> str:
    row = live_catalogue(db.session).items.get(item_id)
    if row is None:
        raise NotFound(N_("There is no such question."))
    return row.hash


def _correction_page(item_id: str, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    live_hash = _live_hash(item_id)
    count = len(attempts_on_other_versions(db.session, item_id, live_hash))
    under_way = count_under_way(db.session, item_id, live_hash)
    noted = is_noted(db.session, item_id, live_hash)
    context: dict[str, Any] = {"count": count, "under_way": under_way, "is_noted": noted, "form": form}
    return render("exams/correct.html", status=status, item_id=item_id, **context)


def _allowances_page(somebody: User, form: AllowanceForm, status: int = 200) -> ResponseReturnValue:
    exams = grantable(db.session, somebody.id, live_catalogue(db.session))
    form.offer(exams)
    given = [
        (live.exam.title, allowance)
        for live in exams
        for allowance in allowances_of(db.session, somebody.id, live.course.id, live.exam.id)
    ]
    return render("exams/allow.html", person=somebody, form=form, given=given, status=status)
