"""People, what they may do, where they are signed in, and the links and limits that lead there."""

from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, Text, text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.db import Base

LEARNER, AUTHOR, ADMIN = "learner", "author", "admin"
ROLES = (LEARNER, AUTHOR, ADMIN)


class UserRole(Base, RoleMixin):
    """That somebody may do more than learn. A learner's role is not written down: everybody has it."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)


class User(Base, UserMixin):
    """A person. `fs_uniquifier` is what sessions hold instead of the id: changing it ends them all."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean(create_constraint=False), default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    """In which to show times, `Europe/Berlin`; empty: as the browser has it."""
    tf_primary_method: Mapped[str | None] = mapped_column(String(32))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(512))
    tf_last_counter: Mapped[int | None]
    """The last code that was used: none is taken twice."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))

    tf_phone_number = None
    """Flask-Security asks for it; codes by SMS are not offered."""

    roles: Mapped[list[UserRole]] = relationship(  # type: ignore[assignment]  # narrower than Flask-Security's
        lazy="selectin", cascade="all, delete-orphan"
    )

    def has_role(self, role: str | RoleMixin) -> bool:
        """Whether the person holds the role. Everybody is a learner."""
        name = role if isinstance(role, str) else role.name
        return name == LEARNER or any(held.name == name for held in self.roles)


class BrowserSession(Base):
    """One browser, signed in (or half: with the password given and the second step to come; then without a user)."""

    __tablename__ = "browser_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    data: Mapped[str] = mapped_column(Text)
    browser: Mapped[str] = mapped_column(String(80))
    network: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)


class OneTimeLink(Base):
    """A link that works once: to sign in, to become the first administrator, to prove a new address."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """Somebody gave a password or a code. Rows are few and short-lived: they only count."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account_at", "account", "at"),
        Index("ix_sign_in_attempt_network_at", "network", "at"),
        Index("ix_sign_in_attempt_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
