"""The shape of a wish to practise."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.validators import AnyOf, Length, NumberRange

from trainer.practice.pool import SOURCES, Wish

USUAL_COUNT = 10
LARGEST_COUNT = 40


class StartForm(FlaskForm):  # type: ignore[misc]
    """Which questions, and how many."""

    source = HiddenField(validators=[AnyOf(list(SOURCES))])
    source_id = HiddenField(validators=[Length(max=64)])
    count = IntegerField(default=USUAL_COUNT, validators=[NumberRange(1, LARGEST_COUNT)])

    def wish(self) -> Wish:
        """What was asked for. Call it on a valid form only."""
        return Wish(self.source.data or "", self.source_id.data or "", self.count.data or USUAL_COUNT)
