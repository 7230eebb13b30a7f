"""The shape of a question about a lesson, and of a reply to it."""

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from trainer.inbox.actions import LONGEST
from trainer.web.typed import with_plain_line_ends

_SHORT_ENOUGH = Length(max=LONGEST, message=__("Please use at most 4,000 characters."))


def long_text(label: str, empty: str) -> TextAreaField:
    """A text that must be there; `empty` is what is said where it is not."""
    return TextAreaField(label, [InputRequired(empty), _SHORT_ENOUGH], filters=[with_plain_line_ends])


class AskForm(FlaskForm):  # type: ignore[misc]
    """What a learner wants to know, and whether others may read it without her name."""

    text = TextAreaField(filters=[with_plain_line_ends])
    may_publish = BooleanField()


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """What the asker is told."""

    text = long_text(__("Your reply"), __("Write the reply first."))
