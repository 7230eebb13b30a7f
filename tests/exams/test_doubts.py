"""Doubts about questions of an assessment: had while it asks them, decided without giving a key away."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.exams.browsing import FINAL, HTMX, STRICT, asked, start
from tests.exams.sitting_exams import FREE, LONG, MINUTE, content_with, publish_exams
from tests.factories import NOW
from trainer.accounts.models import User
from trainer.answers.actions import Asked, Reply, submit_answer
from trainer.library.actions import publish
from trainer.library.queries import live_catalogue
from trainer.mail import OutboxMail
from trainer.notebook.actions import MOST_CHALLENGES, challenge_question
from trainer.notebook.models import Challenge


@pytest.fixture(autouse=True)
def _now(session: Session) -> Iterator[None]:
    publish_exams(session)
    with time_machine.travel(NOW, tick=False):
        yield


DOUBTING = "I think this question is wrong"


def test_question_can_be_doubted_while_it_is_asked_and_once_its_key_is_told(hers: Browser, session: Session) -> None:
    publish_exams(session, replace(FREE, attempts=1))
    attempt = start(hers)
    page = hers.get(f"{attempt}/1").get_data(as_text=True)
    item = asked(session, 1)
    assert DOUBTING in page
    assert item.item_id not in page
    assert item.item_hash not in page, "what is being asked goes by its position"
    assert hers.post(f"{attempt}/1/doubt", data={"text": "Two are right."}).location == f"{attempt}/1"
    assert "You doubted this question" in hers.get(f"{attempt}/1").get_data(as_text=True)
    stored = session.scalars(select(Challenge)).one()
    assert (stored.item_id, stored.item_hash, stored.place) == (item.item_id, item.item_hash, "exam")
    session.rollback()
    hers.post(f"{attempt}/hand-in")
    told = hers.get(f"{attempt}/result/2").get_data(as_text=True)
    assert DOUBTING in told
    assert '<input type="hidden" name="place" value="exam">' in told


def test_doubt_of_a_question_that_is_asked_stays_in_its_place(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    answer = hers.post(f"{attempt}/3/doubt", data={"text": "Two are right."}, headers=HTMX)
    assert "You doubted this question" in answer.get_data(as_text=True)
    assert "<html" not in answer.get_data(as_text=True)
    refused = hers.post(f"{attempt}/4/doubt", data={"text": "  "}, headers=HTMX)
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert "Say in a few words" in page
    assert f'action="{attempt}/4/doubt"' in page


def test_doubt_counts_also_where_time_ran_out_over_it(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    with time_machine.travel(NOW + 40 * MINUTE, tick=False):
        assert hers.post(f"{attempt}/1/doubt", data={"text": "Two are right."}).location == f"{attempt}/1"
    assert session.scalar(select(func.count()).select_from(Challenge)) == 1


def test_question_that_has_not_come_yet_cannot_be_doubted(hers: Browser, session: Session) -> None:
    attempt = start(hers, STRICT)
    assert hers.post(f"{attempt}/2/doubt", data={"text": "It cannot be right."}).status_code == 404
    assert hers.post(f"{attempt}/99/doubt", data={"text": "It cannot be right."}).status_code == 404


def test_reason_of_a_decision_is_told_only_once_the_attempt_is_handed_in(
    hers: Browser, browser_of: Callable[[User], Browser], otto: User, session: Session
) -> None:
    attempt = start(hers)
    hers.post(f"{attempt}/1/doubt", data={"text": "Two are right."})
    authors = browser_of(otto)
    address = f"/author/inbox/doubts/{session.scalars(select(Challenge.public_id)).one()}"
    session.rollback()
    assert "without telling the answer" in authors.get(address).get_data(as_text=True)
    assert authors.post(address, data={"verdict": "rejected", "reason": "Only B holds."}).status_code == 303
    mail = session.scalars(select(OutboxMail.body)).one()
    session.rollback()
    assert "Only B holds." not in mail
    assert "/progress/questions" in mail
    for page in (f"{attempt}/1", "/progress/questions"):
        shown = hers.get(page).get_data(as_text=True)
        assert "leave the question as it is" in shown
        assert "You can read why once you have handed in." in shown
        assert "Only B holds." not in shown
    hers.post(f"{attempt}/hand-in")
    assert "Only B holds." in hers.get("/progress/questions").get_data(as_text=True)


def test_twenty_doubts_are_enough_for_a_day_and_the_page_says_when_to_go_on(hers: Browser, session: Session) -> None:
    attempt = start(hers, f"{FINAL.rpartition('/')[0]}/long")
    for position in range(1, MOST_CHALLENGES + 1):
        assert hers.post(f"{attempt}/{position}/doubt", data={"text": "Two are right."}).status_code == 303
    refused = hers.post(f"{attempt}/40/doubt", data={"text": "Two are right."}, headers=HTMX)
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    page = hers.post(f"{attempt}/40/doubt", data={"text": "Two are right."})
    assert "Please send the next one tomorrow." in page.get_data(as_text=True)
    assert "Two are right." in page.get_data(as_text=True)


def test_past_answer_is_not_opened_while_an_attempt_asks_its_question(
    hers: Browser, session: Session, alice: User
) -> None:
    """Reserved or not, and also where it was retired in the middle of the attempt."""
    attempt = start(hers, f"{FINAL.rpartition('/')[0]}/long")
    question = asked(session, 1)
    given = submit_answer(
        session,
        alice,
        Asked(question.item_id, question.item_hash, question.objective, "seed", "practice", "p", 1, mixed=False),
        Reply({}, "k" * 20, gave_up=True),
        now=NOW,
    ).public_id
    session.commit()
    assert hers.get(f"/progress/answers/{given}").status_code == 404
    assert given not in hers.get("/progress/answers").get_data(as_text=True)
    content = content_with(LONG)
    kept = tuple(
        replace(bank, items=tuple(i for i in bank.items if i.id != question.item_id)) for bank in content.banks
    )
    publish(session, replace(content, banks=kept), NOW, by="a test")
    session.commit()
    assert hers.get(f"/progress/answers/{given}").status_code == 404
    hers.post(f"{attempt}/hand-in")
    assert hers.get(f"/progress/answers/{given}").status_code == 200


def test_reason_about_a_question_that_is_kept_for_assessments_since_is_not_sent(
    hers: Browser, browser_of: Callable[[User], Browser], alice: User, otto: User, session: Session
) -> None:
    """Doubted in practice, reserved later: whoever decides is warned, and the learner gets no reason that tells."""
    row = next(iter(live_catalogue(session).practice_items.values()))
    challenge_question(session, alice.id, row.id, row.hash, text="Hm.", place="practice", now=NOW)
    content = content_with(FREE)
    banks = tuple(replace(bank, use="exam" if bank.use == "practice" else bank.use) for bank in content.banks)
    publish(session, replace(content, banks=banks), NOW, by="a test")
    session.commit()
    address = f"/author/inbox/doubts/{session.scalars(select(Challenge.public_id)).one()}"
    session.rollback()
    authors = browser_of(otto)
    assert "without telling the answer" in authors.get(address).get_data(as_text=True)
    authors.post(address, data={"verdict": "rejected", "reason": "Only B holds."})
    assert "Only B holds." not in session.scalars(select(OutboxMail.body)).one()
    session.rollback()
    page = hers.get("/progress/questions").get_data(as_text=True)
    assert "Only B holds." not in page
    assert "kept for assessments now" in page
