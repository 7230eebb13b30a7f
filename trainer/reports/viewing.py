"""What of a table somebody wants to see: only some rows, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from unicodedata import combining, normalize

from trainer.reports.tables.base import Cell, Column, Table


@dataclass(frozen=True)
class Wish:
    """Only rows in which all the words of `search` stand; in the order of the column with the key `sort`, or, without
    one, in the report's own."""

    search: str = ""
    sort: str = ""
    is_descending: bool = False


def seen(table: Table, wish: Wish) -> Table:
    """The table as somebody wants to see it."""
    rows = _found(table, plain(wish.search).split())
    place = next((place for place, column in enumerate(table.columns) if column.key == wish.sort), None)
    return replace(table, rows=rows if place is None else _in_order(rows, place, wish.is_descending))


def plain(text: str) -> str:
    """A text for comparing: without capitals and marks on letters."""
    return "".join(c for c in normalize("NFKD", text) if not combining(c)).casefold()


def _found(table: Table, words: Sequence[str]) -> Sequence[Sequence[Cell]]:
    if not words:
        return table.rows
    return [row for row in table.rows if all(word in _said(table.columns, row) for word in words)]


def _said(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    # A line between cells: no word can begin in one and end in the next.
    return plain("\n".join(str(cell) for column, cell in zip(columns, row, strict=True) if column.kind.is_said))


def _in_order(rows: Sequence[Sequence[Cell]], place: int, is_descending: bool) -> Sequence[Sequence[Cell]]:
    """What has no figure comes last, whichever way the others are sorted."""
    figures = [row for row in rows if not _is_said_or_empty(row[place])]
    said = [row for row in rows if isinstance(row[place], str) and row[place]]
    empty = [row for row in rows if row[place] is None or row[place] == ""]
    figures.sort(key=lambda row: _figure(row[place]), reverse=is_descending)
    said.sort(key=lambda row: plain(str(row[place])), reverse=is_descending)
    return [*figures, *said, *empty]


def _is_said_or_empty(cell: Cell) -> bool:
    return cell is None or isinstance(cell, str)


def _figure(cell: Cell) -> float:
    if isinstance(cell, datetime):
        return cell.timestamp()
    if isinstance(cell, date):
        return cell.toordinal()
    assert isinstance(cell, int | float)
    return cell
