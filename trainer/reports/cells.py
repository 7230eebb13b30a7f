"""How a cell reads: the same on the page, in a CSV and in a spreadsheet."""

from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from flask_babel import to_user_timezone

from trainer.reports.tables.base import Cell, Kind
from trainer.web.filters import percent

DAY_FORMAT, TIME_FORMAT = "%Y-%m-%d", "%Y-%m-%d %H:%M"


def text_of(cell: Cell, kind: Kind) -> str:
    """A cell in words and figures, on one line. Days are written so that every program reads them alike; times are the
    reader's."""
    if cell is None or isinstance(cell, str):
        return " ".join((cell or "").split())
    if isinstance(cell, datetime):
        return local(cell).strftime(TIME_FORMAT if kind is Kind.TIME else DAY_FORMAT)
    if isinstance(cell, date):
        return cell.strftime(DAY_FORMAT)
    return percent(hundredths(cell)) if kind is Kind.SHARE else str(cell)


def hundredths(share: float) -> float:
    """A share as it is shown, so that no file holds more than the page says."""
    return float(Decimal(str(share)).quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def local(value: datetime) -> datetime:
    """A time on the reader's clock, without its zone: spreadsheets know none."""
    moment: datetime = to_user_timezone(value)
    return moment.replace(tzinfo=None)
