"""Quiet hours: over midnight, on the days on which the clock is changed, and their laws in every zone."""

from datetime import UTC, datetime, timedelta

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.quiet import QuietHours

BERLIN = pytz.timezone("Europe/Berlin")
NIGHT = QuietHours(20, 7)

hours = st.integers(0, 23)
zones = st.sampled_from(pytz.common_timezones).map(pytz.timezone)
times = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "is_quiet"),
    [("19:59", False), ("20:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_night_goes_over_midnight(clock: str, is_quiet: bool) -> None:
    assert NIGHT.hold(utc(f"2026-11-23T{clock}"), UTC) is is_quiet


@pytest.mark.parametrize(("clock", "is_quiet"), [("08:59", False), ("09:00", True), ("16:59", True), ("17:00", False)])
def test_hours_of_one_day(clock: str, is_quiet: bool) -> None:
    assert QuietHours(9, 17).hold(utc(f"2026-11-23T{clock}"), UTC) is is_quiet


def test_hours_are_those_of_her_own_clock() -> None:
    assert NIGHT.hold(utc("2026-11-23T19:00"), BERLIN), "20:00 in Berlin"
    assert not NIGHT.hold(utc("2026-11-23T06:00"), BERLIN), "7:00 in Berlin"
    assert NIGHT.over(utc("2026-11-23T22:30"), BERLIN) == utc("2026-11-24T06:00")
    assert NIGHT.over(utc("2026-11-23T22:30"), pytz.timezone("Asia/Kathmandu")) == utc("2026-11-24T01:15")


def test_hour_that_is_missing_in_march_is_passed_over() -> None:
    """On 29 March 2026 two o'clock does not come: 1:59 is followed by 3:00."""
    until_two = QuietHours(22, 2)
    assert until_two.hold(utc("2026-03-29T00:59"), BERLIN)
    assert until_two.over(utc("2026-03-29T00:59:30"), BERLIN) == utc("2026-03-29T01:00")
    assert NIGHT.over(utc("2026-03-28T23:00"), BERLIN) == utc("2026-03-29T05:00"), "7:00 comes an hour sooner"
    only_two = QuietHours(2, 3)
    assert not any(only_two.hold(utc("2026-03-28T23:00") + timedelta(minutes=n), BERLIN) for n in range(600))


def test_hour_that_comes_twice_in_october_is_quiet_twice() -> None:
    """On 25 October 2026 two o'clock comes at 0:00 and at 1:00 UTC."""
    only_two = QuietHours(2, 3)
    assert only_two.hold(utc("2026-10-25T00:30"), BERLIN)
    assert only_two.hold(utc("2026-10-25T01:30"), BERLIN)
    assert only_two.over(utc("2026-10-25T00:00"), BERLIN) == utc("2026-10-25T02:00")
    assert NIGHT.over(utc("2026-10-24T22:00"), BERLIN) == utc("2026-10-25T06:00")


@pytest.mark.parametrize(("starts", "ends"), [(-1, 7), (20, 24)])
def test_hour_that_no_day_has_is_refused(starts: int, ends: int) -> None:
    with pytest.raises(ValueError, match="no hours"):
        QuietHours(starts, ends)


@given(hours, times, zones)
def test_equal_hours_are_never_quiet(hour: int, now: datetime, zone: pytz.BaseTzInfo) -> None:
    assert not QuietHours(hour, hour).hold(now, zone)
    assert QuietHours(hour, hour).over(now, zone) == now


@given(hours, hours, hours)
def test_each_hour_is_quiet_or_in_the_rest_of_the_day(starts: int, ends: int, hour: int) -> None:
    now = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
    if starts != ends:
        assert QuietHours(starts, ends).hold(now, UTC) is not QuietHours(ends, starts).hold(now, UTC)


@given(hours, hours, times, zones)
def test_end_is_the_first_time_that_is_not_quiet(starts: int, ends: int, now: datetime, zone: pytz.BaseTzInfo) -> None:
    quiet = QuietHours(starts, ends)
    over = quiet.over(now, zone)
    assert not quiet.hold(over, zone)
    assert now <= over <= now + timedelta(hours=25)
    assert (over == now) is not quiet.hold(now, zone)
    if over > now:
        assert quiet.hold(over - timedelta(microseconds=1), zone), "not a moment later than need be"
        assert quiet.hold(now + (over - now) / 2, zone)
