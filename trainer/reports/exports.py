"""The reports of a team: which there are, each as a page, and the same table as a file."""

from dataclasses import replace
from unicodedata import normalize
from urllib.parse import quote

from flask import Blueprint, Response, make_response, request, url_for
from flask_babel import gettext as _

from trainer.accounts.deeds import name_of
from trainer.accounts.proxies import me
from trainer.clock import now
from trainer.db import db
from trainer.learning.errors import N_, NotFound
from trainer.library.queries import live_catalogue
from trainer.reports.cells import DAY_FORMAT, TIME_FORMAT, local, text_of
from trainer.reports.files import Sheet, as_csv, as_xlsx
from trainer.reports.tables import reports
from trainer.reports.tables.base import Asked, Kind, Report, Table
from trainer.reports.viewing import Wish, seen
from trainer.teams.models import Team
from trainer.teams.queries import team_led
from trainer.web import render, signed_in
from trainer.web.zones import zone

blueprint = Blueprint("team_reports", __name__)

PAGE_SIZE = 100
LONGEST_SEARCH = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/teams/<team_id>/reports")
@signed_in
def choose(team_id: str) -> Response:
    """Which reports there are, and what each tells."""
    led = team_led(db.session, me(), team_id)
    return render("reports/choose.html", team=led, reports=reports().values())


@blueprint.get("/teams/<team_id>/reports/<slug>")
@signed_in
def show(team_id: str, slug: str) -> Response:
    """A report as a table: searched, sorted, a hundred rows on a page."""
    led, report, wish = team_led(db.session, me(), team_id), _report(slug), _wish()
    table = _table(led, report, wish)
    pages = max(1, -(-len(table.rows) // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render(
        "reports/table.html",
        team=led,
        report=report,
        table=table,
        rows=table.rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        wish=wish,
        text_of=text_of,
        page=page,
        pages=pages,
        pages_href=_address("show", led, slug, wish) + "&page={}",
        files=[(name, _address(name, led, slug, wish)) for name in ("csv", "xlsx")],
    )


@blueprint.get("/teams/<team_id>/reports/<slug>.csv")
@signed_in
def csv(team_id: str, slug: str) -> Response:
    """All rows of the same table as a CSV."""
    led, report = team_led(db.session, me(), team_id), _report(slug)
    return _file(as_csv(_table(led, report, _wish())), "text/csv; charset=utf-8", f"{_name(led, report)}.csv")


@blueprint.get("/teams/<team_id>/reports/<slug>.xlsx")
@signed_in
def xlsx(team_id: str, slug: str) -> Response:
    """The same as a spreadsheet, with a sheet that says what it is about."""
    led, report, wish = team_led(db.session, me(), team_id), _report(slug), _wish()
    table = _table(led, report, wish)
    sheet = Sheet(_(report.title), table, _about(led, report, wish))
    return _file(as_xlsx(sheet), XLSX, f"{_name(led, report)}.xlsx")


def _report(slug: str) -> Report:
    found = reports().get(slug)
    if found is None:
        raise NotFound(N_("There is no such report."))
    return found


def _wish() -> Wish:
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return Wish(search, request.args.get("sort", ""), request.args.get("order") == "down")


def _table(led: Team, report: Report, wish: Wish) -> Table:
    table = report.build(Asked(db.session, live_catalogue(db.session), led, now(), me().id))
    notes = list(table.notes)
    if any(column.kind is Kind.TIME for column in table.columns):
        notes.append(_("Times are those of %(zone)s.", zone=zone().replace("_", " ")))
    return seen(replace(table, notes=notes), wish)


def _address(view: str, led: Team, slug: str, wish: Wish) -> str:
    """Where the same rows are in the same order. It always has a query, so that more can be added."""
    order = "down" if wish.is_descending else "up"
    return url_for(f".{view}", team_id=led.public_id, slug=slug, q=wish.search, sort=wish.sort, order=order)


def _about(led: Team, report: Report, wish: Wish) -> list[tuple[str, str]]:
    """What a file says of itself: whoever finds it later knows what it is."""
    asked_at = f"{local(now()).strftime(TIME_FORMAT)} ({zone()})"
    lines = [(_("What it tells"), _(report.about)), (_("Team"), led.name)]
    lines += [(_("Asked for by"), name_of(me())), (_("Asked for at"), asked_at)]
    return [*lines, (_("Only rows with"), wish.search)] if wish.search else lines


def _name(led: Team, report: Report) -> str:
    """The name of a file without what comes after its dot: team, report and day."""
    team = "-".join("".join(c if c.isalnum() else " " for c in led.name).split()).lower()
    return f"{team or 'team'}_{report.slug}_{local(now()).strftime(DAY_FORMAT)}"


def _file(body: bytes, kind: str, name: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = kind
    # Headers are ASCII: the name as it is for browsers, which know this form of it, and without marks for the others.
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    names = {"filename": plain, "filename*": f"UTF-8''{quote(name)}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response
