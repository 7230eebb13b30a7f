"""What an administrator fills in."""

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Length, Optional

from trainer.accounts.forms import email_field
from trainer.accounts.models import ADMIN, AUTHOR, LEARNER

ROLE_WORDS = {LEARNER: __("Learner"), AUTHOR: __("Author"), ADMIN: __("Administrator")}


class PersonForm(FlaskForm):  # type: ignore[misc]
    """A new person."""

    name = StringField(__("Name"), [Optional(), Length(max=100)])
    email = email_field()
    role = SelectField(
        __("Role"), choices=[SelectChoice(role, words) for role, words in ROLE_WORDS.items()], default=LEARNER
    )
