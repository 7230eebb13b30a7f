"""The shape of a question about a lesson."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField

from trainer.web.typed import with_plain_line_ends


class AskForm(FlaskForm):  # type: ignore[misc]
    """What a learner wants to know, and whether others may read it without her name."""

    text = TextAreaField(filters=[with_plain_line_ends])
    may_publish = BooleanField()
