"""What a lead sees of one person: what to expect, with its range, and assessments of record; nothing of practice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.exams.sitting_exams import FREE, LONG, answer_all, begun, publish_exams
from tests.factories import NOW
from tests.pages import text_of
from tests.reports.test_team_page import practise
from tests.teams.conftest import North
from trainer.accounts.models import User
from trainer.content.exams import Reveal
from trainer.exams.grading import hand_in
from trainer.library.queries import live_catalogue
from trainer.teams.actions import Duties, Place, put_in_team, save_role
from trainer.teams.queries import team_by_id

Sign = Callable[[User], Browser]


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        yield


def page(browser_of: Sign, lead: User, north: North) -> str:
    return text_of(browser_of(lead).get(f"{north.path}/people/{north.alice}"))


def test_expected_share_has_its_range_today_and_on_the_day_of_the_audit(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    practise(session, alice, ["M01-O1"])
    browser_of(lena).post(f"{north.path}/aim", data={"audit_on": "2027-06-30", "goal": "75"})
    words = page(browser_of, lena, north)
    short = live_catalogue(session).courses["accreditation"].objectives_by_id["M01-O1"].short
    assert "Objective Today 30 Jun 2027" in words
    row = words.partition(short)[2][:120]
    assert row.count("(between ") == 2, row
    assert "not begun not begun" in words


def test_what_the_job_role_does_not_require_is_not_needed(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    team = team_by_id(session, north.id)
    role = save_role(session, team, None, Duties("Technician", ["M01-O1"]), by=lena, now=NOW)
    put_in_team(session, team, alice, Place(job_role=role), by=None, now=NOW)
    practise(session, alice, ["M01-O1"])
    words = page(browser_of, lena, north)
    assert "Technician" in words
    assert words.count("not needed") == 10
    assert words.count("enough") >= 1


def test_assessments_of_record_are_there_failed_ones_too_and_those_that_are_not_told_to_her(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    publish_exams(session, replace(FREE, attempts=1, reveal=Reveal(what="nothing", when="now")))
    assert "None handed in so far." in page(browser_of, lena, north)
    attempt = begun(session, alice)
    answer_all(session, attempt, right=3)
    hand_in(session, attempt, now=NOW)
    session.commit()
    words = page(browser_of, lena, north)
    assert f"{FREE.title}, attempt 1 23 Nov 2026 25 % not passed" in words
    assert "not of competence or authorization" in words
    publish_exams(session, LONG)
    assert f"{FREE.title}, attempt 1 23 Nov 2026 25 % not passed" in page(browser_of, lena, north), "offered or not"


def test_nothing_of_her_practice_is_shown(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    practise(session, alice, ["M01-O1", "M02-O1"], right=False, times=2)
    body = browser_of(lena).get(f"{north.path}/people/{north.alice}").get_data(as_text=True)
    assert not any(row.id in body for row in live_catalogue(session).practice_items.values())
    assert "/progress/answers/" not in body


def test_who_left_the_team_is_not_found(browser_of: Sign, north: North, lena: User, hers: Browser) -> None:
    hers.post(f"{north.path}/leave")
    assert browser_of(lena).get(f"{north.path}/people/{north.alice}").status_code == 404
