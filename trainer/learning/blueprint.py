"""What an exam is made of: exactly so many questions of each module and each difficulty, or why that cannot be had.

A blueprint is a table. Its rows are the areas that have a weight (modules, or single objectives), its columns the
difficulties of the mix. Both sums are split by largest remainder (Hamilton's method), then the table is filled within
what the pool has. All forms of one exam have the same table, so that they are parallel: equal in what they ask about
and in how hard that is (AERA, APA and NCME, "Standards for Educational and Psychological Testing", 2014, chapter 5).
The table is one that can be drawn twice, or better four times, without asking anything again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import NamedTuple, Protocol, TypeVar

from trainer.learning.transport import Table

DIFFICULTIES = (1, 2, 3, 4, 5)
MOST_FORMS = 4
"""Forms without a common question that are aimed at: before, after, and at two later dates."""

_ANY = 0
"""The only column where a blueprint says nothing of difficulty."""

Key = TypeVar("Key", str, int)


class Cell(NamedTuple):
    """Where a question belongs."""

    module: str
    objective: str
    difficulty: int


class Slot(NamedTuple):
    """A place in the blueprint's table. `difficulty` is 0 where any will do."""

    area: str
    difficulty: int


class Row(Protocol):
    """What the pool needs to know of a question."""

    @property
    def id(self) -> str: ...
    @property
    def module(self) -> str: ...
    @property
    def objective(self) -> str: ...
    @property
    def difficulty(self) -> int: ...


@dataclass(frozen=True)
class Blueprint:
    """How many questions, and what of.

    Weights are numbers over 0 of any scale, shares or percentages or counts. An objective with a weight is an area of
    its own; a module stands for its other objectives. What has no weight is not asked about. Without weights for
    `difficulty` (1–5) any will do. Raises ValueError where there is nothing to ask.
    """

    questions: int
    modules: Mapping[str, float] = field(default_factory=dict)
    objectives: Mapping[str, float] = field(default_factory=dict)
    difficulty: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weights = [*self.modules.values(), *self.objectives.values(), *self.difficulty.values()]
        if self.questions < 1 or not (self.modules or self.objectives) or not all(weight > 0 for weight in weights):
            raise ValueError("A blueprint needs a question or more, and something with a weight over 0.")
        if self.modules.keys() & self.objectives.keys() or not set(DIFFICULTIES).issuperset(self.difficulty):
            raise ValueError("An area is a module or an objective, and a difficulty is 1 to 5.")

    def area_counts(self) -> dict[str, int]:
        """Questions by area, in the order of ids."""
        return split({**self.modules, **self.objectives}, self.questions)

    def difficulty_counts(self) -> dict[int, int]:
        """Questions by difficulty; all of them under 0 where there is no mix."""
        return split(self.difficulty, self.questions) if self.difficulty else {_ANY: self.questions}

    def slot_of(self, cell: Cell) -> Slot | None:
        """The slot that questions of this cell can fill."""
        module, objective, difficulty = cell
        area = objective if objective in self.objectives else module if module in self.modules else None
        level = difficulty if self.difficulty else _ANY
        return Slot(area, level) if area and (level == _ANY or level in self.difficulty) else None


@dataclass(frozen=True)
class Pool:
    """The questions there are: `ids[n]` belong to `cells[n]`, and `cell_of` says which number that is, by id.

    Made once for many draws. It holds no texts.
    """

    cells: tuple[Cell, ...]
    ids: tuple[tuple[str, ...], ...]
    cell_of: Mapping[str, int]


class Place(NamedTuple):
    """The questions of one objective that can fill a slot."""

    slot: Slot
    objective: str


@dataclass(frozen=True)
class Plan:
    """A blueprint's table for one pool: how many questions each form takes from each slot (those it takes any from),
    the ids there are for them, and the place of each cell of the pool by its number. Made once for many draws, too."""

    pool: Pool
    counts: Mapping[Slot, int]
    ids: Mapping[Place, tuple[str, ...]]
    place_of: Mapping[int, Place]


class Unfillable(ValueError):
    """The pool cannot fill the blueprint even once; `reasons` say why, in plain words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


def pool_of(rows: Iterable[Row]) -> Pool:
    """The pool of these questions, the same whatever their order."""
    cell_of = {row.id: Cell(row.module, row.objective, row.difficulty) for row in rows}
    ids: dict[Cell, list[str]] = defaultdict(list)
    for id in sorted(cell_of):
        ids[cell_of[id]].append(id)
    cells = tuple(sorted(ids))
    number = {cell: nth for nth, cell in enumerate(cells)}
    return Pool(cells, tuple(tuple(ids[cell]) for cell in cells), {id: number[cell] for id, cell in cell_of.items()})


def split(weights: Mapping[Key, float], count: int) -> dict[Key, int]:
    """`count` split by weight into whole numbers: each its quota rounded down, the rest to the largest remainders, and
    of equal remainders to the first in order of keys. The sum is exact, and nobody is a whole question off."""
    parts = {key: Fraction(str(weights[key])) for key in sorted(weights)}
    whole = sum(parts.values())
    quotas = {key: count * part / whole for key, part in parts.items()}
    counts = {key: floor(quota) for key, quota in quotas.items()}
    left = count - sum(counts.values())
    for key in sorted(quotas, key=lambda key: counts[key] - quotas[key])[:left]:
        counts[key] += 1
    return counts


def plan_of(blueprint: Blueprint, pool: Pool) -> Plan:
    """The table that every form of the exam follows. Raises Unfillable."""
    place_of = _places(blueprint, pool)
    counts = _counts(blueprint, _sizes(place_of, pool))
    ids: dict[Place, tuple[str, ...]] = {}
    for cell, place in place_of.items():
        if place.slot in counts:
            ids[place] = ids[place] + pool.ids[cell] if place in ids else pool.ids[cell]
    return Plan(pool, counts, ids, place_of)


def why_not(blueprint: Blueprint, pool: Pool, forms: int = 2) -> tuple[str, ...]:
    """Why the pool cannot fill the blueprint that many times without asking anything twice; nothing where it can."""
    return _reasons(blueprint, _sizes(_places(blueprint, pool), pool), forms)


def _places(blueprint: Blueprint, pool: Pool) -> dict[int, Place]:
    found = ((nth, cell.objective, blueprint.slot_of(cell)) for nth, cell in enumerate(pool.cells))
    return {nth: Place(slot, objective) for nth, objective, slot in found if slot}


def _sizes(place_of: Mapping[int, Place], pool: Pool) -> Mapping[Slot, int]:
    sizes: dict[Slot, int] = defaultdict(int)
    for cell, place in place_of.items():
        sizes[place.slot] += len(pool.ids[cell])
    return sizes


def _counts(blueprint: Blueprint, sizes: Mapping[Slot, int]) -> dict[Slot, int]:
    for forms in range(MOST_FORMS, 0, -1):
        table = _table(blueprint, sizes, forms)
        if table.fill():
            return {Slot(*place): count for place, count in sorted(table.placed.items()) if count}
    raise Unfillable(_reasons(blueprint, sizes, 1))


def _table(blueprint: Blueprint, sizes: Mapping[Slot, int], forms: int) -> Table[str, int]:
    """The table as near as it fits to the same mix of difficulties in every area; what is missing can be filled in."""
    needs, takes = blueprint.area_counts(), blueprint.difficulty_counts()
    wished = {
        (area, difficulty): Fraction(need * take, blueprint.questions)
        for area, need in needs.items()
        for difficulty, take in takes.items()
    }
    table = Table(needs, takes, {slot: size // forms for slot, size in sizes.items()})
    for place, wish in wished.items():
        table.place(*place, floor(wish))
    for place in sorted(wished, key=lambda place: floor(wished[place]) - wished[place]):
        table.place(*place, 1)
    return table


def _reasons(blueprint: Blueprint, sizes: Mapping[Slot, int], forms: int) -> tuple[str, ...]:
    words = _Words(blueprint, sizes, forms)
    areas = [
        words.too_few([area], count, [slot for slot in sizes if slot.area == area])
        for area, count in blueprint.area_counts().items()
    ]
    difficulties = [
        words.too_few([], count, [slot for slot in sizes if slot.difficulty == difficulty], [difficulty])
        for difficulty, count in blueprint.difficulty_counts().items()
        if blueprint.difficulty
    ]
    plain = [reason for reason in (*areas, *difficulties) if reason]
    if plain:
        return tuple(plain)
    table = _table(blueprint, sizes, forms)
    return () if table.fill() else (words.too_narrow(table),)


@dataclass(frozen=True)
class _Words:
    """Why a blueprint cannot be filled, in words of the author's."""

    blueprint: Blueprint
    sizes: Mapping[Slot, int]
    forms: int

    def too_few(self, areas: Sequence[str], count: int, slots: Iterable[Slot], only: Sequence[int] = ()) -> str:
        """That areas (or all of them) need more than all these slots have; empty where they do not."""
        there = sum(self.sizes[slot] for slot in slots)
        if there >= count * self.forms:
            return ""
        return f"{self._need(areas, count, only or self._mix())}; there {_are(there)}."

    def too_narrow(self, table: Table[str, int]) -> str:
        """That areas cannot all have what they need within the mix of difficulties."""
        neck = table.bottleneck()
        others = [d for d in self.blueprint.difficulty_counts() if d not in neck.columns]
        counts, mix = self.blueprint.area_counts(), self.blueprint.difficulty_counts()
        missing = sum(counts[area] for area in neck.rows) - sum(mix[d] for d in neck.columns)
        need = self._need(neck.rows, missing, others, "at least ")
        slots = [Slot(area, d) for area in neck.rows for d in others]
        there = {slot: self.sizes[slot] for slot in slots if self.sizes.get(slot)}
        if len(slots) == 1 or not there:
            return f"{need}; there {_are(sum(there.values()))}."
        each = sum(size // self.forms for size in there.values())
        found = ", ".join(f"{size} of difficulty {slot.difficulty} in {slot.area}" for slot, size in there.items())
        return f"{need}; each form can have {each} ({found})."

    def _need(self, areas: Sequence[str], count: int, difficulties: Sequence[int], least: str = "") -> str:
        who = f"{_and(areas)} need{'s' * (len(areas) == 1)}" if areas else "The mix needs"
        of = f" of difficulty {_or(difficulties)}" if difficulties else ""
        twice = f" for each of {self.forms} forms, {count * self.forms} in all" if self.forms > 1 else ""
        return f"{who} {least}{_questions(count)}{of}{twice}"

    def _mix(self) -> Sequence[int]:
        return sorted(self.blueprint.difficulty)


def _are(count: int) -> str:
    return f"is {count}" if count == 1 else f"are {count}"


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _or(numbers: Sequence[int]) -> str:
    names = [str(number) for number in numbers]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
