"""What each course has brought: before it, after it and some weeks later, of everybody and of the group."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from trainer.effects.group import Column as Occasion
from trainer.effects.group import GroupEffect, PersonEffect, effect_of_group
from trainer.exams.occasions import programmes
from trainer.learning.effect import Estimate
from trainer.learning.errors import N_
from trainer.reports.cells import hundredths
from trainer.reports.tables.base import Asked, Cell, Column, Kind, Report, Table
from trainer.reports.words import names_of, occasion_in_words, of_knowledge, too_few
from trainer.teams.queries import learners_in

COLUMNS = (
    Column("who", N_("Who")),
    Column("course", N_("Course"), Kind.WORDS),
    Column("occasion", N_("When"), Kind.WORDS),
    Column("day", N_("Day"), Kind.DAY),
    Column("people", N_("People"), Kind.NUMBER),
    Column("right", N_("Share right"), Kind.SHARE),
    Column("low", N_("From"), Kind.SHARE),
    Column("high", N_("To"), Kind.SHARE),
    Column("gain", N_("Gain in points"), Kind.NUMBER),
    Column("gain-low", N_("Gain from"), Kind.NUMBER),
    Column("gain-high", N_("Gain to"), Kind.NUMBER),
    Column("says", N_("So it is"), Kind.WORDS),
)


def build(asked: Asked) -> Table:
    """Of each course that is measured: the group on each occasion, then each person."""
    people, rows = learners_in(asked.session, asked.team), []
    for programme in programmes(asked.session, asked.catalogue):
        group = effect_of_group(asked.session, people, programme)
        rows += [*_of_group(group), *_of_people(group)]
    return Table(COLUMNS, rows, _notes())


def _notes() -> Sequence[str]:
    return [
        _("“From” and “to” are 95 % ranges. The gain is since before the course, in points of a hundred questions."),
        _("Only what the whole range of a gain says is said: more, fewer, or that it cannot be told yet."),
        _("The gain of all is the mean of those who took both tests; of fewer than five it is too few to judge."),
        _("What was taken before the course only after it had begun, or mostly left open, is left out."),
        _("Without a group that took no course, nothing here proves that the course was the cause."),
        of_knowledge(),
    ]


def _of_group(group: GroupEffect) -> Iterator[Sequence[Cell]]:
    for column in group.columns:
        if column.share:
            yield (
                _("All together"),
                group.programme.course.title,
                occasion_in_words(column.occasion),
                None,
                column.share.people,
                *_share(column.share),
                *_gain(column.gain),
                _verdict_of_group(column),
            )


def _of_people(group: GroupEffect) -> Iterator[Sequence[Cell]]:
    names = names_of([each.user for each in group.people])
    for each in group.people:
        for occasion in (column.occasion for column in group.columns if column.occasion in each.measured):
            yield _of_person(names[each.user.id], group, each, occasion)


def _of_person(name: str, group: GroupEffect, each: PersonEffect, occasion: str) -> Sequence[Cell]:
    measured, gain = each.measured[occasion], each.gain(occasion)
    title, at = group.programme.course.title, measured.at
    said = _verdict(gain) if gain else None
    return name, title, occasion_in_words(occasion), at, 1, *_share(measured.estimate), *_gain(gain), said


def _share(share: Estimate) -> Sequence[Cell]:
    return share.value, share.low, share.high


def _gain(gain: Estimate | None) -> Sequence[Cell]:
    if gain is None:
        return None, None, None
    return tuple(round(100 * hundredths(value)) for value in (gain.value, gain.low, gain.high))


def _verdict_of_group(column: Occasion) -> str | None:
    if column.share is None or not column.share.is_enough or (column.gain and not column.gain.is_enough):
        return too_few()
    return _verdict(column.gain) if column.gain else None


def _verdict(gain: Estimate) -> str:
    said = {"more": _("more right than before"), "less": _("fewer right than before")}
    return str(said.get(gain.verdict, _("cannot be told yet")))


REPORT = Report(
    "effectiveness",
    N_("Effectiveness"),
    N_("What each course has brought: the share right before it, after it and weeks later, with ranges."),
    build,
)
