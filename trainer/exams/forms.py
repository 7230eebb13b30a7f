"""The shape of what is sent during an attempt, and of what is granted to somebody."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from trainer.answers.forms import CERTAINTIES, new_key, sent_question_fields
from trainer.exams.actions import Extra, Sent
from trainer.exams.queries import LiveExam
from trainer.learning.calibration import Certainty
from trainer.web.typed import with_plain_line_ends

STAY, NEXT, BEFORE, REVIEW, FLAG = "stay", "next", "before", "review", "flag"
"""Where to go once the answer is saved."""


class SaveForm(FlaskForm):  # type: ignore[misc]
    """What every save carries beside the question's own fields."""

    key = HiddenField(default=new_key, validators=[Length(16, 64), Regexp(r"^[A-Za-z0-9_-]+$")])
    version = IntegerField(validators=[InputRequired(), NumberRange(0, 1_000_000)])
    turn = IntegerField(default=0, validators=[Optional(), NumberRange(0, 1_000_000)])
    certainty = RadioField(choices=CERTAINTIES, coerce=int, validators=[Optional()])
    go = HiddenField(default=STAY, validators=[Regexp(r"^(stay|next|before|review|flag|[1-9][0-9]{0,2})$")])

    def sent(self) -> Sent:
        """What was sent. Call it on a valid form only."""
        certainty = Certainty(self.certainty.data) if self.certainty.data else None
        key, version, turn = self.key.data or "", self.version.data or 0, self.turn.data or 0
        return Sent(sent_question_fields(), key, version, certainty, turn)


class DoubtForm(FlaskForm):  # type: ignore[misc]
    """What is wrong with a question that is being asked; which one stands in the address."""

    text = TextAreaField(filters=[with_plain_line_ends])


class AllowanceForm(FlaskForm):  # type: ignore[misc]
    """Extra time and attempts, with the reason that an auditor will read."""

    exam = SelectField(__("Assessment"))
    minutes = IntegerField(__("Extra minutes"), [InputRequired(), NumberRange(-600, 600)], default=0)
    attempts = IntegerField(__("Extra attempts"), [InputRequired(), NumberRange(-10, 10)], default=0)
    reason = StringField(__("Reason"), [InputRequired(__("Say why.")), Length(max=500)])

    def offer(self, exams: Sequence[LiveExam]) -> None:
        """The assessments to choose from."""
        self.exam.choices = [(f"{live.course.id}/{live.exam.id}", live.exam.title) for live in exams]

    def extra(self) -> Extra:
        """What is to be granted. Call it on a valid form only."""
        return Extra(self.minutes.data or 0, self.attempts.data or 0, self.reason.data or "")


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why something is graded again."""

    reason = StringField(__("Reason"), [InputRequired(__("Say why it is graded again.")), Length(max=500)])
