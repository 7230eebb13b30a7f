"""What an author sends: a word on a release, which questions of a bank to list."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import Form, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Length, Optional


class PublishForm(FlaskForm):  # type: ignore[misc]
    """What has changed, for the list of releases."""

    note = StringField(__("What has changed"), [Optional(), Length(max=200)])


class FilterForm(Form):
    """Which questions of a bank to list. It changes nothing and needs no token."""

    kind = SelectField(__("Type"), default="", validate_choice=False)
    objective = SelectField(__("Objective"), default="", validate_choice=False)

    def offer(self, kinds: Iterable[tuple[str, str]], objectives: Iterable[tuple[str, str]]) -> None:
        """Fill in what can be chosen: values with their words."""
        self.kind.choices = [SelectChoice("", _("All types")), *(SelectChoice(id, _(name)) for id, name in kinds)]
        self.objective.choices = [
            SelectChoice("", _("All objectives")),
            *(SelectChoice(id, f"{id} {name}") for id, name in objectives),
        ]
