"""What is live of each course: its banks with their questions by type, and how well each objective is covered."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trainer.content.courses import Course, Module
from trainer.learning.question_types import question_types
from trainer.library.catalogue import BankRow, Catalogue, ItemRow


@dataclass(frozen=True)
class BankCounts:
    """A bank; `kinds` are how many questions it has of each type, by the type's name, most first. A `reserved`
    one is met in assessments only."""

    id: str
    title: str
    count: int
    kinds: tuple[tuple[str, int], ...]
    doubts: int
    reserved: bool = False


@dataclass(frozen=True)
class Cover:
    """An objective with the number of questions on it, and of how many types they are."""

    id: str
    text: str
    count: int
    kinds: int


@dataclass(frozen=True)
class ModuleCover:
    """A module's objectives."""

    id: str
    title: str
    objectives: tuple[Cover, ...]


@dataclass(frozen=True)
class CourseCounts:
    """A course with what belongs to it."""

    id: str
    title: str
    lessons: int
    questions: int
    banks: tuple[BankCounts, ...]
    modules: tuple[ModuleCover, ...]


def counts(catalogue: Catalogue, doubts: Mapping[str, int]) -> tuple[CourseCounts, ...]:
    """Every live course. `doubts` are numbers by question."""
    return tuple(_course(course, catalogue, doubts) for course in catalogue.courses.values())


def kind_names(rows: Iterable[ItemRow]) -> tuple[tuple[str, str, int], ...]:
    """The types that occur: kind, name, number; most first."""
    found = Counter(row.kind for row in rows)
    return tuple((kind, question_types()[kind].name, count) for kind, count in found.most_common())


def _course(course: Course, catalogue: Catalogue, doubts: Mapping[str, int]) -> CourseCounts:
    rows = [row for row in catalogue.items.values() if row.course == course.id]
    banks = sorted((bank for bank in catalogue.banks.values() if bank.course == course.id), key=lambda bank: bank.id)
    return CourseCounts(
        id=course.id,
        title=course.title,
        lessons=sum(row.course == course.id for row in catalogue.lessons.values()),
        questions=len(rows),
        banks=tuple(_bank(bank, rows, doubts) for bank in banks),
        modules=tuple(_module(module, rows) for module in course.modules),
    )


def _bank(bank: BankRow, rows: Iterable[ItemRow], doubts: Mapping[str, int]) -> BankCounts:
    own = [row for row in rows if row.bank == bank.id]
    kinds = tuple((name, count) for _kind, name, count in kind_names(own))
    return BankCounts(
        bank.id,
        bank.title,
        len(own),
        kinds,
        sum(doubts.get(row.id, 0) for row in own),
        any(row.reserved for row in own),
    )


def _module(module: Module, rows: Iterable[ItemRow]) -> ModuleCover:
    kinds: dict[str, list[str]] = {objective.id: [] for objective in module.objectives}
    for row in rows:
        kinds.setdefault(row.objective, []).append(row.kind)
    covers = (Cover(o.id, o.text, len(kinds[o.id]), len(set(kinds[o.id]))) for o in module.objectives)
    return ModuleCover(module.id, module.title, tuple(covers))
