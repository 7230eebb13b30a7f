"""What people were told about their training, and when they want to be told."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base

LONGEST_ABOUT = 160
LONGEST_KIND = 32
LONGEST_PATH = 300
LONGEST_WHY = 300
QUIET_FROM, QUIET_UNTIL = 20, 7
"""The hours between which nobody is written to, unless she says otherwise."""


class State(StrEnum):
    """What has become of a notice. That a server took a mail says nothing about whether it was read."""

    WAITS = "waits"
    WRITTEN = "written"
    """A mail with it is in the outbox."""
    SENT = "sent"
    """Handed to the mail server."""
    ON_FILE = "on-file"
    """No mail server is set: the mail became a file, so it was sent to nobody."""
    FAILED = "failed"
    """The mail server did not take it, however often it was tried."""
    NOT_SENT = "not-sent"
    """Never put into a mail; `why` says for which reason."""


class Topic(StrEnum):
    """What can be switched off."""

    REMINDERS = "reminders"
    """Of trainings that are not mandatory."""
    DIGEST = "digest"
    """The weekly summary for those who lead a team; the `kind` of such notices."""


class Notice(Base):
    """One occasion of which a person was told, or would have been. `about` names the occasion: for each there is one.
    What was told is never changed, nor what became of it once that is settled: the database refuses both."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("user_id", "about"),
        Index("ix_notice_state_user_id", "state", "user_id"),
        Index("ix_notice_team_id", "team_id"),
        Index("ix_notice_mail_id", "mail_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    """On behalf of which team it was sent."""
    about: Mapped[str] = mapped_column(String(LONGEST_ABOUT))
    kind: Mapped[str] = mapped_column(String(LONGEST_KIND))
    text: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(LONGEST_PATH))
    is_mandatory: Mapped[bool]
    made_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(
        Enum(
            State,
            native_enum=False,
            create_constraint=False,
            length=16,
            values_callable=lambda states: [each.value for each in states],
        ),
        default=State.WAITS,
    )
    why: Mapped[str] = mapped_column(String(LONGEST_WHY), default="")
    written_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    mail_id: Mapped[str | None] = mapped_column(String(36))
    """The public id of the mail, which is deleted some time after it was sent."""


class NoticeWish(Base):
    """When and about what a person wants mails. Who never said so has no row. Equal hours: none are quiet."""

    __tablename__ = "notice_wish"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    quiet_from: Mapped[int] = mapped_column(default=QUIET_FROM)
    quiet_until: Mapped[int] = mapped_column(default=QUIET_UNTIL)
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    wants_digest: Mapped[bool] = mapped_column(default=True)
