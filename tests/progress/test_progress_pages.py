"""Today, the overview, past answers and notes, as a browser sees them."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW
from tests.published import form_for, item, real_content, right_choice, wrong_choice
from trainer.accounts.models import User
from trainer.answers.actions import Asked, Reply, submit_answer
from trainer.answers.models import Answer
from trainer.content.store import content_hash, item_to_json
from trainer.learning.calibration import Certainty
from trainer.library.actions import publish
from trainer.progress.overview import Week, without_gaps


def give(
    session: Session, user: User, item_id: str = "M03-SC-001", *, right: bool = True, at: datetime = NOW, turn: int = 1
) -> Answer:
    """Let somebody answer a single choice."""
    found = item(item_id)
    asked = Asked(
        item_id=item_id,
        item_hash=content_hash(item_to_json(found)),
        objective=found.objective,
        seed="5eed" * 8,
        place="practice",
        place_id=f"set-{turn}",
        turn=turn,
        mixed=True,
    )
    form = form_for(found, asked.seed, right_choice(found) if right else wrong_choice(found))
    answer = submit_answer(session, user, asked, Reply(form, f"key-of-{turn:>020}", Certainty.SURE), now=at)
    session.commit()
    return answer


def test_today_without_content_says_so(hers: Browser) -> None:
    assert "No course is published yet" in hers.get("/").get_data(as_text=True)
    assert "No course is published" in hers.get("/progress").get_data(as_text=True)


@pytest.mark.usefixtures("published")
def test_today_greets_a_newcomer_with_the_first_lesson(hers: Browser) -> None:
    page = hers.get("/").get_data(as_text=True)
    assert "Welcome, Alice." in page
    assert 'href="/lessons/M01-L1"' in page


@pytest.mark.usefixtures("published")
def test_today_counts_what_is_due_and_starts_its_review(hers: Browser, session: Session, alice: User) -> None:
    give(session, alice, right=False)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        page = hers.get("/").get_data(as_text=True)
        assert "1 question is due to come back." in page
        started = hers.post("/practice", data={"source": "due", "source_id": "", "count": 1})
        assert started.status_code == 303


@pytest.mark.usefixtures("published")
def test_overview_says_what_the_next_bar_needs(hers: Browser, session: Session, alice: User) -> None:
    before = hers.get("/progress").get_data(as_text=True)
    assert before.count("Mastery 0 of 5") == 11
    assert "Answer a question right." in before
    give(session, alice)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        after = hers.get("/progress").get_data(as_text=True)
    assert after.count("Mastery 1 of 5") == 1


@pytest.mark.usefixtures("published")
def test_overview_admits_that_few_answers_say_little(hers: Browser, session: Session, alice: User) -> None:
    give(session, alice)
    assert "too few to judge" in hers.get("/progress").get_data(as_text=True)


@pytest.mark.usefixtures("published")
def test_past_answer_is_shown_as_it_was(hers: Browser, session: Session, alice: User) -> None:
    answer = give(session, alice, right=False)
    assert f"/progress/answers/{answer.public_id}" in hers.get("/progress/answers").get_data(as_text=True)
    page = hers.get(f"/progress/answers/{answer.public_id}").get_data(as_text=True)
    assert "Your answer" in page
    assert "Correct answer" in page


@pytest.mark.usefixtures("published")
def test_somebody_elses_answer_is_not_there(hers: Browser, session: Session, bob: User) -> None:
    answer = give(session, bob)
    assert hers.get(f"/progress/answers/{answer.public_id}").status_code == 404
    assert answer.public_id not in hers.get("/progress/answers").get_data(as_text=True)


@pytest.mark.usefixtures("published")
def test_past_answers_come_in_pages(hers: Browser, session: Session, alice: User) -> None:
    for turn in range(27):
        give(session, alice, turn=turn, at=NOW + timedelta(minutes=turn))
    first = hers.get("/progress/answers").get_data(as_text=True)
    second = hers.get("/progress/answers?page=2").get_data(as_text=True)
    assert first.count('class="verdict"') == 25
    assert second.count('class="verdict"') == 2
    for page in ("nonsense", "0", "-1", "1" + "0" * 30):
        assert hers.get(f"/progress/answers?page={page}").status_code == 200


@pytest.mark.usefixtures("published")
def test_notes_are_listed_and_empty_ones_are_not(hers: Browser, session: Session, alice: User) -> None:
    assert "No notes yet" in hers.get("/progress/notes").get_data(as_text=True)
    version = give(session, alice).item_hash
    sent = {"version": version, "note_version": "0", "text": "Ask who assesses whom."}
    hers.post("/questions/M03-SC-001/note", data=sent)
    assert "Ask who assesses whom." in hers.get("/progress/notes").get_data(as_text=True)


@pytest.mark.usefixtures("published")
def test_note_leads_to_the_last_answer_and_can_be_changed_and_deleted(
    hers: Browser, session: Session, alice: User
) -> None:
    give(session, alice, right=False)
    last = give(session, alice, turn=2)
    address, came_from = f"/questions/{last.item_id}/note", {"Referer": "http://localhost/progress/notes"}
    sent = {"version": last.item_hash, "note_version": "0", "text": "One."}
    hers.post(address, data=sent)
    page = hers.get("/progress/notes").get_data(as_text=True)
    assert f'href="/progress/answers/{last.public_id}"' in page
    assert f'action="{address}"' in page
    changed = hers.post(address, data={**sent, "note_version": "1", "text": "Two."}, headers=came_from)
    assert changed.location == "/progress/notes"
    assert '<p class="own-note-text">Two.</p>' in hers.get("/progress/notes").get_data(as_text=True)
    hers.post(address, data={**sent, "note_version": "2", "text": "Three.", "delete": "1"}, headers=came_from)
    page = hers.get("/progress/notes").get_data(as_text=True)
    assert "The note is deleted." in page
    assert "No notes yet" in page


@pytest.mark.usefixtures("published")
def test_note_on_a_question_that_is_no_longer_asked_stays(hers: Browser, session: Session, alice: User) -> None:
    answer = give(session, alice)
    hers.post(
        f"/questions/{answer.item_id}/note", data={"version": answer.item_hash, "note_version": "0", "text": "Mine."}
    )
    others = tuple(bank for bank in real_content().banks if all(item.id != answer.item_id for item in bank.items))
    publish(session, replace(real_content(), banks=others), NOW, by="a test")
    session.commit()
    assert '<p class="own-note-text">Mine.</p>' in hers.get("/progress/notes").get_data(as_text=True)


def test_weeks_run_without_gaps_up_to_now() -> None:
    weeks = without_gaps([Week(date(2026, 11, 23), 0, 0, 1), Week(date(2026, 11, 2), 1, 1, 0)], NOW)
    assert [week.monday for week in weeks] == [
        date(2026, 11, 2),
        date(2026, 11, 9),
        date(2026, 11, 16),
        date(2026, 11, 23),
    ]
    assert [week.answers for week in weeks] == [2, 0, 0, 1]
    assert (weeks[0].right, weeks[0].partly, weeks[3].not_yet) == (1, 1, 1)
    assert weeks[0].part(1, 2) == 50.0
    assert weeks[0].part(0, 0) == 0.0


def test_weeks_show_a_quarter_at_most_and_nothing_for_no_answers() -> None:
    assert without_gaps([], NOW) == []
    assert len(without_gaps([Week(date(2026, 2, 16), 1, 0, 0)], NOW)) == 12


@pytest.mark.usefixtures("published")
def test_reading_pages_changes_nothing(hers: Browser, session: Session, alice: User) -> None:
    give(session, alice)
    before = session.scalars(select(Answer.id)).all()
    session.rollback()
    for path in ("/", "/progress", "/progress/misconceptions", "/progress/answers", "/progress/notes"):
        assert hers.get(path).status_code == 200
    assert session.scalars(select(Answer.id)).all() == before
