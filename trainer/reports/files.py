"""A table as a file: CSV and XLSX, in which nothing that somebody typed is run as a formula."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from flask_babel import gettext as _
from xlsxwriter import Workbook

from trainer.reports.cells import hundredths, local, text_of
from trainer.reports.tables.base import Cell, Column, Kind, Table

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection)."""
NARROWEST, WIDEST = 8, 60
"""Characters in a column of a spreadsheet; longer texts are wrapped."""
FORMATS: Mapping[Kind, str] = {Kind.SHARE: "0%", Kind.DAY: "yyyy-mm-dd", Kind.TIME: "yyyy-mm-dd hh:mm"}
AS_TYPED = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Sheet:
    """What goes into a file: the table, its `title`, and what is said `about` it: a name and a value on each line."""

    title: str
    table: Table
    about: Sequence[tuple[str, str]]


def as_csv(table: Table) -> bytes:
    """RFC 4180 in UTF-8, with the mark by which Excel knows it."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([defused(_(column.heading)) for column in table.columns])
    for row in table.rows:
        writer.writerow([_csv_cell(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)])
    return out.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(RUN_BY_SPREADSHEETS) else text


def _csv_cell(cell: Cell, kind: Kind) -> str:
    if isinstance(cell, str):
        return defused(text_of(cell, kind))
    # Programs that read "75 %" know the common space only.
    return text_of(cell, kind).replace("\N{NARROW NO-BREAK SPACE}", " ")


def as_xlsx(sheet: Sheet) -> bytes:
    """A workbook with the table, and a sheet on what it is about. What was typed is written as text, never run."""
    out = BytesIO()
    with Workbook(out, AS_TYPED) as book:
        styles = _Styles.of(book)
        _write_table(book.add_worksheet(_("Report")), sheet.table, styles)
        _write_about(book.add_worksheet(_("About")), sheet, styles)
    return out.getvalue()


@dataclass(frozen=True)
class _Styles:
    heading: Any
    text: Any
    kinds: Mapping[Kind, Any]

    @classmethod
    def of(cls, book: Any) -> "_Styles":
        top = {"valign": "top"}
        kinds = {kind: book.add_format({"num_format": code, **top}) for kind, code in FORMATS.items()}
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2})
        return cls(heading, book.add_format({"text_wrap": True, **top}), kinds)


def _write_table(page: Any, table: Table, styles: _Styles) -> None:
    for place, column in enumerate(table.columns):
        page.write_string(0, place, _(column.heading), styles.heading)
        page.set_column(place, place, _width(table, place, column))
    for line, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            _write_cell(page, (line, place), cell, table.columns[place].kind, styles=styles)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)
    page.set_landscape()
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)


def _write_cell(page: Any, at: tuple[int, int], cell: Cell, kind: Kind, *, styles: _Styles) -> None:
    style = styles.kinds.get(kind, styles.text)
    if isinstance(cell, str):
        page.write_string(*at, text_of(cell, kind), styles.text)
    elif isinstance(cell, datetime):
        page.write_datetime(*at, local(cell) if kind is Kind.TIME else local(cell).date(), style)
    elif isinstance(cell, date):
        page.write_datetime(*at, cell, style)
    elif cell is not None:
        page.write_number(*at, hundredths(cell) if kind is Kind.SHARE else cell, style)


def _width(table: Table, place: int, column: Column) -> int:
    longest = max((len(text_of(row[place], column.kind)) for row in table.rows), default=0)
    return min(WIDEST, max(NARROWEST, longest, len(_(column.heading))) + 2)


def _write_about(page: Any, sheet: Sheet, styles: _Styles) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 100)
    page.write_string(0, 0, sheet.title, styles.heading)
    lines = [*sheet.about, *((_("Note"), note) for note in sheet.table.notes)]
    for line, (name, value) in enumerate(lines, start=2):
        page.write_string(line, 0, name, styles.text)
        page.write_string(line, 1, value, styles.text)
