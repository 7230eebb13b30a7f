"""How templates show values."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.factories import NOW
from trainer import clock
from trainer.web.filters import ago, comes_back, percent, shown_date, shown_time


@pytest.fixture(autouse=True)
def _request(app: Flask):
    with app.test_request_context():
        yield


@pytest.mark.parametrize(("share", "text"), [(0.0, "0\u202f%"), (0.734, "73\u202f%"), (1.0, "100\u202f%"), (None, "")])
def test_percent(share: float | None, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("value", "text"), [(NOW, "23 Nov 2026"), (date(2026, 1, 2), "2 Jan 2026"), (None, "")])
def test_date(value: date | None, text: str) -> None:
    assert shown_date(value) == text


@pytest.mark.parametrize(("value", "text"), [(NOW, "23 Nov 2026, 09:00 UTC"), (None, "")])
def test_time(value: datetime | None, text: str) -> None:
    assert shown_time(value) == text


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=5), "5 minutes ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(hours=-2), "in 2 hours"),
    ],
)
def test_ago(passed: timedelta, text: str) -> None:
    assert ago(clock.now() - passed) == text


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (timedelta(days=3), "It comes back in 3 days."),
        (timedelta(days=1), "It comes back tomorrow."),
        (timedelta(hours=2), "It comes back in 2 hours."),
        (timedelta(hours=-2), "It is due again now."),
    ],
)
def test_comes_back(due: timedelta, text: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert comes_back(NOW + due) == text


def test_comes_back_of_nothing() -> None:
    assert comes_back(None) == ""


def test_ago_of_nothing() -> None:
    assert ago(None) == ""
