"""What an author sends from the inbox: a decision, a wording to show."""

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from trainer.inbox.actions import Wording
from trainer.inbox.forms import long_text

UPHELD, REJECTED = "upheld", "rejected"


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """Whether the doubt is right, and why."""

    verdict = RadioField(
        __("What do you decide?"),
        [InputRequired(__("Choose one of the two."))],
        choices=[
            SelectChoice(UPHELD, __("The learner is right")),
            SelectChoice(REJECTED, __("The question stays as it is")),
        ],
    )
    reason = long_text(__("Reason"), __("Say why. The learner reads it."))

    @property
    def upheld(self) -> bool:
        """Whether the learner is right."""
        return bool(self.verdict.data == UPHELD)


class ShowForm(FlaskForm):  # type: ignore[misc]
    """What is shown under the lesson; `number` counts the words on it that were on the page."""

    number = IntegerField(validators=[InputRequired(), NumberRange(0, 1_000_000)], widget=HiddenInput())
    question = long_text(__("Question, as it is shown"), __("Say what the question was."))
    answer = long_text(__("Answer, as it is shown"), __("Say what the answer is."))

    def wording(self) -> Wording:
        """What was sent. Call it on a valid form only."""
        return Wording(self.question.data or "", self.answer.data or "", self.number.data or 0)
