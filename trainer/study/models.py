"""What a learner has read."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base

PLACE = "lesson"
"""Where answers to checks were given, as the spine names it."""


class Reading(Base):
    """A learner's place in a lesson; finished once she says so, the first time."""

    __tablename__ = "reading"
    __table_args__ = (Index("ix_reading_user_id_read_at", "user_id", "read_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    section: Mapped[str] = mapped_column(String(128))
    read_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    finished_last_at: Mapped[datetime | None]
    """When she said so the last time: what is to be read anew, once a year say, is finished again."""
