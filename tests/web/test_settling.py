"""The session of a request: what it may write, and until when."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import make_person
from trainer.accounts.models import User
from trainer.db import db
from trainer.web.guarding import settle

RENAME = text("UPDATE \"user\" SET name = 'Somebody'")


def test_request_that_only_reads_cannot_write(app: Flask, alice: User) -> None:
    with app.test_request_context(method="GET"), pytest.raises(DBAPIError):
        db.session.execute(RENAME)


def test_what_is_settled_is_kept_and_the_rest_of_the_request_only_reads(app: Flask, alice: User) -> None:
    with app.test_request_context(method="POST"):
        db.session.execute(RENAME)
        settle()
        with pytest.raises(DBAPIError):
            db.session.execute(RENAME)
        db.session.rollback()
        assert db.session.execute(text('SELECT name FROM "user"')).scalar_one() == "Somebody"


def test_settled_request_leaves_others_free_to_write(app: Flask, session: Session, alice: User) -> None:
    with app.test_request_context(method="POST"):
        db.session.execute(RENAME)
        settle()
        db.session.execute(text('SELECT name FROM "user"'))
        assert make_person(session, "Bob").name == "Bob"
