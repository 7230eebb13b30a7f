"""Whom the plan writes to, on which days, and what each notice says. Every one is kept."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.exams.sitting_exams import FREE, publish_exams
from tests.teams.conftest import North
from tests.training.planning import COURSE, Plan, after, day
from trainer.accounts.models import User
from trainer.content.exams import Reveal
from trainer.db import transaction
from trainer.notices.models import Notice, State
from trainer.settings import Settings
from trainer.teams.queries import member_of
from trainer.training.actions import Audience, change_terms, take_back, terms_of
from trainer.training.commands import remind_of_plans, settle_plans
from trainer.training.models import Assignment
from trainer.training.rulings import Case, Decision, exempt, extend

EXAM = f"exam/{COURSE}/final"

Run = Callable[[float], None]


@pytest.fixture
def run(engine: Engine, settings: Settings) -> Run:
    """Let the jobs look, so many days after NOW."""

    def jobs(days: float) -> None:
        settle_plans(engine, settings, after(days))
        remind_of_plans(engine, settings, after(days))

    return jobs


@pytest.fixture
def told(engine: Engine) -> Callable[[User], list[tuple[str, str]]]:
    """What somebody was told, oldest first: kind and text; what was never sent is left out."""

    def notices(user: User) -> list[tuple[str, str]]:
        with transaction(engine, read_only=True) as session:
            hers = select(Notice).where(Notice.user_id == user.id, Notice.state != State.NOT_SENT)
            return [(each.kind, each.text) for each in session.scalars(hers.order_by(Notice.id))]

    return notices


Told = Callable[[User], list[tuple[str, str]]]


def test_whoever_does_nothing_is_reminded_three_times_and_told_when_it_is_late(
    plan: Plan, bob: User, lena: User, run: Run, told: Told
) -> None:
    plan.give(audience=Audience(person=bob), due_on=day(40), requirement="Clause 7.2")
    for days in range(60):
        run(days)
    training = "“Marketing, sales and web editors” (team Network North)"
    assert told(bob) == [
        ("given", f"{training} is to do until 2 January 2027. It is asked for by Clause 7.2."),
        ("due-30", f"{training} is due on 2 January 2027."),
        ("due-7", f"{training} is due on 2 January 2027."),
        ("due-1", f"{training} is due on 2 January 2027."),
        ("overdue", f"{training} was due on 2 January 2027 and is not done."),
    ]
    assert told(lena) == [("lead", f"Bob is overdue with {training} since 2 January 2027.")]


def test_nothing_is_sent_of_what_is_done_meanwhile(
    plan: Plan, session: Session, alice: User, run: Run, told: Told
) -> None:
    plan.read(alice)
    plan.give(due_on=day(40))
    assert told(alice) == []
    kept = session.scalars(select(Notice).where(Notice.user_id == alice.id)).all()
    assert [(each.kind, each.state, each.why) for each in kept] == [("given", State.NOT_SENT, "done meanwhile")]


def test_who_has_done_it_is_reminded_no_more(plan: Plan, alice: User, run: Run, told: Told) -> None:
    plan.give(due_on=day(40))
    run(10)
    plan.read(alice, days=11)
    run(33)
    run(45)
    assert told(alice) == [], "no mail was written in the meantime, and what waited was let go"


def test_renewal_is_told_of_three_months_before(plan: Plan, alice: User, run: Run, told: Told) -> None:
    plan.read(alice)
    plan.give(audience=Audience(person=alice), validity_months=12)
    for days in range(270, 370):
        run(days)
    assert [kind for kind, _ in told(alice)] == ["renewal", "due-60", "due-30", "due-7", "due-1", "overdue"]
    assert told(alice)[0][1].endswith("holds until 23 November 2027. Renew it until 23 November 2027.")


@pytest.mark.parametrize("right", [12, 0], ids=["passed", "failed"])
def test_reminders_do_not_tell_what_an_assessment_keeps_to_itself(
    plan: Plan, session: Session, alice: User, run: Run, told: Told, right: int
) -> None:
    publish_exams(session, FREE.__class__(**{**FREE.__dict__, "reveal": Reveal(what="nothing"), "attempts": 1}))
    plan.give(EXAM, Audience(person=alice), due_on=day(10))
    plan.sit(alice, right=right)
    for days in (1, 3, 9, 11):
        run(days)
    assert [kind for kind, _ in told(alice) if kind != "given"] == []


def test_whoever_has_more_time_is_reminded_of_the_new_day(
    plan: Plan, north: North, bob: User, lena: User, run: Run, told: Told
) -> None:
    given = plan.give(audience=Audience(person=bob), due_on=day(40))
    for days in range(60):
        run(days)
    case = Case(given, plan.last(given, bob), member_of(plan.session, plan.team, north.bob))
    plan.session.execute(update(Notice).where(Notice.state == State.WAITS).values(state=State.WRITTEN))
    extend(plan.at(after(60)), case, Decision(day(120), "On leave."))
    plan.session.commit()
    for days in range(60, 130):
        run(days)
    kinds = [kind for kind, _ in told(bob)]
    assert kinds[kinds.index("extended") :] == ["extended", "due-30", "due-7", "due-1", "overdue"]
    assert len(told(lena)) == 2


def test_whose_day_is_moved_is_told_and_what_waited_is_not_sent(
    plan: Plan, session: Session, bob: User, run: Run, told: Told
) -> None:
    given = plan.give(audience=Audience(person=bob), due_on=day(40))
    change_terms(plan.at(after(1)), given, replace(terms_of(given), due_on=day(50)))
    session.commit()
    training = "“Marketing, sales and web editors” (team Network North)"
    assert told(bob) == [("moved", f"{training} is now to do until 12 January 2027.")]


def test_lead_hears_of_many_who_are_late_in_one_notice(plan: Plan, lena: User, run: Run, told: Told) -> None:
    plan.give(due_on=day(5))
    for days in range(20):
        run(days)
    training = "“Marketing, sales and web editors” (team Network North)"
    assert told(lena) == [("lead", f"2 people are overdue with {training}: Alice, Bob.")]


def test_lead_hears_of_who_failed_an_assessment_that_keeps_its_result(
    plan: Plan, session: Session, alice: User, lena: User, run: Run, told: Told
) -> None:
    publish_exams(session, FREE.__class__(**{**FREE.__dict__, "reveal": Reveal(what="nothing"), "attempts": 1}))
    plan.give(EXAM, Audience(person=alice), due_on=day(10))
    plan.sit(alice, right=0)
    run(18)
    assert [kind for kind, _ in told(lena)] == ["lead"]


@pytest.mark.parametrize("right", [12, 0], ids=["passed", "failed"])
def test_notices_look_the_same_whatever_an_assessment_keeps_to_itself(
    plan: Plan, session: Session, alice: User, run: Run, right: int
) -> None:
    publish_exams(session, FREE.__class__(**{**FREE.__dict__, "reveal": Reveal(what="nothing"), "attempts": 1}))
    given = plan.give(EXAM, Audience(person=alice), due_on=day(10))
    plan.sit(alice, right=right)
    for days in (1, 12):
        run(days)
    take_back(plan.at(after(20)), given, "Replaced.")
    session.commit()
    kept = session.scalars(select(Notice).where(Notice.user_id == alice.id)).all()
    assert [(each.kind, each.state, each.why) for each in kept] == [("given", State.WAITS, "")]


def test_decisions_are_told_with_their_reason(plan: Plan, north: North, alice: User, told: Told) -> None:
    given = plan.give(due_on=day(10))
    case = Case(given, plan.last(given, alice), member_of(plan.session, plan.team, north.alice))
    extend(plan.at(after(1)), case, Decision(day(30), "On leave."))
    exempt(plan.at(after(2)), case, Decision(None, "Retires."))
    plan.session.commit()
    texts = [text for kind, text in told(alice) if kind in ("given", "extended", "exempted")]
    assert texts == ["You need not do “Marketing, sales and web editors” (team Network North): Retires. (Lena)"], (
        "the first was overtaken before it was sent"
    )


def test_what_is_taken_back_is_told_to_whoever_had_it_open(
    plan: Plan, session: Session, alice: User, bob: User, told: Told
) -> None:
    given = plan.give(due_on=day(10))
    plan.read(alice)
    plan.pass_days(given, 0.1)
    session.execute(update(Notice).where(Notice.state == State.WAITS).values(state=State.WRITTEN))
    take_back(plan.at(after(1)), given, "Replaced.")
    session.commit()
    assert [kind for kind, _ in told(bob)] == ["given", "taken-back"]
    assert "taken-back" not in [kind for kind, _ in told(alice)]


def test_what_is_voluntary_says_so(plan: Plan, session: Session, bob: User) -> None:
    plan.give(is_mandatory=False)
    kept = session.scalars(select(Notice).where(Notice.user_id == bob.id)).all()
    assert [each.is_mandatory for each in kept] == [False]
    assert {each.team_id for each in kept} == {plan.team.id}


def test_nobody_is_reminded_in_an_archived_team_or_of_what_is_offered_no_more(
    plan: Plan, session: Session, bob: User, run: Run, told: Told
) -> None:
    publish_exams(session, FREE)
    plan.give(EXAM, Audience(person=bob), due_on=day(10))
    publish_exams(session, FREE.__class__(**{**FREE.__dict__, "id": "other"}))
    run(11)
    assert [kind for kind, _ in told(bob)] == ["given"]


def test_jobs_write_nothing_where_nothing_is_to_do(plan: Plan, engine: Engine, run: Run) -> None:
    plan.give(due_on=day(40))
    run(0.1)
    with transaction(engine, read_only=True) as session:
        before = len(session.scalars(select(Notice.id)).all())
    run(0.2)
    with transaction(engine, read_only=True) as session:
        assert len(session.scalars(select(Notice.id)).all()) == before
        assert len(session.scalars(select(Assignment.id)).all()) == 1
