"""The day a learner names."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form
from wtforms.validators import InputRequired, StopValidation

DAYS_AHEAD = 30
"""The day that is looked at where none is named."""
FURTHEST = timedelta(days=365)
"""The model of memory looks no further ahead than it schedules: a year."""


class DayForm(Form):
    """For which day to forecast. It changes nothing and needs no token."""

    on = DateField(__("Day"), [InputRequired(__("Name a day, as in 2027-01-31."))])

    def __init__(self, sent: MultiDict[str, str] | None, *, today: date) -> None:
        super().__init__(sent, on=today + timedelta(days=DAYS_AHEAD))
        self.today = today
        self.on.render_kw = {"min": today.isoformat(), "max": (today + FURTHEST).isoformat()}

    def validate_on(self, field: DateField) -> None:
        """Raises StopValidation where it is no day, or one of the past or far ahead."""
        if field.data is None:
            field.errors = []
            raise StopValidation(_("That is not a day. Write it as in 2027-01-31."))
        if field.data < self.today:
            raise StopValidation(_("That day is over. Name today or a day to come."))
        if field.data > self.today + FURTHEST:
            raise StopValidation(_("That is too far ahead to say anything. Name a day within a year."))

    def day(self) -> date:
        """The day that was named, or the usual one. Call it on a form that is valid or was not sent."""
        return self.on.data or self.today + timedelta(days=DAYS_AHEAD)
