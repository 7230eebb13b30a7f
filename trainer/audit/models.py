"""The table of the audit log."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base


class AuditEntry(Base):
    """One thing that somebody did. Rows are added, never changed and never deleted: the database refuses both
    (migration 0007).

    People and teams stand here by their public ids: when somebody is erased her name is gone everywhere, and the chain
    still holds. `actor` is empty where it was done on the machine itself or by a job. `at` (ISO 8601, UTC) and
    `details` (JSON) are the very texts that were hashed, so that no database's idea of a time comes between.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_team", "team", "number"), Index("ix_audit_entry_person", "person"))

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(36))
    team: Mapped[str] = mapped_column(String(36))
    person: Mapped[str] = mapped_column(String(36))
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    @property
    def time(self) -> datetime:
        """When it was done."""
        return datetime.fromisoformat(self.at)
