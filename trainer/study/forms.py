"""The shapes of what a reader sends."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from trainer.answers.forms import AnswerForm


class PlaceForm(FlaskForm):  # type: ignore[misc]
    """The section the reader has come to."""

    section = StringField(validators=[Length(max=128)])


class PutBackForm(FlaskForm):  # type: ignore[misc]
    """Whether to read a module that the entry test has opened all the same."""

    wanted = BooleanField()


class CheckForm(AnswerForm):
    """An answer to a check: which version was shown, for the how manieth time."""

    version = HiddenField(validators=[InputRequired(), Length(64, 64)])
    turn = IntegerField(validators=[InputRequired(), NumberRange(min=0, max=10_000)])

    @property
    def item_hash(self) -> str:
        """The version that was shown."""
        return self.version.data or ""

    @property
    def turns_before(self) -> int:
        """How often it had been answered here when it was shown."""
        return self.turn.data or 0
