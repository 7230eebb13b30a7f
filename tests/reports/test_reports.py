"""Each report is one table: the page, the CSV and the spreadsheet say the same, and nobody else's or private things."""

import csv
import pkgutil
import re
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW, make_person
from tests.pages import check_page, text_of
from tests.reports.busy_team import CANARY, CLAUSE, FORMULA, REASON, ROLE, fill
from tests.reports.reading_reports import Rows, in_csv, in_xlsx, on_page
from tests.teams.conftest import North
from tests.training.planning import COURSE, Plan, after, day
from trainer.accounts.models import User
from trainer.answers.models import Misbelief
from trainer.library.queries import live_catalogue
from trainer.reports import tables
from trainer.reports.files import as_csv
from trainer.reports.tables import reports
from trainer.reports.tables.base import Column, Kind, Table
from trainer.teams.actions import Place, put_in_team
from trainer.teams.queries import team_by_id

Sign = Callable[[User], Browser]
SLUGS = sorted(reports())


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(after(40), tick=False):
        yield


@pytest.fixture
def plan(session: Session, north: North, lena: User) -> Plan:
    """Lena plans for Network North."""
    team = team_by_id(session, north.id)
    session.commit()
    return Plan(session, team, lena)


@pytest.fixture
def busy(plan: Plan, north: North, alice: User, bob: User) -> None:
    """The team with something to tell in every report."""
    fill(plan, north, alice, bob)
    plan.session.commit()


@pytest.fixture
def lenas(browser_of: Sign, lena: User) -> Browser:
    """Lena's browser."""
    return browser_of(lena)


def files(browser: Browser, path: str, query: str = "") -> tuple[bytes, bytes]:
    """A report as CSV and as XLSX."""
    found = [browser.get(f"{path}.{kind}{query}") for kind in ("csv", "xlsx")]
    assert [response.status_code for response in found] == [200, 200], path
    return found[0].data, found[1].data


def column(rows: Rows, heading: str) -> list[str]:
    """The cells under a heading."""
    place = rows[0].index(heading)
    return [row[place] for row in rows[1:]]


def report(browser: Browser, north: North, slug: str, query: str = "") -> Rows:
    """A report as its CSV."""
    return in_csv(files(browser, f"{north.path}/reports/{slug}", query)[0])


# --- each report is one file ----------------------------------------------------------------------------------------


def test_every_module_is_a_report_with_a_name_of_its_own() -> None:
    modules = {module.name for module in pkgutil.iter_modules(tables.__path__)} - tables.SHARED
    assert len(reports()) == len(modules), "two have the same slug"
    for slug, each in reports().items():
        assert re.fullmatch(r"[a-z][a-z-]*", slug)
        assert each.title
        assert each.about.endswith(".")


def test_index_says_of_each_what_it_tells(lenas: Browser, north: North) -> None:
    response = lenas.get(f"{north.path}/reports")
    check_page(response.get_data(as_text=True))
    words = text_of(response)
    assert all(f"{each.title} {each.about}" in words for each in reports().values())


def test_unknown_report_is_not_found(lenas: Browser, north: North) -> None:
    for name in ("no-such", "no-such.csv", "no-such.xlsx", "completion.pdf"):
        assert lenas.get(f"{north.path}/reports/{name}").status_code == 404, name


def test_team_of_which_nothing_is_known_has_empty_reports(lenas: Browser, north: North) -> None:
    for slug in SLUGS:
        assert len(in_csv(files(lenas, f"{north.path}/reports/{slug}")[0])) >= 1, slug
        check_page(lenas.get(f"{north.path}/reports/{slug}").get_data(as_text=True))


# --- the same on the page and in the files --------------------------------------------------------------------------


def test_page_csv_and_spreadsheet_say_the_same(lenas: Browser, north: North, busy: None) -> None:
    for slug in SLUGS:
        path = f"{north.path}/reports/{slug}"
        first = in_csv(files(lenas, path)[0])[0]
        keys = re.findall(r"sort=([\w-]+)", lenas.get(path).get_data(as_text=True).partition("</thead>")[0])
        assert len(first) == len(keys), f"{slug} has nothing to tell"
        for query in ("", "?q=alice+%20", *(f"?sort={keys[place]}&order=down" for place in (0, len(keys) // 2, -1))):
            csv_body, xlsx_body = files(lenas, path, query)
            shown = on_page(lenas, path + query) or [first]
            assert in_csv(csv_body) == in_xlsx(xlsx_body) == shown, f"{slug}{query}"


def test_page_has_a_hundred_rows_and_files_have_all(
    lenas: Browser, session: Session, plan: Plan, north: North, busy: None
) -> None:
    team = team_by_id(session, north.id)
    for number in range(110):
        put_in_team(session, team, make_person(session, f"P{number:03}", password=None), Place(), by=None, now=NOW)
    session.commit()
    path = f"{north.path}/reports/activity"
    first = lenas.get(path).get_data(as_text=True)
    assert first.count("<tr>") == 100 + 1
    rows = in_csv(files(lenas, path)[0])
    assert len(rows) == 117 + 1
    assert on_page(lenas, path) == rows


def test_search_and_order_are_those_asked_for(lenas: Browser, north: North, busy: None) -> None:
    rows = report(lenas, north, "activity", "?sort=person&order=down")
    assert column(rows, "Person") == ["Jo", "Ida", "Hal", "Gus", "Bob", "Alice", "=1+1"]
    assert column(report(lenas, north, "completion", "?q=ALICE+track"), "Person") == ["Alice"]
    words = text_of(lenas.get(f"{north.path}/reports/activity?q=nobody-like-this"))
    assert "No row has all these words." in words
    body = lenas.get(f"{north.path}/reports/activity?sort=person&order=down").get_data(as_text=True)
    assert body.count("aria-sort") == 1
    assert 'aria-sort="descending"' in body
    assert lenas.get(f"{north.path}/reports/activity?sort=no-such&order=x&page=99").status_code == 200


def test_cells_without_a_figure_come_last_either_way(lenas: Browser, north: North, busy: None) -> None:
    for order in ("up", "down"):
        late = column(report(lenas, north, "completion", f"?sort=result&order={order}"), "Result")
        figures = [each for each in late if each]
        assert late[: len(figures)] == figures
        assert len(figures) < len(late)


# --- what people type is never run ----------------------------------------------------------------------------------


def test_what_was_typed_is_run_by_no_spreadsheet(lenas: Browser, north: North, busy: None) -> None:
    csv_body, xlsx_body = files(lenas, f"{north.path}/reports/overdue")
    text = csv_body.decode("utf-8-sig")
    for typed in (FORMULA, ROLE, CLAUSE, " ".join(REASON.split())):
        assert f"'{typed}" in text
        assert typed in {cell for row in in_xlsx(xlsx_body) for cell in row}
    assert csv_body.startswith(b"\xef\xbb\xbf")
    for row in csv.reader(StringIO(text, newline="")):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_negative_numbers_stay_numbers() -> None:
    table = Table([Column("n", "N", Kind.NUMBER), Column("t", "T")], [(-3, "-3"), (None, "=A1")], [])
    body = as_csv(table).decode("utf-8-sig")
    assert body == "N,T\r\n-3,'-3\r\n,'=A1\r\n"


def test_file_names_say_team_report_and_day(lenas: Browser, session: Session, north: North) -> None:
    team_by_id(session, north.id).name = 'Réseau "Nord"/../x'
    session.commit()
    named = lenas.get(f"{north.path}/reports/completion.csv").headers["Content-Disposition"]
    assert "UTF-8''r%C3%A9seau-nord-x_completion_" in named
    assert "filename=reseau-nord-x_completion_" in named
    assert named.endswith(f"{day(40).isoformat()}.csv")


def test_spreadsheet_says_what_it_is_about(lenas: Browser, north: North, busy: None) -> None:
    book = load_workbook(BytesIO(files(lenas, f"{north.path}/reports/completion", "?q=alice")[1]))
    assert book.sheetnames == ["Report", "About"]
    assert book["Report"].freeze_panes == "B2"
    said = {str(row[0].value): str(row[1].value) for row in book["About"].iter_rows() if row[1].value}
    assert said["Team"] == "Network North"
    assert said["Asked for by"] == "Lena"
    assert said["Asked for at"].startswith(day(40).isoformat())
    assert said["Only rows with"] == "alice"
    assert said["Note"].startswith("These are figures of knowledge")


# --- whose it is ----------------------------------------------------------------------------------------------------


def test_no_report_holds_an_answer_of_practice_or_a_note(lenas: Browser, north: North, busy: None) -> None:
    for slug in SLUGS:
        path = f"{north.path}/reports/{slug}"
        csv_body, xlsx_body = files(lenas, path)
        book = load_workbook(BytesIO(xlsx_body))
        cells = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert CANARY not in lenas.get(path).get_data(as_text=True) + csv_body.decode() + " ".join(cells), slug


def test_nobody_of_another_team_is_in_a_report(
    browser_of: Sign, north: North, south: North, busy: None, carol: User
) -> None:
    for slug in SLUGS:
        text = str(in_csv(files(browser_of(carol), f"{south.path}/reports/{slug}")[0]))
        assert not re.search("Alice|Bob|Ida", text), slug


def test_misconceptions_are_not_told_of_fewer_than_five_who_have_practised(
    lenas: Browser, session: Session, plan: Plan, north: North, alice: User
) -> None:
    held = live_catalogue(session).courses[COURSE].misconceptions[0]
    shown = {"times": 1, "times_sure": 1, "certainty": 3, "shown_at": NOW}
    session.add(Misbelief(user_id=alice.id, misconception=held.id, righted_at=None, overcome_at=None, **shown))
    session.commit()
    assert len(report(lenas, north, "misconceptions")) == 1
    assert held.text not in text_of(lenas.get(f"{north.path}/reports/misconceptions"))
