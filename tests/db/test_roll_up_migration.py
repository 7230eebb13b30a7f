"""Migration 0004: word is left of everybody who has answered before there were roll-ups."""

from datetime import UTC, datetime

from sqlalchemy import text

from trainer.db import make_engine, run_migrations

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PERSON = (
    'INSERT INTO "user" (id, public_id, email, name, active, fs_uniquifier, created_at, time_zone)'
    " VALUES (:id, :name, :name, :name, TRUE, :name, :at, '')"
)
ANSWER = (
    "INSERT INTO answer (public_id, user_id, key, place, place_id, turn, mixed, item_id, item_hash, objective, seed,"
    " given, score, rule, misconceptions, answered_at)"
    " VALUES (:key, :id, :key, 'practice', 's', :turn, TRUE, 'T-1', 'h', 'O1', 's', '{}', 0.5, 'r', '[]', :at)"
)


def test_who_has_answered_is_to_be_rebuilt_and_nobody_else(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        run_migrations(connection, "0003")
        for id, name in enumerate(("alice", "bob"), 1):
            connection.execute(text(PERSON), {"id": id, "name": name, "at": AT})
        for turn in (1, 2):
            connection.execute(text(ANSWER), {"id": 1, "key": f"key-{turn}", "turn": turn, "at": AT})
        run_migrations(connection)
        assert connection.execute(text("SELECT user_id FROM rebuild_due")).scalars().all() == [1]
    engine.dispose()
