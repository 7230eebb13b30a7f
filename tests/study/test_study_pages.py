"""Study as a browser sees it: the map, the reader, the checks inside, the place that is kept."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import SECRET, settings_for
from tests.published import form_for, item, real_content, right_choice, wrong_choice
from trainer.accounts.models import User
from trainer.answers.models import Answer
from trainer.content.lessons import render_lesson
from trainer.content.store import content_hash, item_to_json
from trainer.settings import Settings
from trainer.study.models import Reading
from trainer.study.seeds import seed_of_check

pytestmark = pytest.mark.usefixtures("published")
HTMX = {"HX-Request": "true"}
COURSE = real_content().courses[0]
LESSONS = [lesson.id for lesson in COURSE.lessons]


def first_single_choice() -> tuple[str, str]:
    """A lesson and a single choice that is asked in it."""
    for lesson in COURSE.lessons:
        for id in render_lesson(lesson, COURSE).questions:
            if item(id).kind == "single_choice":
                return lesson.id, id
    raise AssertionError("no lesson asks a single choice")


LESSON, ITEM = first_single_choice()
HASH = content_hash(item_to_json(item(ITEM)))
CHECK = f"/lessons/{LESSON}/checks/{ITEM}"


def reply(alice: User, *, right: bool = True, turn: int = 0, key: str = "k" * 20) -> dict[str, str]:
    """The form of an answer to the check."""
    seed = seed_of_check(SECRET, alice.public_id, HASH, turn)
    given = right_choice(item(ITEM)) if right else wrong_choice(item(ITEM))
    fields = form_for(item(ITEM), seed, given)
    return {**fields, "key": key, "certainty": "2", "version": HASH, "turn": str(turn)}


def test_courses_lead_to_the_map_and_the_map_to_every_lesson(hers: Browser) -> None:
    assert 'href="/courses/accreditation"' in hers.get("/courses").get_data(as_text=True)
    page = hers.get("/courses/accreditation").get_data(as_text=True)
    assert [id for id in LESSONS if f'href="/lessons/{id}"' not in page] == []


@pytest.mark.parametrize("lesson_id", LESSONS)
def test_every_lesson_opens_with_its_checks(hers: Browser, lesson_id: str) -> None:
    page = hers.get(f"/lessons/{lesson_id}").get_data(as_text=True)
    questions = render_lesson(COURSE.lessons_by_id[lesson_id], COURSE).questions
    assert 2 <= len(questions) <= 4
    assert [id for id in questions if f'id="check-{id}"' not in page] == []


def test_question_of_another_lesson_is_not_there(hers: Browser, alice: User, session: Session) -> None:
    other = next(lesson for lesson in COURSE.lessons if ITEM not in render_lesson(lesson, COURSE).questions)
    assert hers.post(f"/lessons/{other.id}/checks/{ITEM}", data=reply(alice)).status_code == 404
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_lesson_shows_nothing_of_a_key(hers: Browser) -> None:
    page = hers.get(f"/lessons/{LESSON}").get_data(as_text=True)
    for option in item(ITEM).question.options:  # type: ignore[attr-defined]
        assert option.feedback[:30] not in page


def test_unknown_course_lesson_and_check_are_not_there(hers: Browser) -> None:
    for path in ("/courses/none", "/lessons/none"):
        assert hers.get(path).status_code == 404
    for path in (
        "/lessons/none/place",
        "/lessons/none/finish",
        f"/lessons/{LESSON}/checks/none",
        f"/lessons/none/checks/{ITEM}",
    ):
        assert hers.post(path, data={"version": HASH, "turn": "0", "key": "k" * 20}).status_code == 404


def test_reading_a_lesson_changes_nothing(hers: Browser, session: Session) -> None:
    hers.get(f"/lessons/{LESSON}")
    assert session.scalar(select(func.count()).select_from(Reading)) == 0


def test_place_is_kept_and_today_leads_back_to_it(hers: Browser) -> None:
    section = render_lesson(COURSE.lessons_by_id[LESSON], COURSE).sections[0].id
    assert hers.post(f"/lessons/{LESSON}/place", data={"section": section}).status_code == 204
    assert f"/lessons/{LESSON}#{section}" in hers.get("/").get_data(as_text=True)


@pytest.mark.parametrize("section", ["x" * 129, "s-no-such-section"])
def test_place_that_is_no_section_is_refused(hers: Browser, section: str) -> None:
    assert hers.post(f"/lessons/{LESSON}/place", data={"section": section}).status_code == 422


def test_finished_lesson_leads_to_the_next_and_the_last_to_the_map(hers: Browser) -> None:
    for lesson_id, following in pairwise(LESSONS):
        assert hers.post(f"/lessons/{lesson_id}/finish").location == f"/lessons/{following}"
    assert hers.post(f"/lessons/{LESSONS[-1]}/finish").location == "/courses/accreditation"
    assert f"{len(LESSONS)} of {len(LESSONS)} lessons read" in hers.get("/courses").get_data(as_text=True)
    assert "Everything on your path is read." in hers.get("/").get_data(as_text=True)


def test_check_answered_without_script_leads_back_to_its_place(hers: Browser, alice: User) -> None:
    response = hers.post(CHECK, data=reply(alice))
    assert (response.status_code, response.location) == (303, f"/lessons/{LESSON}#check-{ITEM}")
    assert "Right." in hers.get(f"/lessons/{LESSON}").get_data(as_text=True)


def test_page_of_before_a_change_of_the_secret_key_is_answered_as_it_was_shown(
    make_app: Callable[[Settings], Flask], settings: Settings, hers: Browser, alice: User, session: Session
) -> None:
    """58: its token is believed, and its question has the names and the order it was shown with."""
    page = hers.get(f"/lessons/{LESSON}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    changes = {"secret_key": "another-key-for-tests-9876543210-zyxwv", "secret_key_fallbacks": (SECRET,)}
    later: Browser = make_app(settings_for(settings.database_url, settings.data_dir, **changes)).test_client()  # type: ignore[assignment]
    later.set_cookie("trainer", hers.cookie)
    form = {**reply(alice), "csrf_token": token[1]}
    assert later.post(CHECK, data=form, forged=True).status_code == 303
    (answer,) = session.scalars(select(Answer))
    assert answer.score == 1
    assert answer.seed == seed_of_check(SECRET, alice.public_id, HASH, 0)
    assert "Right." in later.get(f"/lessons/{LESSON}").get_data(as_text=True)


def test_key_that_is_no_longer_named_opens_nothing(
    make_app: Callable[[Settings], Flask], settings: Settings, hers: Browser
) -> None:
    page = hers.get(f"/lessons/{LESSON}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    changes = {"secret_key": "another-key-for-tests-9876543210-zyxwv"}
    later: Browser = make_app(settings_for(settings.database_url, settings.data_dir, **changes)).test_client()  # type: ignore[assignment]
    later.set_cookie("trainer", hers.cookie)
    sent = later.post(f"/lessons/{LESSON}/finish", data={"csrf_token": token[1]}, forged=True)
    assert sent.status_code in (302, 400)


def test_check_answered_by_htmx_brings_its_fragment(hers: Browser, alice: User) -> None:
    response = hers.post(CHECK, data=reply(alice, right=False), headers=HTMX)
    text = response.get_data(as_text=True)
    assert "<html" not in text
    assert "Not yet." in text
    assert f'id="check-{ITEM}"' in text


def test_answering_counts_as_reading(hers: Browser, alice: User, session: Session) -> None:
    hers.post(CHECK, data=reply(alice))
    assert session.get(Reading, (alice.id, LESSON)) is not None


def test_incomplete_check_comes_back_with_422(hers: Browser, alice: User, session: Session) -> None:
    sent = {"version": HASH, "turn": "0", "key": "k" * 20, "certainty": "3"}
    response = hers.post(CHECK, data=sent, headers=HTMX)
    assert response.status_code == 422
    assert 'role="alert"' in response.get_data(as_text=True)
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_incomplete_check_without_script_is_a_page_that_leads_back(hers: Browser) -> None:
    response = hers.post(CHECK, data={"version": HASH, "turn": "0", "key": "k" * 20})
    assert response.status_code == 422
    assert f'href="/lessons/{LESSON}#check-{ITEM}"' in response.get_data(as_text=True)


def test_second_tab_is_told_and_keeps_its_text(hers: Browser, alice: User) -> None:
    hers.post(CHECK, data=reply(alice, key="first" * 4))
    response = hers.post(CHECK, data=reply(alice, right=False, key="other" * 4), headers=HTMX)
    assert response.status_code == 409
    assert "another tab" in response.get_data(as_text=True)


def test_key_of_another_question_costs_no_text(hers: Browser, alice: User, session: Session) -> None:
    address = hers.post("/practice", data={"source": "course", "source_id": "accreditation", "count": 1}).location
    hers.post(address, data={"key": "k" * 20, "gave_up": "1"})
    response = hers.post(CHECK, data=reply(alice), headers=HTMX)
    text = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Nothing was recorded" in text
    assert re.search(r'type="radio"[^>]*name="f[^>]*checked', text), "what was chosen is still chosen"
    again = {**reply(alice), "key": re.findall(r'name="key" value="([^"]*)"', text)[0]}
    assert hers.post(CHECK, data=again, headers=HTMX).status_code == 200
    assert session.scalar(select(func.count()).select_from(Answer)) == 2


def test_version_of_another_item_is_refused(hers: Browser, alice: User) -> None:
    other = content_hash(item_to_json(item("M02-TF-001")))
    for sent in (reply(alice), {**reply(alice), "gave_up": "1"}):
        assert hers.post(CHECK, data={**sent, "version": other}).status_code == 422


def test_names_in_a_check_differ_between_people(
    hers: Browser, bob: User, browser_of: Callable[[User], Browser]
) -> None:
    def names(browser: Browser) -> set[str]:
        return set(re.findall(r'name="(f[0-9a-f]{12})"', browser.get(f"/lessons/{LESSON}").get_data(as_text=True)))

    assert names(hers)
    assert not names(hers) & names(browser_of(bob))


def test_turn_that_was_never_asked_is_refused(hers: Browser, alice: User, session: Session) -> None:
    """The answer is known after the first turn; nobody may pile up turns to answer."""
    hers.post(CHECK, data=reply(alice))
    for turn in (2, 5, 100):
        sent = reply(alice, turn=turn, key=f"turn-{turn:>020}")
        assert hers.post(CHECK, data=sent, headers=HTMX).status_code == 422
    assert session.scalar(select(func.count()).select_from(Answer)) == 1


def test_check_can_be_asked_again_under_new_names(hers: Browser, alice: User, session: Session) -> None:
    hers.post(CHECK, data=reply(alice))
    again = hers.get(f"/lessons/{LESSON}?again={ITEM}").get_data(as_text=True)
    assert f'action="{CHECK}"' in again
    assert 'name="turn" value="1"' in again
    hers.post(CHECK, data=reply(alice, right=False, turn=1, key="again" * 4))
    assert session.scalars(select(Answer.score).order_by(Answer.id)).all() == [1.0, 0.0]
