"""Pages of the inbox: what waits, what is done; decide on a doubt, reply to a question, show it or take it back."""

from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _

from trainer.accounts.deeds import name_of
from trainer.accounts.proxies import me
from trainer.answers.models import EXAM
from trainer.authoring.inbox import queries
from trainer.authoring.inbox.forms import DecisionForm, ShowForm
from trainer.clock import now
from trainer.db import db
from trainer.exams.queries import untold_items
from trainer.inbox.actions import RepliedAlready, ShownElsewhere, publish_reply, reply_to, take_back
from trainer.inbox.forms import ReplyForm
from trainer.inbox.mails import tell_asker
from trainer.inbox.queries import Asked, question_asked
from trainer.learning.errors import Invalid
from trainer.library.queries import live_catalogue
from trainer.mail import put_in_outbox
from trainer.notebook.actions import DecidedAlready, decide_challenge
from trainer.notebook.queries import Decision
from trainer.web import author_only, render, said, see_other

blueprint = Blueprint("author_inbox", __name__, url_prefix="/author/inbox")

LAST_PAGE = 10_000
"""A larger number is nobody's page; a database could not even read it."""


@blueprint.get("", strict_slashes=False)
@author_only
def waiting() -> Response:
    """What learners wait for."""
    return render("authoring/inbox/waiting.html", waiting=queries.waiting(db.session))


@blueprint.get("/done")
@author_only
def done() -> Response:
    """What was decided and replied."""
    page = max(1, min(request.args.get("page", 1, type=int), LAST_PAGE))
    return render("authoring/inbox/done.html", done=queries.done(db.session, page))


@blueprint.get("/doubts/<public_id>")
@author_only
def doubt(public_id: str) -> Response:
    """A doubt with the version it is about, and what was decided or a form to decide."""
    return _doubt_page(public_id, DecisionForm(formdata=None))


@blueprint.post("/doubts/<public_id>")
@author_only
def decide(public_id: str) -> Response:
    """Decide on a doubt and tell the learner; of two authors at once, the second sees what the first decided."""
    form = DecisionForm()
    queries.one_doubt(db.session, public_id)
    if not form.validate():
        return _doubt_page(public_id, form, 422)
    try:
        decision = Decision(form.upheld, form.reason.data or "", name_of(me()), now())
        decided = decide_challenge(db.session, public_id, decision, by=me())
    except Invalid as refusal:
        form.reason.errors = [said(refusal)]
        return _doubt_page(public_id, form, 422)
    except DecidedAlready:
        return _doubt_page(public_id, form, 409)
    is_kept = decided.challenge.place == EXAM or decided.challenge.item_id in untold_items(
        db.session, decided.user.id, live_catalogue(db.session)
    )
    path = url_for("progress.questions")
    body = render_template("mail/doubt_decided.txt", decided=decided, tells_reason=not is_kept, path=path)
    put_in_outbox(db.session, decided.user.email, _("Trainer: your doubt about a question"), body, now=now())
    flash(_("Decided. The learner gets a mail with your reason."), "success")
    return see_other(url_for("author_inbox.doubt", public_id=public_id))


@blueprint.get("/questions/<public_id>")
@author_only
def question(public_id: str) -> Response:
    """A question about a lesson: a form to reply or the reply, and with leave a form to show both."""
    return _question_page(question_asked(db.session, public_id))


@blueprint.post("/questions/<public_id>")
@author_only
def reply(public_id: str) -> Response:
    """Reply to the asker; of two authors at once, the second sees what the first replied."""
    asked, form = question_asked(db.session, public_id), ReplyForm()
    if not form.validate():
        return _question_page(asked, 422, reply_form=form)
    try:
        replied = reply_to(db.session, public_id, text=form.text.data or "", by=name_of(me()), now=now())
    except Invalid as refusal:
        form.text.errors = [said(refusal)]
        return _question_page(asked, 422, reply_form=form)
    except RepliedAlready:
        return _question_page(question_asked(db.session, public_id), 409, reply_form=form)
    tell_asker(db.session, replied, now=now())
    flash(_("Sent. The asker gets a mail with your reply."), "success")
    return see_other(url_for("author_inbox.question", public_id=public_id))


@blueprint.post("/questions/<public_id>/show")
@author_only
def show(public_id: str) -> Response:
    """Show question and answer under the lesson, or change how they are worded there."""
    asked, form = question_asked(db.session, public_id), ShowForm()
    if not form.validate():
        return _question_page(asked, 422, show_form=form)
    try:
        publish_reply(db.session, public_id, form.wording(), by=name_of(me()), now=now())
    except Invalid as refusal:
        form.form_errors.append(said(refusal))
        return _question_page(asked, 422, show_form=form)
    except ShownElsewhere:
        return _question_page(question_asked(db.session, public_id), 409, show_form=form)
    flash(_("Question and answer are shown under the lesson."), "success")
    return see_other(url_for("author_inbox.question", public_id=public_id))


@blueprint.post("/questions/<public_id>/take-back")
@author_only
def hide(public_id: str) -> Response:
    """Show a question no longer."""
    take_back(db.session, public_id, by=name_of(me()), now=now())
    flash(_("It is no longer shown under the lesson."), "success")
    return see_other(url_for("author_inbox.question", public_id=public_id))


def _doubt_page(public_id: str, form: DecisionForm, status: int = 200) -> Response:
    line = queries.one_doubt(db.session, public_id)
    is_kept = line.doubt.place == EXAM or line.doubt.item_id in live_catalogue(db.session).reserved_items
    context: dict[str, Any] = {"line": line, "form": form, "clash": status == 409, "is_kept": is_kept}
    return render("authoring/inbox/doubt.html", status=status, **context)


def _question_page(
    asked: Asked, status: int = 200, *, reply_form: ReplyForm | None = None, show_form: ShowForm | None = None
) -> Response:
    return render(
        "authoring/inbox/question.html",
        status=status,
        line=queries.line_of(db.session, asked),
        reply_form=reply_form or ReplyForm(formdata=None),
        show_form=_to_show(asked, show_form),
        clash=status == 409,
        typed_to_show=show_form is not None,
    )


def _to_show(asked: Asked, sent: ShowForm | None) -> ShowForm:
    """The form for what is shown, filled with what was sent, what is shown, or question and reply as they came."""
    if sent is not None:
        # Sent once more, it counts as said after what stands there now.
        sent.number.raw_data, sent.number.data = None, asked.number
        return sent
    if asked.publication:
        return ShowForm(None, number=asked.number, question=asked.publication.question, answer=asked.publication.answer)
    return ShowForm(None, number=0, question=asked.text, answer=asked.reply.text if asked.reply else "")
