"""The tables of the spine."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base

EXAM = "exam"
"""The place of answers given in assessments: they count for the bars and are shown by the assessment alone."""
MEASURE = "measure"
"""That of answers in tests that show everything at once: they count for misconceptions too."""
TESTS = (EXAM, MEASURE)
"""What is shown where the test is, and nowhere else."""


class Answer(Base):
    """One answer, as given, with everything needed to show and grade it again exactly as it was.

    Rows are added, never changed: the database refuses an UPDATE (migration 0001). `given` holds authored ids,
    not the opaque names the browser sent. A request sent twice carries the same `key`; a question asked once in a
    place (`place`, `place_id`, `turn`) is answered once.
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        UniqueConstraint("user_id", "place", "place_id", "item_id", "turn"),
        Index("ix_answer_user_id_answered_at", "user_id", "answered_at"),
        Index("ix_answer_user_id_objective", "user_id", "objective"),
        Index("ix_answer_item_hash", "item_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(16))
    place_id: Mapped[str] = mapped_column(String(64))
    turn: Mapped[int]
    mixed: Mapped[bool]
    item_id: Mapped[str] = mapped_column(String(64))
    item_hash: Mapped[str] = mapped_column(String(64))
    objective: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(64))
    given: Mapped[dict[str, str]] = mapped_column(JSON)
    certainty: Mapped[int | None]
    score: Mapped[float]
    rule: Mapped[str] = mapped_column(String(32))
    misconceptions: Mapped[list[str]] = mapped_column(JSON)
    answered_at: Mapped[datetime]


class Standing(Base):
    """Where a learner stands with one question: a roll-up of her answers, written in their transaction."""

    __tablename__ = "standing"
    __table_args__ = (Index("ix_standing_user_id_due_at", "user_id", "due_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    objective: Mapped[str] = mapped_column(String(64))
    times: Mapped[int]
    last_score: Mapped[float]
    last_certainty: Mapped[int | None]
    last_at: Mapped[datetime]
    due_at: Mapped[datetime]
    memory: Mapped[str] = mapped_column(Text)


class Knowledge(Base):
    """What a learner's answers on one objective come to. `ladder` and `known` are those of trainer/learning/mastery.py
    and forecast.py as JSON; they grow with the questions met, not with the answers.

    This table and the three below are roll-ups like `standing`: written in the transaction of the answer, rebuilt from
    the spine by `rollups.rebuild`, and read by pages in the place of all answers.
    """

    __tablename__ = "knowledge"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    objective: Mapped[str] = mapped_column(String(64), primary_key=True)
    answers: Mapped[int]
    ladder: Mapped[str] = mapped_column(Text)
    known: Mapped[str] = mapped_column(Text)


class AnsweredWeek(Base):
    """How many answers a learner gave in the week that begins on `monday` (UTC), by what they came to."""

    __tablename__ = "answered_week"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    right: Mapped[int]
    partly: Mapped[int]
    not_yet: Mapped[int]


class Sureness(Base):
    """How many answers a learner gave with one certainty, how many of them were right, and the sum of their scores."""

    __tablename__ = "sureness"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    certainty: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[int]
    right: Mapped[int]
    scores: Mapped[float]


class Misbelief(Base):
    """A misconception that a learner's answers outside assessments have shown: trainer/learning/misconceptions.py."""

    __tablename__ = "misbelief"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    misconception: Mapped[str] = mapped_column(String(64), primary_key=True)
    times: Mapped[int]
    times_sure: Mapped[int]
    certainty: Mapped[int | None]
    shown_at: Mapped[datetime]
    righted_at: Mapped[datetime | None]
    overcome_at: Mapped[datetime | None]


class RebuildDue(Base):
    """A learner whose roll-ups lack answers from before there were roll-ups. Migration 0004 writes these rows; who
    rebuilds her roll-ups takes hers away."""

    __tablename__ = "rebuild_due"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
