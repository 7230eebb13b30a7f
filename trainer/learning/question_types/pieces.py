"""What questions are made of: options, figures, and the judging that several types share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol, TypeVar

from trainer.learning.question_types.base import Authored, Choice, Code, Flaw, Mark, Verdict

T = TypeVar("T")


class Judged(Protocol):
    """Something that is right or wrong to choose, and says why."""

    @property
    def id(self) -> str: ...
    @property
    def correct(self) -> bool: ...
    @property
    def feedback(self) -> str: ...
    @property
    def misconception(self) -> str | None: ...


@dataclass(frozen=True, kw_only=True)
class Option(Authored):
    """An option to choose; `feedback` says why it attracts, why it fails, where the truth lies."""

    id: str
    text: str
    feedback: str
    correct: bool = False
    misconception: str | None = None


@dataclass(frozen=True, kw_only=True)
class Thing(Authored):
    """A card or label without a truth of its own; `misconception` is what putting it in a wrong place shows."""

    id: str
    text: str
    misconception: str | None = None


@dataclass(frozen=True, kw_only=True)
class Figure(Authored):
    """A picture: its file among the course's assets, its extent (x, y, width, height), what it says in words."""

    file: str
    viewbox: tuple[float, float, float, float]
    alt: str

    def flaws(self) -> Iterator[Flaw]:
        """An extent without a size, an empty alternative."""
        if min(self.viewbox[2:]) <= 0:
            yield Flaw(("viewbox",), "bad-viewbox", "The view box has no size; write [x, y, width, height].")
        yield from flaws_of_empty(self.alt, "alt")

    def holds(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether all of a box lies inside."""
        x, y, width, height = self.viewbox
        return x <= left <= right <= x + width and y <= top <= bottom <= y + height


def shuffled_copy(things: Sequence[T], rng: Random) -> tuple[T, ...]:
    """The things in an order that `rng` gives."""
    return tuple(rng.sample(things, len(things)))


def choices_of(options: Iterable[Option] | Iterable[Thing], code: Code, group: str = "") -> tuple[Choice, ...]:
    """What a learner sees of the options."""
    return tuple(Choice(code.value(option.id, group), option.text) for option in options)


def flaws_of_ids(ids: Iterable[str], at: str) -> Iterator[Flaw]:
    """Ids that are empty or occur twice in the list field `at`."""
    seen: set[str] = set()
    for position, id in enumerate(ids):
        if not id.strip():
            yield Flaw((at, position, "id"), "empty-id", "The id is empty.")
        elif id in seen:
            yield Flaw((at, position, "id"), "duplicate-id", f'The id "{id}" occurs twice.')
        seen.add(id)


def flaws_of_count(things: Sequence[object], at: str, least: int, most: int) -> Iterator[Flaw]:
    """Too few or too many in the list field `at`."""
    if not least <= len(things) <= most:
        yield Flaw((at,), "count", f"{len(things)} {at}; write {least} to {most}.")


def flaws_of_key(things: Iterable[Judged], at: str) -> Iterator[Flaw]:
    """Not exactly one that is correct in the list field `at`."""
    keys = sum(thing.correct for thing in things)
    if keys != 1:
        yield Flaw((at,), "one-key", f"{keys} of the {at} are marked `correct: true`; mark exactly one.")


def flaws_of_empty(text: str, *at: str | int) -> Iterator[Flaw]:
    """A text that says nothing."""
    if not text.strip():
        yield Flaw(at, "empty-text", f"`{at[-1]}` is empty.")


def flaws_of_options(options: Sequence[Option], at: str) -> Iterator[Flaw]:
    """What can be wrong with any list of options: their number, ids, empty texts, two that read the same."""
    yield from flaws_of_count(options, at, 2, 8)
    yield from flaws_of_ids((option.id for option in options), at)
    yield from flaws_of_texts([option.text for option in options], at)
    for position, option in enumerate(options):
        yield from flaws_of_empty(option.feedback, at, position, "feedback")
        if option.correct and option.misconception:
            yield Flaw(
                (at, position, "misconception"), "right-misconception", "A right option embodies no misconception."
            )


def flaws_of_texts(texts: Sequence[str], at: str) -> Iterator[Flaw]:
    """Texts in the list field `at` that are empty, or that nobody could tell apart."""
    seen: set[str] = set()
    for position, text in enumerate(texts):
        yield from flaws_of_empty(text, at, position, "text")
        same = " ".join(text.split()).casefold()
        if same and same in seen:
            yield Flaw(
                (at, position, "text"), "same-text", "This text occurs twice; learners could not tell which is meant."
            )
        seen.add(same)


def mark_options(options: Iterable[Judged], chosen: Iterable[str], group: str = "") -> tuple[Mark, ...]:
    """A mark for each option, chosen or not."""
    picked = set(chosen)
    return tuple(
        Mark(option.id, verdict_on(option, option.id in picked), option.feedback, of="choice", group=group)
        for option in options
    )


def verdict_on(option: Judged, chosen: bool) -> Verdict:
    """How choosing it, or not, stands."""
    if chosen:
        return Verdict.RIGHT if option.correct else Verdict.WRONG
    return Verdict.MISSED if option.correct else Verdict.LEFT


def verdict_on_slot(given: str, expected: str) -> Verdict:
    """How what was put into a slot (or nothing) stands."""
    if not given:
        return Verdict.MISSED
    return Verdict.RIGHT if given == expected else Verdict.WRONG


def share_right(marks: Sequence[Mark]) -> float:
    """The share of elements that are right; 0 where there are none."""
    return sum(mark.verdict is Verdict.RIGHT for mark in marks) / max(1, len(marks))


def points_of(marks: Sequence[Mark]) -> tuple[int, int]:
    """One point for each element that is right, of those there are."""
    return sum(mark.verdict is Verdict.RIGHT for mark in marks), len(marks)


def misconceptions_of(options: Iterable[Judged], chosen: Iterable[str]) -> tuple[str, ...]:
    """The misconceptions that the chosen options stand for."""
    picked = set(chosen)
    return tuple(o.misconception for o in options if o.id in picked and o.misconception and not o.correct)


def each_once(ids: Iterable[str | None]) -> tuple[str, ...]:
    """The ids without repetitions and blanks, in order."""
    return tuple(dict.fromkeys(id for id in ids if id))
