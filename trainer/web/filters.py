"""What templates may do to a value: show a share as a percentage, a time as a date."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import g
from flask_babel import format_date, format_percent, format_time, format_timedelta, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from trainer import clock
from trainer.content.courses import Course
from trainer.content.markdown.texts import render_inline, render_text
from trainer.learning.mastery import Ago, Param, Told
from trainer.web.zones import local_day, zone_name

IN_WEEKS_FROM = 14
"""Days from which on weeks say as much."""


def percent(share: float | None) -> str:
    """A share (0.0–1.0) as whole per cent, nothing for None."""
    return "" if share is None else str(format_percent(share, "#,##0\u202f%"))


def points(difference: float) -> str:
    """A difference of shares (−1.0 to 1.0) in points of a hundred, with its sign: "+12", "−3", "0"."""
    whole = round(100 * difference)
    return f"+{whole}" if whole > 0 else str(whole).replace("-", "\N{MINUS SIGN}")


def shown_date(value: date | datetime | None) -> str:
    """The day, as people here write it; of a time, the day it is for the reader."""
    if value is None:
        return ""
    return str(format_date(local_day(value) if isinstance(value, datetime) else value, "medium"))


def shown_time(value: datetime | None) -> str:
    """The day and the time on the reader's clock; where nobody knows which that is, it says UTC."""
    if value is None:
        return ""
    said = f"{shown_date(value)}, {format_time(value, 'short')}"
    return said if zone_name() else f"{said} UTC"


def clock_time(value: datetime | None) -> str:
    """The time of day on the reader's clock, with seconds: to see that something has just been saved."""
    return "" if value is None else str(format_time(value, "medium"))


def ago(value: datetime | None) -> str:
    """How long ago, or in how long: "3 days ago", "in 2 hours", "just now"."""
    if value is None:
        return ""
    passed = value - clock.now()
    return _("just now") if abs(passed.total_seconds()) < 60 else str(format_timedelta(passed, add_direction=True))


def comes_back(due: datetime | None) -> str:
    """When a question returns, as a sentence; nothing for None."""
    if due is None:
        return ""
    now = clock.now()
    if due <= now:
        return str(_("It is due again now."))
    if (local_day(due) - local_day(now)).days == 1:
        return str(_("It comes back tomorrow."))
    return str(_("It comes back %(when)s.", when=ago(due)))


def told(sentence: Told) -> str:
    """A sentence of the core in the reader's language, with its times as people here write them."""
    return str(_(sentence.text, **{name: _told_param(value) for name, value in sentence.params.items()}))


def _told_param(value: Param) -> str | int:
    if isinstance(value, Ago):
        return days_ago(value.at)
    return shown_time(value) if isinstance(value, datetime) else value


def days_ago(value: datetime) -> str:
    """How long ago in the reader's own days: "today", "yesterday", "6 days ago", "3 weeks ago"."""
    days = (local_day(clock.now()) - local_day(value)).days
    if days <= 1:
        return str(_("yesterday") if days == 1 else _("today"))
    if days < IN_WEEKS_FROM:
        return str(ngettext("%(num)s day ago", "%(num)s days ago", days))
    return str(ngettext("%(num)s week ago", "%(num)s weeks ago", round(days / 7)))


def speak_of(course: Course | None) -> str:
    """Let Markdown in the rest of this page mean this course: its glossary, its values that age. Shows nothing."""
    g.course = course
    return ""


def paragraphs(text: str, course: Course | None = None) -> Markup:
    """An author's Markdown as paragraphs."""
    return render_text(text, course or g.get("course"))


def words(text: str, course: Course | None = None) -> Markup:
    """An author's Markdown as words in a line."""
    return render_inline(text, course or g.get("course"))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "percent": percent,
    "points": points,
    "date": shown_date,
    "datetime": shown_time,
    "clock": clock_time,
    "ago": ago,
    "comes_back": comes_back,
    "told": told,
    "md": paragraphs,
    "mdi": words,
}
"""`md` makes paragraphs of an author's Markdown, `mdi` only words; both may be given the course."""
