"""What people were told on behalf of the team, and what became of each notice."""

from flask_babel import gettext as _

from trainer.learning.errors import N_
from trainer.notices.queries import notices_of_team
from trainer.reports.tables.base import Asked, Column, Kind, Report, Table

COLUMNS = (
    Column("person", N_("Person")),
    Column("address", N_("Address")),
    Column("made", N_("Came up"), Kind.TIME),
    Column("text", N_("What was told")),
    Column("required", N_("Required"), Kind.WORDS),
    Column("state", N_("What became of it"), Kind.WORDS),
    Column("why", N_("Why")),
    Column("at", N_("Since"), Kind.TIME),
)


def build(asked: Asked) -> Table:
    """All notices of the team, the newest first."""
    told, _count = notices_of_team(asked.session, asked.team.id, limit=None)
    rows = [
        (
            each.name or each.email,
            each.email,
            each.notice.made_at,
            each.notice.text,
            _("yes") if each.notice.is_mandatory else _("no"),
            _(each.notice.says),
            each.notice.why,
            each.notice.at,
        )
        for each in told
    ]
    notes = [
        _("All that people were told on behalf of this team, those too who have left it, and what was not sent."),
        _("That a mail server took a mail does not show that anybody read it."),
        _("“Required” notices come also to those who have switched reminders off."),
    ]
    return Table(COLUMNS, rows, notes)


REPORT = Report(
    "reminders",
    N_("Reminders sent"),
    N_("Whom the team has reminded of what, when, and what became of each mail."),
    build,
)
