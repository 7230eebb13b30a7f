"""Pages of practice: choose, answer one question after the other, look back."""

from dataclasses import replace

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainer.answers.actions import AlreadyAnswered, KeyUsedElsewhere, NotAnAnswer
from trainer.answers.cards import Card, answered_card, open_card, troubled_card
from trainer.answers.forms import AnswerForm, sent_question_fields
from trainer.answers.mastery import mastery_of
from trainer.answers.queries import standing_with
from trainer.clock import now
from trainer.db import db
from trainer.learning.errors import N_, Invalid, NotFound
from trainer.learning.mastery import Mastery
from trainer.library.queries import course_of_item, course_with, item_version, live_catalogue
from trainer.notebook.queries import kept_with
from trainer.practice.actions import answer_question, asked, keep_draft, start_practice
from trainer.practice.forms import StartForm
from trainer.practice.menu import onward, practice_menu
from trainer.practice.models import PracticeQuestion, PracticeSet
from trainer.practice.queries import Run, Step, practice_of, practice_question, unfinished_practice
from trainer.web.errors import said
from trainer.web.guarding import settle
from trainer.web.policy import signed_in
from trainer.web.rendering import is_htmx, render, see_other

blueprint = Blueprint("practice", __name__, url_prefix="/practice")


@blueprint.get("")
@signed_in
def choose() -> ResponseReturnValue:
    """What can be practised, and how much of it is new."""
    menu = practice_menu(db.session, current_user.id, live_catalogue(db.session), now())
    return render("practice/choose.html", menu=menu, unfinished=unfinished_practice(db.session, current_user.id))


@blueprint.post("")
@signed_in
def start() -> ResponseReturnValue:
    """Draw a set and go to its first question."""
    form = StartForm()
    if not form.validate_on_submit():
        raise Invalid(N_("Choose what to practise and 1 to 40 questions."))
    practice = start_practice(db.session, current_user, live_catalogue(db.session), form.wish(), now=now())
    return see_other(url_for("practice.show", public_id=practice.public_id, position=1))


@blueprint.get("/<public_id>")
@signed_in
def resume(public_id: str) -> ResponseReturnValue:
    """Go where the learner left off: the first open question, or the look back."""
    step = _run(public_id).next_open()
    if step is None:
        return redirect(url_for("practice.look_back", public_id=public_id))
    return redirect(url_for("practice.show", public_id=public_id, position=step.position))


@blueprint.get("/<public_id>/<int:position>")
@signed_in
def show(public_id: str, position: int) -> ResponseReturnValue:
    """One question: open, or with its feedback."""
    run = _run(public_id)
    step = _step(run, position)
    return _page(run, step, _graded(step) if step.answer else _open(run, step, AnswerForm(formdata=None)))


@blueprint.post("/<public_id>/<int:position>")
@signed_in
def answer(public_id: str, position: int) -> ResponseReturnValue:
    """Take the answer; say what was right about it."""
    practice, question = _question(public_id, position)
    form = AnswerForm()
    if not form.validate():
        return _asked_again(public_id, position, form)
    try:
        answer_question(db.session, current_user, practice, question, reply=form.reply(), now=now())
    except NotAnAnswer as refusal:
        return _asked_again(public_id, position, form, refusal)
    except KeyUsedElsewhere as refusal:
        return _to_be_sent_again(public_id, position, form, said(refusal))
    except AlreadyAnswered:
        return _taken(public_id, position)
    if not is_htmx():
        return see_other(url_for("practice.show", public_id=public_id, position=position))
    settle()
    run = _run(public_id)
    step = _step(run, position)
    return _page(run, step, _graded(step))


@blueprint.post("/<public_id>/<int:position>/draft")
@signed_in
def draft(public_id: str, position: int) -> ResponseReturnValue:
    """Keep what is typed and not yet sent."""
    practice, question = _question(public_id, position)
    keep_draft(db.session, practice, question, sent_question_fields())
    return "", 204


@blueprint.get("/<public_id>/summary")
@signed_in
def look_back(public_id: str) -> ResponseReturnValue:
    """How the set went, and what to do about it."""
    run = _run(public_id)
    titles = {step.position: item_version(db.session, step.question.item_hash).question.prompt for step in run.steps}
    then = onward(db.session, current_user.id, live_catalogue(db.session), run.practice, now=now())
    return render("practice/look_back.html", run=run, titles=titles, onward=then)


def _run(public_id: str) -> Run:
    run = practice_of(db.session, current_user.id, public_id)
    if run is None:
        raise NotFound(N_("There is no such practice set."))
    return run.without(live_catalogue(db.session).reserved_items)


def _step(run: Run, position: int) -> Step:
    step = run.step(position)
    if step is None:
        raise NotFound(N_("There is no such question in this practice set."))
    return step


def _question(public_id: str, position: int) -> tuple[PracticeSet, PracticeQuestion]:
    found = practice_question(db.session, current_user.id, public_id, position)
    if found is None or found[1].item_id in live_catalogue(db.session).reserved_items:
        raise NotFound(N_("There is no such question in this practice set."))
    return found


def _open(run: Run, step: Step, form: AnswerForm) -> Card:
    item = item_version(db.session, step.question.item_hash)
    filled = sent_question_fields() if request.method == "POST" else step.question.draft
    course = course_with(db.session, item.id, step.question.item_hash)
    return open_card(item, asked(run.practice, step.question), course, filled=filled, form=form)


def _graded(step: Step) -> Card:
    assert step.answer is not None
    item = item_version(db.session, step.answer.item_hash)
    course = course_with(db.session, item.id, step.answer.item_hash)
    return answered_card(item, step.answer, course, standing_with(db.session, current_user.id, item.id))


def _asked_again(
    public_id: str, position: int, form: AnswerForm, refusal: NotAnAnswer | None = None
) -> ResponseReturnValue:
    """The form was not an answer yet: it comes back as it was sent, with what is missing."""
    run = _run(public_id)
    step = _step(run, position)
    card = _open(run, step, form)
    return _page(run, step, troubled_card(card, refusal) if refusal else card, 422)


def _to_be_sent_again(public_id: str, position: int, form: AnswerForm, notice: str) -> ResponseReturnValue:
    """The form was good but could not be taken: it comes back as it was sent, ready for another try."""
    run = _run(public_id)
    step = _step(run, position)
    return _page(run, step, replace(_open(run, step, form.with_new_key()), notice=notice), 409)


def _taken(public_id: str, position: int) -> ResponseReturnValue:
    """Another tab was first: what counts is shown, and below it what was typed here."""
    run = _run(public_id)
    step = _step(run, position)
    typed = _open(run, step, AnswerForm(formdata=None)).showing
    return _page(run, step, replace(_graded(step), typed=typed), 409)


def _page(run: Run, step: Step, card: Card, status: int = 200) -> ResponseReturnValue:
    kept = kept_with(db.session, current_user.id, card.item_id, card.version)
    course = course_of_item(db.session, card.item_id)
    context = {
        "run": run,
        "step": step,
        "card": card,
        "kept": kept,
        "mastery": _mastery(step),
        "lessons": course.lessons_by_id if course else {},
    }
    return render("practice/show.html", "practice/_answered.html", status=status, **context)


def _mastery(step: Step) -> Mastery:
    return mastery_of(db.session, current_user.id, step.question.objective, now())
