"""The shape of a person's wishes for mails."""

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from trainer.learning.quiet import QuietHours
from trainer.notices.queries import Wishes


def _hours() -> list[SelectChoice]:
    return [SelectChoice(hour, f"{hour:02}:00") for hour in range(24)]


class WishesForm(FlaskForm):  # type: ignore[misc]
    """When and about what somebody wants mails."""

    quiet_from = SelectField(__("No mails from"), coerce=int, choices=_hours)
    quiet_until = SelectField(__("No mails until"), coerce=int, choices=_hours)
    wants_reminders = BooleanField(__("Reminders of trainings that are not mandatory"))
    wants_digest = BooleanField(__("Weekly summary of the teams you lead"))

    @classmethod
    def of(cls, wishes: Wishes) -> "WishesForm":
        """The form as it is filled in now."""
        form: WishesForm = cls(
            quiet_from=wishes.quiet.starts,
            quiet_until=wishes.quiet.ends,
            wants_reminders=wishes.wants_reminders,
            wants_digest=wishes.wants_digest,
        )
        return form

    def wishes(self) -> Wishes:
        """What was chosen. Call it on a valid form only."""
        quiet = QuietHours(self.quiet_from.data, self.quiet_until.data)
        return Wishes(quiet, self.wants_reminders.data, self.wants_digest.data)
