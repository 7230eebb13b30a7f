"""Read the audit log, and check that it is whole."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from trainer.audit.chain import Break, Head, first_break, link
from trainer.audit.models import AuditEntry


def head(session: Session) -> Head:
    """The last entry."""
    last = session.execute(select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1))
    row = last.one_or_none()
    return Head(row.number, row.hash) if row else Head()


def verify(session: Session, until: Head | None = None) -> Break | None:
    """The first thing that is wrong with the log; None where it is whole. `until` is a head that was kept elsewhere."""
    every = select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)
    try:
        with session.scalars(every) as entries:
            return first_break(entries, until)
    except (TypeError, ValueError, DBAPIError):
        return _first_unreadable(session)


def _first_unreadable(session: Session) -> Break | None:
    """The first entry in which something stands that is no text at all."""
    for number in session.scalars(select(AuditEntry.number).order_by(AuditEntry.number)).all():
        try:
            session.expire_all()
            link(session.get_one(AuditEntry, number))
        except (TypeError, ValueError, DBAPIError):
            return Break(number, "it cannot be read")
    raise AssertionError("Every entry can be read one by one, but not all of them together.")


def entries_page(session: Session, page: int, size: int, *, team: str = "") -> tuple[Sequence[AuditEntry], int]:
    """A page (from 1) of the log, newest first, of one team where it is named; and how many entries there are."""
    wanted = select(AuditEntry).where(AuditEntry.team == team) if team else select(AuditEntry)
    count = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = wanted.order_by(AuditEntry.number.desc()).limit(size).offset((page - 1) * size)
    return session.scalars(rows).all(), count
