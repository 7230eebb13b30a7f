"""What is believed in the team, without names."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from trainer.answers.misconceptions import misconceptions_of_group
from trainer.content.courses import Course
from trainer.learning.errors import N_
from trainer.learning.misconceptions import SMALLEST_GROUP
from trainer.reports.tables.base import Asked, Cell, Column, Kind, Report, Table
from trainer.teams.queries import lately_in

COLUMNS = (
    Column("course", N_("Course"), Kind.WORDS),
    Column("misconception", N_("Misconception"), Kind.WORDS),
    Column("held", N_("Hold it"), Kind.NUMBER),
    Column("overcome", N_("Have overcome it"), Kind.NUMBER),
    Column("people", N_("Of people"), Kind.NUMBER),
)


def build(asked: Asked) -> Table:
    """How many hold each misconception, course by course, most first."""
    people = lately_in(asked.session, asked.team, asked.now)
    rows = [row for course in asked.catalogue.courses.values() for row in _rows(asked, course, people)]
    notes = [
        _(
            "Nothing is told of a course that fewer than %(count)s people of the team have practised: everybody would "
            "know who is meant. Nobody is named.",
            count=SMALLEST_GROUP,
        ),
        _("Who left the team counts for 30 days more, so that nobody can be told from the others by taking her out."),
        _("Held from the first answer that shows it; overcome after right answers on two different days."),
    ]
    return Table(COLUMNS, rows, notes)


def _rows(asked: Asked, course: Course, people: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    spreads = misconceptions_of_group(asked.session, people, course.objectives_by_id) or {}
    known = course.misconceptions_by_id
    shown = [(known[id], spread) for id, spread in spreads.items() if id in known]
    for each, spread in sorted(shown, key=lambda one: (-one[1].held, one[0].id)):
        yield course.title, each.text, spread.held, spread.overcome, len(people)


REPORT = Report(
    "misconceptions",
    N_("Misconceptions"),
    N_("What people here believe that is not so, how many hold it and how many have overcome it, without names."),
    build,
)
