"""Which questions a learner may be asked, by what she wishes to practise."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.answers.models import Standing
from trainer.answers.queries import standings_of
from trainer.learning.calibration import is_right
from trainer.library.catalogue import Catalogue, ItemRow
from trainer.library.queries import item_version
from trainer.notebook.queries import marked_items


@dataclass(frozen=True)
class Wish:
    """What a learner wants to practise: `source` names a way to choose, `id` which course, module … (may be empty)."""

    source: str
    id: str
    count: int

    @property
    def mixed(self) -> bool:
        """Whether questions on several objectives come in turn, so that the context gives nothing away."""
        return self.source not in {"lesson", "objective", "misconception"}


@dataclass(frozen=True)
class Known:
    """What is known of the learner when her pool is made, at the time `now`, and what version of an item, by hash, can
    show which misconceptions."""

    standings: Mapping[str, Standing]
    marked: frozenset[str]
    now: datetime
    misconceptions: Callable[[str], Collection[str]]


def known_of(session: Session, user_id: int, now: datetime) -> Known:
    """The learner's standings and marks."""
    return Known(
        standings_of(session, user_id),
        marked_items(session, user_id),
        now,
        lambda version: item_version(session, version).misconceptions,
    )


def pool(catalogue: Catalogue, known: Known, wish: Wish) -> Sequence[ItemRow]:
    """The questions that fit a wish; none where the wish is unknown, and none that is reserved for exams."""
    fits = SOURCES.get(wish.source)
    return [row for row in catalogue.practice_items.values() if fits and fits(row, wish.id, known)]


def _missed(row: ItemRow, _: str, known: Known) -> bool:
    standing = known.standings.get(row.id)
    return standing is not None and not is_right(standing.last_score)


def _due(row: ItemRow, _: str, known: Known) -> bool:
    standing = known.standings.get(row.id)
    return standing is not None and standing.due_at <= known.now


SOURCES: Mapping[str, Callable[[ItemRow, str, Known], bool]] = {
    "course": lambda row, one, _: row.course == one,
    "module": lambda row, one, _: row.module == one,
    "objective": lambda row, one, _: row.objective == one,
    "lesson": lambda row, one, _: row.lesson == one,
    "misconception": lambda row, one, known: one in known.misconceptions(row.hash),
    "missed": _missed,
    "due": _due,
    "marked": lambda row, _, known: row.id in known.marked,
}
