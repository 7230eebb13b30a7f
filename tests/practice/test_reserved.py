"""Questions reserved for exams: whoever practises never meets them, whatever she did before they were reserved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW
from tests.progress.test_progress_pages import give
from tests.published import item, real_content
from trainer.accounts.models import User
from trainer.library.actions import publish
from trainer.library.catalogue import Catalogue
from trainer.library.queries import live_catalogue
from trainer.notebook.actions import keep_note, set_revisit
from trainer.practice.menu import practice_menu
from trainer.practice.pool import SOURCES, Wish, known_of, pool
from trainer.progress.today import today_of
from trainer.study.page import checks_in

BANK = "accreditation-m03"
ITEM = "M03-SC-001"
LATER = NOW + timedelta(days=9)


@pytest.fixture
def catalogue(session: Session, alice: User, published: None) -> Catalogue:
    """Alice has missed, marked and noted a question of practice; after that its whole bank was reserved."""
    give(session, alice, ITEM, right=False)
    set_revisit(session, alice.id, ITEM, wanted=True, now=NOW)
    keep_note(session, alice.id, ITEM, "Ask who assesses whom.", version=0, now=NOW)
    content = real_content()
    banks = tuple(replace(bank, use="exam" if bank.id == BANK else bank.use) for bank in content.banks)
    publish(session, replace(content, banks=banks), NOW, by="a test")
    catalogue = live_catalogue(session)
    session.commit()
    return catalogue


def reserved(catalogue: Catalogue) -> set[str]:
    """The ids of the questions that must not be met."""
    return {row.id for row in catalogue.items.values() if row.reserved}


def test_bank_of_use_in_exams_is_reserved_whole(catalogue: Catalogue) -> None:
    assert reserved(catalogue) >= set(catalogue.banks[BANK].items)
    assert ITEM in reserved(catalogue)
    assert set(catalogue.practice_items) == set(catalogue.items) - reserved(catalogue)


@pytest.mark.parametrize("source", SOURCES)
def test_pool_leaves_reserved_questions_out(catalogue: Catalogue, session: Session, alice: User, source: str) -> None:
    known = known_of(session, alice.id, LATER)
    row = catalogue.items[ITEM]
    wished = {"course": row.course, "module": row.module, "objective": row.objective, "lesson": row.lesson or ""}
    wished["misconception"] = min(item(ITEM).misconceptions)
    assert SOURCES[source](row, wished.get(source, ""), known)
    assert not {r.id for r in pool(catalogue, known, Wish(source, wished.get(source, ""), 9))} & reserved(catalogue)


def test_counts_of_what_is_to_be_practised_leave_them_out(catalogue: Catalogue, session: Session, alice: User) -> None:
    menu = practice_menu(session, alice.id, catalogue, LATER)
    assert (menu.missed.total, menu.marked.total) == (0, 0)
    assert menu.courses[0].total == len(catalogue.items) - len(reserved(catalogue))
    assert {offer.id: offer.total for offer in menu.modules}["M03"] == 0


def test_today_counts_them_neither_as_due_nor_as_new(catalogue: Catalogue, session: Session, alice: User) -> None:
    today = today_of(session, alice.id, catalogue, since=LATER, now=LATER)
    assert (today.due, today.met) == (0, 0)
    assert today.unseen == len(catalogue.items) - len(reserved(catalogue))


def test_lesson_that_asks_one_of_them_shows_it_no_more(
    catalogue: Catalogue, browser_of: Callable[[User], Browser], alice: User
) -> None:
    lessons = [row for row in catalogue.lessons.values() if row.module == "M03"]
    assert [row for lesson in lessons for row in checks_in(catalogue, lesson)] == []
    hers = browser_of(alice)
    for lesson in lessons:
        page = hers.get(f"/lessons/{lesson.id}")
        assert page.status_code == 200
        assert not [id for id in reserved(catalogue) if f"/checks/{id}" in page.get_data(as_text=True)]
    assert hers.post(f"/lessons/{lessons[0].id}/checks/{ITEM}", data={}).status_code == 404


def test_page_of_notes_does_not_show_their_text(
    catalogue: Catalogue, browser_of: Callable[[User], Browser], alice: User
) -> None:
    assert "Ask who assesses whom." not in browser_of(alice).get("/progress/notes").get_data(as_text=True)


def test_set_drawn_before_skips_what_is_reserved_now(
    session: Session, browser_of: Callable[[User], Browser], alice: User, published: None
) -> None:
    hers = browser_of(alice)
    drawn = {"source": "objective", "source_id": "M03-O1", "count": 2}
    practice = hers.post("/practice", data=drawn).location.rpartition("/")[0]
    content = real_content()
    banks = tuple(replace(bank, use="exam" if bank.id == BANK else bank.use) for bank in content.banks)
    publish(session, replace(content, banks=banks), NOW, by="a test")
    session.commit()
    assert hers.get(f"{practice}/1").status_code == 404
    assert hers.post(f"{practice}/1", data={"key": "k" * 20, "gave_up": "1"}).status_code == 404
    assert hers.get(practice).location == f"{practice}/summary"
    assert hers.get(f"{practice}/summary").status_code == 200
