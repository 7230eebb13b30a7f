"""The training matrix: what each person's job role requires, what she will answer right, and what is missing."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from trainer.accounts.queries import in_lists
from trainer.answers.forecasting import Expected, expected_of_group
from trainer.content.courses import Course
from trainer.learning.errors import N_
from trainer.reports.cells import hundredths
from trainer.reports.standing import needs_of
from trainer.reports.tables.base import Asked, Cell, Column, Kind, Report, Table
from trainer.reports.words import names_of, of_knowledge, too_few
from trainer.teams.queries import Member, members_of

COLUMNS = (
    Column("person", N_("Person")),
    Column("role", N_("Job role")),
    Column("course", N_("Course"), Kind.WORDS),
    Column("objective", N_("Objective required"), Kind.WORDS),
    Column("expected", N_("Expected right"), Kind.SHARE),
    Column("low", N_("From"), Kind.SHARE),
    Column("high", N_("To"), Kind.SHARE),
    Column("goal", N_("Enough is"), Kind.SHARE),
    Column("gap", N_("Gap in points"), Kind.NUMBER),
    Column("says", N_("So it is"), Kind.WORDS),
)


def build(asked: Asked) -> Table:
    """One row for each person and each objective she needs, by name."""
    members = [each for each in members_of(asked.session, asked.team) if each.membership.learns and each.user.active]
    members.sort(key=lambda member: in_lists(member.user))
    rows = [row for course in asked.catalogue.courses.values() for row in _rows(asked, course, members)]
    return Table(COLUMNS, rows, _notes())


def _notes() -> Sequence[str]:
    return [
        _("What a job role requires stands under Job roles; who has none, or one that requires nothing, needs all."),
        _("Expected is the share right today, from what was answered; from and to are its range in 80 of 100 cases."),
        _("The gap is what is missing to what is enough in the team, in points of a hundred."),
        _("Of fewer than six answers to an objective nothing is said: too few to judge."),
        of_knowledge(),
    ]


def _rows(asked: Asked, course: Course, members: Sequence[Member]) -> Iterator[Sequence[Cell]]:
    practised = {row.objective for row in asked.catalogue.practice_items.values()}
    about = [id for id in course.objectives_by_id if id in practised]
    ids, names = [member.user.id for member in members], names_of([member.user for member in members])
    found = expected_of_group(asked.session, ids, asked.catalogue, about=about, at=[asked.now], with_ranges=True)
    for member in members:
        needs, hers = needs_of(member, about), found[member.user.id].objectives
        role = member.job_role.name if member.job_role else None
        for id in about:
            if id in needs:
                objective = f"{id} {course.objectives_by_id[id].short}"
                yield names[member.user.id], role, course.title, objective, *_judged(hers.get(id), asked.team.goal)


def _judged(expected: Expected | None, goal: float) -> Sequence[Cell]:
    """What is expected with its range, what is enough, what is missing, and what that comes to."""
    if expected is None:
        return None, None, None, goal, None, _("not begun")
    if not expected.is_enough:
        return too_few(), None, None, goal, None, too_few()
    share, (low, high) = expected.shares[0], expected.ranges[0]
    # What is shown is what is compared: a gap of nothing that is none would be believed by nobody.
    gap = max(0, round(100 * hundredths(goal)) - round(100 * hundredths(share)))
    is_short = share < goal
    return share, low, high, goal, gap if is_short else 0, _("falls short") if is_short else _("enough")


REPORT = Report(
    "matrix",
    N_("Training matrix"),
    N_("What each job role requires, how far each person is with it, and what is missing."),
    build,
)
