"""Pages of study: the courses, the map of one, the reader with its checks."""

from dataclasses import replace

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainer.answers.actions import AlreadyAnswered, Asked, KeyUsedElsewhere, NotAnAnswer
from trainer.answers.cards import Card, answered_card, open_card, troubled_card
from trainer.answers.forms import sent_question_fields
from trainer.answers.models import Answer
from trainer.answers.queries import standing_with
from trainer.clock import now
from trainer.db import db
from trainer.inbox.queries import below_lesson
from trainer.learning.errors import N_, Invalid, NotFound
from trainer.library.catalogue import Catalogue, ItemRow, LessonRow
from trainer.library.queries import course_of_item, course_with, item_version, knows_version, live_catalogue
from trainer.notebook.queries import kept_with, kept_with_all
from trainer.placement.actions import put_back
from trainer.placement.queries import path_of
from trainer.study.actions import answer_check, finish_lesson, remember_place
from trainer.study.checks import Asker, Check, checks_of
from trainer.study.forms import CheckForm, PlaceForm, PutBackForm
from trainer.study.map import course_map
from trainer.study.page import checks_in, lesson_after, lesson_page, rendered_lesson
from trainer.web.errors import said
from trainer.web.guarding import settle
from trainer.web.policy import signed_in
from trainer.web.rendering import is_htmx, render, see_other

blueprint = Blueprint("study", __name__)


@blueprint.get("/courses")
@signed_in
def courses() -> ResponseReturnValue:
    """Every course there is, with how far the learner is."""
    catalogue = live_catalogue(db.session)
    maps = [course_map(db.session, current_user.id, catalogue, c, now=now()) for c in catalogue.courses.values()]
    return render("study/courses.html", maps=maps)


@blueprint.get("/courses/<course_id>")
@signed_in
def course(course_id: str) -> ResponseReturnValue:
    """The map of a course."""
    catalogue = live_catalogue(db.session)
    found = catalogue.courses.get(course_id)
    if found is None:
        raise NotFound(N_("There is no such course."))
    return render("study/course.html", map=course_map(db.session, current_user.id, catalogue, found, now=now()))


@blueprint.post("/courses/<course_id>/path/<module_id>")
@signed_in
def put_module_back(course_id: str, module_id: str) -> ResponseReturnValue:
    """Read a module that the entry test has opened all the same, or skip it again."""
    catalogue, form = live_catalogue(db.session), PutBackForm()
    found = catalogue.courses.get(course_id)
    path = path_of(db.session, current_user.id, catalogue, found) if found else None
    if path is None:
        raise NotFound(N_("There is no such path."))
    if not form.validate():
        raise Invalid(N_("Load the page again and send this once more."))
    put_back(db.session, current_user.id, path, module_id, wanted=form.wanted.data)
    return see_other(url_for("study.course", course_id=course_id, _anchor=f"h-{module_id}"))


@blueprint.get("/lessons/<lesson_id>")
@signed_in
def lesson(lesson_id: str) -> ResponseReturnValue:
    """A lesson, its checks in their places, open or answered; `?again=ITEM` asks one once more."""
    catalogue = live_catalogue(db.session)
    row = _lesson(catalogue, lesson_id)
    page = lesson_page(db.session, catalogue, current_user.id, row)
    checks = checks_of(db.session, current_user.id, lesson_id, checks_in(catalogue, row))
    again = request.args.get("again")
    cards = {id: _card(lesson_id, check, again=id == again) for id, check in checks.items()}
    kept = kept_with_all(db.session, current_user.id, {id: card.version for id, card in cards.items()})
    below = below_lesson(db.session, current_user.id, lesson_id)
    return render("study/lesson.html", page=page, cards=cards, kept_beside=kept, below=below)


@blueprint.post("/lessons/<lesson_id>/place")
@signed_in
def place(lesson_id: str) -> ResponseReturnValue:
    """Remember the section the reader has come to."""
    catalogue = live_catalogue(db.session)
    row = _lesson(catalogue, lesson_id)
    sections = {section.id for section in rendered_lesson(catalogue, row).sections}
    form = PlaceForm()
    if not form.validate() or form.section.data not in {"", *sections}:
        raise Invalid(N_("This is not a section of the lesson."))
    remember_place(db.session, current_user, lesson_id, form.section.data or "", now=now())
    return "", 204


@blueprint.post("/lessons/<lesson_id>/finish")
@signed_in
def finish(lesson_id: str) -> ResponseReturnValue:
    """Mark the lesson as read and go on to the next."""
    catalogue = live_catalogue(db.session)
    row = _lesson(catalogue, lesson_id)
    finish_lesson(db.session, current_user, lesson_id, now=now())
    after = lesson_after(db.session, catalogue, current_user.id, row)
    if after is None:
        return see_other(url_for("study.course", course_id=row.course))
    return see_other(url_for("study.lesson", lesson_id=after.id))


@blueprint.post("/lessons/<lesson_id>/checks/<item_id>")
@signed_in
def check(lesson_id: str, item_id: str) -> ResponseReturnValue:
    """Take the answer to a check; say what was right about it."""
    catalogue = live_catalogue(db.session)
    row = _item(catalogue, _lesson(catalogue, lesson_id), item_id)
    form = CheckForm()
    if not form.validate() or not knows_version(db.session, item_id, form.item_hash):
        raise Invalid(N_("Load the page again and send this once more."))
    if form.turns_before > checks_of(db.session, current_user.id, lesson_id, [row])[item_id].turn:
        raise Invalid(N_("Load the page again and send this once more."))
    question = item_version(db.session, form.item_hash).question
    fresh = _asker().asked(lesson_id, row, form.item_hash, form.turns_before)
    asked = _asker().answered(fresh, question, sent_question_fields())
    try:
        answer = answer_check(db.session, current_user, asked, form.reply(), now=now())
    except NotAnAnswer as refusal:
        return _check_page(lesson_id, troubled_card(_open(asked, form), refusal), 422)
    except KeyUsedElsewhere as refusal:
        return _check_page(lesson_id, replace(_open(asked, form.with_new_key()), notice=said(refusal)), 409)
    except AlreadyAnswered as clash:
        return _check_page(lesson_id, replace(_graded(clash.earlier), typed=_open(asked, form).showing), 409)
    if not is_htmx():
        return see_other(url_for("study.lesson", lesson_id=lesson_id, _anchor=f"check-{item_id}"))
    settle()
    return _check_page(lesson_id, _graded(answer))


def _lesson(catalogue: Catalogue, lesson_id: str) -> LessonRow:
    row = catalogue.lessons.get(lesson_id)
    if row is None:
        raise NotFound(N_("There is no such lesson."))
    return row


def _item(catalogue: Catalogue, lesson: LessonRow, item_id: str) -> ItemRow:
    row = catalogue.items.get(item_id)
    if row is None or row not in checks_in(catalogue, lesson):
        raise NotFound(N_("There is no such question in this lesson."))
    return row


def _asker() -> Asker:
    former = current_app.config["SECRET_KEY_FALLBACKS"]
    return Asker((str(current_app.secret_key), *former), current_user.public_id)


def _card(lesson_id: str, check: Check, *, again: bool) -> Card:
    if check.latest is not None and not again:
        return _graded(check.latest)
    return _open(_asker().asked(lesson_id, check.row, check.row.hash, check.turn), CheckForm(formdata=None))


def _open(asked: Asked, form: CheckForm) -> Card:
    item = item_version(db.session, asked.item_hash)
    course = course_with(db.session, item.id, asked.item_hash)
    return open_card(item, asked, course, filled=sent_question_fields(), form=form)


def _graded(answer: Answer) -> Card:
    item = item_version(db.session, answer.item_hash)
    course = course_with(db.session, item.id, answer.item_hash)
    return answered_card(item, answer, course, standing_with(db.session, current_user.id, item.id))


def _check_page(lesson_id: str, card: Card, status: int = 200) -> ResponseReturnValue:
    course = course_of_item(db.session, card.item_id)
    return render(
        "study/check.html",
        "study/_check.html",
        status=status,
        card=card,
        kept=kept_with(db.session, current_user.id, card.item_id, card.version),
        lesson_id=lesson_id,
        lessons=course.lessons_by_id if course else {},
    )
