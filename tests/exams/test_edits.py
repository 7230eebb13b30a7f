"""Banks change while somebody sits an assessment: at every step, whatever is done to them, her attempt stays as it
began, nothing she gave is lost, and what counts is what she was asked."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.exams.sitting_exams import EXAMS, FREE, LONG, content_with, live, publish_exams, questions
from tests.exams.test_exam_pages import FINAL, answer, start
from tests.factories import NOW
from tests.pages import text_of
from trainer.accounts.models import User
from trainer.content.items import Item
from trainer.content.reading import Content
from trainer.exams.models import ExamQuestion, ExamResult
from trainer.exams.starting import start_attempt
from trainer.library.actions import publish, rollback
from trainer.library.models import Release
from trainer.library.queries import item_version

pytestmark = pytest.mark.usefixtures("at_nine")
COUNT = 12


@pytest.fixture
def at_nine(session: Session) -> Iterator[time_machine.Traveller]:
    """The clock, which stands until a test moves it."""
    publish_exams(session)
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def every_item(content: Content, change: Callable[[Item], Item]) -> Content:
    """The content with all items of all banks changed."""
    banks = tuple(replace(bank, items=tuple(change(item) for item in bank.items)) for bank in content.banks)
    return replace(content, banks=banks)


def edited(content: Content) -> Content:
    """Every question has another explanation."""
    return every_item(content, lambda item: replace(item, rationale=f"{item.rationale} Edited."))


def without_key(content: Content) -> Content:
    """Every question that has options has another key: the first that was wrong."""
    return every_item(content, _turned)


def _turned(item: Item) -> Item:
    if item.kind != "single_choice":
        return replace(item, rationale="Other.")
    wrong = next(option.id for option in item.question.options if not option.correct)  # type: ignore[attr-defined]
    options = tuple(replace(o, correct=o.id == wrong) for o in item.question.options)  # type: ignore[attr-defined]
    return replace(item, question=replace(item.question, options=options))  # type: ignore[call-arg]


def retired(content: Content) -> Content:
    """No question is asked any more; the exam that needs them is gone as well."""
    gone = every_item(content, lambda item: replace(item, review=replace(item.review, status="retired")))
    return replace(gone, courses=tuple(replace(course, exams=()) for course in gone.courses))


def without_banks(content: Content) -> Content:
    """The files of all banks were deleted."""
    return replace(content, banks=(), courses=tuple(replace(course, exams=()) for course in content.courses))


def reserved(content: Content) -> Content:
    """Every question of practice is now kept for exams."""
    banks = tuple(replace(bank, use="exam") for bank in content.banks)
    exams = tuple(replace(exam, pool="reserved", rested_days=0) for exam in EXAMS)
    courses = tuple(replace(course, exams=exams) for course in content.courses)
    return replace(content, banks=banks, courses=courses)


def other_rules(content: Content) -> Content:
    """The exam asks for more, in less time."""
    rules = replace(FREE, time_limit_minutes=1, attempts=1, pass_rule=replace(FREE.pass_rule, overall=1.0))  # type: ignore[type-var]
    return replace(content, courses=tuple(replace(course, exams=(rules,)) for course in content.courses))


CHANGES = (edited, without_key, retired, without_banks, reserved, other_rules)


def publish_changed(session: Session, change: Callable[[Content], Content]) -> None:
    """The author publishes the changed content, takes it back, and publishes it again."""
    first = session.scalars(select(Release.number).order_by(Release.number)).first()
    assert first is not None
    changed = change(content_with(*EXAMS))
    publish(session, changed, NOW, by="an author")
    rollback(session, first, NOW, by="an author")
    publish(session, changed, NOW, by="an author")
    session.commit()


STEPS = ("begun", "half", "all", "handed in")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("change", CHANGES)
def test_attempt_stays_as_it_began_whatever_is_published_meanwhile(
    hers: Browser, session: Session, change: Callable[[Content], Content], step: str
) -> None:
    attempt = start(hers)
    versions = _versions(session)
    shown = _question(hers, attempt)
    for position in range(1, COUNT + 1):
        if (position, step) in ((1, "begun"), (COUNT // 2, "half")):
            publish_changed(session, change)
        answer(hers, session, attempt, position)
    if step == "all":
        publish_changed(session, change)
    assert _versions(session) == versions
    assert _question(hers, attempt) == shown
    assert hers.post(f"{attempt}/hand-in").status_code == 303
    if step == "handed in":
        publish_changed(session, change)
    assert "Passed, with 100" in text_of(hers.get(f"{attempt}/result"))
    assert hers.get(f"{attempt}/result/1").status_code == 200
    (result,) = session.scalars(select(ExamResult)).all()
    assert (result.share, result.passed) == (1.0, True)
    assert [mark["hash"] for mark in result.marks] == [hash for _, hash in versions]


def _question(hers: Browser, attempt: str, position: int = 1) -> str:
    """What a question says, whatever is answered: its text and its options in their order."""
    page = hers.get(f"{attempt}/{position}").get_data(as_text=True)
    asked = re.search(r"<fieldset.*?</fieldset>", page, re.S)
    assert asked
    return re.sub(r" (checked|selected|value=\"[^\"]*\")|(?<=>)[^<>]*(?=</textarea>)", "", asked[0])


def _versions(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(ExamQuestion.item_id, ExamQuestion.item_hash).order_by(ExamQuestion.position)).all()
    session.rollback()
    return [(row.item_id, row.item_hash) for row in rows]


@pytest.mark.parametrize("change", [retired, without_banks])
def test_exam_that_is_gone_lets_nobody_begin_and_everybody_end(
    hers: Browser, session: Session, change: Callable[[Content], Content]
) -> None:
    attempt = start(hers)
    publish_changed(session, change)
    assert hers.get(FINAL).status_code == 404
    assert hers.post(FINAL).status_code == 404
    assert hers.get("/exams").status_code == 200
    answer(hers, session, attempt, 1)
    assert hers.post(f"{attempt}/hand-in").status_code == 303
    assert hers.get(f"{attempt}/result").status_code == 200


def test_bank_published_again_as_it_was_asks_the_same_questions(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    before = text_of(hers.get(f"{attempt}/1"))
    publish(session, without_banks(content_with(*EXAMS)), NOW, by="x")
    publish(session, content_with(*EXAMS), NOW, by="x")
    session.commit()
    assert text_of(hers.get(f"{attempt}/1")) == before


def other_figures(content: Content) -> Content:
    """Every figure is another one."""
    text = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400"><rect width="9" height="9"/></svg>'
    assets = tuple(replace(asset, text=text) for asset in content.courses[0].assets)
    return replace(content, courses=tuple(replace(course, assets=assets) for course in content.courses))


@pytest.mark.parametrize("change", [retired, without_banks, other_figures])
def test_figures_stay_as_they_were_when_the_attempt_began(
    hers: Browser, session: Session, alice: User, change: Callable[[Content], Content]
) -> None:
    publish_exams(session, LONG)
    attempt = start_attempt(session, alice, live(session, "long"), now=NOW)
    drawn = [question.position for question in questions(session, attempt) if _has_figure(session, question)]
    session.commit()
    pages = {position: _question(hers, f"/exams/attempts/{attempt.public_id}", position) for position in drawn}
    assert len(pages) > 3
    assert all("<svg" in page for page in pages.values())
    publish(session, change(content_with(LONG)), NOW, by="an author")
    session.commit()
    for position, before in pages.items():
        assert _question(hers, f"/exams/attempts/{attempt.public_id}", position) == before
    hers.post(f"/exams/attempts/{attempt.public_id}/hand-in")


def _has_figure(session: Session, question: ExamQuestion) -> bool:
    return item_version(session, question.item_hash).kind in ("hotspot", "label_diagram")
