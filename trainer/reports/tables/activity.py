"""On how many days people have studied lately."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _

from trainer.accounts.queries import in_lists
from trainer.answers.queries import days_answered, last_answered
from trainer.learning.errors import N_
from trainer.reports.tables.base import Asked, Cell, Column, Kind, Report, Table
from trainer.reports.words import names_of
from trainer.study.queries import finished_by
from trainer.teams.queries import members_of

WEEKS = 4
COLUMNS = (
    Column("person", N_("Person")),
    Column("role", N_("Job role")),
    Column("since", N_("Here since"), Kind.DAY),
    Column("last", N_("Last answer"), Kind.DAY),
    Column("week-1", N_("Days in the last 7"), Kind.NUMBER),
    Column("week-2", N_("7 days before"), Kind.NUMBER),
    Column("week-3", N_("14 days before"), Kind.NUMBER),
    Column("week-4", N_("21 days before"), Kind.NUMBER),
    Column("lessons", N_("Lessons read"), Kind.NUMBER),
)


def build(asked: Asked) -> Table:
    """One row for each person who learns in the team, by name."""
    members = sorted(
        (each for each in members_of(asked.session, asked.team) if each.membership.learns and each.user.active),
        key=lambda member: in_lists(member.user),
    )
    ids, names = [member.user.id for member in members], names_of([member.user for member in members])
    first = asked.now - timedelta(days=7 * WEEKS)
    days, last = days_answered(asked.session, ids, first), last_answered(asked.session, ids)
    read = finished_by(asked.session, ids, asked.catalogue.lessons.keys())
    rows: list[Sequence[Cell]] = [
        (
            names[member.user.id],
            member.job_role.name if member.job_role else None,
            member.membership.joined_at,
            last.get(member.user.id, _("nothing yet")),
            *_by_week(days[member.user.id], asked.now.date()),
            len(read[member.user.id]),
        )
        for member in members
    ]
    return Table(COLUMNS, rows, _notes())


def _notes() -> Sequence[str]:
    return [
        _("Days (in UTC) on which anything was answered, in the last seven and in each seven before."),
        _("What was answered in practice and review, and how much, is nobody’s but the learner’s."),
        _("Days of study are no measure of what somebody knows."),
    ]


def _by_week(days: Collection[date], today: date) -> Sequence[int]:
    return [sum(week == (today - day).days // 7 for day in days) for week in range(WEEKS)]


REPORT = Report(
    "activity",
    N_("Activity"),
    N_("When each person was here last, and on how many days of the last four weeks she studied."),
    build,
)
