"""How the team fared with each question of its assessments of record."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from trainer.content.courses import Objective
from trainer.exams.item_figures import ENOUGH, ItemFigure, item_figures
from trainer.learning.errors import N_
from trainer.learning.misconceptions import SMALLEST_GROUP, may_tell
from trainer.reports.tables.base import Asked, Cell, Column, Kind, Report, Table
from trainer.reports.words import too_few
from trainer.teams.queries import learners_in

COLUMNS = (
    Column("question", N_("Question"), Kind.WORDS),
    Column("objective", N_("Objective"), Kind.WORDS),
    Column("asked", N_("People asked"), Kind.NUMBER),
    Column("blank", N_("Left open"), Kind.NUMBER),
    Column("answered", N_("Answered"), Kind.NUMBER),
    Column("right", N_("Share right"), Kind.SHARE),
    Column("low", N_("From"), Kind.SHARE),
    Column("high", N_("To"), Kind.SHARE),
)


def build(asked: Asked) -> Table:
    """Each question that the people who learn in the team were asked in an assessment they handed in."""
    figures = item_figures(asked.session, learners_in(asked.session, asked.team))
    objectives = {
        id: each for course in asked.catalogue.courses.values() for id, each in course.objectives_by_id.items()
    }
    return Table(COLUMNS, [_row(figure, objectives) for figure in figures], _notes())


def _notes() -> Sequence[str]:
    return [
        _("Assessments of record only, by the results that count; of each person the first time she met a question."),
        _("The share right is that of those who answered; part marks count in part; 95 % range."),
        _("Of fewer than %(count)s answers no share is told: too few to judge.", count=ENOUGH),
        _("Of fewer than %(count)s people nothing is told but how many were asked.", count=SMALLEST_GROUP),
        _("A low share says that a question was hard here. Whether it is a good question it does not say."),
    ]


def _row(figure: ItemFigure, objectives: Mapping[str, Objective]) -> Sequence[Cell]:
    about = objectives.get(figure.objective)
    named = f"{figure.objective} {about.short}" if about else figure.objective
    # Of one or two people these two would say what each of them did.
    counts: Sequence[Cell] = (figure.blank, figure.answered) if may_tell(figure.asked) else (None, None)
    judged: Sequence[Cell] = (figure.share, *figure.range) if figure.is_enough else (too_few(), None, None)
    return (figure.item_id, named, figure.asked, *counts, *judged)


REPORT = Report(
    "items",
    N_("Item analysis"),
    N_("Which questions of the assessments of record people here found hard, and how sure that is."),
    build,
)
