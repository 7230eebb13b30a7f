"""A practice set and its questions, drawn once, at the start."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base

PLACE = "practice"
"""Where answers to these questions were given, as the spine names it."""


class PracticeSet(Base):
    """Some questions drawn for one learner. What was drawn, and in which versions, no longer changes."""

    __tablename__ = "practice_set"
    __table_args__ = (Index("ix_practice_set_user_id_started_at", "user_id", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(String(64))
    mixed: Mapped[bool]
    started_at: Mapped[datetime]


class PracticeQuestion(Base):
    """One question of a set: which version, and the seed of its order and names.

    `draft` is the form as last typed and not yet sent, by its opaque field names.
    """

    __tablename__ = "practice_question"

    set_id: Mapped[int] = mapped_column(ForeignKey("practice_set.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64))
    item_hash: Mapped[str] = mapped_column(String(64))
    objective: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(64))
    draft: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
