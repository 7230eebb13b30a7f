"""What the people of a team asked about lessons, for whoever leads it to reply; nobody's name is shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _

from trainer.accounts.deeds import name_of
from trainer.accounts.proxies import me
from trainer.clock import now
from trainer.db import db
from trainer.inbox.actions import RepliedAlready, reply_to
from trainer.inbox.forms import ReplyForm
from trainer.inbox.mails import tell_asker
from trainer.inbox.queries import question_by, questions_by
from trainer.learning.errors import Invalid
from trainer.learning.misconceptions import SMALLEST_GROUP, may_tell
from trainer.library.queries import live_catalogue
from trainer.teams.models import Team
from trainer.teams.queries import joined_lately, team_led
from trainer.web import render, said, see_other, signed_in

blueprint = Blueprint("team_questions", __name__)


@blueprint.get("/teams/<team_id>/questions")
@signed_in
def choose(team_id: str) -> Response:
    """What was asked: what waits for a reply first."""
    led = team_led(db.session, me(), team_id)
    people = _people(led)
    asked = questions_by(db.session, people)
    lessons = live_catalogue(db.session).lessons
    context: dict[str, Any] = {"asked": asked, "lessons": lessons, "is_told": bool(people)}
    return render("reports/questions.html", team=led, smallest=SMALLEST_GROUP, **context)


@blueprint.get("/teams/<team_id>/questions/<question_id>")
@signed_in
def show(team_id: str, question_id: str) -> Response:
    """One question with its reply, or a form to reply."""
    led = team_led(db.session, me(), team_id)
    return _page(led, question_id, ReplyForm(formdata=None))


@blueprint.post("/teams/<team_id>/questions/<question_id>")
@signed_in
def reply(team_id: str, question_id: str) -> Response:
    """Reply to the asker; of an author and a lead at once, the second sees what the first replied."""
    led, form = team_led(db.session, me(), team_id, to_change=True), ReplyForm()
    question_by(db.session, _people(led), question_id)
    if not form.validate():
        return _page(led, question_id, form, 422)
    try:
        replied = reply_to(db.session, question_id, text=form.text.data or "", by=name_of(me()), now=now())
    except Invalid as refusal:
        form.text.errors = [said(refusal)]
        return _page(led, question_id, form, 422)
    except RepliedAlready:
        return _page(led, question_id, form, 409)
    tell_asker(db.session, replied, now=now())
    flash(_("Sent. The asker gets a mail with your reply."), "success")
    return see_other(url_for("team_questions.choose", team_id=team_id))


def _people(led: Team) -> Mapping[int, datetime]:
    """Whose questions the lead is told, and since when: nobody's where they are so few that she would know whose."""
    people = joined_lately(db.session, led, now())
    return people if may_tell(len(people)) else {}


def _page(led: Team, question_id: str, form: ReplyForm, status: int = 200) -> Response:
    asked = question_by(db.session, _people(led), question_id)
    lesson = live_catalogue(db.session).lessons.get(asked.lesson_id)
    return render("reports/question.html", team=led, asked=asked, lesson=lesson, form=form, status=status)
