"""In which time zone times are shown: the one a person chose, else her browser's, else UTC, which is then said.

The zones are pytz's, as flask-babel takes them: it brings its own tables, so that a slim machine shows the same times.
"""

from datetime import UTC, date, datetime, time, tzinfo

import pytz
from flask import has_request_context, request
from flask_babel import to_user_timezone, to_utc
from flask_login import current_user

COOKIE = "zone"
"""Set by static/js/zone.js to what the browser's clock goes by."""

ZONES = tuple(pytz.common_timezones)
"""The zones to choose from, by name: `Europe/Berlin`."""


def zone_called(name: str) -> tzinfo:
    """The zone of this name; UTC where there is none. For those who write to somebody and have no request of hers."""
    zone: tzinfo = pytz.timezone(name if name in pytz.all_timezones_set else "UTC")
    return zone


def zone_of_browser() -> str:
    """The zone the browser goes by; empty where it did not say, or said nonsense."""
    said = request.cookies.get(COOKIE, "") if has_request_context() else ""
    return said if said in pytz.all_timezones_set else ""


def zone_name() -> str:
    """The zone of who is asking; empty where nobody knows it."""
    chosen = getattr(current_user, "time_zone", "") if has_request_context() else ""
    return chosen if chosen in pytz.all_timezones_set else zone_of_browser()


def zone() -> str:
    """The zone to show times in."""
    return zone_name() or "UTC"


def local_day(value: datetime) -> date:
    """The day it is, or was, for who is asking."""
    day: date = to_user_timezone(value).date()
    return day


def day_began(value: datetime) -> datetime:
    """When the day of this time began for who is asking, in UTC."""
    return at_local(local_day(value), time())


def day_in(name: str, at: datetime) -> date:
    """The day it is then in a zone; in UTC where there is no such zone. For jobs, where nobody is asking."""
    known = name if name in pytz.all_timezones_set else "UTC"
    return at.astimezone(pytz.timezone(known)).date()


def at_local(day: date, hour: time) -> datetime:
    """The time at which it is so late on that day for who is asking, in UTC."""
    moment: datetime = to_utc(datetime.combine(day, hour))
    return moment.replace(tzinfo=UTC)
