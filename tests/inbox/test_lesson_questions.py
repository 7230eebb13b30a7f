"""A question about a lesson: asked, limited, replied to in private, shown with leave, taken back."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW
from tests.inbox.asking import ESCAPED, HTMX, LESSON, NASTY, Look, ask, question_address, read
from tests.racing import many_at_once
from trainer.accounts.models import User
from trainer.db import transaction
from trainer.inbox.actions import MOST_QUESTIONS, WINDOW, RepliedAlready, ask_about_lesson, reply_to
from trainer.inbox.models import LessonPublication, LessonQuestion, LessonReply
from trainer.learning.errors import TooMany
from trainer.mail import OutboxMail

pytestmark = pytest.mark.usefixtures("published")
BELOW = f"/lessons/{LESSON}"


def wording(
    number: int, question: str = "Why are there two stages?", answer: str = "To find gaps early."
) -> dict[str, str]:
    return {"number": str(number), "question": question, "answer": answer}


def test_question_goes_to_the_authors_and_stands_below_the_lesson_for_the_asker_alone(
    hers: Browser, bobs: Browser, ottos: Browser
) -> None:
    ask(hers)
    assert "Why two stages?" in read(hers, BELOW)
    assert "no reply yet" in read(hers, BELOW)
    assert "Why two stages?" in read(ottos, "/author/inbox")
    assert "Why two stages?" not in read(bobs, BELOW)


def test_script_gets_the_section_back_with_the_question_in_it(hers: Browser) -> None:
    answer = hers.post(f"{BELOW}/questions", data={"text": "Why two stages?"}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section class="lesson-questions"')
    assert "Why two stages?" in answer.text
    assert "Your question is with the authors." in answer.text


def test_same_question_sent_twice_is_asked_once(hers: Browser, look: Look) -> None:
    for text in ("Why?", " Why? ", "Why?\r\n"):
        ask(hers, text)
    assert look(select(LessonQuestion.text)) == ["Why?"]


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("text", ["  ", "x" * 4001])
def test_question_without_words_or_with_far_too_many_comes_back(
    hers: Browser, look: Look, text: str, headers: dict[str, str]
) -> None:
    answer = hers.post(f"{BELOW}/questions", data={"text": text, "may_publish": "1"}, headers=headers)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert text in answer.text
    assert " checked" in answer.text
    assert look(select(LessonQuestion.id)) == []


def test_lesson_that_is_not_there_takes_no_question(hers: Browser) -> None:
    assert hers.post("/lessons/none/questions", data={"text": "Why?"}).status_code == 404


def test_flood_of_questions_is_stopped_and_the_text_comes_back(hers: Browser, look: Look) -> None:
    for number in range(MOST_QUESTIONS):
        ask(hers, f"Question {number}")
    answer = hers.post(f"{BELOW}/questions", data={"text": "One more"})
    assert answer.status_code == 429
    assert "One more" in answer.text
    scripted = hers.post(f"{BELOW}/questions", data={"text": "One more"}, headers=HTMX)
    assert scripted.status_code == 429
    assert scripted.headers["Retry-After"] == "86400"
    assert len(look(select(LessonQuestion.id))) == MOST_QUESTIONS


def test_limit_is_each_persons_own_and_ends_after_a_day(session: Session, alice: User, bob: User) -> None:
    for number in range(MOST_QUESTIONS):
        ask_about_lesson(session, alice.id, LESSON, text=f"{number}", may_publish=False, now=NOW)
    with pytest.raises(TooMany):
        ask_about_lesson(session, alice.id, LESSON, text="more", may_publish=False, now=NOW)
    ask_about_lesson(session, bob.id, LESSON, text="more", may_publish=False, now=NOW)
    ask_about_lesson(session, alice.id, LESSON, text="more", may_publish=False, now=NOW + WINDOW)


def test_reply_reaches_the_asker_by_mail_and_on_her_pages_and_nobody_else(
    hers: Browser, bobs: Browser, ottos: Browser, look: Look, alice: User
) -> None:
    ask(hers, NASTY)
    sent = {"text": "Because <b>gaps</b> & such."}
    assert ottos.post(question_address(look), data=sent).status_code == 303
    mail = look(select(OutboxMail))[0]
    assert mail.recipient == alice.email
    assert sent["text"] in mail.body, "a mail is plain text: nothing is escaped in it"
    assert NASTY in mail.body
    assert "Otto replies:" in mail.body
    for address in (BELOW, "/progress/questions"):
        page = read(hers, address)
        assert "Because &lt;b&gt;gaps&lt;/b&gt; &amp; such." in page
        assert ESCAPED in page
        assert "Otto replied:" in page
    assert "gaps" not in read(bobs, BELOW)


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001])
def test_reply_without_words_or_with_far_too_many_comes_back(
    hers: Browser, ottos: Browser, look: Look, text: str
) -> None:
    ask(hers)
    answer = ottos.post(question_address(look), data={"text": text})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert text in answer.text
    assert look(select(LessonReply.id)) == []


def test_second_author_is_told_and_keeps_her_text(hers: Browser, ottos: Browser, adas: Browser, look: Look) -> None:
    ask(hers)
    ottos.post(question_address(look), data={"text": "From Otto."})
    answer = adas.post(question_address(look), data={"text": "From Ada."})
    assert answer.status_code == 409
    assert "Somebody else has replied to this already." in answer.text
    assert "From Otto." in answer.text
    assert "From Ada." in answer.text
    assert look(select(LessonReply.text)) == ["From Otto."]
    assert len(look(select(OutboxMail.id))) == 1


def test_private_question_is_never_shown_whatever_an_author_sends(
    hers: Browser, bobs: Browser, ottos: Browser, look: Look
) -> None:
    ask(hers)
    address = question_address(look)
    ottos.post(address, data={"text": "Gaps."})
    assert "Show to all learners" not in read(ottos, address)
    answer = ottos.post(f"{address}/show", data=wording(0))
    assert answer.status_code == 422
    assert look(select(LessonPublication.id)) == []
    assert "Why are there two stages?" not in read(bobs, BELOW)


def test_nothing_is_shown_before_there_is_a_reply(hers: Browser, bobs: Browser, ottos: Browser, look: Look) -> None:
    ask(hers, leave=True)
    assert ottos.post(f"{question_address(look)}/show", data=wording(0)).status_code == 422
    assert "two stages" not in read(bobs, BELOW)


def test_with_leave_the_authors_wording_is_shown_and_not_the_askers(
    hers: Browser, bobs: Browser, ottos: Browser, look: Look
) -> None:
    ask(hers, "I am Alice from Hamm: why two stages?", leave=True)
    address = question_address(look)
    ottos.post(address, data={"text": "Private: gaps."})
    assert "two stages" not in read(bobs, BELOW), "a reply shows nothing yet"
    assert ottos.post(f"{address}/show", data=wording(0)).status_code == 303
    page = read(bobs, BELOW)
    assert "Why are there two stages?" in page
    assert "To find gaps early." in page
    assert "Hamm" not in page
    assert "Private: gaps." not in page
    assert "shown under the lesson, without your name" in read(hers, "/progress/questions")


def test_what_is_shown_can_be_reworded_and_taken_back_and_every_word_is_kept(
    hers: Browser, bobs: Browser, ottos: Browser, look: Look
) -> None:
    ask(hers, leave=True)
    address = question_address(look)
    ottos.post(address, data={"text": "Gaps."})
    for _ in range(2):
        assert ottos.post(f"{address}/show", data=wording(0)).status_code == 303, "the same once more is no clash"
    ottos.post(f"{address}/show", data=wording(1, answer="Better said."))
    assert "Better said." in read(bobs, BELOW)
    assert "To find gaps early." not in read(bobs, BELOW)
    for _ in range(2):
        assert ottos.post(f"{address}/take-back").status_code == 303
    assert "Better said." not in read(bobs, BELOW)
    kept = select(LessonPublication.is_shown).order_by(LessonPublication.number)
    assert look(kept) == [True, True, False]
    assert set(look(select(LessonPublication.decided_by))) == {"Otto"}
    assert "Better said." in read(ottos, address), "it can be shown again"


def test_second_author_does_not_overwrite_what_the_first_shows(
    hers: Browser, bobs: Browser, ottos: Browser, adas: Browser, look: Look
) -> None:
    ask(hers, leave=True)
    address = question_address(look)
    ottos.post(address, data={"text": "Gaps."})
    ottos.post(f"{address}/show", data=wording(0, answer="From Otto."))
    answer = adas.post(f"{address}/show", data=wording(0, answer="From Ada."))
    assert answer.status_code == 409
    assert "From Otto." in answer.text
    assert "From Ada." in answer.text
    assert 'value="1"' in answer.text, "sent once more, it replaces what she has now seen"
    assert "From Otto." in read(bobs, BELOW)


def test_of_many_replies_at_once_one_wins(session: Session, engine: Engine, alice: User, look: Look) -> None:
    question = ask_about_lesson(session, alice.id, LESSON, text="Why?", may_publish=False, now=NOW)
    session.commit()

    def reply(number: int) -> bool:
        try:
            with transaction(engine) as own:
                reply_to(own, question.public_id, text=f"Reply {number}", by="Otto", now=NOW)
        except RepliedAlready:
            return False
        return True

    assert many_at_once(8, reply) == {True: 1, False: 7}
    assert len(look(select(LessonReply.id))) == 1


def test_flood_from_many_tabs_at_once_keeps_to_the_limit(
    session: Session, engine: Engine, alice: User, look: Look
) -> None:
    tabs = MOST_QUESTIONS + 6

    def ask_in_tab(number: int) -> None:
        with suppress(TooMany), transaction(engine) as own:
            ask_about_lesson(own, alice.id, LESSON, text=f"{number}", may_publish=False, now=NOW)

    many_at_once(tabs, ask_in_tab)
    assert len(look(select(LessonQuestion.id))) == MOST_QUESTIONS


def test_page_of_a_question_in_the_inbox_is_not_there_for_learners(hers: Browser, bobs: Browser, look: Look) -> None:
    ask(hers, leave=True)
    address = question_address(look)
    for browser in (hers, bobs):
        assert browser.get(address).status_code == 404
        for path in (address, f"{address}/show", f"{address}/take-back"):
            assert browser.post(path, data={"text": "x", **wording(0)}).status_code == 404
    assert look(select(LessonReply.id)) == look(select(LessonPublication.id)) == []


@pytest.mark.parametrize("missing", ["question", "answer"])
def test_nothing_is_shown_without_its_words(hers: Browser, ottos: Browser, look: Look, missing: str) -> None:
    ask(hers, leave=True)
    address = question_address(look)
    ottos.post(address, data={"text": "Gaps."})
    for empty in ("", "   "):
        assert ottos.post(f"{address}/show", data={**wording(0), missing: empty}).status_code == 422
    assert look(select(LessonPublication.id)) == []


def test_texts_are_escaped_wherever_they_are_shown(hers: Browser, bobs: Browser, ottos: Browser, look: Look) -> None:
    ask(hers, NASTY, leave=True)
    address = question_address(look)
    assert ESCAPED in read(ottos, "/author/inbox")
    assert ESCAPED in read(ottos, address)
    ottos.post(address, data={"text": NASTY})
    ottos.post(f"{address}/show", data=wording(0, NASTY, NASTY))
    for browser, page in (
        (bobs, BELOW),
        (ottos, address),
        (ottos, "/author/inbox/done"),
        (hers, "/progress/questions"),
    ):
        assert ESCAPED in read(browser, page)
        assert "<script>alert" not in read(browser, page)


def test_askers_name_is_in_no_page_of_the_inbox_and_not_under_the_lesson(
    app: Flask, hers: Browser, bobs: Browser, ottos: Browser, look: Look, alice: User
) -> None:
    ask(hers, leave=True)
    address = question_address(look)
    before = [read(ottos, page) for page in ("/author/inbox", address)]
    ottos.post(address, data={"text": "Gaps."})
    ottos.post(f"{address}/show", data=wording(0))
    after = [read(ottos, page) for page in ("/author/inbox/done", address)]
    for page in (*before, *after, read(bobs, BELOW)):
        assert "alice" not in page.lower()
        assert alice.public_id not in page


def test_private_question_is_on_no_authors_page_but_the_inbox(
    app: Flask, hers: Browser, ottos: Browser, look: Look
) -> None:
    ask(hers, "canary-of-alice")
    ottos.post(question_address(look), data={"text": "canary-of-otto"})
    elsewhere = ["/author", "/author/check", "/author/banks/accreditation-m01", "/author/items/M01-SC-001", BELOW]
    assert [page for page in elsewhere if "canary-of" in read(ottos, page)] == []
    assert "canary-of-alice" in read(ottos, "/author/inbox/done")


def test_pages_of_the_inbox_take_the_same_queries_for_one_as_for_three(
    hers: Browser, ottos: Browser, counted: Callable[[Browser, str], int]
) -> None:
    ask(hers, "One?")
    one = [counted(ottos, "/author/inbox"), counted(hers, BELOW), counted(hers, "/progress/questions")]
    ask(hers, "Two?")
    ask(hers, "Three?")
    assert [counted(ottos, "/author/inbox"), counted(hers, BELOW), counted(hers, "/progress/questions")] == one


def test_erasing_the_asker_erases_question_reply_and_what_is_shown(
    hers: Browser, ottos: Browser, look: Look, session: Session, alice: User
) -> None:
    ask(hers, leave=True)
    address = question_address(look)
    ottos.post(address, data={"text": "Gaps."})
    ottos.post(f"{address}/show", data=wording(0))
    session.delete(session.get_one(User, alice.id))
    session.commit()
    for table in (LessonQuestion, LessonReply, LessonPublication):
        assert look(select(func.count()).select_from(table)) == [0]


@pytest.mark.parametrize(
    ("table", "change"),
    [(LessonQuestion, {"text": "x"}), (LessonReply, {"text": "x"}), (LessonPublication, {"answer": "x"})],
)
def test_what_was_said_cannot_be_changed(
    hers: Browser, ottos: Browser, look: Look, engine: Engine, table: type, change: dict[str, str]
) -> None:
    ask(hers, leave=True)
    address = question_address(look)
    ottos.post(address, data={"text": "Gaps."})
    ottos.post(f"{address}/show", data=wording(0))
    with pytest.raises(IntegrityError, match="never changed"), transaction(engine) as session:
        session.query(table).update(change)
