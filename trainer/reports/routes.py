"""The pages of a team and of the people in it, for those who lead it."""

from flask import Blueprint, Response, request, url_for

from trainer.accounts.proxies import me
from trainer.answers.misconceptions import misconceptions_told
from trainer.clock import now
from trainer.db import db
from trainer.learning.errors import NotFound
from trainer.learning.misconceptions import SMALLEST_GROUP
from trainer.library.queries import live_catalogue
from trainer.reports.attention import in_need
from trainer.reports.person import report_on
from trainer.reports.standing import course_chosen, standing_of
from trainer.teams.queries import lately_in, member_of, team_led
from trainer.training.queries import overdue_in
from trainer.web import render, signed_in

blueprint = Blueprint("reports", __name__)

PAGE_SIZE = 100
"""People on a page; the sentence and what is counted is about all."""


@blueprint.get("/teams/<team_id>")
@signed_in
def team(team_id: str) -> Response:
    """Where the team stands in a course, whom to help, and what is believed."""
    led = team_led(db.session, me(), team_id)
    catalogue = live_catalogue(db.session)
    course = course_chosen(catalogue, request.args.get("course", ""))
    if course is None:
        return render("reports/nothing.html", team=led)
    standing = standing_of(db.session, led, catalogue, course, now=now())
    people = lately_in(db.session, led, now())
    pages = max(1, -(-len(standing.rows) // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render(
        "reports/team.html",
        team=led,
        standing=standing,
        needs=in_need(standing, overdue_in(db.session, catalogue, led, now=now(), viewer=me().id), now()),
        believed=misconceptions_told(db.session, people, course),
        counted=len(people),
        smallest=SMALLEST_GROUP,
        courses=catalogue.courses.values(),
        rows=standing.rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        page=page,
        pages=pages,
        pages_href=url_for("reports.team", team_id=team_id, course=course.id) + "&page={}",
    )


@blueprint.get("/teams/<team_id>/people/<member_id>")
@signed_in
def person(team_id: str, member_id: str) -> Response:
    """What somebody in the team will know on the day that counts, and her assessments of record."""
    led = team_led(db.session, me(), team_id)
    member = member_of(db.session, led, member_id)
    if not member.membership.learns:
        raise NotFound
    report = report_on(db.session, led, member, live_catalogue(db.session), now=now(), viewer=me().id)
    return render("reports/person.html", team=led, report=report)
