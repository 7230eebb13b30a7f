"""Whom the delayed checks have called."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base


class CheckInvitation(Base):
    """That a person was written to when a check was open to her: once for each."""

    __tablename__ = "check_invitation"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    course: Mapped[str] = mapped_column(String(64), primary_key=True)
    occasion: Mapped[str] = mapped_column(String(16), primary_key=True)
    invited_at: Mapped[datetime]
