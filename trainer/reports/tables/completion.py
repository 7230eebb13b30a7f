"""Who has done which training, until when it holds, and what is still to do."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _

from trainer.exams.passes import Sat, sat_by
from trainer.learning.errors import N_
from trainer.learning.plans import Stage
from trainer.reports.tables.base import Asked, Cell, Column, Kind, Report, Table
from trainer.reports.words import how_far, kind_of, names_of, of_knowledge, stage_of
from trainer.training.progress import until_of
from trainer.training.queries import turns_of_team
from trainer.training.targets import EXAM
from trainer.training.turns import Turn
from trainer.web.zones import day_in

COLUMNS = (
    Column("person", N_("Person")),
    Column("role", N_("Job role then")),
    Column("training", N_("Training")),
    Column("kind", N_("Kind"), Kind.WORDS),
    Column("requirement", N_("Asked for by")),
    Column("stage", N_("Stage"), Kind.WORDS),
    Column("due", N_("Due"), Kind.DAY),
    Column("done", N_("Done"), Kind.DAY),
    Column("until", N_("Holds until"), Kind.DAY),
    Column("attempt", N_("Attempt"), Kind.NUMBER),
    Column("result", N_("Result"), Kind.SHARE),
    Column("progress", N_("How far"), Kind.WORDS),
)


def build(asked: Asked) -> Table:
    """Everybody's last turn at each training of the team."""
    turns = turns_of_team(asked.session, asked.catalogue, asked.team, now=asked.now, viewer=asked.viewer)
    names, sat = names_of([turn.user for turn in turns]), _sat(asked, turns)
    return Table(COLUMNS, [_row(turn, names, _counts(turn, sat)) for turn in turns], _notes())


def _notes() -> Sequence[str]:
    return [
        _("One row for each person who learns in the team now and each training she was given: her last turn at it."),
        _("Of an assessment: the attempt that counts, or the last one handed in, with its share of the points."),
        of_knowledge(),
    ]


def _row(turn: Turn, names: Mapping[int, str], sat: Sat | None) -> Sequence[Cell]:
    given, cycle = turn.assignment, turn.cycle
    done_at = cycle.done_at or turn.progress.at
    is_secret = turn.stage is Stage.HANDED_IN
    is_to_do = is_secret or (not cycle.is_done and not turn.progress.is_done)
    sat = None if is_secret else sat
    return (
        names[turn.user.id],
        cycle.job_role,
        given.title,
        kind_of(turn),
        given.requirement,
        stage_of(turn),
        cycle.due_on,
        day_in(turn.user.time_zone, done_at) if done_at and not is_to_do else None,
        None if is_to_do else _until(turn),
        sat.attempt.number if sat else None,
        sat.result.share if sat else None,
        how_far(turn),
    )


def _until(turn: Turn) -> date | str:
    """The last day on which it holds."""
    if turn.cycle.is_done:
        return turn.cycle.holds_until or _("for good")
    return until_of(turn.assignment, turn.progress, turn.user.time_zone) or _("for good")


def _sat(asked: Asked, turns: Sequence[Turn]) -> Mapping[int, Mapping[int, Sequence[Sat]]]:
    """What was handed in of each training that is an assessment, by assignment and person."""
    people: dict[int, set[int]] = defaultdict(set)
    exams = {turn.assignment.id: turn.assignment for turn in turns if turn.assignment.kind == EXAM}
    for turn in turns:
        people[turn.assignment.id].add(turn.user.id)
    return {id: sat_by(asked.session, people[id], exam.course, exam.target) for id, exam in exams.items()}


def _counts(turn: Turn, sat: Mapping[int, Mapping[int, Sequence[Sat]]]) -> Sat | None:
    """The attempt that closed her turn; where none has, the last one that could have."""
    since, closed_by = turn.cycle.counts_from, (turn.cycle.evidence or {}).get("attempt")
    hers = sat.get(turn.assignment.id, {}).get(turn.user.id, ())
    counts = [each for each in hers if since is None or each.attempt.started_at >= since]
    named = [each for each in counts if each.attempt.public_id == closed_by]
    return next(iter([*named, *reversed(counts)]), None)


REPORT = Report(
    "completion",
    N_("Completion"),
    N_("Who has done which training, when, and until when that holds."),
    build,
)
