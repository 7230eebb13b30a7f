"""The session of a request: what it may write, and until when."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import make_person
from trainer.accounts.models import User
from trainer.db import begin_writing, db, end_writing
from trainer.web.guarding import settle

RENAME = text("UPDATE \"user\" SET name = 'Somebody'")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_request_cannot_write_before_the_edge_lets_it(app: Flask, alice: User, method: str) -> None:
    with app.test_request_context(method=method), pytest.raises(DBAPIError):
        db.session.execute(RENAME)


def test_who_is_asking_is_read_without_the_write_lock(app: Flask, session: Session, alice: User) -> None:
    with app.test_request_context(method="POST"):
        asking = db.session.get_one(User, alice.id)
        assert make_person(session, "Bob").name == "Bob"
        begin_writing()
        asking.name = "Alicia"
        end_writing(keep=True)
    with app.test_request_context():
        assert db.session.get_one(User, alice.id).name == "Alicia"


def test_what_is_not_kept_is_undone(app: Flask, alice: User) -> None:
    with app.test_request_context(method="POST"):
        begin_writing()
        db.session.execute(RENAME)
        end_writing(keep=False)
        assert db.session.get_one(User, alice.id).name == "Alice"


def test_what_is_settled_is_kept_and_the_rest_of_the_request_only_reads(app: Flask, alice: User) -> None:
    with app.test_request_context(method="POST"):
        begin_writing()
        db.session.execute(RENAME)
        settle()
        with pytest.raises(DBAPIError):
            db.session.execute(RENAME)
        db.session.rollback()
        assert db.session.execute(text('SELECT name FROM "user"')).scalar_one() == "Somebody"


def test_settled_request_leaves_others_free_to_write(app: Flask, session: Session, alice: User) -> None:
    with app.test_request_context(method="POST"):
        begin_writing()
        db.session.execute(RENAME)
        settle()
        db.session.execute(text('SELECT name FROM "user"'))
        assert make_person(session, "Bob").name == "Bob"
