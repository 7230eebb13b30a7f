"""Each person's turn at a training: when it begins, what ends it, and when it comes again."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.exams.sitting_exams import FREE, publish_corrected, publish_exams
from tests.factories import NOW, make_person
from tests.teams.conftest import North
from tests.training.planning import COURSE, TODAY, Plan, after, day, publish_with
from trainer.accounts.models import User
from trainer.exams.corrections import attempts_on_other_versions
from trainer.exams.grading import grade_again
from trainer.exams.models import ExamAttempt, ExamQuestion
from trainer.learning.errors import Invalid
from trainer.library.queries import live_catalogue
from trainer.teams.actions import Duties, Place, change_place, put_in_team, remove_from_team, remove_role, save_role
from trainer.teams.models import JobRole
from trainer.teams.queries import member_of
from trainer.training.actions import Audience, Terms, assign, change_terms, take_back, terms_of
from trainer.training.choosing import Choice, trainings_chosen
from trainer.training.models import Assignment, Ruling, Why
from trainer.training.rulings import Case, Decision, exempt, extend, require_again
from trainer.training.targets import set_of_objectives

TRACK = f"track/{COURSE}/claims"
EXAM = f"exam/{COURSE}/final"


# --- for whom -------------------------------------------------------------------------------------------------------


def test_whoever_learns_in_the_team_has_a_training_that_is_given_to_all(
    plan: Plan, alice: User, bob: User, lena: User
) -> None:
    given = plan.give(due_on=day(30))
    assert [len(plan.cycles(given, user)) for user in (alice, bob, lena)] == [1, 1, 0]
    assert plan.last(given, alice).due_on == day(30)


def role(plan: Plan, session: Session, *members: str) -> JobRole:
    """A job role that some members of the team have."""
    made = save_role(session, plan.team, None, Duties("Technician", ()), by=plan.lead, now=NOW)
    for id in members:
        member = member_of(session, plan.team, id)
        change_place(session, plan.team, member, Place(job_role=made), by=plan.lead, now=NOW)
    session.commit()
    return made


def test_training_of_a_job_role_is_for_whoever_has_it(
    plan: Plan, session: Session, north: North, alice: User, bob: User
) -> None:
    given = plan.give(audience=Audience(job_role=role(plan, session, north.alice)))
    assert [len(plan.cycles(given, user)) for user in (alice, bob)] == [1, 0]
    assert plan.last(given, alice).job_role == "Technician"


def test_whoever_gets_the_job_role_later_has_it_from_then_on(
    plan: Plan, session: Session, north: North, bob: User
) -> None:
    technician = role(plan, session)
    given = plan.give(audience=Audience(job_role=technician), due_on=day(10), due_days=20)
    change_place(
        session, plan.team, member_of(session, plan.team, north.bob), Place(job_role=technician), by=plan.lead, now=NOW
    )
    plan.pass_days(given, 5)
    assert plan.last(given, bob).due_on == day(25)


def test_training_of_one_person_is_nobody_elses(plan: Plan, alice: User, bob: User) -> None:
    given = plan.give(audience=Audience(person=alice))
    assert [len(plan.cycles(given, user)) for user in (alice, bob)] == [1, 0]
    assert given.audience_name == "Alice"


def test_newcomer_has_her_days_from_when_she_joined(plan: Plan, session: Session) -> None:
    given = plan.give(due_on=day(10), due_days=30)
    dora = make_person(session, "Dora")
    put_in_team(session, plan.team, dora, Place(), by=None, now=after(8))
    session.commit()
    plan.pass_days(given, 8)
    assert plan.last(given, dora).due_on == day(38)


def test_day_is_that_of_where_somebody_is(plan: Plan, alice: User, bob: User) -> None:
    plan.set_zone(bob, "Etc/GMT+12")
    given = plan.give(due_days=10)
    assert [plan.last(given, user).opened_on for user in (alice, bob)] == [TODAY, date(2026, 11, 22)]


def test_whoever_leaves_has_it_no_more_and_keeps_what_she_did(
    plan: Plan, session: Session, north: North, alice: User, bob: User
) -> None:
    given = plan.give()
    plan.read(alice)
    plan.pass_days(given, 1)
    for id in (north.alice, north.bob):
        remove_from_team(session, plan.team, member_of(session, plan.team, id), by=plan.lead, now=after(2))
    session.commit()
    plan.pass_days(given, 3)
    assert [plan.last(given, user).closed_why for user in (alice, bob)] == [Why.DONE, Why.LEFT]


def test_whoever_comes_back_has_it_again_with_all_her_days(
    plan: Plan, session: Session, north: North, bob: User
) -> None:
    given = plan.give(due_days=10)
    remove_from_team(session, plan.team, member_of(session, plan.team, north.bob), by=plan.lead, now=after(2))
    plan.pass_days(given, 3)
    put_in_team(session, plan.team, bob, Place(), by=None, now=after(50))
    plan.pass_days(given, 50)
    assert [(cycle.number, cycle.due_on) for cycle in plan.cycles(given, bob)] == [(1, day(10)), (2, day(60))]


def test_nothing_is_opened_or_closed_in_an_archived_team(plan: Plan, session: Session, alice: User) -> None:
    given = plan.give()
    plan.team.archived_at = after(1)
    session.commit()
    plan.read(alice)
    plan.pass_days(given, 2)
    assert plan.last(given, alice).closed_at is None


def test_looking_again_changes_nothing(plan: Plan, session: Session, alice: User, bob: User) -> None:
    given = plan.give(validity_months=12)
    plan.read(alice)
    for days in (1, 1, 2):
        plan.pass_days(given, days)
    assert [len(plan.cycles(given, user)) for user in (alice, bob)] == [1, 1]
    assert len(session.execute(text("SELECT * FROM audit_entry WHERE action = 'training.done'")).all()) == 1


# --- done -----------------------------------------------------------------------------------------------------------


def test_track_is_done_with_its_last_lesson(plan: Plan, alice: User) -> None:
    given = plan.give()
    *first, last = plan.lessons()
    plan.read(alice, *first, days=1)
    plan.pass_days(given, 2)
    assert plan.last(given, alice).closed_at is None
    plan.read(alice, last, days=3)
    plan.pass_days(given, 4)
    done = plan.last(given, alice)
    assert (done.closed_why, done.done_at) == (Why.DONE, after(3))
    assert done.evidence
    assert set(done.evidence["lessons"]) == {*first, last}
    assert done.release == live_catalogue(plan.session).number


def test_what_was_read_before_counts_the_first_time(plan: Plan, alice: User) -> None:
    plan.read(alice, days=-100)
    given = plan.give(validity_months=12)
    assert plan.last(given, alice).done_at == after(-100)
    assert plan.last(given, alice).holds_until == date(2027, 8, 15)


def test_what_was_read_so_long_ago_that_it_holds_no_more_is_read_again(plan: Plan, alice: User) -> None:
    *first, last = plan.lessons()
    plan.read(alice, *first, days=-400)
    plan.read(alice, last, days=-1)
    given = plan.give(validity_months=12)
    assert plan.last(given, alice).closed_at is None
    plan.read(alice, *first, days=1)
    plan.pass_days(given, 2)
    assert plan.last(given, alice).done_at == after(1)


def test_whoever_was_exempt_for_long_can_do_it_afterwards(plan: Plan, north: North, alice: User) -> None:
    plan.read(alice)
    given = plan.give(validity_months=12)
    plan.pass_days(given, 300)
    exempt(plan.at(after(301)), case(plan, given, alice, north.alice), Decision(day(700), "Parental leave."))
    plan.session.commit()
    plan.pass_days(given, 701)
    assert plan.last(given, alice).closed_at is None
    plan.read(alice, days=702)
    plan.pass_days(given, 703)
    assert plan.last(given, alice).done_at == after(702)


def test_assessment_is_done_when_it_is_passed(plan: Plan, session: Session, alice: User) -> None:
    publish_exams(session, FREE)
    given = plan.give(EXAM)
    plan.sit(alice, right=3)
    plan.pass_days(given, 1)
    assert plan.last(given, alice).closed_at is None
    attempt = plan.sit(alice, days=2)
    plan.pass_days(given, 3)
    done = plan.last(given, alice)
    assert done.evidence == {"attempt": attempt, "result": 1, "share": 1.0}
    assert done.holds_until == date(2027, 11, 25), "as long as the exam itself says"


def test_objectives_are_done_with_three_bars_on_each(plan: Plan, session: Session, alice: User) -> None:
    items = [row.id for row in live_catalogue(session).practice_items.values() if row.objective == "M01-O1"]
    course = live_catalogue(session).courses[COURSE]
    target = set_of_objectives(course, ["M01-O1"], "The first")
    given = assign(plan.at(NOW), target, Audience(), Terms())
    session.commit()
    for days in (0, 1):
        plan.answer(alice, items[0], days=days)
    plan.pass_days(given, 1.5)
    assert plan.last(given, alice).closed_at is None
    plan.answer(alice, items[1], days=2)
    plan.pass_days(given, 2.5)
    assert plan.last(given, alice).evidence == {"bars": {"M01-O1": 3}}


# --- again ----------------------------------------------------------------------------------------------------------


def test_what_ends_is_renewed_before(plan: Plan, alice: User) -> None:
    plan.read(alice)
    given = plan.give(validity_months=12, renewal_days=90)
    plan.pass_days(given, 274)
    assert len(plan.cycles(given, alice)) == 1
    plan.pass_days(given, 275)
    first, second = plan.cycles(given, alice)
    assert (first.closed_why, first.holds_until) == (Why.DONE, day(365))
    assert (second.due_on, second.counts_from) == (day(365), after(275))


def test_renewal_asks_to_read_anew_and_adds_beside_what_was_done(plan: Plan, alice: User) -> None:
    plan.read(alice)
    given = plan.give(validity_months=12)
    plan.pass_days(given, 300)
    plan.read(alice, *plan.lessons()[1:], days=301)
    plan.pass_days(given, 302)
    assert plan.last(given, alice).closed_at is None
    plan.read(alice, plan.lessons()[0], days=303)
    plan.pass_days(given, 304)
    first, second = plan.cycles(given, alice)
    assert (first.done_at, second.done_at) == (after(0), after(303))
    assert second.holds_until == date(2028, 9, 22)


def test_refresher_asks_what_has_changed_since(plan: Plan, session: Session, alice: User) -> None:
    plan.read(alice)
    given = plan.give(validity_months=12, refresher="changed")
    changed = plan.lessons()[2]
    publish_with(session, FREE, retitled=changed)
    plan.pass_days(given, 300)
    asks = plan.last(given, alice).asks
    assert asks is not None
    assert asks["lessons"] == [changed]
    assert len(asks["items"]) == 5, "nothing changed in the questions, and a renewal is never a formality"
    plan.read(alice, changed, days=301)
    for id in asks["items"]:
        plan.pass_days(given, 301)
        assert plan.last(given, alice).closed_at is None
        plan.answer(alice, id, days=302, is_right=False)
        plan.answer(alice, id, days=303)
    plan.pass_days(given, 304)
    assert plan.last(given, alice).done_at == after(303)


def test_what_changed_between_reading_and_giving_is_asked_a_year_later(
    plan: Plan, session: Session, alice: User
) -> None:
    publish_with(session, FREE)
    plan.read(alice, days=0.1)
    changed = plan.lessons()[2]
    publish_with(session, FREE, retitled=changed, at=after(1))
    given = plan.give(validity_months=12, refresher="changed")
    plan.pass_days(given, 300)
    asks = plan.last(given, alice).asks
    assert asks
    assert asks["lessons"] == [changed]


def test_refresher_that_has_nothing_to_ask_is_the_whole_training(plan: Plan, session: Session, alice: User) -> None:
    plan.read(alice)
    given = plan.give(validity_months=12, refresher="changed")
    plan.pass_days(given, 300)
    cycle = plan.last(given, alice)
    cycle.asks = {"lessons": [], "items": ["GONE-1"]}
    session.commit()
    plan.pass_days(given, 301)
    assert plan.last(given, alice).closed_at is None, "nobody can do what is not there, and nothing is no renewal"
    plan.read(alice, days=302)
    plan.pass_days(given, 303)
    assert plan.last(given, alice).done_at == after(302)


def test_what_holds_for_a_month_is_not_renewed_again_and_again(plan: Plan, alice: User) -> None:
    plan.read(alice)
    given = plan.give(validity_months=1, renewal_days=90)
    for days in (1, 2, 3, 14, 15, 16, 17):
        plan.pass_days(given, days)
    assert [cycle.closed_why for cycle in plan.cycles(given, alice)] == [Why.DONE, ""]


def test_refresher_comes_with_what_is_most_likely_forgotten(plan: Plan, session: Session, alice: User) -> None:
    objectives = plan.target(TRACK).objectives
    pool = [row.id for row in live_catalogue(session).practice_items.values() if row.objective in objectives]
    for nth, id in enumerate(pool):
        plan.answer(alice, id, days=-50 if nth < 3 else -1)
    plan.read(alice)
    given = plan.give(validity_months=12, refresher="changed")
    plan.pass_days(given, 300)
    asks = plan.last(given, alice).asks
    assert asks
    assert set(pool[:3]) <= set(asks["items"])


def test_pass_is_renewed_by_another(plan: Plan, session: Session, alice: User) -> None:
    publish_exams(session, FREE)
    plan.sit(alice)
    given = plan.give(EXAM)
    plan.pass_days(given, 300)
    assert [cycle.closed_why for cycle in plan.cycles(given, alice)] == [Why.DONE, ""]
    second = plan.sit(alice, days=301)
    plan.pass_days(given, 302)
    assert plan.last(given, alice).evidence == {"attempt": second, "result": 1, "share": 1.0}


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati"])
def test_pass_that_is_renewed_before_her_cycle_has_begun_counts(
    plan: Plan, session: Session, alice: User, zone: str
) -> None:
    publish_exams(session, FREE)
    plan.set_zone(alice, zone)
    plan.sit(alice)
    given = plan.give(EXAM)
    opens = 365 - 90 + 0.01
    second = plan.sit(alice, days=opens)
    plan.pass_days(given, opens + 1)
    assert plan.last(given, alice).evidence == {"attempt": second, "result": 1, "share": 1.0}


def test_pass_that_is_none_any_more_has_to_be_made_good(plan: Plan, session: Session, alice: User) -> None:
    publish_exams(session, replace(FREE, pass_rule=replace(FREE.pass_rule, overall=1.0)))  # type: ignore[type-var]
    attempt = plan.sit(alice)
    given = plan.give(EXAM, due_days=14)
    assert plan.last(given, alice).is_done
    item_id = single_choice(session, attempt)
    asked = attempts_on_other_versions(session, item_id, "")[0]
    publish_corrected(session, item_id, FREE)
    again = live_catalogue(session).items[item_id].hash
    grade_again(session, asked, {item_id: again}, reason="Another option is right.", by="Otto", now=after(1))
    session.commit()
    plan.pass_days(given, 2)
    plan.pass_days(given, 3)
    first, second = plan.cycles(given, alice)
    assert first.is_done, "what was done stays written down"
    assert [ruling.kind for ruling in session.query(Ruling).filter_by(cycle_id=first.id)] == ["voided"]
    assert (second.closed_at, second.due_on) == (None, day(16))


def single_choice(session: Session, attempt: str) -> str:
    asked = select(ExamQuestion.item_id).join(ExamAttempt, ExamAttempt.id == ExamQuestion.attempt_id)
    ids = session.scalars(asked.where(ExamAttempt.public_id == attempt))
    return next(id for id in ids if "-SC-" in id)


# --- decided --------------------------------------------------------------------------------------------------------


def case(plan: Plan, given: Assignment, user: User, member: str) -> Case:
    return Case(given, plan.last(given, user), member_of(plan.session, plan.team, member))


def test_somebody_who_has_longer_keeps_it_when_the_day_of_all_is_moved(
    plan: Plan, session: Session, north: North, alice: User, bob: User
) -> None:
    given = plan.give(due_on=day(10))
    extend(plan.at(after(1)), case(plan, given, alice, north.alice), Decision(day(40), "On leave."))
    change_terms(plan.at(after(2)), given, replace(terms_of(given), due_on=day(20)))
    session.commit()
    assert [plan.last(given, user).due_on for user in (alice, bob)] == [day(40), day(20)]


def test_day_of_all_does_not_move_for_who_moved_to_another_zone(plan: Plan, session: Session, alice: User) -> None:
    plan.set_zone(alice, "Pacific/Kiritimati")
    given = plan.give(due_on=day(10))
    plan.set_zone(alice, "Etc/GMT+12")
    change_terms(plan.at(after(1)), given, replace(terms_of(given), due_on=day(11)))
    session.commit()
    assert plan.last(given, alice).due_on == day(11)


@pytest.mark.parametrize("far", [date(2037, 1, 1), date(9999, 12, 31)])
def test_day_that_is_far_too_late_is_refused(plan: Plan, north: North, alice: User, far: date) -> None:
    given = plan.give(due_on=day(10))
    with pytest.raises(Invalid):
        extend(plan.at(after(1)), case(plan, given, alice, north.alice), Decision(far, "A typing error."))
    plan.session.rollback()


def test_lead_does_not_change_a_training_that_is_hers_alone(
    plan: Plan, session: Session, north: North, lena: User
) -> None:
    lenas = member_of(session, plan.team, north.lena)
    change_place(session, plan.team, lenas, Place(leads=True, learns=True), by=lena_as_admin(session), now=NOW)
    given = plan.give(audience=Audience(person=lena), due_on=day(10))
    for change in (
        lambda: change_terms(plan.at(after(1)), given, replace(terms_of(given), due_on=day(400))),
        lambda: take_back(plan.at(after(1)), given, "Busy."),
    ):
        with pytest.raises(Invalid, match="another lead"):
            change()
        session.rollback()


def lena_as_admin(session: Session) -> User:
    """Somebody who may say that Lena learns."""
    return make_person(session, "Ada", "admin")


def test_training_of_a_job_role_that_is_no_more_is_in_nobodys_way(plan: Plan, session: Session, north: North) -> None:
    technician = role(plan, session, north.alice)
    plan.give(audience=Audience(job_role=technician))
    remove_role(session, plan.team, technician, by=plan.lead, now=NOW)
    session.commit()
    catalogue = live_catalogue(session)
    assert len(trainings_chosen(session, catalogue, plan.team, Choice([TRACK], [], "team"))) == 1


def test_whoever_is_exempt_has_nothing_to_do_until_that_day(
    plan: Plan, session: Session, north: North, alice: User
) -> None:
    given = plan.give(due_days=10)
    exempt(plan.at(after(1)), case(plan, given, alice, north.alice), Decision(day(20), "Parental leave."))
    session.commit()
    plan.pass_days(given, 20)
    assert [cycle.closed_why for cycle in plan.cycles(given, alice)] == [Why.EXEMPT]
    plan.pass_days(given, 21)
    assert plan.last(given, alice).due_on == day(31)


def test_exemption_can_be_ended(plan: Plan, session: Session, north: North, alice: User) -> None:
    given = plan.give(due_days=10)
    exempt(plan.at(after(1)), case(plan, given, alice, north.alice), Decision(None, "Has another certificate."))
    plan.pass_days(given, 100)
    assert len(plan.cycles(given, alice)) == 1
    require_again(plan.at(after(101)), case(plan, given, alice, north.alice), "It has run out.")
    session.commit()
    assert plan.last(given, alice).due_on == day(111)


def test_what_is_taken_back_is_nobodys_any_more_and_what_was_done_stays(plan: Plan, alice: User, bob: User) -> None:
    given = plan.give()
    plan.read(alice)
    plan.pass_days(given, 1)
    take_back(plan.at(after(2)), given, "The course is replaced.")
    plan.session.commit()
    plan.pass_days(given, 400)
    assert [plan.last(given, user).closed_why for user in (alice, bob)] == [Why.DONE, Why.TAKEN_BACK]
    assert [len(plan.cycles(given, user)) for user in (alice, bob)] == [1, 1]


def test_database_refuses_to_change_a_cycle_that_is_closed(plan: Plan, session: Session, alice: User) -> None:
    plan.read(alice)
    plan.give()
    with pytest.raises(IntegrityError, match="never changed"):
        session.execute(text("UPDATE cycle SET due_on = '2030-01-01' WHERE closed_at IS NOT NULL"))
    session.rollback()


def test_database_refuses_to_change_a_decision(plan: Plan, session: Session, north: North, alice: User) -> None:
    given = plan.give(due_on=day(10))
    extend(plan.at(after(1)), case(plan, given, alice, north.alice), Decision(day(40), "On leave."))
    session.commit()
    with pytest.raises(IntegrityError, match="never changed"):
        session.execute(text("UPDATE ruling SET reason = 'Lazy.'"))
    session.rollback()
    for change in ("made_by = 'Somebody else'", "due_on = '2030-01-01'", "due_on = NULL"):
        with pytest.raises(IntegrityError, match="never changed"):
            session.execute(text(f"UPDATE ruling SET {change}"))
        session.rollback()
    session.execute(text("UPDATE ruling SET made_by_id = NULL"))
    session.commit()
