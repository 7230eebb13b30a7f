"""What an author sends from the inbox: a decision, a reply, a wording to show."""

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from trainer.inbox.actions import LONGEST, Wording
from trainer.web.typed import with_plain_line_ends

UPHELD, REJECTED = "upheld", "rejected"
_SHORT_ENOUGH = Length(max=LONGEST, message=__("Please use at most 4,000 characters."))


def _text(label: str, empty: str) -> TextAreaField:
    return TextAreaField(label, [InputRequired(empty), _SHORT_ENOUGH], filters=[with_plain_line_ends])


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
    reason = _text(__("Reason"), __("Say why. The learner reads it."))

    @property
    def upheld(self) -> bool:
        """Whether the learner is right."""
        return bool(self.verdict.data == UPHELD)


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """What the asker is told."""

    text = _text(__("Your reply"), __("Write the reply first."))


class ShowForm(FlaskForm):  # type: ignore[misc]
    """What is shown under the lesson; `number` counts the words on it that were on the page."""

    number = IntegerField(validators=[InputRequired(), NumberRange(0, 1_000_000)], widget=HiddenInput())
    question = _text(__("Question, as it is shown"), __("Say what the question was."))
    answer = _text(__("Answer, as it is shown"), __("Say what the answer is."))

    def wording(self) -> Wording:
        """What was sent. Call it on a valid form only."""
        return Wording(self.question.data or "", self.answer.data or "", self.number.data or 0)
