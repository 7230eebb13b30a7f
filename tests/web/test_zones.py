"""Times are told by the reader's own clock."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Executable, select

from tests.browser_client import Browser
from trainer.accounts.models import User
from trainer.learning.mastery import Ago, Told
from trainer.web.filters import comes_back, days_ago, shown_date, shown_time, told

LATE = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
Sign = Callable[[User], Browser]
Look = Callable[[Executable], list[Any]]


def shown(app: Flask, zone: str) -> tuple[str, str]:
    """The time and the day of LATE in a browser with this cookie."""
    with app.test_request_context(headers={"Cookie": f"zone={zone}"} if zone else {}):
        return shown_time(LATE), shown_date(LATE)


@pytest.mark.parametrize(
    ("zone", "time", "day"),
    [
        ("", "23 Nov 2026, 23:30 UTC", "23 Nov 2026"),
        ("Europe/Berlin", "24 Nov 2026, 00:30", "24 Nov 2026"),
        ("America/New_York", "23 Nov 2026, 18:30", "23 Nov 2026"),
        ("Asia/Kolkata", "24 Nov 2026, 05:00", "24 Nov 2026"),
        ("../../etc/passwd", "23 Nov 2026, 23:30 UTC", "23 Nov 2026"),
        ("Mars/Olympus", "23 Nov 2026, 23:30 UTC", "23 Nov 2026"),
    ],
)
def test_time_is_shown_in_the_zone_of_the_browser(app: Flask, zone: str, time: str, day: str) -> None:
    assert shown(app, zone) == (time, day)


def test_tomorrow_is_tomorrow_where_the_learner_is(app: Flask) -> None:
    """Half past midnight in Berlin: what is due in 20 hours is due later today, though UTC has another date then."""
    with time_machine.travel(LATE, tick=False):
        with app.test_request_context(headers={"Cookie": "zone=Europe/Berlin"}):
            assert comes_back(LATE + timedelta(hours=20)) == "It comes back in 20 hours."
            assert comes_back(LATE + timedelta(hours=24)) == "It comes back tomorrow."
        with app.test_request_context():
            assert comes_back(LATE + timedelta(hours=20)) == "It comes back tomorrow."


def test_chosen_zone_is_kept_and_goes_before_the_browsers(browser_of: Sign, alice: User, look: Look) -> None:
    hers = browser_of(alice)
    hers.set_cookie("zone", "Europe/Berlin")
    assert "As this device has it (Europe/Berlin)" in hers.get("/account").get_data(as_text=True)
    saved = hers.post("/account", data={"name": "Alice", "time_zone": "Asia/Tokyo"})
    assert saved.status_code == 303
    assert look(select(User.time_zone)) == ["Asia/Tokyo"]
    page = hers.get("/account").get_data(as_text=True)
    assert '<option selected value="Asia/Tokyo">' in page
    assert not re.search(r"\d UTC", page)


def test_zone_that_is_none_is_refused(browser_of: Sign, alice: User, look: Look) -> None:
    refused = browser_of(alice).post("/account", data={"name": "Alice", "time_zone": "Mars/Olympus"})
    assert refused.status_code == 422
    assert look(select(User.time_zone)) == [""]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (1, "today"),
        (15, "yesterday"),
        (24, "yesterday"),
        (6 * 24, "6 days ago"),
        (13 * 24, "13 days ago"),
        (14 * 24, "2 weeks ago"),
        (60 * 24, "9 weeks ago"),
    ],
)
def test_days_ago_are_those_of_the_readers_calendar(app: Flask, hours: int, words: str) -> None:
    """It is half past midnight in Berlin."""
    with app.test_request_context(headers={"Cookie": "zone=Europe/Berlin"}), time_machine.travel(LATE, tick=False):
        assert days_ago(LATE + timedelta(minutes=30) - timedelta(hours=hours)) == words


def test_told_puts_a_time_ago_into_the_sentence(app: Flask) -> None:
    with app.test_request_context(), time_machine.travel(LATE, tick=False):
        assert (
            told(Told("You missed it %(when)s.", {"when": Ago(LATE - timedelta(days=9))}))
            == "You missed it 9 days ago."
        )
