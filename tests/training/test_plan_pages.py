"""The plan of a team, as those who lead it give and change it, and one's own plan."""

from collections.abc import Callable

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.exams.sitting_exams import FREE, publish_exams
from tests.factories import NOW, make_person
from tests.pages import text_of
from tests.teams.conftest import North
from tests.training.planning import COURSE, Plan, after, day
from trainer.accounts.actions import add_user
from trainer.accounts.models import User
from trainer.content.exams import Reveal
from trainer.reports.digest import summary
from trainer.teams.actions import Duties, Place, change_place, put_in_team, remove_from_team, save_role
from trainer.teams.queries import member_of
from trainer.training.actions import Audience
from trainer.training.models import Assignment

TRACK = f"track/{COURSE}/claims"
RULES = {"due_days": "30", "renewal_days": "90", "refresher": "changed", "tell_lead_days": "7", "is_mandatory": "y"}


@pytest.fixture
def lenas(browser_of: Callable[[User], Browser], lena: User) -> Browser:
    """Lena's browser."""
    return browser_of(lena)


def give(browser: Browser, north: North, **fields: object) -> object:
    """Send the form for a new training."""
    with time_machine.travel(NOW, tick=False):
        return browser.post(f"{north.path}/plan", data={**RULES, "what": TRACK, "whom": "team", **fields})


def page(browser: Browser, path: str, days: float = 0) -> str:
    with time_machine.travel(after(days), tick=False):
        response = browser.get(path)
    assert response.status_code == 200, path
    return text_of(response)


def of_training(north: North, given: Assignment) -> str:
    return f"{north.path}/plan/{given.public_id}"


# --- giving ---------------------------------------------------------------------------------------------------------


def test_several_trainings_are_given_at_once(lenas: Browser, north: North, plan: Plan) -> None:
    sent = {"what": [TRACK, f"course/{COURSE}/"], "due_on": day(20).isoformat(), "requirement": "Clause 7.2"}
    assert give(lenas, north, **sent).status_code == 303  # type: ignore[attr-defined]
    text = page(lenas, f"{north.path}/plan")
    assert text.count("until 13 Dec 2026 · Clause 7.2") == 2
    assert text.count("0 of 2 done") == 2


def test_second_tap_gives_nothing_twice(lenas: Browser, north: North, plan: Plan) -> None:
    give(lenas, north)
    again = give(lenas, north)
    assert again.status_code == 422  # type: ignore[attr-defined]
    assert "is given to the same people already" in text_of(again)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": []}, "Choose at least one training."),
        ({"what": "course/nonsense/"}, "'course/nonsense/' is not a valid choice"),
        ({"whom": "person/nobody"}, "Not a valid choice."),
        ({"due_on": "2026-11-22"}, "This day is over."),
        ({"due_on": "soon"}, "Not a valid date value."),
        ({"due_days": "0"}, "Number must be between 1 and 730."),
        ({"due_days": ""}, "This field is required."),
        ({"validity_months": "121"}, "Number must be between 1 and 120."),
        ({"requirement": "x" * 301}, "Field cannot be longer than 300 characters."),
        ({"refresher": "none"}, "Not a valid choice."),
        ({"what": "required", "whom": "team"}, "is not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    lenas: Browser, north: North, plan: Plan, wrong: dict[str, object], said: str
) -> None:
    response = give(lenas, north, **{"requirement": "Clause 7.2", **wrong})
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert said in text_of(response)  # type: ignore[arg-type]
    assert "Nothing is given yet" in page(lenas, f"{north.path}/plan")


def test_what_job_roles_require_is_given_to_each(lenas: Browser, north: North, plan: Plan, session: Session) -> None:
    for name, objectives in (("Buyer", ["M01-O1", "M02-O1"]), ("Auditor", ["M03-O1"]), ("Guest", [])):
        save_role(session, plan.team, None, Duties(name, objectives), by=plan.lead, now=NOW)
    session.commit()
    assert give(lenas, north, what="required").status_code == 303  # type: ignore[attr-defined]
    text = page(lenas, f"{north.path}/plan")
    assert ("Buyer Objectives" in text, "Auditor Objectives" in text, "Guest Objectives" in text) == (True, True, False)


def test_what_a_role_requires_is_nothing_to_give_to_one_person(
    lenas: Browser, north: North, plan: Plan, session: Session
) -> None:
    save_role(session, plan.team, None, Duties("Buyer", ["M01-O1"]), by=plan.lead, now=NOW)
    session.commit()
    refused = give(lenas, north, what="required", whom=f"person/{north.alice}")
    assert "can be given to a job role, or to everybody" in text_of(refused)  # type: ignore[arg-type]


def test_single_objectives_are_given_as_one_training(lenas: Browser, north: North, plan: Plan) -> None:
    give(lenas, north, what=[], objectives=["M01-O1", "M01-O2"], whom=f"person/{north.alice}")
    text = page(lenas, f"{north.path}/plan")
    assert "Objectives Alice" in text


def test_day_of_the_audit_is_proposed(lenas: Browser, north: North, plan: Plan, session: Session) -> None:
    plan.team.audit_on = day(40)
    session.commit()
    with time_machine.travel(NOW, tick=False):
        assert f'value="{day(40).isoformat()}"' in lenas.get(f"{north.path}/plan/new").get_data(as_text=True)


# --- one training ---------------------------------------------------------------------------------------------------


def test_lead_sees_how_far_everybody_is(lenas: Browser, north: North, plan: Plan, alice: User, bob: User) -> None:
    given = plan.give(due_on=day(10))
    plan.read(alice, *plan.lessons()[:3])
    plan.read(bob)
    plan.pass_days(given, 1)
    text = page(lenas, of_training(north, given), 4)
    assert "1 of 2 have done it" in text
    assert "Alice due in 6 days 3 of 8 lessons read" in text
    assert "Bob done" in text
    late = page(lenas, of_training(north, given), 13)
    assert "Alice overdue for 3 days" in late
    assert "1 training is overdue." in page(lenas, f"{north.path}/plan", 13)


def test_what_was_done_a_moment_ago_counts_before_the_job_has_come_by(
    lenas: Browser, north: North, plan: Plan, alice: User
) -> None:
    given = plan.give()
    plan.read(alice)
    assert "1 of 2 have done it" in page(lenas, of_training(north, given))


def test_new_day_counts_for_whoever_has_not_done_it(lenas: Browser, north: North, plan: Plan, alice: User) -> None:
    given = plan.give(due_on=day(10))
    with time_machine.travel(NOW, tick=False):
        changed = lenas.post(f"{of_training(north, given)}/change", data={**RULES, "due_on": day(20).isoformat()})
    assert changed.status_code == 303
    assert plan.last(given, alice).due_on == day(20)


def test_what_is_taken_back_needs_a_reason_and_is_said_with_it(lenas: Browser, north: North, plan: Plan) -> None:
    given = plan.give()
    where = of_training(north, given)
    assert lenas.post(f"{where}/end", data={"reason": " "}).status_code == 422
    assert lenas.post(f"{where}/end", data={"reason": "Replaced."}).status_code == 303
    assert "Replaced." in page(lenas, where)
    assert lenas.post(f"{where}/end", data={"reason": "Again."}).status_code == 422
    assert lenas.post(f"{where}/change", data=RULES).status_code == 422


def test_training_that_is_offered_no_more_says_so(
    lenas: Browser, north: North, plan: Plan, session: Session, alice: User, hers: Browser
) -> None:
    publish_exams(session, FREE)
    given = plan.give(f"exam/{COURSE}/final")
    publish_exams(session, FREE.__class__(**{**FREE.__dict__, "id": "other"}))
    assert "not offered any more" in page(lenas, f"{north.path}/plan")
    assert "nobody can do it now" in page(lenas, of_training(north, given))
    assert "The course offers it no more." in page(hers, "/plan")


def test_who_left_stands_under_the_training_with_what_she_did(
    lenas: Browser, north: North, plan: Plan, session: Session, alice: User, bob: User
) -> None:
    given = plan.give(due_on=day(10))
    plan.read(alice)
    plan.pass_days(given, 1)
    for id in (north.alice, north.bob):
        remove_from_team(session, plan.team, member_of(session, plan.team, id), by=plan.lead, now=after(2))
    session.commit()
    plan.pass_days(given, 3)
    words = page(lenas, of_training(north, given), 4).partition("No longer learning here")[2]
    assert "Alice done done on 23 Nov 2026" in words
    assert "Bob left the team" in words


def test_large_teams_are_shown_in_pages(lenas: Browser, north: North, plan: Plan, session: Session) -> None:
    for nth in range(100):
        person = add_user(session, f"p{nth:03}@example.org", f"Person {nth:03}", "learner", by=None, now=NOW)
        put_in_team(session, plan.team, person, Place(), by=None, now=NOW)
    given = plan.give(due_on=day(10))
    first, second, beyond = (
        page(lenas, f"{of_training(north, given)}{query}", 1) for query in ("", "?page=2", "?page=9")
    )
    assert "0 of 102 have done it" in first
    assert ("Person 097" in first, "Person 099" in first) == (True, False)
    assert ("Person 097" in second, "Person 099" in second) == (False, True)
    assert beyond == second


# --- one person -----------------------------------------------------------------------------------------------------


def decide(browser: Browser, north: North, given: Assignment, days: float = 1, **sent: str) -> object:
    with time_machine.travel(after(days), tick=False):
        return browser.post(f"{of_training(north, given)}/people/{north.alice}", data=sent)


def test_more_time_is_given_with_a_reason_that_she_reads(
    lenas: Browser, north: North, plan: Plan, alice: User, hers: Browser
) -> None:
    given = plan.give(due_on=day(10))
    decide(lenas, north, given, kind="extend", day=day(30).isoformat(), reason="On leave.")
    text = page(lenas, f"{of_training(north, given)}/people/{north.alice}", 2)
    assert "More time, until 23 Dec 2026: On leave. (Lena, 24 Nov 2026)" in text
    own = page(hers, "/plan", 2)
    assert "Until 23 Dec 2026" in own
    assert "You have more time: On leave. (Lena)" in own


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"kind": "extend", "reason": "x"}, "Name the new day."),
        ({"kind": "extend", "day": "2026-12-01", "reason": "x"}, "The new day comes after the one there is."),
        ({"kind": "exempt", "day": "2026-11-01", "reason": "x"}, "This day is over."),
        ({"kind": "exempt", "reason": " "}, "Say why: whoever looks at this later"),
        ({"kind": "forgive", "reason": "x"}, "Not a valid choice."),
    ],
)
def test_decision_that_makes_no_sense_is_refused(
    lenas: Browser, north: North, plan: Plan, sent: dict[str, str], said: str
) -> None:
    given = plan.give(due_on=day(10))
    refused = decide(lenas, north, given, **sent)
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert said in text_of(refused)  # type: ignore[arg-type]


def test_exemption_is_given_and_ended(lenas: Browser, north: North, plan: Plan, alice: User, hers: Browser) -> None:
    given = plan.give(due_on=day(10))
    decide(lenas, north, given, kind="exempt", reason="Teaches it herself.")
    assert "You need not do it: Teaches it herself. (Lena)" in page(hers, "/plan", 2)
    again = decide(lenas, north, given, kind="exempt", reason="Twice.")
    assert "This is not open any more." in text_of(again)  # type: ignore[arg-type]
    where = f"{of_training(north, given)}/people/{north.alice}"
    with time_machine.travel(after(3), tick=False):
        assert lenas.post(f"{where}/require", data={"reason": ""}).status_code == 422
        lenas.post(f"{where}/require", data={"reason": "No longer."})
        again = lenas.post(f"{where}/require", data={"reason": "No longer."}, follow_redirects=True)
    assert "She is not exempt from it." in again.get_data(as_text=True)
    assert [cycle.due_on for cycle in plan.cycles(given, alice)] == [day(10), day(33)]


def test_nobody_decides_about_herself(
    session: Session, lenas: Browser, north: North, plan: Plan, lena: User, adas: Browser
) -> None:
    given = plan.give(due_on=day(10))
    session.execute(Assignment.__table__.update().values(audience="person", user_id=lena.id))  # type: ignore[attr-defined]
    session.commit()
    with time_machine.travel(NOW, tick=False):
        lenas.post(f"{north.path}/people/{north.lena}/place", data={"learns": "y", "leads": "y", "job_role": ""})
    plan.pass_days(given, 0.5)
    sent = {"kind": "extend", "day": day(50).isoformat(), "reason": "Busy."}
    with time_machine.travel(after(1), tick=False):
        refused = lenas.post(f"{of_training(north, given)}/people/{north.lena}", data=sent)
        granted = adas.post(f"{of_training(north, given)}/people/{north.lena}", data=sent)
    assert "another lead of the team decides" in text_of(refused)
    assert granted.status_code == 303


# --- one's own ------------------------------------------------------------------------------------------------------


def test_today_and_the_plan_say_what_is_due(plan: Plan, north: North, hers: Browser, bobs: Browser) -> None:
    plan.give(audience=None, due_on=day(10), requirement="ISO/IEC 27001, A.6.3")
    assert "to do Marketing, sales and web editors until 3 Dec 2026" in page(hers, "/")
    own = page(hers, "/plan", 8)
    assert "1 training is to do." in own
    assert "due in 2 days" in own
    assert "0 of 8 lessons read" in own
    assert "Asked for by ISO/IEC 27001, A.6.3" in own
    assert "1 training is overdue." in page(hers, "/plan", 11)


def test_whoever_was_given_nothing_reads_that(hers: Browser, published: None) -> None:
    assert "Nobody has given you a training" in page(hers, "/plan")


def test_plan_leads_to_the_next_lesson(plan: Plan, alice: User, hers: Browser) -> None:
    plan.give()
    first, second, *_ = plan.lessons()
    plan.read(alice, first)
    with time_machine.travel(after(1), tick=False):
        assert f'href="/lessons/{second}"' in hers.get("/plan").get_data(as_text=True)


def test_refresher_asks_its_questions_until_they_are_right(
    plan: Plan, session: Session, alice: User, hers: Browser
) -> None:
    plan.read(alice)
    given = plan.give(validity_months=12, refresher="changed")
    plan.pass_days(given, 300)
    cycle = plan.last(given, alice)
    asked = (cycle.asks or {})["items"]
    with time_machine.travel(after(300), tick=False):
        hers.sign_in(alice.fs_uniquifier)
    assert "0 of 5 things that changed or may be forgotten" in page(hers, "/plan", 301)
    plan.answer(alice, asked[0], days=301)
    with time_machine.travel(after(302), tick=False):
        begun = hers.post(f"/plan/{cycle.public_id}/refresher")
        assert begun.status_code == 303
        shown = hers.get(begun.location, follow_redirects=True)
    assert "<title>Question 1 of 4" in shown.get_data(as_text=True)
    for id in asked[1:]:
        plan.answer(alice, id, days=303)
    with time_machine.travel(after(304), tick=False):
        assert hers.post(f"/plan/{cycle.public_id}/refresher").status_code == 422
    assert "Nothing is to do." in page(hers, "/plan", 304)


def test_refresher_whose_questions_were_taken_away_leads_to_the_whole_training(
    plan: Plan, session: Session, alice: User, hers: Browser
) -> None:
    plan.read(alice)
    given = plan.give(validity_months=12, refresher="changed")
    plan.pass_days(given, 300)
    plan.last(given, alice).asks = {"lessons": [], "items": ["GONE-1"]}
    session.commit()
    with time_machine.travel(after(301), tick=False):
        hers.sign_in(alice.fs_uniquifier)
        shown = hers.get("/plan")
    assert "0 of 8 lessons read" in text_of(shown)
    assert f'href="/lessons/{plan.lessons()[0]}"' in shown.get_data(as_text=True)


@pytest.mark.parametrize("right", [12, 0], ids=["passed", "failed"])
@pytest.mark.parametrize("what", ["nothing", "score"])
def test_plan_does_not_tell_what_an_assessment_keeps_to_itself(
    plan: Plan, session: Session, alice: User, hers: Browser, right: int, what: str
) -> None:
    reveal = Reveal(what=what, when=day(60))  # type: ignore[arg-type]
    publish_exams(session, FREE.__class__(**{**FREE.__dict__, "reveal": reveal, "attempts": 1}))
    given = plan.give(f"exam/{COURSE}/final", due_on=day(10))
    plan.sit(alice, right=right)
    plan.pass_days(given, 1)
    own = page(hers, "/plan", 2)
    assert "handed in" in own
    assert "What it came to is not said here." in own
    assert not any(word in own for word in ("done", "Done on", "not passed", "due in", "holds until"))
    assert "Assessment of modules" not in page(hers, "/", 2)


# --- a calendar -----------------------------------------------------------------------------------------------------


def address(browser: Browser) -> str:
    shown = browser.post("/plan/calendar").get_data(as_text=True)
    return shown.partition('value="http://localhost')[2].partition('"')[0]


def test_calendar_has_what_is_due_and_forgets_what_is_done(
    plan: Plan, alice: User, hers: Browser, nobody: Browser
) -> None:
    given = plan.give(due_on=day(10))
    feed = address(hers)
    response = nobody.get(feed)
    assert response.mimetype == "text/calendar"
    text = response.get_data(as_text=True)
    assert f"UID:{plan.last(given, alice).public_id}@trainer" in text
    assert "DTSTART;VALUE=DATE:20261203" in text
    assert "SUMMARY:Training due: Marketing\\, sales and web editors" in text
    plan.read(alice)
    assert "BEGIN:VEVENT" not in nobody.get(feed).get_data(as_text=True)


def test_calendar_address_is_taken_back_and_replaced(plan: Plan, hers: Browser, nobody: Browser) -> None:
    plan.give()
    first, second = address(hers), address(hers)
    assert [nobody.get(each).status_code for each in (first, second)] == [404, 200]
    hers.post("/plan/calendar/end")
    assert nobody.get(second).status_code == 404
    assert nobody.get("/calendar/nonsense.ics").status_code == 404


def test_calendar_of_who_may_not_sign_in_is_closed(
    plan: Plan, session: Session, alice: User, hers: Browser, nobody: Browser
) -> None:
    feed = address(hers)
    session.execute(User.__table__.update().where(User.id == alice.id).values(active=False))  # type: ignore[attr-defined]
    session.commit()
    assert nobody.get(feed).status_code == 404


@pytest.mark.parametrize("right", [12, 0], ids=["passed", "failed"])
def test_lead_who_learns_sees_of_herself_no_more_than_her_own_plan_tells(
    session: Session, plan: Plan, north: North, lena: User, lenas: Browser, right: int
) -> None:
    publish_exams(session, FREE.__class__(**{**FREE.__dict__, "reveal": Reveal(what="nothing"), "attempts": 1}))
    lenas_place = member_of(session, plan.team, north.lena)
    admin = make_person(session, "Ada", "admin")
    change_place(session, plan.team, lenas_place, Place(leads=True, learns=True), by=admin, now=NOW)
    given = plan.give(f"exam/{COURSE}/final", Audience(person=lena), due_on=day(30))
    plan.sit(lena, right=right)
    plan.pass_days(given, 1)
    pages = [of_training(north, given), f"{of_training(north, given)}/people/{north.lena}", f"{north.path}/plan"]
    seen = [page(lenas, path, 2) for path in (*pages, f"{north.path}/people/{north.lena}")]
    report = page(lenas, f"{north.path}/reports/completion", 2)
    assert "0 of 1 done" in seen[2]
    for text in (seen[0], seen[1], report):
        assert "handed in" in text.casefold()
        assert not any(word in text for word in ("holds until", "not passed", "due in", "100 %", "0 %"))


@pytest.mark.parametrize("right", [12, 0], ids=["passed", "failed"])
def test_lead_who_learns_is_not_told_that_she_is_late_with_what_she_handed_in(
    session: Session, plan: Plan, north: North, lena: User, lenas: Browser, right: int
) -> None:
    publish_exams(session, FREE.__class__(**{**FREE.__dict__, "reveal": Reveal(what="nothing"), "attempts": 1}))
    place, admin = member_of(session, plan.team, north.lena), make_person(session, "Ada", "admin")
    change_place(session, plan.team, place, Place(leads=True, learns=True), by=admin, now=NOW)
    given = plan.give(f"exam/{COURSE}/final", Audience(person=lena), due_on=day(3))
    plan.sit(lena, right=right)
    plan.pass_days(given, 1)
    assert "Lena overdue" not in page(lenas, north.path, 8)
    assert "Nothing is overdue." in summary(session, plan.team, lena.id, now=after(8))
