"""Tables that only grow: the database itself refuses to change a row."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from trainer.db import transaction


def test_version_of_content_cannot_be_changed(engine: Engine) -> None:
    with transaction(engine) as session:
        session.execute(text("INSERT INTO content_document (hash, kind, body) VALUES ('h', 'item', 'before')"))
    with pytest.raises(IntegrityError, match="never changed"), transaction(engine) as session:
        session.execute(text("UPDATE content_document SET body = 'after'"))
    with transaction(engine, read_only=True) as session:
        assert session.execute(text("SELECT body FROM content_document")).scalar_one() == "before"


def test_answer_cannot_be_changed(engine: Engine) -> None:
    columns = {
        "public_id": "p", "user_id": 1, "key": "k", "place": "practice", "place_id": "s", "turn": 1, "mixed": True,
        "item_id": "T-1", "item_hash": "h", "objective": "O1", "seed": "s", "given": "{}", "score": 0.5, "rule": "r",
        "misconceptions": "[]", "answered_at": "2026-11-23 12:00:00+00:00",
    }  # fmt: skip
    person = (
        'INSERT INTO "user" (id, public_id, email, name, active, fs_uniquifier, created_at)'
        " VALUES (1, 'u', 'a@example.org', 'Alice', TRUE, 'f', '2026-11-23 12:00:00+00:00')"
    )
    names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    with transaction(engine) as session:
        session.execute(text(person))
        session.execute(text(f"INSERT INTO answer ({names}) VALUES ({values})"), columns)
    with pytest.raises(IntegrityError, match="never changed"), transaction(engine) as session:
        session.execute(text("UPDATE answer SET score = 1"))
    with transaction(engine) as session:
        session.execute(text('DELETE FROM "user"'))
        assert session.execute(text("SELECT count(*) FROM answer")).scalar_one() == 0, "erasure stays possible"
