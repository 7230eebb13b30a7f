"""Pages of review: what comes back today, and what will be left on a day to come."""

from datetime import time

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainer.clock import now
from trainer.db import db
from trainer.learning.forecast import ENOUGH
from trainer.library.queries import live_catalogue
from trainer.review.forms import DayForm
from trainer.review.queries import outlooks_of, review_page
from trainer.web.policy import signed_in
from trainer.web.rendering import render
from trainer.web.zones import at_local, day_began, local_day

blueprint = Blueprint("review", __name__, url_prefix="/review")

NOON = time(12)
"""A forecast for a day is one for the middle of it."""


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    """The questions of today, each with the reason why it comes."""
    at = now()
    page = review_page(db.session, current_user.id, live_catalogue(db.session), since=day_began(at), now=at)
    return render("review/show.html", page=page)


@blueprint.get("/forecast")
@signed_in
def forecast() -> ResponseReturnValue:
    """The share right to be expected on the day `on`, by objective; in 30 days where none is named."""
    is_named = "on" in request.args
    form = DayForm(request.args if is_named else None, today=local_day(now()))
    if is_named and not form.validate():
        return render("review/forecast.html", status=422, form=form, outlooks=[], enough=ENOUGH)
    at = max(now(), at_local(form.day(), NOON))
    outlooks = outlooks_of(db.session, current_user.id, live_catalogue(db.session), at=at)
    return render("review/forecast.html", form=form, outlooks=outlooks, enough=ENOUGH)
