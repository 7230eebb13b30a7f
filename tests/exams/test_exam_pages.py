"""An assessment as a browser sees it: begin, answer, come back, look over, hand in, see what may be seen."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.exams.browsing import FINAL, HTMX, STRICT, asked, start
from tests.exams.sitting_exams import (
    FREE,
    LONG,
    MINUTE,
    STEP_BY_STEP,
    begun,
    content_with,
    publish_exams,
    right_form,
)
from tests.factories import NOW
from trainer.accounts.models import User
from trainer.answers.models import Answer
from trainer.content.exams import Exam, Reveal
from trainer.exams.grading import hand_in
from trainer.exams.models import ExamAttempt, ExamResult, ExamSave
from trainer.exams.queries import sitting
from trainer.learning.question_types.base import Form
from trainer.library.actions import publish
from trainer.library.queries import item_version


@pytest.fixture(autouse=True)
def _now(session: Session):
    publish_exams(session)
    with time_machine.travel(NOW, tick=False):
        yield


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a save."""
    found = dict(re.findall(r'name="(key|version)" value="([^"]*)"', page))
    assert set(found) == {"key", "version"}
    return found


def form(session: Session, position: int) -> Form:
    """The right answer to a question of the newest attempt."""
    found = right_form(session, asked(session, position))
    session.rollback()
    return found


def answer(hers: Browser, session: Session, attempt: str, position: int, *, right: bool = True, **more: str) -> object:
    """Open a question and send an answer to it, as a browser without a script does."""
    page = hers.get(f"{attempt}/{position}").get_data(as_text=True)
    given = form(session, position) if right else {}
    return hers.post(f"{attempt}/{position}", data={**given, **fields(page), "go": "next", **more})


def test_assessments_are_listed_with_where_one_stands(hers: Browser) -> None:
    page = hers.get("/exams").get_data(as_text=True)
    assert f'href="{FINAL}"' in page
    assert "3 attempts left" in page


def test_before_it_begins_everything_is_said_and_nothing_is_shown(hers: Browser, session: Session) -> None:
    page = hers.get(FINAL).get_data(as_text=True)
    for words in ("12", "30 minutes", "75\u202f%", "at least 50\u202f%", "24 hours between", "12 months", "30 seconds"):
        assert words in page
    assert "not a certification" in page
    assert session.scalar(select(func.count()).select_from(ExamAttempt)) == 0


def test_questions_are_there_only_once_the_clock_runs(hers: Browser) -> None:
    """9: there is no way to a question that does not go through the deadline."""
    assert hers.get("/exams/attempts/00000000-0000-7000-8000-000000000000/1").status_code == 404
    attempt = start(hers)
    page = hers.get(attempt, follow_redirects=True).get_data(as_text=True)
    assert 'data-countdown="1800"' in page
    assert "23 Nov 2026, 09:30" in page, "the deadline is said in words, too"


def test_answers_are_saved_with_every_step_and_are_there_again(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    response = answer(hers, session, attempt, 1)
    assert (response.status_code, response.location) == (303, f"{attempt}/2")  # type: ignore[attr-defined]
    assert asked(session, 1).state == "complete"
    assert "Saved 09:00:00" in hers.get(f"{attempt}/1").get_data(as_text=True)


def test_script_gets_only_what_it_swaps_and_a_new_key(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    page = hers.get(f"{attempt}/1").get_data(as_text=True)
    given = form(session, 1)
    fragment = hers.post(f"{attempt}/1", data={**given, **fields(page)}, headers=HTMX).get_data(as_text=True)
    assert "<html" not in fragment
    assert fields(fragment)["version"] == "1"
    assert fields(fragment)["key"] == fields(page)["key"], "the same page goes on"


def test_button_pressed_while_two_saves_are_on_their_way_leads_on(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    page = hers.get(f"{attempt}/1").get_data(as_text=True)
    given = form(session, 1)
    first = hers.post(f"{attempt}/1", data={**given, **fields(page), "turn": 1}, headers=HTMX).get_data(as_text=True)
    assert hers.post(f"{attempt}/1", data={**fields(first), "turn": 2}, headers=HTMX).status_code == 200
    pressed = hers.post(f"{attempt}/1", data={**given, **fields(page), "turn": 3, "go": "next"})
    assert (pressed.status_code, pressed.location) == (303, f"{attempt}/2")
    assert asked(session, 1).form == given


def test_other_tab_gets_both_answers_to_choose_from(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    page = hers.get(f"{attempt}/1").get_data(as_text=True)
    answer(hers, session, attempt, 1)
    refused = hers.post(f"{attempt}/1", data={**fields(page), "go": "next"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "Keep what I have here" in text
    kept = hers.post(f"{attempt}/1", data={**fields(text), "go": "stay"})
    assert kept.status_code == 303
    assert asked(session, 1).state == "open", "the empty form of the other tab, as she chose"


def test_flag_is_kept_and_shown(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    page = hers.get(f"{attempt}/2").get_data(as_text=True)
    hers.post(f"{attempt}/2", data={**fields(page), "go": "flag"})
    assert asked(session, 2).flagged
    over = hers.get(f"{attempt}/hand-in").get_data(as_text=True)
    assert "You flagged" in over
    assert "12 questions have no complete answer" in over
    assert over.count(f'href="{attempt}/2"') == 2


def test_hand_in_is_asked_for_and_happens_once(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    for position in range(1, 13):
        answer(hers, session, attempt, position)
    assert "All 12 questions are answered" in hers.get(f"{attempt}/hand-in").get_data(as_text=True)
    for _ in range(2):
        assert hers.post(f"{attempt}/hand-in").location == f"{attempt}/result"
    page = hers.get(f"{attempt}/result").get_data(as_text=True)
    assert "Passed, with 100\u202f%" in page
    assert "Valid until 23 Nov 2027" in page
    assert session.scalar(select(func.count()).select_from(ExamResult)) == 1


def test_failed_attempt_says_what_to_study_and_shows_no_key_while_another_is_to_come(
    hers: Browser, session: Session
) -> None:
    attempt = start(hers)
    answer(hers, session, attempt, 1)
    hers.post(f"{attempt}/hand-in")
    page = hers.get(f"{attempt}/result").get_data(as_text=True)
    assert "Not passed yet: 8\u202f%" in page
    assert "What to study next" in page
    assert "By question" not in page
    assert hers.get(f"{attempt}/result/1").status_code == 404


def test_attempt_that_is_allowed_later_on_hides_the_keys_again(hers: Browser, session: Session) -> None:
    """What is live now decides whether another attempt is to come, not the rules that the last one began with."""
    publish_exams(session, replace(FREE, attempts=2, wait_hours=0))
    first = start(hers)
    hers.post(f"{first}/hand-in")
    publish_exams(session, replace(FREE, attempts=3, wait_hours=0))
    second = start(hers)
    hers.post(f"{second}/hand-in")
    for attempt in (first, second):
        assert "By question" not in hers.get(f"{attempt}/result").get_data(as_text=True)
        assert hers.get(f"{attempt}/result/1").status_code == 404
    third = start(hers)
    hers.post(f"{third}/hand-in")
    assert {hers.get(f"{attempt}/result/1").status_code for attempt in (first, second, third)} == {200}


def test_exam_that_is_gone_tells_by_the_rules_it_had(hers: Browser, session: Session) -> None:
    publish_exams(session, replace(FREE, attempts=1))
    attempt = start(hers)
    hers.post(f"{attempt}/hand-in")
    publish_exams(session, replace(FREE, id="another"))
    assert hers.get(f"{attempt}/result/1").status_code == 200


def test_attempt_graded_again_to_a_pass_tells_no_key_while_another_runs_and_stays_a_pass(
    hers: Browser, session: Session
) -> None:
    first = start(hers)
    hers.post(f"{first}/hand-in")
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        second = start(hers)
        result = session.scalars(select(ExamResult)).one()
        session.add(_passed(result))
        session.commit()
        assert "Passed" in hers.get(f"{first}/result").get_data(as_text=True)
        assert hers.get(f"{first}/result/1").status_code == 404
        hers.post(f"{second}/hand-in")
        assert hers.get(f"{first}/result/1").status_code == 200
        assert hers.post(FINAL).status_code == 409
        assert "Begin now" not in hers.get(FINAL).get_data(as_text=True)


def _passed(result: ExamResult) -> ExamResult:
    marks = [{**mark, "score": 1.0} for mark in result.marks]
    more = {"made_at": NOW, "made_by": "Otto", "reason": "All keys were wrong", "share": 1.0, "passed": True}
    return ExamResult(attempt_id=result.attempt_id, number=2, marks=marks, **more)


def test_pass_that_has_ended_is_not_told_as_one(hers: Browser, session: Session, alice: User) -> None:
    attempt = start(hers)
    for position in range(1, 13):
        answer(hers, session, attempt, position)
    hers.post(f"{attempt}/hand-in")
    assert "Passed" in hers.get("/exams").get_data(as_text=True)
    with time_machine.travel(NOW.replace(year=NOW.year + 1), tick=False):
        hers.sign_in(alice.fs_uniquifier)
        page = hers.get("/exams").get_data(as_text=True)
        assert "Passed" not in page
        assert "3 attempts left" in page


def test_after_the_last_attempt_every_question_is_told(hers: Browser, session: Session) -> None:
    publish_exams(session, replace(FREE, attempts=1))
    attempt = start(hers)
    answer(hers, session, attempt, 1)
    hers.post(f"{attempt}/hand-in")
    assert f'href="{attempt}/result/1"' in hers.get(f"{attempt}/result").get_data(as_text=True)
    told = hers.get(f"{attempt}/result/1").get_data(as_text=True)
    assert "The principle" in told
    assert 'aria-label="Sources"' in told
    assert re.search(r'Read again: <a href="/lessons/M0\d-L\d">', told)
    assert "Your answer, correct" in told or "Met" in told


def test_time_over_is_said_and_leads_to_the_result(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    answer(hers, session, attempt, 1)
    page = hers.get(f"{attempt}/2").get_data(as_text=True)
    given = form(session, 2)
    with time_machine.travel(NOW + 31 * MINUTE, tick=False):
        assert hers.get(f"{attempt}/2").location == f"{attempt}/result"
        assert "Your time is over" in hers.get(f"{attempt}/result").get_data(as_text=True)
        late = hers.post(f"{attempt}/2", data={**given, **fields(page), "go": "next"})
        assert late.status_code == 409
        assert "does not count" in late.get_data(as_text=True)
        hers.post(f"{attempt}/hand-in")
        assert "when the time was over" in hers.get(f"{attempt}/result").get_data(as_text=True)
    session.expire_all()
    kept = session.scalars(select(ExamSave).where(ExamSave.late)).one()
    assert kept.form == given, "the text that came late is kept"


def test_one_after_the_other_there_is_no_way_back_and_none_ahead(hers: Browser, session: Session) -> None:
    """11: the server holds the pointer."""
    attempt = start(hers, STRICT)
    for position in range(2, 13):
        assert hers.get(f"{attempt}/{position}").location == f"{attempt}/1"
        sent = {"key": "k" * 20, "version": "0", "go": "next"}
        assert hers.post(f"{attempt}/{position}", data=sent).status_code == 409
    answer(hers, session, attempt, 1, certainty="3")
    assert hers.get(f"{attempt}/1").location == f"{attempt}/2"
    assert hers.post(f"{attempt}/1", data={"key": "q" * 20, "version": "1", "go": "stay"}).status_code == 409
    assert asked(session, 1).state == "complete"


def test_certainty_is_asked_where_the_exam_says_so(hers: Browser, session: Session) -> None:
    attempt = start(hers, STRICT)
    assert "How sure are you?" in hers.get(f"{attempt}/1").get_data(as_text=True)
    answer(hers, session, attempt, 1, certainty="3")
    assert asked(session, 1).certainty == 3
    assert "How sure are you?" not in hers.get(start(hers), follow_redirects=True).get_data(as_text=True)


@pytest.mark.parametrize("page", ["", "/1", "/hand-in", "/result", "/result/1"])
def test_attempt_of_somebody_else_is_not_there(
    hers: Browser, browser_of: Callable[[User], Browser], bob: User, page: str
) -> None:
    attempt = start(hers)
    assert browser_of(bob).get(attempt + page).status_code == 404


@pytest.mark.parametrize("page", ["/1", "/hand-in"])
def test_nobody_writes_into_the_attempt_of_somebody_else(
    hers: Browser, browser_of: Callable[[User], Browser], session: Session, bob: User, page: str
) -> None:
    attempt = start(hers)
    sent = {"key": "k" * 20, "version": "0"}
    assert browser_of(bob).post(attempt + page, data=sent).status_code == 404
    assert session.scalar(select(func.count()).select_from(ExamSave)) == 0


@pytest.mark.parametrize(
    "field", ["started_at", "deadline", "submitted_at", "extra_minutes", "state", "score", "passed"]
)
def test_what_the_browser_adds_is_ignored(hers: Browser, session: Session, field: str) -> None:
    """2 and 8: no field of the client's says how long, how good or whose."""
    attempt = start(hers)
    before = _row(session)
    page = hers.get(f"{attempt}/1").get_data(as_text=True)
    hers.post(f"{attempt}/1", data={**fields(page), "go": "stay", field: "2099-01-01"})
    assert _row(session) == before
    assert asked(session, 1).form == {}


def _row(session: Session) -> tuple[object, ...]:
    session.rollback()
    session.expire_all()
    attempt = session.scalars(select(ExamAttempt)).one()
    row = tuple(getattr(attempt, column.name) for column in ExamAttempt.__table__.columns)
    session.rollback()
    return row


REVEALS = {
    ("nothing", "now"): set(),
    ("score", "now"): {"score"},
    ("marks", "now"): {"score", "marks"},
    ("all", "now"): {"score", "marks", "key"},
    ("all", "after_last_attempt"): {"score"},
    ("all", NOW.date()): {"score", "marks", "key"},
    ("all", NOW.date() + timedelta(days=1)): set(),
}


@pytest.mark.once  # what a page shows of a row does not depend on where the row was stored
@pytest.mark.parametrize("what", REVEALS, ids=str)
def test_no_page_shows_more_than_the_exam_reveals(
    hers: Browser, session: Session, alice: User, what: tuple[str, object]
) -> None:
    """1 and 13, for each reveal policy, while the attempt runs and afterwards."""
    exam: Exam = replace(LONG, reveal=Reveal(what=what[0], when=what[1]))  # type: ignore[arg-type]
    publish_exams(session, exam)
    attempt = start(hers, "/exams/accreditation/long")
    secrets = _secrets(session)
    pages = [f"{attempt}/{n}" for n in range(1, 65)]
    others = ["/", "/progress", "/progress/answers", "/exams", "/exams/accreditation/long", f"{attempt}/hand-in"]
    for page in (*pages, *others):
        for headers in ({}, HTMX):
            text = hers.get(page, headers=headers).get_data(as_text=True)
            assert not [secret for secret in secrets if secret in text], page
    hers.post(f"{attempt}/hand-in")
    result = hers.get(f"{attempt}/result").get_data(as_text=True)
    told = [hers.get(f"{attempt}/result/{n}") for n in range(1, 65)]
    seen = {
        *(["score"] if "By objective" in result else []),
        *(["marks"] if "By question" in result else []),
        *(["key"] if all(page.status_code == 200 for page in told) else []),
    }
    assert seen == REVEALS[what]
    if "key" not in seen:
        assert {page.status_code for page in told} == {404}
        for page in (*pages, *others, f"{attempt}/result"):
            text = hers.get(page).get_data(as_text=True)
            assert not [secret for secret in secrets if secret in text], page


def _secrets(session: Session) -> list[str]:
    """The first words of every rationale in the attempt: long enough to stand nowhere else."""
    session.rollback()
    attempt = session.scalars(select(ExamAttempt)).one()
    texts = [item_version(session, q.item_hash).rationale for q in sitting(session, attempt).questions]
    session.rollback()
    return [text.strip()[:40] for text in texts if len(text.strip()) > 40]


@pytest.mark.parametrize("reveal", [Reveal(what="nothing"), Reveal(what="all", when=NOW.date() + timedelta(days=9))])
def test_no_page_tells_of_a_pass_that_is_hidden(hers: Browser, session: Session, reveal: Reveal) -> None:
    publish_exams(session, replace(FREE, attempts=1, reveal=reveal))
    attempt = start(hers)
    for position in range(1, 13):
        answer(hers, session, attempt, position)
    hers.post(f"{attempt}/hand-in")
    for page in (hers.get("/exams"), hers.get(FINAL), hers.post(FINAL), hers.get(f"{attempt}/result")):
        assert "assed" not in page.get_data(as_text=True).replace("to be passed", "")


def test_late_page_shows_no_question_that_was_never_at_hand(hers: Browser, session: Session) -> None:
    attempt = start(hers, STRICT)
    hers.post(f"{attempt}/hand-in")
    for position, is_shown in ((1, True), (5, False)):
        late = hers.post(f"{attempt}/{position}", data={"key": "k" * 20, "version": "0"})
        assert (late.status_code, "What you sent</legend>" in late.get_data(as_text=True)) == (409, is_shown)


def test_past_answers_of_an_assessment_are_not_among_ones_answers(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    answer(hers, session, attempt, 1)
    hers.post(f"{attempt}/hand-in")
    public_id = session.scalars(select(Answer.public_id)).one()
    session.rollback()
    assert "/progress/answers/" not in hers.get("/progress/answers").get_data(as_text=True)
    assert hers.get(f"/progress/answers/{public_id}").status_code == 404


def test_correction_is_shown_beside_the_first_result(hers: Browser, session: Session, alice: User) -> None:
    attempt = begun(session, alice, STEP_BY_STEP.id)
    result = hand_in(session, attempt, now=NOW)
    session.add(
        ExamResult(
            attempt_id=attempt.id, number=2, made_at=NOW, made_by="otto@example.org", reason="Key of M02 corrected",
            share=0.5, passed=False, marks=result.marks,
        )
    )  # fmt: skip
    session.commit()
    page = hers.get(f"/exams/attempts/{attempt.public_id}/result").get_data(as_text=True)
    assert "Key of M02 corrected" in page
    assert "The score is now 50\u202f%; it was 0\u202f%." in page


def test_result_names_a_module_that_is_gone_by_its_id(hers: Browser, session: Session) -> None:
    publish_exams(session, replace(FREE, attempts=1))
    attempt = start(hers)
    hers.post(f"{attempt}/hand-in")
    content = content_with(replace(FREE, attempts=1))
    (course,) = content.courses
    publish(session, replace(content, courses=(replace(course, modules=course.modules[:2]),)), NOW, by="a test")
    session.commit()
    assert '<th scope="row">M03</th>' in hers.get(f"{attempt}/result").get_data(as_text=True)


def test_leaving_a_test_that_is_no_longer_offered_leads_to_the_list(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    publish_exams(session, LONG)
    assert 'href="/exams"' in hers.get(f"{attempt}/1").get_data(as_text=True)


def test_attempt_at_what_is_no_longer_offered_can_be_ended_and_looked_at(hers: Browser, session: Session) -> None:
    attempt = start(hers)
    publish_exams(session, LONG)
    page = hers.get("/exams").get_data(as_text=True)
    assert "No longer offered" in page
    assert f'href="{attempt}"' in page
    hers.post(f"{attempt}/hand-in")
    assert f'href="{attempt}/result"' in hers.get("/exams").get_data(as_text=True)
    result = hers.get(f"{attempt}/result").get_data(as_text=True)
    assert FREE.title in result
    assert FINAL not in result, "that page is gone"
    publish_exams(session)
    assert "No longer offered" not in hers.get("/exams").get_data(as_text=True)
    assert FINAL in hers.get(f"{attempt}/result").get_data(as_text=True)
