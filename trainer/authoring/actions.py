"""Publish from the browser."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.content.problems import has_errors
from trainer.content.reading import Content
from trainer.learning.errors import Invalid
from trainer.library.actions import publish
from trainer.library.queries import live_number


class NothingLeft(Invalid):
    """The folders hold no course at all: far more likely a wrong setting than a wish to take everything down."""


@dataclass(frozen=True)
class Published:
    """What came of publishing: the release that is live now, whether it is a new one, whether some files had errors."""

    number: int | None
    is_new: bool
    has_errors: bool


def publish_content(session: Session, content: Content, now: datetime, *, by: str, note: str = "") -> Published:
    """Make what was read from the files live. Raises NothingLeft where that would take everything down."""
    before = live_number(session)
    if before is not None and not content.courses and not content.broken_courses:
        raise NothingLeft("The course folder is empty. Nothing was changed.")
    release = publish(session, content, now, by=by, note=note)
    number = release.number if release else None
    return Published(number, is_new=number != before, has_errors=has_errors(list(content.problems)))
