"""The page of misconceptions, as a browser sees it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW
from tests.progress.test_progress_pages import give
from tests.published import item, real_content, wrong_choice
from trainer.accounts.models import User
from trainer.content.courses import Misconception
from trainer.content.store import content_hash, item_to_json
from trainer.library.actions import publish
from trainer.practice.models import PracticeQuestion
from trainer.practice.pool import SOURCES, Wish

pytestmark = pytest.mark.usefixtures("published")
ADDRESS = "/progress/misconceptions"
ITEM = item("M03-SC-001")
DAY = timedelta(days=1)


def shown_by_a_wrong_answer() -> Misconception:
    """What the wrong choice of `give` shows."""
    chosen = wrong_choice(ITEM)["choice"]
    options = ITEM.question.options  # type: ignore[attr-defined]
    id = next(option.misconception for option in options if option.id == chosen)
    return real_content().courses[0].misconceptions_by_id[id]


def page_of(browser: Browser, address: str = ADDRESS) -> str:
    return str(browser.get(address).get_data(as_text=True))


def test_page_without_answers_says_that_nothing_was_found(hers: Browser) -> None:
    page = page_of(hers)
    assert page.count("Nothing found so far.") == 2
    assert "Overcome" not in page
    assert f'href="{ADDRESS}"' in page_of(hers, "/progress")


def test_misconception_is_named_with_what_is_true_and_a_way_to_practise(
    hers: Browser, session: Session, alice: User
) -> None:
    answer = give(session, alice, right=False)
    page, named = page_of(hers), shown_by_a_wrong_answer()
    assert f'name="source_id" value="{named.id}"' in page
    assert "Found in one answer, " in page
    assert "You were sure." in page
    assert f'href="/progress/answers/{answer.public_id}"' in page, "sure and wrong"
    started = hers.post("/practice", data={"source": "misconception", "source_id": named.id, "count": 10})
    assert started.status_code == 303
    drawn = session.query(PracticeQuestion).all()
    assert ITEM.id in {question.item_id for question in drawn}
    assert all(named.id in item(question.item_id).misconceptions for question in drawn)


def test_questions_on_one_misconception_are_no_mixed_session() -> None:
    assert "misconception" in SOURCES
    assert not Wish("misconception", "iso-register", 10).mixed


def test_overcome_misconception_moves_down_with_its_day(hers: Browser, session: Session, alice: User) -> None:
    give(session, alice, right=False)
    give(session, alice, turn=2, at=NOW + DAY)
    assert "one more on another day" in page_of(hers)
    give(session, alice, turn=3, at=NOW + 2 * DAY)
    page = page_of(hers)
    assert "Overcome on 25 Nov 2026" in page
    assert page.count("Nothing found so far.") == 2, "neither held nor sure and wrong any more"


def test_retired_misconception_is_left_out(hers: Browser, session: Session, alice: User) -> None:
    give(session, alice, right=False)
    named = shown_by_a_wrong_answer()
    assert named.id in page_of(hers)
    content = real_content()
    courses = tuple(
        replace(course, misconceptions=tuple(each for each in course.misconceptions if each != named))
        for course in content.courses
    )
    publish(session, replace(content, courses=courses), NOW, by="a test")
    session.commit()
    assert named.id not in page_of(hers)


def test_answer_to_a_question_that_an_assessment_reserves_is_not_opened_again(
    hers: Browser, session: Session, alice: User
) -> None:
    answer = give(session, alice, right=False)
    content = real_content()
    banks = tuple(replace(bank, use="exam" if ITEM in bank.items else bank.use) for bank in content.banks)
    publish(session, replace(content, banks=banks), NOW, by="a test")
    session.commit()
    page = page_of(hers)
    assert answer.public_id not in page
    assert 'value="misconception"' not in page, "there is nothing left to practise it with"
    answers = hers.get("/progress/answers").get_data(as_text=True)
    assert "an assessment asks it" in answers
    assert answer.public_id not in answers
    assert hers.get(f"/progress/answers/{answer.public_id}").status_code == 404


def test_nothing_of_bobs_is_on_alices_page(hers: Browser, session: Session, bob: User) -> None:
    empty = page_of(hers).count("Nothing found so far.")
    answer = give(session, bob, right=False)
    page = page_of(hers)
    assert shown_by_a_wrong_answer().id not in page
    assert answer.public_id not in page
    assert page.count("Nothing found so far.") == empty
    assert content_hash(item_to_json(ITEM)) not in page
