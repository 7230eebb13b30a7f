"""One's own plan: what is to do until when, what is done, a calendar of it."""

from flask import Blueprint, Response, current_app, flash, url_for
from flask_babel import gettext as _

from trainer.accounts.proxies import me
from trainer.clock import now
from trainer.db import db
from trainer.library.queries import live_catalogue
from trainer.training import calendars, queries
from trainer.training.refreshers import begin_refresher
from trainer.web import public, render, see_other, signed_in

blueprint = Blueprint("own_plan", __name__)


@blueprint.get("/plan")
@signed_in
def show() -> Response:
    """What one has to do and has done, in all one's teams."""
    turns = queries.own_plan(db.session, live_catalogue(db.session), me(), now=now())
    feed = calendars.feed_of(db.session, me().id)
    return render("training/own.html", turns=turns, feed=feed)


@blueprint.post("/plan/<cycle_id>/refresher")
@signed_in
def refresh(cycle_id: str) -> Response:
    """Answer what a refresher asks: a set of what is still to be answered right."""
    cycle = queries.own_cycle(db.session, me(), cycle_id)
    practice = begin_refresher(db.session, live_catalogue(db.session), me(), cycle, now=now())
    return see_other(url_for("practice.resume", public_id=practice.public_id))


@blueprint.post("/plan/calendar")
@signed_in
def make_calendar() -> Response:
    """An address for one's calendar, in the place of the one there was."""
    token = calendars.make_feed(db.session, me().id, now=now())
    return render("training/calendar.html", path=url_for("own_plan.calendar", token=token))


@blueprint.post("/plan/calendar/end")
@signed_in
def end_calendar() -> Response:
    """The address works no more."""
    calendars.end_feed(db.session, me().id)
    flash(_("The calendar address works no more."), "success")
    return see_other(url_for("own_plan.show"))


@blueprint.get("/calendar/<token>.ics")
@public
def calendar(token: str) -> Response:
    """What is due for whoever made this address, as a calendar."""
    user = calendars.owner_of(db.session, token)
    turns = queries.own_plan(db.session, live_catalogue(db.session), user, now=now())
    address = current_app.extensions["settings"].base_url.rstrip("/") + url_for("own_plan.show")
    text = calendars.as_calendar(turns, address, now=now())
    return Response(text, mimetype="text/calendar", headers={"Cache-Control": "private, max-age=3600"})
