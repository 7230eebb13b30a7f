"""A table of whole numbers with a given sum for each row, room in each cell and in each column: found whenever there
is one.

The integer transportation problem, by augmenting paths (Ford and Fulkerson, "Maximal flow through a network", 1956):
a number that is placed badly is moved out of the way of a later one. A table that cannot be filled has a bottleneck,
some rows that need more than their cells can take, which says why (the minimum cut of the same theorem).
"""

from collections import deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)


@dataclass(frozen=True)
class Bottleneck(Generic[Row, Column]):
    """`rows` that need more than there is: `columns` are those that they (and only they) have used up; in all other
    columns their cells are full."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]


@dataclass
class Table(Generic[Row, Column]):
    """What each row still needs, what each column can still take, and the most that each cell can hold.

    A cell that is not in `room` holds nothing. Of several tables that would do, rows and columns that come first are
    served first.
    """

    needs: dict[Row, int]
    takes: dict[Column, int]
    room: Mapping[tuple[Row, Column], int]
    placed: dict[tuple[Row, Column], int] = field(default_factory=dict)

    def place(self, row: Row, column: Column, count: int) -> None:
        """Put up to `count` into a cell, as many as row, column and cell allow."""
        cell = (row, column)
        fits = min(count, self.needs[row], self.takes[column], self._left(cell))
        self.placed[cell] = self.placed.get(cell, 0) + fits
        self.needs[row] -= fits
        self.takes[column] -= fits

    def fill(self) -> bool:
        """Place all that is still needed, as far as it goes; whether it went all the way."""
        for row in self.needs:
            while self.needs[row] and self._add_one(row):
                pass
        return not any(self.needs.values())

    def bottleneck(self) -> Bottleneck[Row, Column]:
        """Why a table that was filled as far as it goes is not full. Of no use for a full one."""
        short = [row for row, need in self.needs.items() if need]
        rows, columns = dict.fromkeys(short), set[Column]()
        for step in self._steps(short):
            columns.add(step[1])
            rows |= dict.fromkeys(self._rows_in(step[1]))
        return Bottleneck(
            tuple(row for row in self.needs if row in rows),
            tuple(column for column in self.takes if column in columns),
        )

    def _add_one(self, row: Row) -> bool:
        """One more in this row, others moved aside for it where they must."""
        for column, takes in self.takes.items():
            if takes and self._left((row, column)):
                self.place(row, column, 1)
                return True
        came_from: dict[Column, tuple[Row, Column | None]] = {}
        for before, column, origin in self._steps([row]):
            came_from[column] = (before, origin)
            if self.takes[column]:
                self._move_along(came_from, column)
                self.needs[row] -= 1
                return True
        return False

    def _steps(self, rows: Sequence[Row]) -> Iterator[tuple[Row, Column, Column | None]]:
        """Every column that one more number can come to from these rows, nearest first: from which row, and out of
        which column that row's number would have to move (None for the rows it starts from)."""
        waiting: deque[tuple[Row, Column | None]] = deque((row, None) for row in rows)
        met, seen = set(rows), set[Column]()
        while waiting:
            row, origin = waiting.popleft()
            for column in self.takes:
                if column in seen or not self._left((row, column)):
                    continue
                seen.add(column)
                yield row, column, origin
                others = [other for other in self._rows_in(column) if other not in met]
                met.update(others)
                waiting.extend((other, column) for other in others)

    def _move_along(self, came_from: Mapping[Column, tuple[Row, Column | None]], column: Column) -> None:
        self.takes[column] -= 1
        into: Column | None = column
        while into is not None:
            row, origin = came_from[into]
            self.placed[row, into] = self.placed.get((row, into), 0) + 1
            if origin is not None:
                self.placed[row, origin] -= 1
            into = origin

    def _rows_in(self, column: Column) -> list[Row]:
        return [row for row in self.needs if self.placed.get((row, column))]

    def _left(self, cell: tuple[Row, Column]) -> int:
        return self.room.get(cell, 0) - self.placed.get(cell, 0)
