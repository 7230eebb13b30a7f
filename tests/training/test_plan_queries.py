"""Plans ask the database a fixed number of times, however many people a team has."""

from collections.abc import Callable

import pytest
import time_machine
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW, make_person
from tests.statements import statements
from tests.teams.conftest import North
from tests.training.planning import COURSE, Plan, after, day
from trainer.accounts.models import User
from trainer.settings import Settings
from trainer.teams.actions import Place, put_in_team
from trainer.training.commands import remind_of_plans, settle_plans
from trainer.training.models import Assignment

GIVEN = (f"track/{COURSE}/claims", f"exam/{COURSE}/assessment")


@pytest.fixture
def given(plan: Plan) -> list[Assignment]:
    """A track and an assessment for everybody."""
    return [plan.give(value, due_on=day(5), validity_months=12) for value in GIVEN]


def let_many_in(session: Session, plan: Plan) -> None:
    """Ten more people learn in the team; one has read it all."""
    for nth in range(10):
        person = make_person(session, f"Person{nth}", password=None)
        put_in_team(session, plan.team, person, Place(), by=None, now=NOW)
        if not nth:
            plan.read(person)
    session.commit()


@pytest.fixture
def lenas(browser_of: Callable[[User], Browser], lena: User) -> Browser:
    """Lena's browser."""
    return browser_of(lena)


@pytest.mark.parametrize("page", ["", "/plan", "/plan/{}"])
def test_page_of_a_large_team_takes_no_more_queries_than_that_of_a_small_one(
    lenas: Browser, north: North, plan: Plan, given: list[Assignment], session: Session, page: str
) -> None:
    path = north.path + page.format(given[0].public_id)

    def asked() -> int:
        with time_machine.travel(after(8), tick=False):
            lenas.get(path)
            with statements() as seen:
                assert lenas.get(path).status_code == 200
        return len(seen)

    few = asked()
    let_many_in(session, plan)
    for assignment in given:
        plan.pass_days(assignment, 1)
    assert asked() == few


def test_job_that_finds_nothing_to_do_takes_no_more_queries_for_many(
    engine: Engine, settings: Settings, plan: Plan, given: list[Assignment], session: Session
) -> None:
    def asked() -> list[str]:
        for job in (settle_plans, remind_of_plans):
            job(engine, settings, after(1))
        with statements() as seen:
            for job in (settle_plans, remind_of_plans):
                job(engine, settings, after(1))
        return [statement for statement in seen if not statement.startswith(("BEGIN", "PRAGMA", "SET "))]

    few = asked()
    let_many_in(session, plan)
    many = asked()
    assert len(many) == len(few)
    assert not [statement for statement in many if statement.startswith(("INSERT", "UPDATE", "DELETE"))]
