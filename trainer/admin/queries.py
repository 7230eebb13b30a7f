"""How the system does."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from trainer import mail
from trainer.accounts.limits import waiting
from trainer.accounts.queries import count_people
from trainer.db import NewerDatabase, knows_schema, schema_head, schema_version
from trainer.library.queries import last_check, live_catalogue, live_number


@dataclass(frozen=True)
class Health:
    """What the system page says."""

    database: str
    version: str
    journal: str
    migration: str
    newest_migration: str
    release: int | None
    content_errors: int
    people: int
    failed_sign_ins: int
    mails_waiting: int
    asked_at: datetime

    @property
    def is_migrated(self) -> bool:
        """Whether the database is as this code wants it."""
        return self.migration == self.newest_migration


def health(session: Session, engine: Engine, now: datetime) -> Health:
    """The state of things now."""
    return Health(
        database=make_url(engine.url).get_backend_name(),
        version=_version(session),
        journal=_journal(session),
        migration=schema_version(engine),
        newest_migration=schema_head(),
        release=live_number(session),
        content_errors=_content_errors(session),
        people=count_people(session),
        failed_sign_ins=waiting(session, now),
        mails_waiting=mail.not_sent(session),
        asked_at=now,
    )


def why_not_migrated(engine: Engine) -> str:
    """A reason not to serve, for /readyz."""
    found, newest = schema_version(engine), schema_head()
    if found and not knows_schema(found):
        return str(NewerDatabase(found))
    return "" if found == newest else f"the database is at migration {found or 'none'}, not {newest}"


def why_not_published(session: Session) -> str:
    """A reason not to serve, for /readyz."""
    catalogue = live_catalogue(session)
    if catalogue.number is None:
        return "nothing is published"
    return "" if catalogue.courses else f"there is no course in release {catalogue.number}, which is live"


def _content_errors(session: Session) -> int:
    check = last_check(session)
    return sum(problem.is_error for problem in check.problems) if check else 0


def _version(session: Session) -> str:
    question = "select sqlite_version()" if _is_sqlite(session) else "show server_version"
    return str(session.scalar(text(question)))


def _journal(session: Session) -> str:
    return str(session.scalar(text("PRAGMA journal_mode"))) if _is_sqlite(session) else ""


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
