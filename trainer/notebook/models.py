"""Marks, notes and challenges."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base

PLACES = ("practice", "lesson", "exam")
"""Where a question can be shown, as answers have it."""


class Revisit(Base):
    """A question the learner wants to see again."""

    __tablename__ = "revisit"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    marked_at: Mapped[datetime]


class Note(Base):
    """A note to herself about a question. `version` counts the changes, so two tabs do not overwrite each other."""

    __tablename__ = "note"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    changed_at: Mapped[datetime]


class Challenge(Base):
    """ "I think this question is wrong": tied to the version that was shown. Authors decide on it in their inbox.

    `place` is where it was shown, one of PLACES; empty where nobody knows.
    """

    __tablename__ = "challenge"
    __table_args__ = (Index("ix_challenge_item_id", "item_id"), Index("ix_challenge_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    item_id: Mapped[str] = mapped_column(String(64))
    item_hash: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(16), default="", server_default=sql("''"))


class ChallengeDecision(Base):
    """What an author decided on a challenge: there is one or none, and the database refuses to change it."""

    __tablename__ = "challenge_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), unique=True)
    upheld: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(254))
    decided_at: Mapped[datetime]
