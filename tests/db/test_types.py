"""Times are aware and come back as they went in; public ids are in order."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import DateTime, column, select, table, text
from sqlalchemy.exc import StatementError

from trainer.db import UtcDateTime, make_engine, new_public_id, transaction


def test_time_comes_back_as_the_same_moment_in_utc(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    moments = table("moments", column("at", UtcDateTime()))
    given = datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with transaction(engine) as session:
        type_ = DateTime(timezone=True).compile(dialect=engine.dialect)
        session.execute(text(f"CREATE TABLE moments (at {type_})"))
        session.execute(moments.insert().values(at=given))
        session.execute(moments.insert().values(at=None))
        read = session.scalars(select(moments.c.at)).all()
    engine.dispose()
    assert read == [given, None]
    assert read[0].tzinfo == UTC


def test_naive_time_is_refused(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    moments = table("moments", column("at", UtcDateTime()))
    with pytest.raises(StatementError, match="no time zone"), transaction(engine) as session:
        session.execute(moments.insert().values(at=datetime(2026, 3, 1)))
    engine.dispose()


def test_public_ids_are_version_7_and_differ() -> None:
    ids = [new_public_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {(UUID(id).version, UUID(id).variant) for id in ids} == {(7, "specified in RFC 4122")}
    milliseconds = [UUID(id).int >> 80 for id in ids]
    assert milliseconds == sorted(milliseconds)
