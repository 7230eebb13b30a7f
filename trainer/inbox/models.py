"""Questions about lessons, replies, and what of both is shown under a lesson. Rows are added, never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base


class LessonQuestion(Base):
    """What a learner asked about a lesson. `may_publish` is her leave to show it to others without her name."""

    __tablename__ = "lesson_question"
    __table_args__ = (
        Index("ix_lesson_question_lesson_id", "lesson_id"),
        Index("ix_lesson_question_user_id_asked_at", "user_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    lesson_id: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    may_publish: Mapped[bool]
    asked_at: Mapped[datetime]


class LessonReply(Base):
    """What an author replied, to the asker alone: there is one or none."""

    __tablename__ = "lesson_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("lesson_question.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    replied_by: Mapped[str] = mapped_column(String(254))
    replied_at: Mapped[datetime]


class LessonPublication(Base):
    """What an author shows of a question and its reply, in the author's wording. The highest `number` counts; taking
    it back is a further row with `is_shown` false."""

    __tablename__ = "lesson_publication"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("lesson_question.id", ondelete="CASCADE"))
    number: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    is_shown: Mapped[bool]
    decided_by: Mapped[str] = mapped_column(String(254))
    decided_at: Mapped[datetime]
