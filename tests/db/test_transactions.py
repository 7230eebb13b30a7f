"""Transactions: returning commits, raising rolls back, reading writes nothing, writers lose no update."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import flask
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.factories import settings_for
from trainer import postgresql, sqlite
from trainer.db import (
    attach_database,
    begin_writing,
    db,
    end_writing,
    is_unavailable,
    make_engine,
    one_at_a_time,
    transaction,
)


@pytest.fixture
def counter(empty_database_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_database_url)
    with transaction(engine) as session:
        session.execute(text("CREATE TABLE counter (n INTEGER NOT NULL)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    yield engine
    engine.dispose()


def count(engine: Engine) -> int:
    with transaction(engine, read_only=True) as session:
        return session.execute(text("SELECT n FROM counter")).scalar_one()


def add_one(engine: Engine) -> None:
    with transaction(engine) as session:
        n = session.execute(text("SELECT n FROM counter" + for_update(engine))).scalar_one()
        session.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})


def for_update(engine: Engine) -> str:
    return " FOR UPDATE" if engine.dialect.name == "postgresql" else ""


def test_transaction_that_returns_is_kept(counter: Engine) -> None:
    add_one(counter)
    assert count(counter) == 1


def test_transaction_that_raises_leaves_nothing(counter: Engine) -> None:
    with pytest.raises(ZeroDivisionError), transaction(counter) as session:
        session.execute(text("UPDATE counter SET n = 7"))
        raise ZeroDivisionError
    assert count(counter) == 0


def test_reading_transaction_cannot_write(counter: Engine) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), transaction(counter, read_only=True) as session:
        session.execute(text("UPDATE counter SET n = 7"))
    add_one(counter)
    assert count(counter) == 1, "and the connection can write again afterwards"


def test_sixteen_threads_that_read_then_write_lose_nothing(counter: Engine) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: [add_one(counter) for _ in range(10)], range(16)))
    assert count(counter) == 160


def test_one_at_a_time_lets_one_through(counter: Engine) -> None:
    def add_in_turn(_: int) -> None:
        with transaction(counter) as session:
            one_at_a_time(session, "count")
            n = session.execute(text("SELECT n FROM counter")).scalar_one()
            session.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_in_turn, range(40)))
    assert count(counter) == 40


@pytest.mark.parametrize("may_write", [False, True])
def test_session_of_a_request_writes_only_while_it_may(
    counter: Engine, empty_database_url: str, tmp_path: Path, *, may_write: bool
) -> None:
    app = flask.Flask(__name__)
    attach_database(app, settings_for(empty_database_url, tmp_path))
    with app.test_request_context(method="POST"):
        change = text("UPDATE counter SET n = 1")
        if may_write:
            begin_writing()
            db.session.execute(change)
            end_writing(keep=True)
        with pytest.raises(DBAPIError, match=r"read-?only"):
            db.session.execute(change)
    with app.app_context():
        db.engine.dispose()
    assert count(counter) == int(may_write)


def test_locked_database_counts_as_unavailable(counter: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 20)
    monkeypatch.setattr(postgresql, "CONTRACT", {**postgresql.CONTRACT, "lock_timeout": "20ms"})
    impatient = make_engine(counter.url.render_as_string(hide_password=False))
    with transaction(counter) as session, pytest.raises(DBAPIError) as refused:
        session.execute(text("SELECT n FROM counter" + for_update(counter)))
        add_one(impatient)
    impatient.dispose()
    assert is_unavailable(refused.value)


def test_mistake_of_ours_does_not_count_as_unavailable(counter: Engine) -> None:
    with pytest.raises(DBAPIError) as refused, transaction(counter) as session:
        session.execute(text("SELECT nonsense FROM counter"))
    assert not is_unavailable(refused.value)
