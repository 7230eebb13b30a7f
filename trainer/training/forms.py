"""The shapes of what is typed about plans."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainer.accounts.forms import text_of
from trainer.teams.models import JobRole
from trainer.teams.queries import Member
from trainer.training.actions import LONGEST_REASON, Terms
from trainer.training.choosing import EVERYBODY, REQUIRED_BY_ROLE, Choice
from trainer.training.refreshers import ALL, CHANGED
from trainer.training.targets import Target


def _ticks(label: str) -> SelectMultipleField:
    return SelectMultipleField(label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())


class TermsForm(FlaskForm):  # type: ignore[misc]
    """Until when a training is to be done, for how long that holds, and by which rules."""

    due_on = DateField(__("Due on"), [Optional()])
    due_days = IntegerField(__("Days for those who come later"), [InputRequired(), NumberRange(1, 730)], default=30)
    requirement = StringField(__("What asks for it"), [Optional(), Length(max=300)])
    validity_months = IntegerField(__("It holds for, in months"), [Optional(), NumberRange(1, 120)])
    renewal_days = IntegerField(
        __("It can be renewed so many days before that"), [InputRequired(), NumberRange(0, 365)], default=90
    )
    refresher = SelectField(
        __("To renew it"),
        choices=[
            SelectChoice(CHANGED, __("what has changed, and five questions")),
            SelectChoice(ALL, __("all of it again")),
        ],
        default=CHANGED,
    )
    test_out = BooleanField(__("What the entry test opens need not be read"), default=True)
    is_mandatory = BooleanField(__("It is mandatory: nobody can switch off its reminders"), default=True)
    tell_lead_days = IntegerField(
        __("Tell those who lead the team when it is overdue for, in days"),
        [InputRequired(), NumberRange(1, 365)],
        default=7,
    )

    def terms(self) -> Terms:
        """What was typed. Call it on a valid form only."""
        return Terms(
            due_on=self.due_on.data,
            due_days=self.due_days.data or 0,
            validity_months=self.validity_months.data,
            renewal_days=self.renewal_days.data or 0,
            refresher=self.refresher.data,
            test_out=bool(self.test_out.data),
            is_mandatory=bool(self.is_mandatory.data),
            tell_lead_days=self.tell_lead_days.data or 0,
            requirement=text_of(self.requirement),
        )


class AssignForm(TermsForm):
    """A training to give, or several by the same rules."""

    what = _ticks(__("Trainings"))
    objectives = _ticks(__("Objectives"))
    whom = SelectField(__("For whom"), default=EVERYBODY)

    def offer(
        self,
        targets: Sequence[Target],
        objectives: Mapping[str, Sequence[tuple[str, str]]],
        roles: Sequence[JobRole],
        people: Sequence[Member],
    ) -> "AssignForm":
        """What can be chosen, and for whom."""
        self.what.choices = [SelectChoice(target.value, target.title) for target in targets]
        if any(role.objectives for role in roles):
            self.what.choices.append(SelectChoice(REQUIRED_BY_ROLE, __("What their job role requires")))
        self.objectives.choices = [SelectChoice(*each) for known in objectives.values() for each in known]
        whom = [SelectChoice(EVERYBODY, __("Everybody who learns in this team"))]
        whom += [SelectChoice(f"role/{role.public_id}", role.name, optgroup=__("Job roles")) for role in roles]
        whom += [
            SelectChoice(f"person/{one.membership.public_id}", one.user.name or one.user.email, optgroup=__("People"))
            for one in people
        ]
        self.whom.choices = whom
        return self

    def choice(self) -> Choice:
        """What was ticked. Call it on a valid form only."""
        return Choice(self.what.data or (), self.objectives.data or (), self.whom.data)


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why something is decided."""

    reason = TextAreaField(__("Reason"), [InputRequired(__("Say why.")), Length(max=LONGEST_REASON)])

    def why(self) -> str:
        """What was typed."""
        return text_of(self.reason)


class DecisionForm(ReasonForm):
    """More time for somebody, or an exemption."""

    kind = SelectField(
        __("Decision"),
        choices=[SelectChoice("extend", __("More time")), SelectChoice("exempt", __("Need not do it"))],
    )
    day = DateField(__("Until"), [Optional()])

    def until(self) -> date | None:
        """The day that was chosen."""
        day: date | None = self.day.data
        return day
