"""The page of what a course brings: what is measured and when, what has come of it; and the tests, begun from here."""

from collections.abc import Sequence

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainer.accounts.proxies import me
from trainer.accounts.queries import everybody
from trainer.clock import now
from trainer.db import db
from trainer.effects.actions import begin
from trainer.effects.group import effect_of_group
from trainer.effects.queries import effect_of
from trainer.exams.occasions import Programme, programme_for, programmes
from trainer.learning.errors import N_, NotFound
from trainer.learning.misconceptions import SMALLEST_GROUP
from trainer.library.queries import live_catalogue
from trainer.study.queries import readings_of
from trainer.teams.models import Team
from trainer.teams.queries import learners_in, team_led
from trainer.web.policy import admin_only, signed_in
from trainer.web.rendering import render, see_other

blueprint = Blueprint("effects", __name__)

PAGE_SIZE = 100
"""People on a page; the means are those of all."""


@blueprint.get("/effect/<course_id>")
@signed_in
def show(course_id: str) -> ResponseReturnValue:
    """What a course brings the learner: the plan, told before it starts, and what is known by now."""
    programme = _programme(course_id)
    readings = readings_of(db.session, current_user.id)
    effect = effect_of(db.session, current_user.id, programme, readings, now=now())
    return render("effects/show.html", effect=effect, programme=effect.programme)


@blueprint.post("/effect/<course_id>/<occasion>")
@signed_in
def start(course_id: str, occasion: str) -> ResponseReturnValue:
    """Begin the test of an occasion, or go on with it."""
    programme = _programme(course_id)
    attempt = begin(db.session, current_user, programme, occasion, now=now())
    return see_other(url_for("exams.resume", public_id=attempt.public_id))


@blueprint.get("/admin/effect")
@admin_only
def everyone() -> ResponseReturnValue:
    """What each course has brought to everybody here."""
    return _group_page(everybody(db.session))


@blueprint.get("/teams/<team_id>/effect")
@signed_in
def team(team_id: str) -> ResponseReturnValue:
    """What each course has brought to a team, for who leads it."""
    led = team_led(db.session, me(), team_id)
    return _group_page(learners_in(db.session, led), led)


def _group_page(people: Sequence[int], led: Team | None = None) -> ResponseReturnValue:
    here = url_for("effects.team", team_id=led.public_id) if led else url_for("effects.everyone")
    measured = programmes(db.session, live_catalogue(db.session))
    groups = [effect_of_group(db.session, people, programme) for programme in measured]
    pages = max((-(-len(group.people) // PAGE_SIZE) for group in groups), default=1) or 1
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render(
        "effects/everyone.html",
        groups=groups,
        page=page,
        pages=pages,
        team=led,
        pages_href=here + "?page={}",
        size=PAGE_SIZE,
        smallest=SMALLEST_GROUP,
        now=now(),
    )


def _programme(course_id: str) -> Programme:
    found = programme_for(db.session, current_user.id, live_catalogue(db.session), course_id)
    if found is None:
        raise NotFound(N_("Nothing is measured here."))
    return found
