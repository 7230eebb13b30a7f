"""Read a report back as it was sent: the cells of the page, of the CSV and of the spreadsheet, as text."""

import csv
import html
import re
from datetime import datetime
from io import BytesIO, StringIO

from openpyxl import load_workbook
from openpyxl.cell import Cell as SheetCell

from tests.browser_client import Browser

Rows = list[list[str]]
APOSTROPHE = re.compile(r"^'(?=[=+\-@\t\r])")


def on_page(browser: Browser, path: str) -> Rows:
    """The heading and the rows of all pages of a report."""
    rows: Rows = []
    page, pages = 1, 1
    while page <= pages:
        response = browser.get(f"{path}{'&' if '?' in path else '?'}page={page}")
        assert response.status_code == 200, path
        body = response.get_data(as_text=True)
        found = _rows(body)
        rows += found if page == 1 else found[1:]
        pages = int(said[1]) if (said := re.search(r"Page \d+ of (\d+)", body)) else 1
        page += 1
    return rows


def _rows(body: str) -> Rows:
    return [
        [_words(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]


def _words(cell: str) -> str:
    return _spaced(html.unescape(re.sub(r"<[^>]*>", "", cell)))


def _spaced(text: str) -> str:
    """A narrow space before "%" is looks; all others are kept."""
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ")


def in_csv(body: bytes) -> Rows:
    """The same of a CSV, without the apostrophe that keeps a text from being run."""
    rows = csv.reader(StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
    return [[APOSTROPHE.sub("", cell) for cell in row] for row in rows]


def in_xlsx(body: bytes) -> Rows:
    """The same of the first sheet of a workbook, as a spreadsheet shows it."""
    return [[_shown(cell) for cell in row] for row in load_workbook(BytesIO(body)).worksheets[0].iter_rows()]


def _shown(cell: SheetCell) -> str:
    assert cell.data_type != "f", f"{cell.value} would be run"
    assert cell.hyperlink is None
    if cell.value is None:
        return ""
    if isinstance(cell.value, datetime):
        return cell.value.strftime("%Y-%m-%d" if cell.number_format == "yyyy-mm-dd" else "%Y-%m-%d %H:%M")
    return f"{round(100 * cell.value)} %" if cell.number_format == "0%" else str(cell.value)
