"""The shapes of a mark, a note and a challenge."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange

from trainer.notebook.models import PLACES
from trainer.web.typed import with_plain_line_ends


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """Which version of the question was on the page."""

    version = HiddenField(validators=[InputRequired(), Length(64, 64)])

    @property
    def item_hash(self) -> str:
        """The version."""
        return self.version.data or ""


class MarkForm(QuestionForm):
    """Whether to revisit it."""

    wanted = BooleanField(false_values=("", "0"))


class NoteForm(QuestionForm):
    """A note, and which version of it was on the page; or the wish to have none."""

    note_version = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
    text = TextAreaField(filters=[with_plain_line_ends])
    delete = BooleanField()

    @property
    def wanted(self) -> str:
        """What the note shall say; nothing where it is to be deleted."""
        return "" if self.delete.data else self.text.data or ""


class ChallengeForm(QuestionForm):
    """What is wrong with the question, and where it was shown."""

    text = TextAreaField(filters=[with_plain_line_ends])
    place = HiddenField(default="", validators=[AnyOf(("", *PLACES))])
