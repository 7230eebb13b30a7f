"""What the learner sees of herself: today, her standing, her past answers."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainer.answers.cards import answered_card
from trainer.answers.feedback import outcome_of
from trainer.answers.queries import answer_of, answers_page, standing_with
from trainer.clock import now
from trainer.db import db
from trainer.exams.queries import untold_items
from trainer.inbox.queries import own_questions
from trainer.learning.errors import N_, NotFound
from trainer.library.queries import course_of_item, course_with, item_version, live_catalogue
from trainer.notebook.queries import kept_with
from trainer.progress.doubts import own_doubts_told
from trainer.progress.misconceptions import misconceptions_of
from trainer.progress.notes import own_notes
from trainer.progress.overview import activity_of, overview_of
from trainer.progress.today import today_of
from trainer.teams.queries import invitations_for
from trainer.training.queries import own_plan
from trainer.web.policy import signed_in
from trainer.web.rendering import render
from trainer.web.zones import day_began

blueprint = Blueprint("progress", __name__)

PAGE_SIZE = 25
LAST_PAGE = 10_000
"""A larger number is nobody's page; a database could not even read it."""


@blueprint.get("/")
@signed_in
def today() -> ResponseReturnValue:
    """Where to go on, what is due, what is new."""
    catalogue, at = live_catalogue(db.session), now()
    found = today_of(db.session, current_user.id, catalogue, since=day_began(at), now=at)
    invited = invitations_for(db.session, current_user.email, at)
    to_do = [turn for turn in own_plan(db.session, catalogue, current_user, now=at) if turn.stage.is_to_do]
    return render("progress/today.html", today=found, invited=invited, to_do=to_do)


@blueprint.get("/progress")
@signed_in
def overview() -> ResponseReturnValue:
    """Five bars for each objective, with the condition for the next."""
    catalogue = live_catalogue(db.session)
    standings = [
        overview_of(db.session, current_user.id, catalogue, course, now=now()) for course in catalogue.courses.values()
    ]
    activity = activity_of(db.session, current_user.id, now())
    return render("progress/overview.html", overviews=standings, activity=activity)


@blueprint.get("/progress/misconceptions")
@signed_in
def misconceptions() -> ResponseReturnValue:
    """What was taken for true and is not, what of it is overcome, where she was sure and wrong."""
    found = misconceptions_of(db.session, current_user.id, live_catalogue(db.session))
    return render("progress/misconceptions.html", found=found)


@blueprint.get("/progress/answers")
@signed_in
def answers() -> ResponseReturnValue:
    """Own past answers, newest first."""
    page = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    rows, count = answers_page(db.session, current_user.id, page, PAGE_SIZE)
    prompts = {row.item_hash: item_version(db.session, row.item_hash).question.prompt for row in rows}
    return render(
        "progress/answers.html",
        answers=[(row, prompts[row.item_hash], outcome_of(row.score)) for row in rows],
        untold=untold_items(db.session, current_user.id, live_catalogue(db.session)),
        count=count,
        page=page,
        pages=max(1, -(-count // PAGE_SIZE)),
        pages_href=url_for("progress.answers") + "?page={}",
    )


@blueprint.get("/progress/answers/<public_id>")
@signed_in
def answer(public_id: str) -> ResponseReturnValue:
    """One past answer, as it was shown: that version, that order; none that an assessment of hers may ask again."""
    row = answer_of(db.session, current_user.id, public_id)
    if row is None:
        raise NotFound(N_("There is no such answer."))
    if row.item_id in untold_items(db.session, current_user.id, live_catalogue(db.session)):
        raise NotFound
    item = item_version(db.session, row.item_hash)
    course = course_of_item(db.session, row.item_id)
    shown_with = course_with(db.session, row.item_id, row.item_hash)
    card = answered_card(item, row, shown_with, standing_with(db.session, current_user.id, row.item_id))
    return render(
        "progress/answer.html",
        answer=row,
        card=card,
        lessons=course.lessons_by_id if course else {},
        kept=kept_with(db.session, current_user.id, row.item_id, row.item_hash),
    )


@blueprint.get("/progress/questions")
@signed_in
def questions() -> ResponseReturnValue:
    """What the learner doubted and asked, and what became of it."""
    return render(
        "progress/questions.html",
        doubts=own_doubts_told(db.session, current_user.id, live_catalogue(db.session)),
        asked=own_questions(db.session, current_user.id),
        lessons=live_catalogue(db.session).lessons,
    )


@blueprint.get("/progress/notes")
@signed_in
def notes() -> ResponseReturnValue:
    """The learner's notes on questions."""
    return render("progress/notes.html", notes=own_notes(db.session, current_user.id, live_catalogue(db.session)))
