"""Pages of an assessment: what there is, what it asks for, one question after the other, hand in, the result."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.answers.forms import sent_question_fields
from trainer.clock import now
from trainer.db import db
from trainer.exams import actions, grading
from trainer.exams.actions import Elsewhere, Over
from trainer.exams.cards import open_card, told_card
from trainer.exams.forms import BEFORE, FLAG, NEXT, REVIEW, DoubtForm, SaveForm
from trainer.exams.models import ExamQuestion
from trainer.exams.occasions import former_attempts, is_offered
from trainer.exams.queries import (
    LiveExam,
    Sitting,
    finished_of,
    live_exam,
    live_exams,
    offer_of,
    sitting_of,
)
from trainer.exams.starting import start_attempt
from trainer.learning.assessment import Shown
from trainer.learning.errors import N_, Conflict, Invalid, NotFound, TooMany
from trainer.library.queries import live_catalogue
from trainer.notebook.actions import challenge_question
from trainer.notebook.queries import kept_with
from trainer.web.errors import said, status_of
from trainer.web.guarding import settle
from trainer.web.policy import signed_in
from trainer.web.rendering import is_htmx, render, see_other

blueprint = Blueprint("exams", __name__, url_prefix="/exams")


@blueprint.get("")
@signed_in
def choose() -> ResponseReturnValue:
    """The assessments there are, and where one stands with each; and what one attempted of those that were."""
    catalogue, me = live_catalogue(db.session), current_user.id
    offers = [offer_of(db.session, me, one.course.id, one.exam, now=now()) for one in live_exams(catalogue)]
    former = former_attempts(db.session, me, catalogue)
    return render("exams/choose.html", offers=offers, former=former, courses=catalogue.courses)


@blueprint.get("/<course_id>/<exam_id>")
@signed_in
def show(course_id: str, exam_id: str) -> ResponseReturnValue:
    """What an assessment asks for and what follows from it, before it begins; and one's attempts so far."""
    live = _live(course_id, exam_id)
    offer = offer_of(db.session, current_user.id, course_id, live.exam, now=now())
    return render("exams/show.html", live=live, offer=offer)


@blueprint.post("/<course_id>/<exam_id>")
@signed_in
def start(course_id: str, exam_id: str) -> ResponseReturnValue:
    """Begin an attempt; the clock runs from here."""
    attempt = start_attempt(db.session, current_user, _live(course_id, exam_id), now=now())
    return see_other(url_for("exams.resume", public_id=attempt.public_id))


@blueprint.get("/attempts/<public_id>")
@signed_in
def resume(public_id: str) -> ResponseReturnValue:
    """Go on where one was, or see what it came to."""
    its = _sitting(public_id)
    if its.is_over(now()):
        return redirect(url_for("exams.result", public_id=public_id))
    return redirect(url_for("exams.question", public_id=public_id, position=its.first_open()))


@blueprint.get("/attempts/<public_id>/<int:position>")
@signed_in
def question(public_id: str, position: int) -> ResponseReturnValue:
    """One question with what was saved of it."""
    its = _sitting(public_id)
    if its.is_over(now()):
        return redirect(url_for("exams.result", public_id=public_id))
    asked = _question(its, position)
    if not its.may_see(position):
        return redirect(url_for("exams.question", public_id=public_id, position=its.attempt.place))
    return _question_page(its, asked)


@blueprint.post("/attempts/<public_id>/<int:position>")
@signed_in
def save(public_id: str, position: int) -> ResponseReturnValue:
    """Save the answer as it is now; without a script, then go where the pressed button says."""
    arrived = now()
    its = _sitting(public_id)
    asked = _question(its, position)
    form = SaveForm()
    if not form.validate():
        raise Invalid(N_("Load the page again and send this once more."))
    try:
        actions.save_answer(db.session, its.attempt, position, form.sent(), now=arrived)
    except Over as refusal:
        settle()
        return _late_page(public_id, position, refusal)
    except Elsewhere:
        return _clash_page(public_id, position)
    return _where_to_go(its, asked, form)


@blueprint.post("/attempts/<public_id>/<int:position>/doubt")
@signed_in
def doubt(public_id: str, position: int) -> ResponseReturnValue:
    """Take a doubt about a question that is being asked, or was when the time ran out over it."""
    its, form = _sitting(public_id), DoubtForm()
    asked = _question(its, position)
    if not its.has_shown(position):
        raise NotFound
    if not form.validate():
        raise Invalid(N_("Load the page again and send this once more."))
    text, me = form.text.data or "", current_user.id
    try:
        challenge_question(db.session, me, asked.item_id, asked.item_hash, text=text, place="exam", now=now())
    except (Invalid, TooMany) as refusal:
        if is_htmx() and isinstance(refusal, TooMany):
            raise
        return _doubt(its, asked, status_of(refusal), problem=said(refusal), typed=text)
    if is_htmx():
        return _doubt(its, asked)
    flash(_("The authors have your doubt, with the version you saw."), "success")
    return see_other(url_for("exams.question", public_id=public_id, position=position))


@blueprint.get("/attempts/<public_id>/hand-in")
@signed_in
def look_over(public_id: str) -> ResponseReturnValue:
    """Before handing in: what has no answer yet, what is flagged."""
    its = _sitting(public_id)
    if its.is_over(now()):
        return redirect(url_for("exams.result", public_id=public_id))
    return render("exams/look_over.html", sitting=its, left=its.left(now()))


@blueprint.post("/attempts/<public_id>/hand-in")
@signed_in
def hand_in(public_id: str) -> ResponseReturnValue:
    """End the attempt; sent twice, it ends once."""
    grading.hand_in(db.session, _sitting(public_id).attempt, now=now())
    return see_other(url_for("exams.result", public_id=public_id))


@blueprint.get("/attempts/<public_id>/result")
@signed_in
def result(public_id: str) -> ResponseReturnValue:
    """What the attempt came to, as far as its learner may see it now."""
    its = _sitting(public_id)
    if its.is_open:
        if not its.is_over(now()):
            return redirect(url_for("exams.resume", public_id=public_id))
        return render("exams/time_over.html", sitting=its)
    catalogue, finished = live_catalogue(db.session), finished_of(db.session, its, now())
    course, offered = catalogue.courses.get(its.attempt.course), is_offered(catalogue, its.attempt)
    return render("exams/result.html", finished=finished, course=course, is_offered=offered)


@blueprint.get("/attempts/<public_id>/result/<int:position>")
@signed_in
def told(public_id: str, position: int) -> ResponseReturnValue:
    """One question of a finished attempt with its key, where the exam's rule shows it."""
    its = _sitting(public_id)
    asked = _question(its, position)
    finished = None if its.is_open else finished_of(db.session, its, now())
    if finished is None or finished.may_see < Shown.ALL:
        raise NotFound
    mark = finished.result.marks[position - 1]
    card = told_card(db.session, its.attempt, asked, mark)
    kept = kept_with(db.session, current_user.id, asked.item_id, mark["hash"])
    offered = is_offered(live_catalogue(db.session), its.attempt)
    return render("exams/told.html", finished=finished, card=card, kept=kept, is_offered=offered)


def _live(course_id: str, exam_id: str) -> LiveExam:
    found = live_exam(live_catalogue(db.session), course_id, exam_id)
    if found is None:
        raise NotFound(N_("There is no such assessment."))
    return found


def _sitting(public_id: str) -> Sitting:
    found = sitting_of(db.session, current_user.id, public_id)
    if found is None:
        raise NotFound(N_("There is no such attempt."))
    return found


def _question(its: Sitting, position: int) -> ExamQuestion:
    found = its.question(position)
    if found is None:
        raise NotFound(N_("There is no such question in this attempt."))
    return found


def _where_to_go(its: Sitting, asked: ExamQuestion, form: SaveForm) -> ResponseReturnValue:
    position, go = asked.position, form.go.data or ""
    if is_htmx():
        settle()
        return render("exams/_saved.html", sitting=its, card=open_card(db.session, its.attempt, asked), form=form)
    if go == FLAG:
        actions.flag(db.session, its.attempt, position, wanted=not asked.flagged)
        return see_other(url_for("exams.question", public_id=its.attempt.public_id, position=position))
    if go == NEXT:
        actions.go_on(db.session, its.attempt, position)
    target = _target(its, position, go)
    if target is None:
        return see_other(url_for("exams.look_over", public_id=its.attempt.public_id))
    return see_other(url_for("exams.question", public_id=its.attempt.public_id, position=target))


def _target(its: Sitting, position: int, go: str) -> int | None:
    """The question to show next; None for the look over all of them."""
    if go == REVIEW or (go == NEXT and position == len(its.questions)):
        return None
    wanted = {NEXT: position + 1, BEFORE: position - 1}.get(go) or (int(go) if go.isdigit() else position)
    return min(max(1, wanted), len(its.questions))


def _question_page(its: Sitting, asked: ExamQuestion) -> ResponseReturnValue:
    card = open_card(db.session, its.attempt, asked)
    kept = kept_with(db.session, current_user.id, asked.item_id, asked.item_hash)
    offered = is_offered(live_catalogue(db.session), its.attempt)
    context: dict[str, Any] = {"sitting": its, "card": card, "kept": kept, "left": its.left(now())}
    context["is_offered"] = offered
    return render("exams/question.html", form=SaveForm(formdata=None), **context)


def _doubt(its: Sitting, asked: ExamQuestion, status: int = 200, **more: str) -> ResponseReturnValue:
    db.session.flush()
    part = "notebook/_challenge.html"
    kept = kept_with(db.session, current_user.id, asked.item_id, asked.item_hash)
    address = url_for("exams.doubt", public_id=its.attempt.public_id, position=asked.position)
    context: dict[str, Any] = {"kept": kept, "in_attempt": asked.position, "address": address, **more}
    return render("notebook/alone.html", part, status=status, part=part, **context)


def _clash_page(public_id: str, position: int) -> ResponseReturnValue:
    """Another tab was faster: what is saved, and what was sent from here, to choose from."""
    db.session.rollback()
    its = _sitting(public_id)
    asked = _question(its, position)
    here = open_card(db.session, its.attempt, asked, sent_question_fields())
    context = {"sitting": its, "card": open_card(db.session, its.attempt, asked), "here": here, "left": its.left(now())}
    context["is_offered"] = is_offered(live_catalogue(db.session), its.attempt)
    return render("exams/clash.html", "exams/_clash.html", status=409, form=SaveForm(formdata=None), **context)


def _late_page(public_id: str, position: int, refusal: Conflict) -> ResponseReturnValue:
    its = _sitting(public_id)
    asked = _question(its, position)
    card = open_card(db.session, its.attempt, asked, sent_question_fields()) if its.has_shown(position) else None
    return render("exams/late.html", "exams/_late.html", status=409, sitting=its, card=card, refusal=refusal)
