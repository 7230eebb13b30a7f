"""The weekly summary: once a week, on Monday where the lead is, with what a lead can act on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.reports.test_team_page import practise
from tests.teams.conftest import North
from trainer.accounts.models import User
from trainer.db import transaction
from trainer.notices.models import Notice
from trainer.reports.digest import send_digests
from trainer.settings import Settings
from trainer.teams.models import Team
from trainer.teams.queries import team_by_id

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
DAY = timedelta(days=1)

Told = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def told(engine: Engine, settings: Settings) -> Told:
    """Let the job run at these times: who was told what."""

    def run(*times: datetime) -> list[tuple[str, str]]:
        for at in times:
            send_digests(engine, settings, at)
        with transaction(engine, read_only=True) as session:
            rows = session.execute(
                select(User.name, Notice.text).join(Notice, Notice.user_id == User.id).order_by(Notice.id)
            )
            return [(name, text) for name, text in rows]

    return run


def test_whoever_leads_a_team_is_told_each_monday_once(told: Told, north: North, session: Session, alice: User) -> None:
    practise(session, alice, ["M01-O1"])
    session.commit()
    found = told(MONDAY, MONDAY + timedelta(hours=3), MONDAY + DAY, MONDAY + 2 * DAY, MONDAY + 7 * DAY)
    assert [name for name, _ in found] == ["Lena", "Lena"]
    assert found[0][1] == (
        "Network North: 0 of 2 people know enough today. Nothing is overdue. Needs you this week: Bob (has not begun)."
    )


def test_where_nothing_ran_on_monday_it_comes_on_tuesday_and_then_no_more(told: Told, north: North) -> None:
    assert len(told(MONDAY + 2 * DAY, MONDAY + 3 * DAY)) == 0
    assert len(told(MONDAY + 8 * DAY)) == 1


def test_monday_is_that_of_where_the_lead_is(told: Told, north: North, session: Session, lena: User) -> None:
    session.execute(update(User).where(User.id == lena.id).values(time_zone="Pacific/Kiritimati"))
    session.commit()
    assert len(told(MONDAY - timedelta(hours=10))) == 1, "there it is Monday, one in the afternoon"


def test_team_in_which_nobody_has_begun_says_so(told: Told, north: North) -> None:
    assert "Network North: nobody has begun yet." in told(MONDAY)[0][1]


def test_day_of_the_audit_is_named(told: Told, north: North, session: Session, alice: User) -> None:
    practise(session, alice, ["M01-O1"])
    team_by_id(session, north.id).audit_on = (MONDAY + 20 * DAY).date()
    session.commit()
    assert "will know enough on 20 December 2026." in told(MONDAY)[0][1]


def test_archived_and_empty_teams_are_left_out(told: Told, north: North, south: North, session: Session) -> None:
    session.execute(update(Team).where(Team.public_id == north.id).values(archived_at=MONDAY))
    session.commit()
    assert [name for name, _ in told(MONDAY)] == ["Carol"]


def test_summary_can_be_switched_off(told: Told, north: North, session: Session) -> None:
    told(MONDAY)
    kept = session.scalars(select(Notice)).one()
    assert (kept.kind, kept.is_mandatory) == ("digest", False)
