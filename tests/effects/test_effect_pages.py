"""The pages of what a course brings: told before it starts, tests begun here, figures that say how rough they are."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.one_of_each import practice_set
from tests.browser_client import Browser
from tests.effects.measuring import (
    DAY,
    DIAGNOSTIC,
    ENTRY,
    LATER,
    programme,
    publish_measured,
    read_all,
    take,
    take_the_course,
)
from tests.exams.sitting_exams import COURSE, FREE, content_with, publish_corrected, publish_exams, questions
from tests.factories import NOW, make_person
from tests.pages import text_of
from tests.published import form_for, item
from trainer import clock
from trainer.accounts.models import User
from trainer.answers.actions import Reply
from trainer.effects.actions import begin
from trainer.exams.models import ExamAttempt
from trainer.exams.occasions import programme_of
from trainer.learning.calibration import Certainty
from trainer.learning.effect import AFTER, BEFORE, delayed
from trainer.library.actions import publish
from trainer.library.queries import item_version, live_catalogue
from trainer.mail import OutboxMail
from trainer.placement.models import Placement
from trainer.practice.actions import answer_question
from trainer.teams.actions import Place, create_team, put_in_team

EFFECT = f"/effect/{COURSE}"


@pytest.fixture(autouse=True)
def measured_course(session: Session) -> None:
    publish_measured(session)


def test_criterion_and_timing_are_told_before_the_course_starts(hers: Browser) -> None:
    page = text_of(hers.get(EFFECT))
    for words in ("Aim: at least 75 % right", "Aim: at least 60 % right", "30 and 90 days after", "open for 21 days"):
        assert words in page


def test_course_page_asks_to_take_the_test_first(hers: Browser) -> None:
    page = text_of(hers.get(f"/courses/{COURSE}"))
    assert "Answer 11 questions, and see what you need not read." in page
    assert "again 30 and 90 days later" in page


def test_course_page_no_longer_says_before_you_start_once_it_has_begun(
    hers: Browser, session: Session, alice: User
) -> None:
    practise(session, alice)
    session.commit()
    page = text_of(hers.get(f"/courses/{COURSE}"))
    assert "Before you start" not in page
    assert "What the course brings you" in page


def test_today_begins_with_the_entry_test(hers: Browser) -> None:
    assert "See what you need not read" in text_of(hers.get("/"))


def test_test_is_begun_and_ended_from_its_page(hers: Browser, session: Session, alice: User) -> None:
    begun = hers.post(f"{EFFECT}/{BEFORE}")
    assert begun.status_code == 303
    assert begun.location.startswith("/exams/attempts/")
    question = hers.get(begun.location, follow_redirects=True)
    assert "Where you stand" in text_of(question)
    assert "How sure are you?" in text_of(question)
    assert "Go on" in text_of(hers.get(EFFECT))
    ended = hers.post(f"{begun.location}/hand-in", follow_redirects=True)
    assert "0 % of all points. Now you have a path of your own." in text_of(ended)
    assert "left most of it unanswered" in text_of(hers.get(EFFECT))
    assert "See your path" in text_of(ended)
    assert session.scalars(select(Placement.user_id)).all() == [alice.id]


@pytest.mark.parametrize("occasion", [AFTER, delayed(30), delayed(90)])
def test_test_whose_time_has_not_come_is_not_begun(hers: Browser, session: Session, occasion: str) -> None:
    assert hers.post(f"{EFFECT}/{occasion}").status_code == 409
    assert session.scalars(select(ExamAttempt)).all() == []


@pytest.mark.parametrize("path", [f"{EFFECT}/sometime", f"{EFFECT}/day-7", "/effect/nothing/before"])
def test_there_is_no_other_occasion(hers: Browser, path: str) -> None:
    assert hers.post(path).status_code == 404


def test_course_without_tests_has_no_such_page(hers: Browser, session: Session) -> None:
    publish_exams(session, FREE)
    assert hers.get(EFFECT).status_code == 404
    assert "/effect/" not in hers.get(f"/courses/{COURSE}").get_data(as_text=True)
    assert "/effect/" not in hers.get("/").get_data(as_text=True)


def test_test_of_a_course_that_measures_nothing_speaks_of_no_effect(hers: Browser, session: Session) -> None:
    publish_measured(session, DIAGNOSTIC)
    page = text_of(hers.get(EFFECT))
    assert "Where you stand" in page
    assert "After the course" not in page
    assert "days" not in page


def test_path_follows_the_entry_test(hers: Browser, session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=["M01-O1", "M01-O2", "M01-O3", "M02-O1"], at=clock.now())
    session.commit()
    page = text_of(hers.get(f"/courses/{COURSE}"))
    assert "Your entry test opened 1 module: you may skip it." in page
    assert "Opened by your entry test" in page
    assert "Probably known" in page
    assert "Two questions" not in text_of(hers.get("/")), "a lesson to look over comes after those to read"
    assert "Seven sentences taken apart" in text_of(hers.get("/"))


def test_module_can_be_read_all_the_same(hers: Browser, session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=["M01-O1", "M01-O2", "M01-O3"], at=clock.now())
    session.commit()
    assert "The problem of the unseen process" not in text_of(hers.get("/"))
    assert hers.post(f"/courses/{COURSE}/path/M01", data={"wanted": "y"}).status_code == 303
    assert "The problem of the unseen process" in text_of(hers.get("/"))
    assert "Skip it after all" in text_of(hers.get(f"/courses/{COURSE}"))
    hers.post(f"/courses/{COURSE}/path/M01")
    assert "The problem of the unseen process" not in text_of(hers.get("/"))


def test_module_that_was_not_opened_cannot_be_put_back(hers: Browser, session: Session, alice: User) -> None:
    assert hers.post(f"/courses/{COURSE}/path/M01", data={"wanted": "y"}).status_code == 404
    take(session, alice, BEFORE, right=3, at=clock.now())
    session.commit()
    assert hers.post(f"/courses/{COURSE}/path/M02", data={"wanted": "y"}).status_code == 422


def test_next_lesson_skips_what_is_opened(hers: Browser, session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=[f"M02-O{n}" for n in range(1, 5)], at=clock.now())
    session.commit()
    assert hers.post("/lessons/M01-L3/finish").location == "/lessons/M03-L1"
    assert hers.post("/lessons/M01-L1/finish").location == "/lessons/M01-L2"


def test_gain_of_a_few_questions_is_told_as_what_it_is(hers: Browser, session: Session, alice: User) -> None:
    take_the_course(session, alice, before=4, after=5, at=clock.now() - 20 * DAY)
    session.commit()
    page = text_of(hers.get(EFFECT))
    assert (
        "Of 100 such questions you answer 9 more right than before. 11 questions cannot tell this from chance." in page
    )
    assert "+9 of 100 (between −28 and +43)" in page


def test_test_after_the_course_is_offered_when_all_is_read(hers: Browser, session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=3, at=clock.now() - 5 * DAY)
    read_all(session, alice, clock.now() - DAY)
    session.commit()
    assert "See what the course has brought" in text_of(hers.get("/"))
    assert "Your path is read." in text_of(hers.get(EFFECT))


def test_check_is_offered_when_it_opens(hers: Browser, session: Session, alice: User) -> None:
    take_the_course(session, alice, before=3, after=9, at=clock.now() - 41 * DAY)
    session.commit()
    assert "See what has stayed" in text_of(hers.get("/"))


def test_questions_are_told_with_reasons_where_the_test_is(hers: Browser, session: Session, alice: User) -> None:
    attempt = take(session, alice, BEFORE, right=3, at=clock.now())
    session.commit()
    told = hers.get(f"/exams/attempts/{attempt.public_id}/result/1")
    assert told.status_code == 200
    assert "What the course brings you Where you stand Question 1·100 % of its point" in text_of(told)
    assert "Read again:" in text_of(told)
    assert "/progress/answers/" not in hers.get("/progress/answers").get_data(as_text=True)


def test_test_of_another_course_stands_on_today_too(hers: Browser, session: Session, alice: User) -> None:
    content = content_with(FREE, ENTRY, LATER)
    first = content.courses[0]
    other = replace(first, id="other", title="Another course")
    theirs = tuple(replace(bank, course="other") for bank in content.banks)
    publish(session, replace(content, courses=(other,), banks=theirs), NOW, by="a test")
    found = programme_of(live_catalogue(session), "other")
    assert found
    begin(session, alice, found, BEFORE, now=clock.now())
    bare = replace(other, lessons=())
    publish(session, replace(content, courses=(first, bare)), NOW, by="a test")
    session.commit()
    page = hers.get("/")
    assert 'href="/effect/other"' in page.get_data(as_text=True)
    assert "Another course" in text_of(page)
    assert "You have begun; your answers are saved." in text_of(page)


def test_tests_of_a_course_that_has_none_any_more_are_listed_with_the_assessments(
    hers: Browser, session: Session, alice: User
) -> None:
    attempt = take(session, alice, BEFORE, right=3, at=clock.now())
    session.commit()
    publish_exams(session, FREE)
    page = hers.get("/exams").get_data(as_text=True)
    address = f"/exams/attempts/{attempt.public_id}/result"
    assert "No longer offered" in page
    assert f'href="{address}"' in page
    for path in (address, f"{address}/1"):
        result = hers.get(path)
        assert result.status_code == 200
        assert EFFECT not in result.get_data(as_text=True), "it is not offered"
    told = text_of(hers.get(EFFECT))
    assert "30 days later" in told, "what was told stays"


def test_more_time_can_be_granted_for_a_test_as_it_was_told(
    browser_of: Callable[[User], Browser], session: Session, alice: User, bob: User, ada: User
) -> None:
    take(session, alice, BEFORE, right=3, at=clock.now())
    session.commit()
    publish_measured(session, replace(ENTRY, id="entry2", title="Where do you stand now?"), LATER)
    admin = browser_of(ada)
    hers, his = (text_of(admin.get(f"/admin/people/{person.public_id}/allowances")) for person in (alice, bob))
    assert "Where you stand" in hers
    assert "Where you stand" not in his
    assert "Where do you stand now?" in his
    assert "What has stayed" not in his, "it has no time limit"


@pytest.mark.parametrize(("right", "moves"), [(11, True), (0, False)])
def test_mail_on_a_corrected_key_says_whether_the_path_has_changed(
    browser_of: Callable[[User], Browser], session: Session, alice: User, otto: User, right: int, moves: bool
) -> None:
    attempt = take(session, alice, BEFORE, right=right, at=clock.now())
    asked = questions(session, attempt)
    single = next(q.item_id for q in asked if item_version(session, q.item_hash).kind == "single_choice")
    publish_corrected(session, single, FREE, ENTRY, LATER)
    assert browser_of(otto).post(f"/author/items/{single}/correction", data={"reason": "Two hold."}).status_code == 303
    mail = session.scalars(select(OutboxMail.body).where(OutboxMail.body.contains("Two hold."))).one()
    assert ("your path has changed" in mail) == moves
    assert (f"/courses/{COURSE}" in mail) == moves


def test_assessments_do_not_list_tests(hers: Browser, session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=3, at=clock.now())
    session.commit()
    assert "Where you stand" not in text_of(hers.get("/exams"))
    assert hers.get(f"/exams/{COURSE}/entry").status_code == 404
    assert hers.post(f"/exams/{COURSE}/entry").status_code == 404


def test_administrators_see_what_the_course_brought(
    browser_of: Callable[[User], Browser], session: Session, ada: User
) -> None:
    for name in ("Gus", "Hal", "Ida", "Jan", "Kim"):
        take_the_course(session, make_person(session, name), before=2, after=9, at=clock.now() - 20 * DAY)
    session.commit()
    page = text_of(browser_of(ada).get("/admin/effect"))
    assert "Of 100 such questions 5 people answer 64 more right than before the course." in page
    assert "5 of 5 reached at least 75 % right" in page


def test_administrators_see_what_is_open_ahead_missed_and_left_out(
    browser_of: Callable[[User], Browser], session: Session, ada: User, alice: User, bob: User
) -> None:
    at = clock.now() - 60 * DAY
    take_the_course(session, alice, before=3, after=9, at=at)
    take(session, bob, BEFORE, right=0, at=at)
    gus, hal = make_person(session, "Gus"), make_person(session, "Hal")
    begin(session, gus, programme(session), BEFORE, now=clock.now())
    take_the_course(session, hal, before=3, after=9, at=clock.now() - 90 * DAY)
    session.commit()
    _, _, each = text_of(browser_of(ada).get("/admin/effect")).partition("Each person")
    assert "1 person has taken no test" in each
    alices, bobs, guss, hals = re.split("Alice|Bob|Gus|Hal", each)[1:]
    assert re.search(r"open until \d+ \w+ \d+ opens \d+ \w+ \d+ $", alices)
    assert bobs.endswith("not yet not yet not yet ")
    assert guss == " begun, not handed in not yet not yet not yet "
    assert re.search(r"missed opens \d+ \w+ \d+ ", hals)


def test_four_people_are_too_few_to_judge(browser_of: Callable[[User], Browser], session: Session, ada: User) -> None:
    for name in ("Gus", "Hal", "Ida", "Jan"):
        take_the_course(session, make_person(session, name), before=2, after=9, at=clock.now() - 20 * DAY)
    session.commit()
    page = text_of(browser_of(ada).get("/admin/effect"))
    assert "4 people were measured before and later. Too few to judge." in page
    assert "more right than before" not in page


def test_nobody_measured_is_told(browser_of: Callable[[User], Browser], session: Session, ada: User) -> None:
    assert "Nobody has taken a test before and one after" in text_of(browser_of(ada).get("/admin/effect"))
    publish_exams(session, FREE)
    assert "Nothing is measured" in text_of(browser_of(ada).get("/admin/effect"))


def practise(session: Session, person: User) -> None:
    """She practises one question and shows the misconception of a wrong option, sure of it."""
    wrong = item("M03-SC-001")
    option = next(option for option in wrong.question.options if option.misconception)  # type: ignore[attr-defined]
    practice, questions = practice_set(session, person, [wrong], clock.now())
    form = form_for(wrong, questions[0].seed, {"choice": option.id})
    reply = Reply(form, f"key-{person.id:016}", Certainty.SURE)
    answer_question(session, person, practice, questions[0], reply=reply, now=clock.now())


@pytest.mark.parametrize(("people", "told"), [(4, False), (5, True)])
def test_misconceptions_are_told_of_five_people_or_more(
    adas: Browser, session: Session, people: int, told: bool
) -> None:
    for name in ("Gus", "Hal", "Ida", "Jan", "Kim")[:people]:
        practise(session, make_person(session, name))
    session.commit()
    page = text_of(adas.get("/admin/effect"))
    assert ("Nothing is told of fewer than 5 people" in page) != told
    assert ("Hold it Have overcome it" in page) == told


def test_many_people_come_on_pages(adas: Browser, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.effects.routes.PAGE_SIZE", 2)
    for name in ("Gus", "Hal", "Ida"):
        take(session, make_person(session, name), BEFORE, right=3, at=clock.now())
    session.commit()
    first, second = (text_of(adas.get(f"/admin/effect?page={page}")) for page in (1, 2))
    assert ("Gus" in first, "Ida" in first, "Gus" in second, "Ida" in second) == (True, False, False, True)
    assert adas.get("/admin/effect?page=99").status_code == 200
    assert adas.get("/admin/effect?page=x").status_code == 200


def test_extra_time_can_be_granted_for_a_test_and_no_extra_attempt(
    adas: Browser, session: Session, alice: User
) -> None:
    page = f"/admin/people/{alice.public_id}/allowances"
    sent = {"exam": f"{COURSE}/entry", "minutes": 60, "attempts": 0, "reason": "Screen reader"}
    assert adas.post(page, data={**sent, "attempts": 1}).status_code == 422
    assert adas.post(page, data=sent).status_code == 303
    assert "60 minutes" in text_of(adas.get(page))
    attempt = begin(session, alice, programme(session), BEFORE, now=NOW)
    assert attempt.deadline == NOW + timedelta(minutes=180)


def test_who_leads_a_team_sees_what_the_course_brought_to_its_people_and_to_nobody_else(
    browser_of: Callable[[User], Browser], session: Session, alice: User, bob: User, lena: User, carol: User
) -> None:
    team = create_team(session, "Network North", by=None, now=NOW)
    put_in_team(session, team, lena, Place(leads=True, learns=False), by=None, now=NOW)
    put_in_team(session, team, alice, Place(), by=None, now=NOW)
    for person, before in ((alice, 2), (bob, 5)):
        take_the_course(session, person, before=before, after=9, at=clock.now() - 20 * DAY)
    session.commit()
    page = text_of(browser_of(lena).get(f"/teams/{team.public_id}/effect"))
    assert "1 person in the team" in page
    assert "1 person was measured before and later. Too few to judge." in page
    assert "Alice 18 %" in page
    assert "Bob" not in page
    assert browser_of(carol).get(f"/teams/{team.public_id}/effect").status_code == 404
    assert browser_of(alice).get(f"/teams/{team.public_id}/effect").status_code == 404
