"""The page of a team: one sentence, what each will know, whom to help; and nothing of anybody's practice."""

import re
from collections.abc import Callable, Collection
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.exams.sitting_exams import key
from tests.factories import NOW, make_person
from tests.pages import text_of
from tests.published import form_for
from tests.statements import statements
from tests.teams.conftest import LEADS, North, team_with
from trainer.accounts.actions import add_user
from trainer.accounts.models import User
from trainer.answers.actions import Asked, Reply, submit_answer
from trainer.answers.forecasting import expected_of_group, forecasts_of
from trainer.answers.models import Misbelief
from trainer.content.courses import Course
from trainer.learning.calibration import Certainty
from trainer.library.queries import item_version, live_catalogue
from trainer.reports.attention import in_need
from trainer.reports.standing import Standing, standing_of
from trainer.teams.actions import Duties, Place, put_in_team, remove_from_team, save_role, set_aim
from trainer.teams.models import Membership, Team
from trainer.teams.queries import member_of, team_by_id

Sign = Callable[[User], Browser]
DAY = timedelta(days=1)
COURSE = "accreditation"


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW + 10 * DAY, tick=False):
        yield


def course(session: Session) -> Course:
    return live_catalogue(session).courses[COURSE]


def practise(
    session: Session, user: User, objectives: Collection[str], *, right: bool = True, times: int = 8, days_ago: int = 0
) -> None:
    """Somebody answers questions on these objectives, on different days up to some days ago."""
    rows = [row for row in live_catalogue(session).practice_items.values() if row.objective in objectives]
    for row in rows:
        item = item_version(session, row.hash)
        for turn in range(times):
            form = form_for(item, "seed", key(item)) if right else {}
            asked = Asked(row.id, row.hash, row.objective, "seed", "practice", f"{row.id}-{turn}", 1, mixed=True)
            reply = Reply(form, f"{row.id}-{turn}".zfill(20), Certainty.SURE, gave_up=not form)
            at = NOW + (10 - days_ago - times + turn) * DAY
            submit_answer(session, user, asked, reply, now=at)
    session.commit()


def standing(session: Session, north: North) -> Standing:
    team = team_by_id(session, north.id)
    found = standing_of(session, team, live_catalogue(session), course(session), now=NOW + 10 * DAY)
    session.expunge_all()
    session.rollback()
    return found


def page(browser: Browser, north: North) -> str:
    return text_of(browser.get(north.path))


def test_nobody_has_begun_is_said(browser_of: Sign, north: North, lena: User) -> None:
    words = page(browser_of(lena), north)
    assert "Nobody has begun yet." in words
    assert "Alice –not begun" in words


def test_team_without_learners_is_asked_to_invite(
    browser_of: Sign, session: Session, published: None, lena: User
) -> None:
    team, _ = team_with(session, "Empty", (lena, LEADS))
    assert "Nobody learns here yet" in text_of(browser_of(lena).get(f"/teams/{team.public_id}"))


def test_ready_is_who_knows_enough_of_what_her_job_role_requires(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User, bob: User
) -> None:
    team = team_by_id(session, north.id)
    role = save_role(session, team, None, Duties("Technician", ["M01-O1"]), by=lena, now=NOW)
    for user in (alice, bob):
        put_in_team(session, team, user, Place(job_role=role), by=None, now=NOW)
    practise(session, alice, ["M01-O1"])
    practise(session, bob, ["M01-O1"], right=False)
    short = course(session).objectives_by_id["M01-O1"].short
    found = standing(session, north)
    assert [(row.member.user.name, row.is_ready) for row in found.rows] == [("Alice", True), ("Bob", False)]
    words = page(browser_of(lena), north)
    assert f"1 of 2 people know enough today. {short} holds the others back." in words


def test_without_a_job_role_all_of_the_course_is_needed(session: Session, north: North, alice: User) -> None:
    practise(session, alice, ["M01-O1"])
    alices = standing(session, north).rows[0]
    assert alices.needs == set(course(session).objectives_by_id)
    assert not alices.is_ready
    assert "M01-O1" not in alices.short_of


def test_too_few_answers_are_not_judged(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    practise(session, alice, ["M01-O1"], times=1)
    assert standing(session, north).rows[0].falls_short("M01-O1")
    assert "Alice ? too few answers to judge" in page(browser_of(lena), north)


def test_day_of_the_audit_counts_and_is_said(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    practise(session, alice, ["M01-O1"], days_ago=1)
    browser = browser_of(lena)
    browser.post(f"{north.path}/aim", data={"audit_on": "2027-06-30", "goal": "80"})
    session.expire_all()
    found = standing(session, north)
    cell = found.rows[0].cell("M01-O1")
    assert cell is not None
    assert cell.shares[1] < cell.shares[0], "more is forgotten by then"
    assert found.rows[0].goal == pytest.approx(0.8)
    session.rollback()
    assert "0 of 2 people will know enough on 30 Jun 2027." in page(browser, north)
    browser.post(f"{north.path}/aim", data={"audit_on": "2026-01-01", "goal": "80"})
    assert "0 of 2 people know enough today." in page(browser, north), "a day that is over is none"


@pytest.mark.parametrize("sent", [{"goal": "49"}, {"goal": "101"}, {"goal": ""}, {"goal": "75", "audit_on": "soon"}])
def test_senseless_aim_is_refused(
    browser_of: Sign, session: Session, north: North, lena: User, sent: dict[str, str]
) -> None:
    assert browser_of(lena).post(f"{north.path}/aim", data=sent).status_code == 422
    team = session.scalars(select(Team)).one()
    assert (team.audit_on, team.goal) == (None, 0.75)


def test_forecasts_of_many_are_those_of_each(session: Session, north: North, alice: User, bob: User) -> None:
    """The table of a team is the same calculation as everybody's own page, done for many at once."""
    practise(session, alice, ["M01-O1", "M01-O2"], times=3, days_ago=20)
    practise(session, bob, ["M01-O1"], right=False, times=2)
    catalogue, about, at = live_catalogue(session), list(course(session).objectives_by_id), NOW + 40 * DAY
    found = expected_of_group(session, [alice.id, bob.id], catalogue, about=about, at=[NOW + 10 * DAY, at])
    for user in (alice, bob):
        own = forecasts_of(session, user.id, catalogue, about, at=at)
        begun = {id: forecast for id, forecast in own.items() if forecast.answers}
        assert set(found[user.id].objectives) == set(begun)
        for id, forecast in begun.items():
            cell = found[user.id].objectives[id]
            assert (cell.shares[1], cell.answers) == (pytest.approx(forecast.share), forecast.answers)


def needs(session: Session, north: North) -> list[tuple[str, str, int]]:
    found = in_need(standing(session, north), {}, NOW + 10 * DAY)
    return [(need.row.member.user.name, need.why, need.days) for need in found]


def test_who_has_not_begun_or_gone_quiet_is_named_with_the_reason(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    practise(session, alice, ["M01-O1"], days_ago=19)
    assert needs(session, north) == [("Bob", "not-begun", 10), ("Alice", "quiet", 20)]
    words = page(browser_of(lena), north)
    assert "Alice quiet for 20 days Will not know enough of 10 objectives." in words
    assert "Bob not begun In the team for 10 days, and has answered nothing yet." in words
    assert "mailto:?bcc=bob%40example.org,alice%40example.org" in browser_of(lena).get(north.path).get_data(
        as_text=True
    )


def test_who_goes_on_is_left_in_peace_until_the_day_is_near(
    session: Session, north: North, lena: User, alice: User, bob: User
) -> None:
    for user in (alice, bob):
        practise(session, user, ["M01-O1"], days_ago=1)
    assert needs(session, north) == []
    set_aim(session, team_by_id(session, north.id), (NOW + 30 * DAY).date(), 0.75, by=lena, now=NOW)
    assert [(name, why) for name, why, _ in needs(session, north)] == [("Alice", "behind"), ("Bob", "behind")]


def test_letters_with_marks_stand_where_those_without_do(session: Session, north: North) -> None:
    team = team_by_id(session, north.id)
    for name in ("Élodie", "Zoe", "Ada B"):
        user = add_user(session, f"{len(name)}{ord(name[0])}@example.org", name, "learner", by=None, now=NOW)
        put_in_team(session, team, user, Place(), by=None, now=NOW)
    session.commit()
    assert [row.member.user.name for row in standing(session, north).rows] == ["Ada B", "Alice", "Bob", "Élodie", "Zoe"]


def test_newcomer_has_a_week_to_begin(session: Session, north: North) -> None:
    for row in session.scalars(select(Membership)):
        row.joined_at = NOW + 5 * DAY
    assert needs(session, north) == []


def test_only_those_who_learn_in_the_team_now_are_on_it(
    browser_of: Sign, session: Session, north: North, south: North, lena: User
) -> None:
    team = team_by_id(session, north.id)
    remove_from_team(session, team, member_of(session, team, north.alice), by=lena, now=NOW)
    session.commit()
    rows = re.findall(r'<th scope="row">(?:<a [^>]*>)?(\w+)', browser_of(lena).get(north.path).get_data(as_text=True))
    assert rows == ["Bob", "Team"]


def test_nothing_of_what_was_practised_is_on_it(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    """Not a question, not an answer, not a misconception with fewer than five."""
    practise(session, alice, ["M01-O1", "M02-O1"], right=False, times=2)
    body = browser_of(lena).get(north.path).get_data(as_text=True)
    for row in live_catalogue(session).practice_items.values():
        assert row.id not in body
    assert "Nothing is told of fewer than 5 people who have practised" in body
    assert not any(each.text in body for each in course(session).misconceptions)


def test_page_asks_the_same_for_three_and_for_many(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    practise(session, alice, ["M01-O1"], times=1)
    browser = browser_of(lena)

    def asked() -> int:
        browser.get(north.path)
        with statements() as seen:
            assert browser.get(north.path).status_code == 200
        return len(seen)

    before = asked()
    team = team_by_id(session, north.id)
    for number in range(120):
        put_in_team(session, team, make_person(session, f"P{number:03}", password=None), Place(), by=None, now=NOW)
    session.commit()
    assert asked() == before <= 15
    body = browser.get(north.path).get_data(as_text=True)
    assert body.count("<tr>") == 100 + 2, "a hundred on a page"
    assert "page=2" in body
    assert "of 122 people" in body, "the sentence is about all"


def test_misconceptions_are_counted_from_five_on_and_nobody_is_told_by_taking_her_out(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User, bob: User
) -> None:
    team = team_by_id(session, north.id)
    others = [make_person(session, name) for name in ("Gus", "Hal", "Ida")]
    for user in others:
        put_in_team(session, team, user, Place(), by=None, now=NOW)
    for user in (alice, bob, *others):
        practise(session, user, ["M01-O1"], times=1)
    leads = browser_of(lena)
    assert "No answer has shown a misconception yet." in page(leads, north)
    held = course(session).misconceptions[0]
    shown = {"times": 1, "times_sure": 1, "certainty": 3, "shown_at": NOW}
    session.add(Misbelief(user_id=alice.id, misconception=held.id, righted_at=None, overcome_at=None, **shown))
    session.commit()
    says = f"1 of 6 hold: {held.text}"
    assert says in page(leads, north)
    leads.post(f"{north.path}/people/{north.alice}/place", data={"leads": "y", "job_role": ""})
    assert says in page(leads, north)
    leads.post(f"{north.path}/people/{north.alice}/remove")
    assert says in page(leads, north)


def test_what_all_fall_short_of_alike_holds_nobody_back(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    practise(session, alice, ["M03-O4"], times=1)
    words = page(browser_of(lena), north)
    assert "0 of 2 people know enough today. Enough is" in words


def test_role_that_requires_another_course_needs_nothing_of_this_one(
    session: Session, north: North, lena: User, alice: User
) -> None:
    team = team_by_id(session, north.id)
    role = save_role(session, team, None, Duties("Driver", ["X01-O1"]), by=lena, now=NOW)
    put_in_team(session, team, alice, Place(job_role=role), by=None, now=NOW)
    session.commit()
    assert standing(session, north).rows[0].needs == frozenset()
