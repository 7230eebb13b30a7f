"""What is late, for how long, and who was given more time."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from trainer.learning.errors import N_
from trainer.learning.plans import Stage
from trainer.reports.tables.base import Asked, Cell, Column, Kind, Report, Table
from trainer.reports.words import how_far, names_of, stage_of
from trainer.training.queries import turns_of_team
from trainer.training.turns import Turn

COLUMNS = (
    Column("person", N_("Person")),
    Column("role", N_("Job role then")),
    Column("training", N_("Training")),
    Column("requirement", N_("Asked for by")),
    Column("stage", N_("Stage"), Kind.WORDS),
    Column("due", N_("Due, or held until"), Kind.DAY),
    Column("late", N_("Days late"), Kind.NUMBER),
    Column("extended", N_("Extended to"), Kind.DAY),
    Column("why", N_("Why extended")),
    Column("progress", N_("How far"), Kind.WORDS),
)


def build(asked: Asked) -> Table:
    """What is overdue in the team, or holds no more, the longest first."""
    turns = turns_of_team(asked.session, asked.catalogue, asked.team, now=asked.now, viewer=asked.viewer)
    late = sorted((turn for turn in turns if turn.stage in (Stage.OVERDUE, Stage.EXPIRED)), key=_days_left)
    names = names_of([turn.user for turn in turns])
    return Table(COLUMNS, [_row(turn, names) for turn in late], _notes())


def _notes() -> Sequence[str]:
    return [
        _("What is due on a day is in time until that day ends where the person is."),
        _("“Holds no more” is what was done and has not been renewed. Who is exempt is not in it."),
    ]


def _days_left(turn: Turn) -> int:
    return turn.days_left


def _row(turn: Turn, names: Mapping[int, str]) -> Sequence[Cell]:
    extended = turn.extended
    return (
        names[turn.user.id],
        turn.cycle.job_role,
        turn.assignment.title,
        turn.assignment.requirement,
        stage_of(turn),
        turn.cycle.holds_until if turn.cycle.is_done else turn.cycle.due_on,
        # What was voided ended on no day: its certificate was never one.
        max(0, -turn.days_left),
        extended.due_on if extended else None,
        extended.reason if extended else None,
        how_far(turn),
    )


REPORT = Report(
    "overdue",
    N_("Overdue"),
    N_("What is late, by how many days, and who was given more time, with the reason."),
    build,
)
