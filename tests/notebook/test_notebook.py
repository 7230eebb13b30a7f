"""Marks, notes and doubts beside a question."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.published import item
from trainer.accounts.models import User
from trainer.content.store import content_hash, item_to_json
from trainer.notebook.models import Challenge, Note, Revisit

pytestmark = pytest.mark.usefixtures("published")
HTMX = {"HX-Request": "true"}
ITEM = "M03-SC-001"
HASH = content_hash(item_to_json(item(ITEM)))
BASE = f"/questions/{ITEM}"


def test_mark_is_set_kept_and_taken_away(hers: Browser, session: Session) -> None:
    for _ in range(2):
        assert (
            "Marked to revisit" in hers.post(f"{BASE}/mark", data={"version": HASH, "wanted": "1"}, headers=HTMX).text
        )
    assert session.scalars(select(Revisit.item_id)).all() == [ITEM]
    session.rollback()
    for _ in range(2):
        assert "Mark to revisit" in hers.post(f"{BASE}/mark", data={"version": HASH, "wanted": ""}, headers=HTMX).text
    assert session.scalars(select(Revisit.item_id)).all() == []


def test_marked_questions_can_be_practised(hers: Browser) -> None:
    hers.post(f"{BASE}/mark", data={"version": HASH, "wanted": "1"})
    assert "What I marked to revisit" in hers.get("/practice").text
    assert hers.post("/practice", data={"source": "marked", "source_id": "", "count": 5}).status_code == 303


def test_without_script_it_goes_back_to_where_it_was_sent_from(hers: Browser) -> None:
    came_from = {"Referer": "http://localhost/practice"}
    response = hers.post(f"{BASE}/mark", data={"version": HASH, "wanted": "1"}, headers=came_from)
    assert (response.status_code, response.location) == (303, "/practice")


def test_note_is_kept_and_changed(hers: Browser, session: Session) -> None:
    hers.post(f"{BASE}/note", data={"version": HASH, "note_version": "0", "text": "One."})
    answer = hers.post(f"{BASE}/note", data={"version": HASH, "note_version": "1", "text": "Two."}, headers=HTMX)
    assert "Kept." in answer.text
    assert session.scalars(select(Note.text)).all() == ["Two."]


def test_note_changed_in_another_tab_shows_both_texts(hers: Browser, session: Session) -> None:
    hers.post(f"{BASE}/note", data={"version": HASH, "note_version": "0", "text": "From the phone."})
    answer = hers.post(
        f"{BASE}/note", data={"version": HASH, "note_version": "0", "text": "From the desk."}, headers=HTMX
    )
    assert answer.status_code == 409
    assert "From the phone." in answer.text
    assert "From the desk." in answer.text
    assert session.scalars(select(Note.text)).all() == ["From the phone."]


def test_same_note_sent_twice_is_no_clash(hers: Browser) -> None:
    for _ in range(2):
        sent = {"version": HASH, "note_version": "0", "text": "Once."}
        assert hers.post(f"{BASE}/note", data=sent, headers=HTMX).status_code == 200


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_note_that_is_too_long_comes_back_with_its_text(hers: Browser, headers: dict[str, str]) -> None:
    text = "x" * 4001
    answer = hers.post(f"{BASE}/note", data={"version": HASH, "note_version": "0", "text": text}, headers=headers)
    assert answer.status_code == 422
    assert text in answer.text
    assert "field-error" in answer.text


def test_line_ends_count_once_however_they_are_sent(hers: Browser, session: Session) -> None:
    sent = {"version": HASH, "note_version": "0", "text": "line\r\n" * 800}
    assert hers.post(f"{BASE}/note", data=sent).status_code == 303
    assert session.scalars(select(Note.text)).one() == "line\n" * 800


def test_one_doubt_for_each_person_and_version(hers: Browser, session: Session) -> None:
    first = {"version": HASH, "text": "B is right too."}
    for _ in range(3):
        assert hers.post(f"{BASE}/challenge", data=first, headers=HTMX).status_code == 200
    answer = hers.post(f"{BASE}/challenge", data={"version": HASH, "text": "And C."}, headers=HTMX)
    assert answer.status_code == 422
    assert "And C." in answer.text
    assert session.scalars(select(Challenge.text)).all() == ["B is right too."]


def test_doubt_is_stored_with_the_version_that_was_shown(hers: Browser, session: Session, alice: User) -> None:
    answer = hers.post(f"{BASE}/challenge", data={"version": HASH, "text": " B is right too. "}, headers=HTMX)
    assert "You doubted this question." in answer.text
    row = session.scalars(select(Challenge)).one()
    assert (row.user_id, row.item_id, row.item_hash, row.text) == (alice.id, ITEM, HASH, "B is right too.")


@pytest.mark.parametrize("text", ["   ", "x" * 4001])
def test_doubt_without_words_or_with_far_too_many_comes_back(hers: Browser, text: str) -> None:
    answer = hers.post(f"{BASE}/challenge", data={"version": HASH, "text": text}, headers=HTMX)
    assert answer.status_code == 422
    assert "field-error" in answer.text


@pytest.mark.parametrize("part", ["mark", "note", "challenge"])
def test_unknown_question_or_version_is_not_there(hers: Browser, part: str) -> None:
    sent = {"version": "0" * 64, "note_version": "0", "text": "x", "wanted": "1"}
    assert hers.post(f"{BASE}/{part}", data=sent).status_code == 404
    assert hers.post(f"/questions/none/{part}", data={**sent, "version": HASH}).status_code == 404
    assert hers.post(f"{BASE}/{part}", data={**sent, "version": "short"}).status_code == 422


def test_notes_are_ones_own(hers: Browser, browser_of: Callable[[User], Browser], bob: User) -> None:
    hers.post(f"{BASE}/note", data={"version": HASH, "note_version": "0", "text": "Only mine."})
    assert "Only mine." not in browser_of(bob).get("/progress/notes").text
