"""An assessment from its first page to the result in a real browser: by mouse, without JavaScript, by keyboard only."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.answering import answer_by_keys, fill_in, tab_to
from trainer.accounts.models import User
from trainer.exams.models import ExamAttempt, ExamQuestion, ExamResult

ASSESSMENT = "/exams/accreditation/assessment"
COUNT = 22
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_assessment_by_mouse(
    open_page: Callable[..., Page], session: Session, alice: User, published: None, *, script: bool
) -> None:
    page = open_page(alice, java_script_enabled=script)
    page.goto(ASSESSMENT)
    page.get_by_role("button", name="Begin now").click()
    left: list[int] = []
    for number in range(1, COUNT + 1):
        expect(page).to_have_title(f"Question {number} of {COUNT} – Trainer")
        if (
            number > 6 and len(left) < 2 and not page.locator("[data-order]").count()
        ):  # an order is there from the start
            left.append(number)
        else:
            fill_in(page.locator(".question").first)
        if left == [number]:
            page.get_by_role("button", name="Flag", exact=True).click()
            expect(page.get_by_role("button", name="Flagged", exact=True)).to_be_visible()
        page.locator("[data-next]").click()
    expect(page.get_by_text("2 questions have no complete answer")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=f"Question {left[1]}", exact=True).click()
    fill_in(page.locator(".question").first)
    page.get_by_role("button", name="22").click()
    expect(page).to_have_title(f"Question 22 of {COUNT} – Trainer")
    page.locator("[data-next]").click()
    expect(page.get_by_text("1 question has no complete answer")).to_be_visible()
    page.get_by_role("button", name="Hand in now").click()
    page.wait_for_url("**/result")
    expect(page.get_by_text("Not passed yet:")).to_be_visible()
    states = session.scalars(select(ExamQuestion.state).order_by(ExamQuestion.position)).all()
    assert [number for number, state in enumerate(states, 1) if state != "complete"] == left[:1]
    assert len(session.scalars(select(ExamResult.id)).all()) == 1


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
