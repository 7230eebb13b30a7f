"""The tables of teams. Nothing here is deleted while it tells who was where and when."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from trainer.accounts.models import User
from trainer.db import Base

GOAL = 0.75
"""The share right that is enough, unless a team says otherwise: that of the assessment of record."""


class Team(Base):
    """People who train together. An archived one is read, and changed no more. `audit_on` is the day for which they
    get ready, `goal` the share right (0–1) that is enough then on each objective somebody needs."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    audit_on: Mapped[date | None]
    goal: Mapped[float] = mapped_column(default=GOAL, server_default=text(str(GOAL)))


class JobRole(Base):
    """What somebody does in a team, and the `objectives` (their ids) that it requires."""

    __tablename__ = "job_role"
    __table_args__ = (UniqueConstraint("team_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    objectives: Mapped[list[str]] = mapped_column(JSON)


class Membership(Base):
    """That somebody is in a team, or was: `leads` it, `learns` with it, or both. Who leaves and comes back has two."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "ix_membership_present",
            "team_id",
            "user_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_membership_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    leads: Mapped[bool]
    learns: Mapped[bool]
    job_role_id: Mapped[int | None] = mapped_column(ForeignKey("job_role.id", ondelete="SET NULL"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Invitation(Base):
    """A way into a team: for one `email` and once, or (without one) for whoever has the link. Only the hash of its
    token is kept. `job_role_id` is what she will do there."""

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_team_id", "team_id"), Index("ix_invitation_email", "email"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(100))
    job_role_id: Mapped[int | None] = mapped_column(ForeignKey("job_role.id", ondelete="SET NULL"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was used (for one address), taken back or declined."""
