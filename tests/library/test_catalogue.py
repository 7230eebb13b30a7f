"""The catalogue: what is live, by id; where a lesson stands; versions by hash."""

from datetime import datetime

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.library.conftest import Shelf
from trainer.learning.errors import NotFound
from trainer.library.actions import publish
from trainer.library.catalogue import Catalogue
from trainer.library.queries import (
    course_of_item,
    item_version,
    knows_version,
    last_check,
    live_catalogue,
)


@pytest.fixture
def catalogue(session: Session, shelf: Shelf, noon: datetime) -> Catalogue:
    publish(session, shelf.read(), noon, by="x")
    return live_catalogue(session)


def test_catalogue_before_any_release_is_empty(session: Session) -> None:
    assert live_catalogue(session) == Catalogue()
    assert last_check(session) is None


def test_row_of_an_item_has_all_that_lists_need(catalogue: Catalogue) -> None:
    row = catalogue.items["T-1"]
    assert (row.course, row.bank, row.module, row.objective, row.lesson) == ("tea", "tea-1", "M01", "M01-O1", "M01-L1")
    assert (row.kind, row.difficulty, row.bloom, row.time_s) == ("single_choice", 2, "understand", 30)


def test_row_of_a_lesson_has_all_that_maps_need(catalogue: Catalogue) -> None:
    row = catalogue.lessons["M01-L2"]
    assert (row.course, row.module, row.title, row.minutes) == ("tea", "M01", "Pouring", 5)
    assert row.objectives == ("M01-O1",)


def test_bank_lists_its_items(catalogue: Catalogue) -> None:
    assert catalogue.banks["tea-1"].items == ("T-1", "T-2")


def test_item_of_a_bank_for_exams_is_reserved_and_not_for_practice(
    session: Session, shelf: Shelf, noon: datetime
) -> None:
    shelf.write(shelf.bank, shelf.bank.read_text().replace("course: tea\n", "course: tea\nuse: exam\n"))
    publish(session, shelf.read(), noon, by="x")
    catalogue = live_catalogue(session)
    assert [row.reserved for row in catalogue.items.values()] == [True, True]
    assert catalogue.practice_items == {}


def test_published_course_has_its_exams(session: Session, shelf: Shelf, noon: datetime) -> None:
    rules = "purpose: record, pool: open, pass: {overall: 0.5}"
    exam = f"- {{id: x, title: X, {rules}, blueprint: {{questions: 1, modules: {{M01: 1}}}}}}\n"
    shelf.write(shelf.course / "exams.yaml", "schema: exams/1\nexams:\n" + exam)
    publish(session, shelf.read(), noon, by="x")
    assert live_catalogue(session).courses["tea"].exams_by_id["x"].blueprint.questions == 1


def test_lesson_has_neighbours_a_module_and_questions(catalogue: Catalogue) -> None:
    first, second = catalogue.lessons["M01-L1"], catalogue.lessons["M01-L2"]
    assert catalogue.neighbours("M01-L1") == (None, second)
    assert catalogue.neighbours("M01-L2") == (first, None)
    module = catalogue.module_of("M01-L1")
    assert module is not None
    assert module.title == "Water"
    assert catalogue.module_of("M09-L9") is None


def test_live_course_is_whole(session: Session, catalogue: Catalogue) -> None:
    course = catalogue.courses["tea"]
    assert [lesson.title for lesson in course.lessons] == ["Boiling", "Pouring"]


def test_item_finds_its_course(session: Session, catalogue: Catalogue) -> None:
    assert course_of_item(session, "T-1") is catalogue.courses["tea"]
    assert course_of_item(session, "T-9") is None


def test_version_belongs_to_one_item(session: Session, catalogue: Catalogue) -> None:
    hash = catalogue.items["T-1"].hash
    assert item_version(session, hash).id == "T-1"
    assert knows_version(session, "T-1", hash)
    assert not knows_version(session, "T-2", hash)
    assert not knows_version(session, "T-1", "0" * 64)
    with pytest.raises(NotFound):
        item_version(session, catalogue.lessons["M01-L1"].hash)


def test_catalogue_costs_one_query_once_it_is_known(session: Session, catalogue: Catalogue) -> None:
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert live_catalogue(session) is catalogue
    assert item_version(session, catalogue.items["T-1"].hash) is item_version(session, catalogue.items["T-1"].hash)
    assert len(statements) <= 2
