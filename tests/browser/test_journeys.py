"""The main job in a real browser, start to end: by mouse, by keyboard only, without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.answering import answer_by_keys, fill_in, fill_with, sure, tab_to
from tests.browser.history import answerable, key_of, near_miss
from tests.browser.one_of_each import KINDS, set_with_one_of_each
from tests.factories import PASSWORD, SECRET
from tests.published import form_for, item
from trainer.accounts.models import User
from trainer.answers.models import Answer
from trainer.content.items import Item
from trainer.library.queries import live_catalogue
from trainer.practice.models import PracticeQuestion
from trainer.study.models import Reading
from trainer.study.seeds import seed_of_check

FIRST_LESSON = "M01-L1"
CHECKS = ("M01-SC-002", "M01-SC-001", "M01-TF-001")
"""The checks of the first lesson, in their order."""


@pytest.fixture
def seeds(session: Session, alice: User, published: None) -> Callable[[Item], str]:
    """The seed with which Alice is asked a check for the first time."""
    hashes = {row.id: row.hash for row in live_catalogue(session).items.values()}
    person = alice.public_id
    session.commit()
    return lambda item: seed_of_check(SECRET, person, hashes[item.id], 0)


def test_main_job_by_mouse(
    open_page: Callable[..., Page], alice: User, session: Session, seeds: Callable[[Item], str]
) -> None:
    page = open_page()
    sign_in(page)
    expect(page.get_by_text("See first what you know already.")).to_be_visible()
    page.get_by_role("link", name="Open the lesson").click()
    expect(page.locator("h1")).to_have_text("The problem of the unseen process")
    for item_id, words in zip(CHECKS, ("Not yet.", "Right.", "Here is how it goes."), strict=True):
        check, asked = page.locator(f"#check-{item_id}"), item(item_id)
        if words == "Here is how it goes.":
            check.get_by_role("button", name="I don’t know").click()
        else:
            answer = key_of(asked) if words == "Right." else near_miss(asked)
            fill_with(check, form_for(asked, seeds(asked), answer))
            sure(check)
            check.get_by_role("button", name="Check answer").click()
        expect(check.locator(".feedback")).to_contain_text(words)
        expect(check.locator(".feedback")).to_be_focused()
    page.get_by_role("button", name="I have read this, go on").click()
    expect(page.locator("h1")).to_have_text("Who checks the checker?")
    ten_mixed_questions(page, session)
    look_back_and_progress(page, answers=13)
    given = session.scalars(select(Answer).where(Answer.user_id == alice.id).order_by(Answer.id)).all()
    assert [(answer.item_id, answer.score) for answer in given[:3]] == list(zip(CHECKS, (0, 1, 0), strict=True))
    assert len(given) == 13
    assert session.scalars(select(Reading.lesson_id).where(Reading.finished_at.is_not(None))).all() == [FIRST_LESSON]


def ten_mixed_questions(page: Page, session: Session) -> None:
    """Practise as the menu offers it; what has a key gets it, the rest what comes first."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Practice").click()
    page.wait_for_url("**/practice")
    page.get_by_role("button", name="Practise").first.click()
    for position in range(1, 11):
        expect(page.locator(".place")).to_have_text(f"{position} of 10")
        answer_one(page, session, position)
        expect(page.locator(".feedback")).to_be_focused()
        page.locator("[data-next]").click()


def answer_one(page: Page, session: Session, position: int) -> None:
    """Answer the question on the page."""
    columns = select(PracticeQuestion.item_id, PracticeQuestion.seed).where(PracticeQuestion.position == position)
    item_id, seed = session.execute(columns).one()
    session.rollback()
    asked, form = item(item_id), page.locator("#question-form")
    if asked in answerable() and asked.question.kind != "ordering":
        fill_with(form, form_for(asked, seed, key_of(asked)))
    else:
        fill_in(form.locator(".question").first)
    sure(form, "Sure")
    form.get_by_role("button", name="Check answer").click()


def look_back_and_progress(page: Page, *, answers: int) -> None:
    """The set is looked back upon; progress shows bars and every answer."""
    expect(page.locator("h1")).to_have_text("Looking back")
    expect(page.locator(".looked-back > li")).to_have_count(10)
    page.get_by_role("link", name="My progress").click()
    expect(page.get_by_role("img", name="Mastery 1 of 5").first).to_be_visible()
    page.get_by_role("link", name="My answers").click()
    expect(page.locator(".looked-back > li")).to_have_count(answers)
    page.locator(".looked-back a").last.click()
    expect(page.locator(".feedback")).to_contain_text("Not yet.")


@pytest.mark.once
def test_main_job_by_keyboard(open_page: Callable[..., Page], alice: User, published: None) -> None:
    page = open_page()
    page.goto("/sign-in")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(alice.email)
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    skip_to_content(page)
    tab_to(page, page.get_by_role("link", name="Open the lesson"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/lessons/{FIRST_LESSON}")
    check = page.locator(f"#check-{CHECKS[0]}")
    skip_to_content(page)
    tab_to(page, check.get_by_role("radio").first)
    for key in ("b", "2", "Enter"):
        page.keyboard.press(key)
    expect(check.locator(".feedback")).to_be_focused()
    tab_to(page, check.locator("summary", has_text="Note to myself"))
    tab_to(page, page.get_by_role("button", name="I have read this, go on"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/M01-L2")
    tab_to(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Practice"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/practice")
    skip_to_content(page)
    tab_to(page, page.get_by_role("button", name="Practise").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/practice/*/1")


def skip_to_content(page: Page) -> None:
    """The first Tab shows the way past the bar; Enter takes it."""
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.once
@pytest.mark.parametrize(("width", "height"), [(1280, 850), (390, 844)])
def test_every_question_type_by_keyboard(
    open_page: Callable[..., Page], alice: User, session: Session, published: None, width: int, height: int
) -> None:
    practice = set_with_one_of_each(session, alice)
    page = open_page(alice, viewport={"width": width, "height": height})
    page.goto(f"{practice}/1")
    for position, kind in enumerate(KINDS, 1):
        expect(page.locator(f"[data-kind={kind}]").first).to_be_visible()
        answer_by_keys(page)
        page.keyboard.press("Enter")
        expect(page.locator(".feedback")).to_be_focused()
        expect(page.locator(".feedback")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.wait_for_url("**/summary" if position == len(KINDS) else f"**/{position + 1}")
    expect(page.locator(".looked-back-row.is-open")).to_have_count(0)


def test_main_job_without_javascript(
    open_page: Callable[..., Page], alice: User, session: Session, published: None
) -> None:
    practice = set_with_one_of_each(session, alice)
    page = open_page(java_script_enabled=False)
    sign_in(page)
    page.get_by_role("link", name="Open the lesson").click()
    check = page.locator(f"#check-{CHECKS[0]}")
    answer_first(check)
    expect(page).to_have_url(f"{page.url.partition('#')[0]}#check-{CHECKS[0]}")
    expect(page.locator(f"#check-{CHECKS[0]} .feedback")).to_be_in_viewport()
    page.get_by_role("button", name="I have read this, go on").click()
    expect(page.locator("h1")).to_have_text("Who checks the checker?")
    page.goto(f"{practice}/1")
    for position, kind in enumerate(KINDS, 1):
        expect(page.locator(".place")).to_have_text(f"{position} of {len(KINDS)}")
        expect(page.locator(f"[data-kind={kind}]").first).to_be_visible()
        answer_first(page.locator("#question-form"))
        expect(page.locator(".feedback")).to_be_visible()
        page.locator("[data-next]").click()
    page.wait_for_url("**/summary")
    expect(page.locator(".looked-back-row.is-open")).to_have_count(0)
    page.goto("/progress/answers")
    expect(page.locator(".looked-back > li")).to_have_count(len(KINDS) + 1)


def answer_first(form: Locator) -> None:
    """Fill in what comes first and send it."""
    fill_in(form.locator(".question").first)
    sure(form)
    form.get_by_role("button", name="Check answer").click()


def sign_in(page: Page) -> None:
    """Alice comes in by the door."""
    page.goto("/")
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
