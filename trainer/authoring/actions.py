"""Publish from the browser."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.content.problems import has_errors
from trainer.content.reading import Content
from trainer.library.actions import publish
from trainer.library.queries import live_number


@dataclass(frozen=True)
class Published:
    """What came of publishing: the release that is live now, whether it is a new one, whether some files had errors."""

    number: int | None
    is_new: bool
    has_errors: bool


def publish_content(session: Session, content: Content, now: datetime, *, by: User, note: str = "") -> Published:
    """Make what was read from the files live."""
    before = live_number(session)
    release = publish(session, content, now, by=by, note=note)
    number = release.number if release else None
    return Published(number, is_new=number != before, has_errors=has_errors(list(content.problems)))
