"""A version of a question is shown with the course it belonged to: its figures, its words."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.published import publish_real_content, real_content
from trainer.content.reading import Content
from trainer.library.actions import publish, rollback
from trainer.library.queries import course_of_release, course_with, live_catalogue, live_number

ITEM = "M01-SC-001"


@pytest.fixture(autouse=True)
def _published(session: Session) -> None:
    publish_real_content(session)


def renamed(content: Content, title: str) -> Content:
    return replace(content, courses=tuple(replace(course, title=title) for course in content.courses))


def hash_of(session: Session) -> str:
    return live_catalogue(session).items[ITEM].hash


def test_live_version_is_shown_with_the_live_course(session: Session) -> None:
    publish(session, renamed(real_content(), "Renamed"), NOW, by="x")
    course = course_with(session, ITEM, hash_of(session))
    assert course is not None
    assert course.title == "Renamed"


def test_version_of_the_past_is_shown_with_the_newest_course_that_had_it(session: Session) -> None:
    old = hash_of(session)
    publish(session, renamed(real_content(), "Renamed"), NOW, by="x")
    without = replace(renamed(real_content(), "Without"), banks=(), courses=())
    publish(session, without, NOW, by="x")
    edited = tuple(
        replace(bank, items=tuple(replace(i, rationale="Edited.") for i in bank.items)) for bank in real_content().banks
    )
    publish(session, replace(renamed(real_content(), "Edited"), banks=edited), NOW, by="x")
    assert hash_of(session) != old
    course = course_with(session, ITEM, old)
    assert course is not None
    assert course.title == "Renamed"
    assert course_with(session, ITEM, hash_of(session)) == live_catalogue(session).courses["accreditation"]


def test_version_that_no_release_had_has_no_course(session: Session) -> None:
    assert course_with(session, ITEM, "0" * 64) is None
    assert course_with(session, ITEM, "%") is None


def test_course_of_a_release_stays_what_it_was(session: Session) -> None:
    first = live_number(session)
    assert first is not None
    title = live_catalogue(session).courses["accreditation"].title
    publish(session, renamed(real_content(), "Renamed"), NOW, by="x")
    then, now = (
        course_of_release(session, first, "accreditation"),
        course_of_release(session, first + 1, "accreditation"),
    )
    assert then is not None
    assert now is not None
    assert (then.title, now.title) == (title, "Renamed")
    assert course_of_release(session, first, "nothing") is None
    rollback(session, first, NOW, by="x")
    assert course_of_release(session, first, "accreditation") is live_catalogue(session).courses["accreditation"]
