"""An attempt at an exam: its questions, every answer saved on the way, its results, and what was granted to whom."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base

RECORD = "record"
"""The purpose of an exam that makes a record, and the occasion of its attempts."""
_OPEN = text("submitted_at IS NULL")
_ONCE = text("occasion <> 'record'")


class ExamAttempt(Base):
    """One attempt of one person. Everything that decides is fixed in the transaction that begins it.

    `rules` is the exam as it was defined then (JSON of content.exams.Exam). `deadline` includes `extra_minutes`; it is
    None where there is no time limit. `place` is the question one is at, where they come in a fixed order. `occasion`
    is RECORD, or one of learning.effect: of these a person takes each once. Of an exam she has at most one open
    attempt. The database refuses a second of both.
    """

    __tablename__ = "exam_attempt"
    __table_args__ = (
        UniqueConstraint("user_id", "course", "exam", "number"),
        Index(
            "ix_exam_attempt_open", "user_id", "course", "exam",
            unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index(
            "ix_exam_attempt_occasion", "user_id", "course", "occasion",
            unique=True, sqlite_where=_ONCE, postgresql_where=_ONCE,
        ),
        Index("ix_exam_attempt_submitted_at_deadline", "submitted_at", "deadline"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(64))
    exam: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    occasion: Mapped[str] = mapped_column(String(16), default=RECORD, server_default=text("'record'"))
    rules: Mapped[str] = mapped_column(Text)
    seed: Mapped[str] = mapped_column(String(64))
    release: Mapped[int | None]
    """What was live when it began: its figures are shown as they were then."""
    started_at: Mapped[datetime]
    extra_minutes: Mapped[int]
    deadline: Mapped[datetime | None]
    place: Mapped[int]
    submitted_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(16))
    tell_on: Mapped[date | None]
    """The day (UTC) on which the score is shown; None where it is at once, or never."""
    told_at: Mapped[datetime | None]
    """When the learner could first see the score; from then on her answers count for her bars."""


class ExamQuestion(Base):
    """One question of an attempt: which version, the seed of its order and names, and the form as saved last.

    `version` counts the saves; `last_key` and `last_turn` are those of the newest. `state` is open, begun or complete.
    """

    __tablename__ = "exam_question"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("exam_attempt.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64))
    item_hash: Mapped[str] = mapped_column(String(64))
    module: Mapped[str] = mapped_column(String(64))
    objective: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(64))
    form: Mapped[dict[str, str]] = mapped_column(JSON)
    certainty: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16))
    flagged: Mapped[bool]
    version: Mapped[int]
    last_key: Mapped[str] = mapped_column(String(64))
    last_turn: Mapped[int]
    saved_at: Mapped[datetime | None]


class ExamSave(Base):
    """That a form was sent, as it came; never changed. One that was `late` is kept and does not count."""

    __tablename__ = "exam_save"
    __table_args__ = (UniqueConstraint("attempt_id", "position", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("exam_attempt.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    form: Mapped[dict[str, str]] = mapped_column(JSON)
    certainty: Mapped[int | None]
    saved_at: Mapped[datetime]
    late: Mapped[bool]


class ExamResult(Base):
    """What an attempt came to; never changed. A correction adds another with a higher `number`, a reason, and by whom.

    `marks` has for each question, in order: position, item, the hash of the version it was graded by, score, rule.
    """

    __tablename__ = "exam_result"
    __table_args__ = (UniqueConstraint("attempt_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("exam_attempt.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(Text)
    share: Mapped[float]
    passed: Mapped[bool]
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class ExamCorrection(Base):
    """That attempts were to be graded again by a corrected version of a question; never changed. Whoever was at one
    meanwhile is graded again when she hands in."""

    __tablename__ = "exam_correction"
    __table_args__ = (Index("ix_exam_correction_item_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64))
    item_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(254))
    made_at: Mapped[datetime]


class ExamAllowance(Base):
    """Extra time or attempts for one person in one exam; never changed. What was too much is taken back by another."""

    __tablename__ = "exam_allowance"
    __table_args__ = (Index("ix_exam_allowance_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(64))
    exam: Mapped[str] = mapped_column(String(64))
    extra_minutes: Mapped[int]
    extra_attempts: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[str] = mapped_column(String(254))
    granted_at: Mapped[datetime]
