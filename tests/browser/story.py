"""Four learners at different places of the course, on one site: what pages look like for each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, abort
from sqlalchemy.orm import Session

from tests.browser.history import read_lessons, weeks_of_study
from tests.browser.looking import Site
from tests.browser.one_of_each import set_with_one_of_each
from tests.factories import make_person
from tests.published import publish_real_content
from trainer import clock
from trainer.accounts.models import User
from trainer.db import make_engine
from trainer.web.policy import public


@dataclass(frozen=True)
class Told:
    """Alice has just come, Bea and Dan have studied for weeks, Cem has read everything; Dan has a `set` before him."""

    people: Mapping[str, User]
    set: str


@dataclass(frozen=True)
class Story:
    """The site, who is there, and the cookies that sign them in."""

    site: Site
    told: Told
    cookies: Mapping[str, Any]


def told_in(database_url: str) -> Told:
    """Tell the story in an empty database."""
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session:
        publish_real_content(session)
        people = {name: make_person(session, name) for name in ("Alice", "Bea", "Cem", "Dan")}
        for name in ("Bea", "Dan"):
            weeks_of_study(session, people[name], clock.now())
        read_lessons(session, people["Cem"], clock.now())
        practice = set_with_one_of_each(session, people["Dan"])
    engine.dispose()
    return Told(people, practice)


def add_failing_pages(app: Flask) -> None:
    """`/fail/<code>` shows the page of an error."""

    @public
    def fail(code: int) -> str:
        abort(code)

    app.add_url_rule("/fail/<int:code>", "fail", fail)
