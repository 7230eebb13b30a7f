"""The tables of plans. What was to do, when it was done and what was decided stays, whatever is planned later."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from trainer.accounts.models import User
from trainer.db import Base

_OPEN = text("closed_at IS NULL")


class Assignment(Base):
    """A training that a team gives: what is to be done, by whom, until when.

    `kind` is that of training.targets: of `course` the whole, the track or exam with the id `target`, or `objectives`.
    `audience` is team, role or person. `due_on`, or `due_days` after somebody came, as in learning.plans.Deadline.
    What was done holds for `validity_months` (None: for good; of an exam its own rule says so) and is renewed from
    `renewal_days` before that; `refresher` says by what: all of it, or what has changed. `test_out`: what an entry test
    opens need not be read.
    """

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_team_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    course: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(64))
    objectives: Mapped[list[str]] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(String(300))
    """What it was called when it was given."""
    audience: Mapped[str] = mapped_column(String(16))
    job_role_id: Mapped[int | None] = mapped_column(ForeignKey("job_role.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    audience_name: Mapped[str] = mapped_column(String(254))
    """What the role, or the person, was called then."""
    requirement: Mapped[str] = mapped_column(String(300))
    """What asks for it, in the lead's words: a clause, a contract, a rule of the house."""
    due_on: Mapped[date | None]
    due_days: Mapped[int]
    validity_months: Mapped[int | None]
    renewal_days: Mapped[int]
    refresher: Mapped[str] = mapped_column(String(16))
    test_out: Mapped[bool]
    is_mandatory: Mapped[bool]
    tell_lead_days: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(Text)


class Cycle(Base):
    """One person's turn at a training, from the day it is hers to the day it is done or no longer to do. What is done
    and has to be renewed gets another cycle with a higher `number`; the database refuses to change one that is closed.

    `job_role` is what her role was called then. Only what she did from `counts_from` on counts (None: whatever still
    holds). `asks` is what a refresher asks, fixed when it begins. `evidence` is what closed it; `holds_until` the last
    day on which that holds. `closed_why` is one of Why.
    """

    __tablename__ = "cycle"
    __table_args__ = (
        UniqueConstraint("assignment_id", "user_id", "number"),
        Index("ix_cycle_open", "assignment_id", "user_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_cycle_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    number: Mapped[int]
    job_role: Mapped[str] = mapped_column(String(100))
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    """The day it was where she is."""
    due_on: Mapped[date]
    counts_from: Mapped[datetime | None]
    asks: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str] = mapped_column(String(16))
    done_at: Mapped[datetime | None]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    release: Mapped[int | None]
    holds_until: Mapped[date | None]

    @property
    def is_done(self) -> bool:
        """Whether the training was done in it."""
        return self.closed_why == Why.DONE


class Why:
    """Why a cycle was closed."""

    DONE = "done"
    LEFT = "left"
    """She is in the team no more."""
    NOT_HERS = "not-hers"
    """Her job role changed, or it is somebody else's now."""
    TAKEN_BACK = "taken-back"
    EXEMPT = "exempt"


class Ruling(Base):
    """What was decided about one person's training, by whom and why; never changed.

    `kind` is extended (to `due_on`), exempted (until `due_on`, or for good), required (again), or voided: what closed
    the cycle was graded again and is no pass any more.
    """

    __tablename__ = "ruling"
    __table_args__ = (Index("ix_ruling_cycle_id", "cycle_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(254))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"))
    made_at: Mapped[datetime]


EXTENDED, EXEMPTED, REQUIRED, VOIDED = "extended", "exempted", "required", "voided"


class CalendarFeed(Base):
    """The address at which a calendar fetches what is due for somebody. Only the hash of its token is kept."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
