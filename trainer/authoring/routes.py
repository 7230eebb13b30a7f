"""The authors' pages: what is live, what is wrong in the files, publishing, banks, single questions."""

from pathlib import Path

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _

from trainer.accounts.proxies import me
from trainer.authoring.actions import Published, publish_content
from trainer.authoring.coverage import counts, kind_names
from trainer.authoring.findings import findings
from trainer.authoring.forms import FilterForm, PublishForm
from trainer.authoring.inbox.queries import count_waiting
from trainer.authoring.preview import preview
from trainer.authoring.queries import (
    bank_lines,
    live_now,
    question_sheet,
    rows_of_bank,
)
from trainer.clock import now
from trainer.content.reading import Content, read_content
from trainer.db import db
from trainer.library.actions import changes_by_publishing, changes_by_rollback, rollback
from trainer.library.queries import last_check, live_catalogue, releases
from trainer.notebook.queries import count_doubts
from trainer.settings import Settings
from trainer.web import author_only, render, see_other

blueprint = Blueprint("authoring", __name__, url_prefix="/author")


@blueprint.get("", strict_slashes=False)
@author_only
def overview() -> Response:
    """What is live, what is wrong, what there is."""
    return _overview(PublishForm())


@blueprint.get("/check")
@author_only
def check() -> Response:
    """Read the files and show what publishing them would change. Changes nothing."""
    content = _read_files()
    return render(
        "authoring/check.html",
        live=live_now(db.session),
        findings=findings(content.problems, _folders()),
        changes=changes_by_publishing(db.session, content),
        form=PublishForm(formdata=None),
    )


@blueprint.post("/publish")
@author_only
def publish() -> Response:
    """Read the files again and make them live."""
    form = PublishForm()
    if not form.validate():
        return _overview(form, 422)
    by = me()
    # Reading may take seconds; on SQLite the transaction begun by asking who this is would keep everybody from writing.
    db.session.rollback()
    content = _read_files()
    _tell(publish_content(db.session, content, now(), by=by, note=(form.note.data or "").strip()))
    return see_other(url_for("authoring.overview"))


@blueprint.get("/releases/<int(max=2147483647):number>")
@author_only
def confirm_rollback(number: int) -> Response:
    """What would change if this release were live again, and whether that is meant."""
    changes = changes_by_rollback(db.session, number)
    release = next(row for row in releases(db.session) if row.number == number)
    return render("authoring/rollback.html", release=release, changes=changes, live=live_now(db.session))


@blueprint.post("/releases/<int(max=2147483647):number>")
@author_only
def roll_back(number: int) -> Response:
    """Make an earlier release live again."""
    rollback(db.session, number, now(), by=me())
    flash(_("Release %(number)s is live again.", number=number), "success")
    return see_other(url_for("authoring.overview"))


@blueprint.get("/banks/<bank_id>")
@author_only
def bank(bank_id: str) -> Response:
    """The questions of a bank, all or some."""
    catalogue = live_catalogue(db.session)
    rows = rows_of_bank(catalogue, bank_id)
    course = catalogue.courses[catalogue.banks[bank_id].course]
    used = {row.objective for row in rows}
    form = FilterForm(request.args)
    form.offer(
        [(kind, name) for kind, name, _count in kind_names(rows)],
        [(id, objective.short) for id, objective in course.objectives_by_id.items() if id in used],
    )
    wanted = {"kind": form.kind.data or "", "objective": form.objective.data or ""}
    lines = bank_lines(db.session, catalogue, bank_id, **wanted, today=now().date())
    return render("authoring/bank.html", bank=catalogue.banks[bank_id], course=course, lines=lines, form=form)


@blueprint.get("/items/<item_id>")
@author_only
def item(item_id: str) -> Response:
    """One question in all its states, with all about it; `version` asks for an earlier one."""
    sheet = question_sheet(db.session, item_id, request.args.get("version", ""))
    tried = request.args.to_dict() if "try" in request.args else None
    return render(
        "authoring/item.html",
        sheet=sheet,
        preview=preview(sheet.item, sheet.hash, sheet.course, tried),
    )


def _overview(form: PublishForm, status: int = 200) -> Response:
    checked = last_check(db.session)
    return render(
        "authoring/overview.html",
        status=status,
        live=live_now(db.session),
        checked=checked,
        findings=findings(checked.problems if checked else (), _folders()),
        courses=counts(live_catalogue(db.session), count_doubts(db.session)),
        releases=releases(db.session),
        waiting=count_waiting(db.session),
        form=form,
    )


def _tell(published: Published) -> None:
    # One sentence: how many errors there are, where, and what that means stands on the page itself.
    number, broken = published.number, published.has_errors
    if number is None:
        flash(_("There is nothing to publish."), "warning")
    elif not published.is_new and broken:
        flash(
            _("Nothing new to publish besides what has errors; release %(number)s is live.", number=number), "warning"
        )
    elif not published.is_new:
        flash(_("Nothing has changed; release %(number)s is live.", number=number), "info")
    elif broken:
        flash(_("Release %(number)s is live, without the changes that have errors.", number=number), "warning")
    else:
        flash(_("Release %(number)s is live.", number=number), "success")


def _read_files() -> Content:
    courses, banks = _folders()
    return read_content(courses, banks, now().date())


def _folders() -> tuple[Path, Path]:
    settings: Settings = current_app.extensions["settings"]
    return settings.courses, settings.banks
