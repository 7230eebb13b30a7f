"""An assessment from its first page to the result in a real browser: by mouse, without JavaScript, by keyboard only."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.browser.answering import answer_by_keys, fill_in, tab_to
from tests.browser.one_of_each import first_of
from trainer.accounts.models import User
from trainer.exams.models import ExamAttempt, ExamQuestion, ExamResult
from trainer.library.queries import live_catalogue

ASSESSMENT = "/exams/accreditation/assessment"
COUNT = 22
LEFT = (7, 8)
"""What is left without an answer at first."""
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_assessment_by_mouse(
    open_page: Callable[..., Page], session: Session, alice: User, published: None, *, script: bool
) -> None:
    page = open_page(alice, java_script_enabled=script)
    page.goto(ASSESSMENT)
    page.get_by_role("button", name="Begin now").click()
    for number in range(1, COUNT + 1):
        expect(page).to_have_title(f"Question {number} of {COUNT} – Trainer")
        if number not in LEFT:
            fill_in(page.locator(".question").first)
        if number == LEFT[0]:
            page.get_by_role("button", name="Flag", exact=True).click()
            expect(page.get_by_role("button", name="Flagged", exact=True)).to_be_visible()
        page.locator("[data-next]").click()
    expect(page.get_by_text("2 questions have no complete answer")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=f"Question {LEFT[1]}", exact=True).click()
    expect(page).to_have_title(f"Question {LEFT[1]} of {COUNT} – Trainer")
    fill_in(page.locator(".question").first)
    page.get_by_role("button", name="22").click()
    expect(page).to_have_title(f"Question 22 of {COUNT} – Trainer")
    page.locator("[data-next]").click()
    expect(page.get_by_text("1 question has no complete answer")).to_be_visible()
    page.get_by_role("button", name="Hand in now").click()
    page.wait_for_url("**/result")
    expect(page.get_by_text("Not passed yet:")).to_be_visible()
    states = session.scalars(select(ExamQuestion.state).order_by(ExamQuestion.position)).all()
    assert [number for number, state in enumerate(states, 1) if state != "complete"] == [LEFT[0]]
    assert len(session.scalars(select(ExamResult.id)).all()) == 1


@pytest.mark.once
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["wide", "on a phone"])
def test_assessment_by_keyboard(
    open_page: Callable[..., Page], session: Session, alice: User, published: None, viewport: dict[str, int] | None
) -> None:
    page = open_page(alice, **({"viewport": viewport} if viewport else {}))
    page.goto(ASSESSMENT)
    tab_to(page, page.get_by_role("button", name="Begin now"))
    page.keyboard.press("Enter")
    for number in range(1, COUNT + 1):
        page.wait_for_url(f"**/{number}")
        answer_by_keys(page)
        expect(page.locator("[data-next]")).to_be_focused()
        page.keyboard.press("Enter")
    page.wait_for_url("**/hand-in")
    tab_to(page, page.get_by_role("button", name="Hand in now"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")
    assert set(session.scalars(select(ExamQuestion.state))) == {"complete"}
    assert session.scalars(select(ExamAttempt.ended_by)).one() == "learner"


def test_order_in_which_nothing_was_moved_is_no_answer(
    open_page: Callable[..., Page], session: Session, alice: User, published: None
) -> None:
    page = open_page(alice)
    page.goto(ASSESSMENT)
    page.get_by_role("button", name="Begin now").click()
    page.wait_for_url("**/1")
    row = live_catalogue(session).items[first_of("ordering").id]
    session.execute(update(ExamQuestion).where(ExamQuestion.position == 1).values(item_id=row.id, item_hash=row.hash))
    session.commit()
    for moves, state in ((0, "open"), (1, "complete")):
        page.goto(f"{page.url.rpartition('/')[0]}/1")
        for _ in range(moves):
            page.get_by_role("button", name="Move down").first.click()
        page.locator("[data-next]").click()
        page.wait_for_url("**/2")
        assert session.scalars(select(ExamQuestion.state).where(ExamQuestion.position == 1)).one() == state
        session.rollback()
