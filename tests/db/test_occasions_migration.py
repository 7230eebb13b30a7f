"""Migration 0006: attempts that there were are of record, and those whose score comes on a day know that day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from tests.db.test_roll_up_migration import PERSON
from trainer.db import make_engine, migrate, run_migrations

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ATTEMPT = (
    "INSERT INTO exam_attempt (public_id, user_id, course, exam, number, rules, seed, started_at, extra_minutes, place,"
    " submitted_at, told_at) VALUES ('p', 1, 'c', 'e', 1, :rules, 's', :at, 0, 1, :at, :told_at)"
)


@pytest.mark.parametrize(
    ("rules", "told_at", "tell_on"),
    [
        ('{"reveal":{"when":"2027-01-31"}}', None, date(2027, 1, 31)),
        ('{"reveal":{"what":"all","when":"2027-01-31"}}', None, date(2027, 1, 31)),
        ('{"reveal":{"what":"all","when":"2027-01-31"}}', AT, None),
        ('{"reveal":{"what":"nothing","when":"2027-01-31"}}', None, None),
        ('{"reveal":{"what":"all","when":"after_last_attempt"}}', None, None),
        ('{"id":"e"}', None, None),
    ],
)
def test_attempts_that_there_were_are_of_record(
    empty_database_url: str, rules: str, told_at: datetime | None, tell_on: date | None
) -> None:
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        run_migrations(connection, "0005")
        connection.execute(text(PERSON), {"id": 1, "name": "alice", "at": AT})
        connection.execute(text(ATTEMPT), {"rules": rules, "at": AT, "told_at": told_at})
        run_migrations(connection)
        occasion, release, day = connection.execute(text("SELECT occasion, release, tell_on FROM exam_attempt")).one()
    engine.dispose()
    assert (occasion, release) == ("record", None)
    assert _day(day) == tell_on


def _day(stored: Any) -> date | None:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


QUESTION = (
    "INSERT INTO exam_question (attempt_id, position, item_id, item_hash, module, objective, seed, form, state,"
    " flagged, version, last_key, last_turn) VALUES (1, 1, 'i', 'h', 'm', 'o', 's', '{}', 'open', FALSE, 0, '', 0)"
)
SAVE = (
    "INSERT INTO exam_save (attempt_id, position, key, version, form, saved_at, late)"
    " VALUES (1, 1, 'k', 0, '{}', :at, FALSE)"
)
RESULT = (
    "INSERT INTO exam_result (attempt_id, number, made_at, made_by, reason, share, passed, marks)"
    " VALUES (1, 1, :at, '', '', 1.0, TRUE, '[]')"
)


def test_nothing_that_hangs_on_an_attempt_is_lost(empty_database_url: str) -> None:
    """The table is copied on SQLite, where dropping the old one would take all of it along."""
    engine = make_engine(empty_database_url)
    migrate(engine, "0005")
    with engine.begin() as connection:
        connection.execute(text(PERSON), {"id": 1, "name": "alice", "at": AT})
        connection.execute(text(ATTEMPT), {"rules": "{}", "at": AT, "told_at": None})
        for row in (QUESTION, SAVE, RESULT):
            connection.execute(text(row), {"at": AT})
    engine.dispose()
    migrate(engine)
    with engine.connect() as connection:
        for table in ("exam_attempt", "exam_question", "exam_save", "exam_result"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1, table
    engine.dispose()
