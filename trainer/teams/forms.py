"""The shapes of what is typed about teams."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainer.accounts.forms import PASSWORD, email_field, new_password_field, text_of
from trainer.content.courses import Course
from trainer.teams.actions import LONGEST_NAME, Duties, Place
from trainer.teams.inviting import LINK_DAYS
from trainer.teams.models import JobRole
from trainer.teams.roster import MOST_BYTES

NO_ROLE = ""


def name_field(label: str) -> StringField:
    """A name of something."""
    return StringField(label, [InputRequired(__("Enter a name.")), Length(max=LONGEST_NAME)])


class TeamForm(FlaskForm):  # type: ignore[misc]
    """What a team is called."""

    name = name_field(__("Name of the team"))


class AimForm(FlaskForm):  # type: ignore[misc]
    """The day a team gets ready for, and what is enough then."""

    audit_on = DateField(__("Day of the audit"), [Optional()])
    goal = IntegerField(__("Enough is, in percent right"), [InputRequired(), NumberRange(50, 100)])

    def share(self) -> float:
        """The goal as a share. Call it on a valid form only."""
        return (self.goal.data or 0) / 100


class RoleChoice(FlaskForm):  # type: ignore[misc]
    """A form in which a job role of the team can be chosen, or none."""

    job_role = SelectField(__("Job role"), default=NO_ROLE)

    def offer(self, roles: Sequence[JobRole]) -> "RoleChoice":
        """The job roles to choose from."""
        self.job_role.choices = [(NO_ROLE, __("none")), *((role.public_id, role.name) for role in roles)]
        return self

    def chosen(self, roles: Sequence[JobRole]) -> JobRole | None:
        """The one that was chosen. Call it on a valid form only."""
        return next((role for role in roles if role.public_id == self.job_role.data), None)


class PlaceForm(RoleChoice):
    """What somebody is in a team."""

    learns = BooleanField(__("Learns with the team"))
    leads = BooleanField(__("Leads the team: sees what its people come to, invites and removes people"))

    def place(self, roles: Sequence[JobRole]) -> Place:
        """What was chosen. Call it on a valid form only."""
        return Place(bool(self.leads.data), bool(self.learns.data), self.chosen(roles))


class LinkForm(RoleChoice):
    """A link by which whoever has it can join."""

    days = SelectField(
        __("It works for"),
        coerce=int,
        default=7,
        choices=[
            SelectChoice(days, words)
            for days, words in zip(LINK_DAYS, (__("a day"), __("a week"), __("30 days")), strict=True)
        ],
    )


class ListForm(FlaskForm):  # type: ignore[misc]
    """People to invite: a file, or lines typed or pasted."""

    file = FileField(__("A file from a spreadsheet (CSV)"))
    text = TextAreaField(__("Or one person in a line: address, name, job role"))

    def sent(self) -> bytes:
        """What was sent; the file where there is one."""
        upload = self.file.data
        read: bytes = upload.read() if upload else b""
        return read or text_of(self.text).encode()


class RosterForm(FlaskForm):  # type: ignore[misc]
    """The list that was looked over, to be sent once more."""

    roster = HiddenField(validators=[InputRequired(), Length(max=MOST_BYTES)])


class DutiesForm(FlaskForm):  # type: ignore[misc]
    """A job role, and the objectives it requires."""

    name = name_field(__("Name of the job role"))
    objectives = SelectMultipleField(
        __("Objectives it requires"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer(self, courses: Mapping[str, Course]) -> "DutiesForm":
        """The objectives of these courses."""
        known = {id: each.short for course in courses.values() for id, each in course.objectives_by_id.items()}
        self.objectives.choices = list(known.items())
        return self

    def duties(self) -> Duties:
        """What was typed and ticked. Call it on a valid form only."""
        return Duties(text_of(self.name), self.objectives.data or ())


class NewcomerForm(FlaskForm):  # type: ignore[misc]
    """Who joins by an invitation and has no account yet."""

    name = StringField(
        __("Your name"),
        [InputRequired(__("Enter a name.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "name"},
    )
    password = new_password_field(PASSWORD)


class AddressForm(FlaskForm):  # type: ignore[misc]
    """Where to send an invitation of one's own."""

    email = email_field()
