"""What is kept of an entry test beside its attempt."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base


class Placement(Base):
    """What a learner's entry test said of each objective it asked about; the path is made of it when it is read, so it
    follows the course. `found` has, by objective, the finding (learning.placement.Finding) and the number of questions.
    `put_back` are modules that the test opened and that she wants to read all the same."""

    __tablename__ = "placement"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    course: Mapped[str] = mapped_column(String(64), primary_key=True)
    found: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    put_back: Mapped[list[str]] = mapped_column(JSON)
    placed_at: Mapped[datetime]
