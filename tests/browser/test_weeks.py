"""A learner over four months in a real browser, on the real course, with the clock moved on between her visits."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.browser.answering import fill_in, fill_with, sure
from tests.browser.history import key_of
from tests.browser.looking import keep_picture, sideways
from tests.browser.test_journeys import sign_in
from tests.factories import NOW
from tests.published import form_for
from trainer.accounts.models import User
from trainer.answers.models import Answer
from trainer.db import transaction
from trainer.effects.commands import invite_to_checks
from trainer.exams.models import ExamAttempt, ExamQuestion, ExamResult
from trainer.library.queries import item_version
from trainer.mail import OutboxMail
from trainer.practice.models import PracticeQuestion, PracticeSet
from trainer.settings import Settings

DAY = timedelta(days=1)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def clock(published: None) -> Iterator[time_machine.Traveller]:
    """The clock of the whole process, which goes on from NOW."""
    with time_machine.travel(NOW, tick=True) as clock:
        yield clock


@dataclass
class Learner:
    """Alice at her phone: how she comes back, reads, practises, is tested."""

    page: Page
    engine: Engine
    clock: time_machine.Traveller
    knows: Callable[[str], bool]
    """Whether she gets a question right, by its objective."""

    def come(self, day: float) -> None:
        """Open the first page on a day, signing in again where she must."""
        self.clock.move_to(NOW + day * DAY)
        self.page.goto("/")
        if "/sign-in" in self.page.url:
            sign_in(self.page)

    def look(self, name: str) -> None:
        """Keep a picture; nothing scrolls sideways."""
        assert sideways(self.page) <= 0, self.page.url
        keep_picture(self.page, f"weeks-{name}-phone")

    def take_the_test(self, certainty: str = "Sure") -> None:
        """From its first question to the result: right where she knows, whatever comes first elsewhere."""
        # Not before the page shows it has the test begun in the database.
        expect(self.page).to_have_title(re.compile("^Question 1 of "))
        count = len(self._asked_in_test())
        for position in range(1, count + 1):
            expect(self.page).to_have_title(re.compile(f"^Question {position} of {count}"))
            asked = self._asked_in_test()[position - 1]
            form = self._key(asked.item_hash, asked.seed) if self.knows(asked.objective) else None
            self._fill(form)
            sure(self.page.locator("#exam-form"), certainty if form else "Guessing")
            self.page.locator("[data-next]").click()
        self.page.get_by_role("button", name="Hand in now").click()
        self.page.wait_for_url("**/result")

    def practise(self) -> int:
        """Answer the set on the page to its end; how many questions it had."""
        place = self.page.locator(".place")
        expect(place).to_have_text(re.compile("^1 of "))
        with transaction(self.engine, read_only=True) as session:
            newest = select(func.max(PracticeSet.id)).scalar_subquery()
            rows = session.scalars(select(PracticeQuestion).where(PracticeQuestion.set_id == newest)).all()
            keys = {row.position: (row.objective, row.item_hash, row.seed) for row in rows}
        for position in range(1, len(keys) + 1):
            objective, hash, seed = keys[position]
            expect(place).to_have_text(f"{position} of {len(keys)}")
            self._fill(self._key(hash, seed) if self.knows(objective) else None)
            sure(self.page.locator("#question-form"), "Think so")
            self.page.get_by_role("button", name="Check answer").click()
            expect(self.page.locator(".feedback")).to_be_focused()
            self.page.locator("[data-next]").click()
        self.page.wait_for_url("**/summary")
        return len(keys)

    def _asked_in_test(self) -> list[ExamQuestion]:
        with transaction(self.engine, read_only=True) as session:
            newest = select(func.max(ExamAttempt.id)).scalar_subquery()
            rows = select(ExamQuestion).where(ExamQuestion.attempt_id == newest).order_by(ExamQuestion.position)
            found = list(session.scalars(rows))
            session.expunge_all()
            return found

    def _key(self, hash: str, seed: str) -> dict[str, str] | None:
        with transaction(self.engine, read_only=True) as session:
            item = item_version(session, hash)
        answer = key_of(item)
        return form_for(item, seed, answer) if answer else None

    def _fill(self, form: dict[str, str] | None) -> None:
        question = self.page.locator(".question").first
        if form is None:
            fill_in(question)
        else:
            fill_with(question, form)


def test_learner_over_four_months(
    open_page: Callable[..., Page],
    alice: User,
    engine: Engine,
    session: Session,
    settings: Settings,
    clock: time_machine.Traveller,
) -> None:
    known_before = {"M01-O1", "M01-O2", "M01-O3", "M02-O1"}
    learner = Learner(open_page(viewport=PHONE), engine, clock, known_before.__contains__)
    page = learner.page

    # Monday: a test opens what she knows already.
    learner.come(0)
    expect(page.get_by_text("See first what you know already.")).to_be_visible()
    learner.look("1-today")
    page.get_by_role("link", name="Open", exact=True).click()
    for words in ("Aim: at least 75", "30 and 90 days", "administrators see the share right"):
        expect(page.get_by_text(words).first).to_be_visible()
    learner.look("2-plan")
    page.get_by_role("button", name="Begin now").click()
    learner.take_the_test()
    learner.look("3-entry-result")
    page.get_by_role("link", name="See your path").click()
    expect(page.get_by_text("Opened by your entry test")).to_have_count(1)
    learner.look("4-path")

    # Two weeks: what is on her path, and a little review each time.
    day = 1.0
    while True:
        learner.come(day)
        opened = page.get_by_role("link", name="Open the lesson")
        if not opened.count():
            break
        opened.click()
        page.wait_for_url("**/lessons/*")
        read = page.url
        page.get_by_role("button", name=re.compile("^I have read this")).click()
        page.wait_for_url(lambda url, read=read: url != read)  # type: ignore[misc]
        day += 1
    assert day <= 12
    learner.knows = lambda objective: objective != "M03-O4"
    for later in (0.0, 2.0, 5.0, 9.0):
        learner.come(day + later)
        page.goto("/review")
        begin = page.get_by_role("button", name=re.compile("^(Begin|Start|Review)"))
        if begin.count():
            begin.first.click()
        else:
            page.goto("/practice")
            page.get_by_role("button", name="Practise").first.click()
        assert learner.practise() > 0
    learner.look("5-practised")

    # What the course has brought, and an assessment of record.
    learner.come(day + 10)
    expect(page.get_by_text("See what the course has brought")).to_be_visible()
    page.get_by_role("link", name="See what the course has brought").click()
    page.get_by_role("button", name="Begin now").click()
    learner.take_the_test()
    page.get_by_role("link", name="What the course brings you").last.click()
    expect(page.get_by_text("more right than before.")).to_be_visible()
    ended = day + 10
    learner.come(ended + 1)
    page.goto("/exams/accreditation/assessment")
    page.get_by_role("button", name="Begin now").click()
    learner.take_the_test()
    expect(page.get_by_text("Passed, with")).to_be_visible()
    learner.look("6-passed")

    # A month and three months later.
    for days, knows in ((30, {"M01", "M02"}), (90, {"M01"})):
        learner.come(ended + days - 1)
        expect(page.get_by_text("See what has stayed")).to_have_count(0)
        learner.come(ended + days + 2)
        invite_to_checks(engine, settings, NOW + (ended + days + 2) * DAY)
        learner.knows = lambda objective, known=knows: objective[:3] in known  # type: ignore[misc]
        page.goto("/")
        page.get_by_role("link", name="See what has stayed").click()
        page.get_by_role("button", name="Begin now").click()
        learner.take_the_test("Think so")
    learner.come(ended + 100)
    page.goto("/effect/accreditation")
    expect(page.get_by_text("Done", exact=True)).to_have_count(4)
    learner.look("7-effect")
    page.set_viewport_size({"width": 1280, "height": 900})
    keep_picture(page, "weeks-8-effect")
    page.goto("/progress")
    keep_picture(page, "weeks-9-progress")
    page.goto("/review/forecast")
    keep_picture(page, "weeks-10-forecast")

    occasions = session.scalars(select(ExamAttempt.occasion).order_by(ExamAttempt.id)).all()
    assert occasions == ["before", "after", "record", "day-30", "day-90"]
    asked = session.scalars(select(ExamQuestion.item_id)).all()
    assert len(set(asked)) == len(asked) == 11 + 11 + 22 + 5 + 5
    shares = session.scalars(select(ExamResult.share).order_by(ExamResult.id)).all()
    assert shares[0] < shares[1]
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 2
    assert session.scalars(select(Answer.user_id).distinct()).all() == [alice.id]
