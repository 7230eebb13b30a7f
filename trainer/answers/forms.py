"""The shape of an answer as a browser sends it: certainty and key here, the question's own fields by opaque names."""

import secrets
from collections.abc import Mapping
from typing import Self

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional, Regexp

from trainer.answers.actions import Reply
from trainer.learning.calibration import CERTAINTY_IN_WORDS, Certainty

CERTAINTIES = [SelectChoice(str(certainty.value), words) for certainty, words in CERTAINTY_IN_WORDS.items()]


def new_key() -> str:
    """A key for one showing of a form: sent twice, it is one answer."""
    return secrets.token_urlsafe(18)


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """What every answer carries beside the question's own fields."""

    key = HiddenField(default=new_key, validators=[Length(16, 64), Regexp(r"^[A-Za-z0-9_-]+$")])
    certainty = RadioField(choices=CERTAINTIES, coerce=int, validators=[Optional()])
    gave_up = BooleanField()

    def with_new_key(self) -> Self:
        """The form as it was sent, to be sent again as an answer of its own."""
        self.key.data = new_key()
        return self

    def reply(self) -> Reply:
        """The reply that was sent. Call it on a valid form only."""
        certainty = Certainty(self.certainty.data) if self.certainty.data else None
        return Reply(sent_fields(), self.key.data or "", certainty, self.gave_up.data)


def sent_fields() -> Mapping[str, str]:
    """The fields of the request's form, the first value of each name."""
    return request.form.to_dict(flat=True)


_OWN_FIELDS = frozenset({"csrf_token", "key", "certainty", "gave_up", "version", "turn"})


def sent_question_fields() -> Mapping[str, str]:
    """What was sent of the question's own fields; nothing where nothing was sent."""
    return {name: value for name, value in sent_fields().items() if name not in _OWN_FIELDS}
