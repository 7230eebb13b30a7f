"""Pairs to find: each thing on the left belongs to one on the right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import ClassVar, Literal, Self

from trainer.learning.errors import N_
from trainer.learning.question_types.base import (
    Answer,
    Authored,
    Choice,
    Code,
    Example,
    Field,
    Flaw,
    Grade,
    Mark,
    Slot,
    Stemmed,
    Verdict,
    View,
)
from trainer.learning.question_types.pieces import (
    Thing,
    choices_of,
    each_once,
    flaws_of_count,
    flaws_of_empty,
    flaws_of_ids,
    flaws_of_texts,
    points_of,
    share_right,
    shuffled_copy,
    verdict_on_slot,
)

UNUSED = "unused"


@dataclass(frozen=True, kw_only=True)
class Left(Authored):
    """A thing to find the partner of."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Sides(Authored):
    """Which sides are shuffled."""

    left: bool = True
    right: bool = True


@dataclass(frozen=True, kw_only=True)
class PerPair(Authored):
    """The scoring rule; `points_each` is what a pair weighs where points are summed."""

    method: Literal["per_pair"] = "per_pair"
    points_each: int = 1


@dataclass(frozen=True, kw_only=True)
class MatchingView(View):
    """One drop-down list for each thing on the left (`fields`), all with the same `choices`.

    Marks by `field.name` (`given` and `expected` are choice values); things left over have one by `choice.value`.
    """

    note: str
    fields: tuple[Field, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Matching(Stemmed):
    """Each left has one right; rights without a left are distractors."""

    name: ClassVar[str] = N_("Match the pairs")
    rule: ClassVar[str] = "per_pair"
    rule_in_words: ClassVar[str] = N_("Each right pair counts the same.")

    left: tuple[Left, ...]
    right: tuple[Thing, ...]
    pairs: Mapping[str, str]
    feedback: Mapping[str, str]
    note: str = ""
    shuffle: Sides = field(default_factory=Sides)
    scoring: PerPair = field(default_factory=PerPair)

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        yield from flaws_of_count(self.left, "left", 2, 10)
        yield from flaws_of_count(self.right, "right", max(2, len(self.left)), 12)
        for at, side in (("left", self.left), ("right", self.right)):
            yield from flaws_of_ids((thing.id for thing in side), at)
            yield from flaws_of_texts([thing.text for thing in side], at)
        yield from self._flaws_of_pairs()
        yield from self._flaws_of_feedback()
        if self.scoring.points_each < 1:
            yield Flaw(("scoring", "points_each"), "points", "Write at least one point.")

    def _flaws_of_pairs(self) -> Iterator[Flaw]:
        lefts, rights = {left.id for left in self.left}, {right.id for right in self.right}
        for id in sorted(lefts - self.pairs.keys()):
            yield Flaw(("pairs",), "no-pair", f'"{id}" has no pair.')
        used: set[str] = set()
        for left, right in self.pairs.items():
            if left not in lefts:
                yield Flaw(("pairs", left), "unknown-id", f'There is no "{left}" on the left.')
            if right not in rights:
                yield Flaw(("pairs", left), "unknown-id", f'There is no "{right}" on the right.')
            if right in used:
                yield Flaw(
                    ("pairs", left), "used-twice", f'"{right}" serves two on the left; a right may serve only one.'
                )
            used.add(right)

    def _flaws_of_feedback(self) -> Iterator[Flaw]:
        needed = {left.id for left in self.left} | ({UNUSED} if self._extras() else set())
        for id in sorted(needed - self.feedback.keys()):
            yield Flaw(("feedback",), "no-feedback", f'There is no feedback for "{id}".')
        for id, text in self.feedback.items():
            if id not in needed:
                yield Flaw(("feedback", id), "unknown-id", f'Nothing here is called "{id}"; this text is never shown.')
            yield from flaws_of_empty(text, "feedback", id)

    def _extras(self) -> tuple[Thing, ...]:
        used = set(self.pairs.values())
        return tuple(right for right in self.right if right.id not in used)

    def form_slots(self) -> tuple[Slot, ...]:
        rights = tuple(right.id for right in self.right)
        return tuple(Slot(left.id, rights) for left in self.left)

    def shuffled(self, rng: Random) -> Self:
        left = shuffled_copy(self.left, rng) if self.shuffle.left else self.left
        right = shuffled_copy(self.right, rng) if self.shuffle.right else self.right
        return replace(self, left=left, right=right)

    def view(self, code: Code) -> MatchingView:
        choices = choices_of(self.right, code)
        return MatchingView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            note=self.note,
            fields=tuple(Field(code.field(left.id), left.text, choices) for left in self.left),
            choices=choices,
        )

    def grade(self, answer: Answer) -> Grade:
        marks = tuple(self._mark(left, answer.get(left.id, "")) for left in self.left)
        return Grade(
            score=share_right(marks),
            rule=self.rule,
            points=points_of(marks),
            marks=(*marks, *(self._mark_of_extra(right, answer) for right in self._extras())),
            misconceptions=self._misconceptions(marks),
        )

    def _mark(self, left: Left, given: str) -> Mark:
        expected = self.pairs.get(left.id, "")
        return Mark(left.id, verdict_on_slot(given, expected), self.feedback.get(left.id, ""), given, expected)

    def _mark_of_extra(self, right: Thing, answer: Answer) -> Mark:
        verdict = Verdict.WRONG if right.id in answer.values() else Verdict.LEFT
        return Mark(right.id, verdict, self.feedback.get(UNUSED, ""), of="choice")

    def _misconceptions(self, marks: tuple[Mark, ...]) -> tuple[str, ...]:
        misplaced = {mark.given for mark in marks if mark.verdict is Verdict.WRONG}
        return each_once(right.misconception for right in self.right if right.id in misplaced)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            stem="Match each body with its job.",
            left=(Left(id="l1", text="ISO"), Left(id="l2", text="UKAS")),
            right=(
                Thing(id="r1", text="Writes standards"),
                Thing(id="r2", text="Accredits certifiers"),
                Thing(id="r3", text="Certifies companies", misconception="iso-certifies"),
            ),
            pairs={"l1": "r1", "l2": "r2"},
            feedback={"l1": "ISO only writes.", "l2": "UKAS checks the checkers.", UNUSED: "Certifiers do this."},
        )
        return (
            Example("right", question, {"l1": "r1", "l2": "r2"}, 1.0),
            Example("partly", question, {"l1": "r1", "l2": "r3"}, 0.5),
            Example("wrong", question, {"l1": "r3", "l2": "r1"}, 0.0),
            Example("empty", question, {}, 0.0),
        )


QUESTION_TYPE = Matching
