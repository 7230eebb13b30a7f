"""What a report is: a name, a sentence on what it tells, and the one table from which page, CSV and XLSX are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from trainer.library.catalogue import Catalogue
from trainer.teams.models import Team


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    """What people have typed."""
    WORDS = "words"
    """What the house says."""
    NUMBER = "number"
    SHARE = "share"
    """0–1, shown as whole per cent; of a gain −1 to 1."""
    DAY = "day"
    TIME = "time"

    @property
    def is_said(self) -> bool:
        """Whether it is read, and so searched in."""
        return self in (Kind.TEXT, Kind.WORDS)


Cell = str | int | float | date | datetime | None
"""None: there is nothing to say. Words stand in any column where a figure would claim too much."""


@dataclass(frozen=True)
class Column:
    """A column; `heading` is marked for translation."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Table:
    """What a report tells. `notes` say what is counted, and what that does not show."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str]


@dataclass(frozen=True)
class Asked:
    """Of which team a report is asked for, when, and by whom (the id of an account): of herself she sees no more than
    her own pages tell."""

    session: Session
    catalogue: Catalogue
    team: Team
    now: datetime
    viewer: int | None = None


@dataclass(frozen=True)
class Report:
    """A report. `slug` stands in its address; `title`, and `about`, a sentence, are marked for translation."""

    slug: str
    title: str
    about: str
    build: Callable[[Asked], Table]
