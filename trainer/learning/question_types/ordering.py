"""Things to put into their order."""

from collections.abc import Iterator
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
    Form,
    Grade,
    Mark,
    Slot,
    Stemmed,
    Unreadable,
    Verdict,
    View,
)
from trainer.learning.question_types.pieces import (
    flaws_of_count,
    flaws_of_empty,
    flaws_of_ids,
    flaws_of_texts,
    shuffled_copy,
    verdict_on_slot,
)


@dataclass(frozen=True, kw_only=True)
class Step(Authored):
    """A thing that has a place in the order; `feedback` says why it stands there."""

    id: str
    text: str
    feedback: str


@dataclass(frozen=True, kw_only=True)
class AdjacentPairs(Authored):
    """The scoring rule; `points` is what the question weighs where points are summed."""

    method: Literal["adjacent_pairs"] = "adjacent_pairs"
    points: int = 1


@dataclass(frozen=True, kw_only=True)
class OrderingView(View):
    """Each thing has a drop-down list with its place, 1 to n: `fields` in the order shown, `choices` the places.

    Without a script one picks a place for each. Where things are dragged or moved by buttons, the script sets
    each list to the place where its row stands: the n-th of `choices`. The same place twice cannot be read
    (`repeated`). Marks by `field.name`; `given` and `expected` are values of `choices`.
    """

    fields: tuple[Field, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Ordering(Stemmed):
    """Things and the one order they belong in."""

    name: ClassVar[str] = N_("Put in order")
    rule: ClassVar[str] = "adjacent_pairs"
    rule_in_words: ClassVar[str] = N_("Each pair of neighbours that belongs together, in that order, counts the same.")

    items: tuple[Step, ...]
    correct_order: tuple[str, ...]
    scoring: AdjacentPairs = field(default_factory=AdjacentPairs)

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        yield from flaws_of_count(self.items, "items", 3, 10)
        yield from flaws_of_ids((item.id for item in self.items), "items")
        yield from flaws_of_texts([item.text for item in self.items], "items")
        for position, item in enumerate(self.items):
            yield from flaws_of_empty(item.feedback, "items", position, "feedback")
        if sorted(self.correct_order) != sorted(item.id for item in self.items):
            yield Flaw(("correct_order",), "order", "`correct_order` must name each of the items once.")
        if self.scoring.points < 1:
            yield Flaw(("scoring", "points"), "points", "Write at least one point.")

    def _places(self) -> tuple[str, ...]:
        return tuple(str(place) for place in range(1, len(self.items) + 1))

    def form_slots(self) -> tuple[Slot, ...]:
        return tuple(Slot(item.id, self._places()) for item in self.items)

    def shuffled(self, rng: Random) -> Self:
        """Never in the order of the key: whoever moves nothing has not answered."""
        items = self.items
        while len({item.id for item in items}) > 1:
            items = shuffled_copy(self.items, rng)
            if tuple(item.id for item in items) != self.correct_order:
                break
        return replace(self, items=items)

    def view(self, code: Code) -> OrderingView:
        places = tuple(Choice(code.value(place), place) for place in self._places())
        return OrderingView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            fields=tuple(Field(code.field(item.id), item.text, places) for item in self.items),
            choices=places,
        )

    def read(self, form: Form, code: Code) -> Answer | Unreadable:
        """As every question; a place given twice is not an answer yet."""
        answer = super().read(form, code)
        if isinstance(answer, Unreadable):
            return answer
        places = list(answer.values())
        repeated = tuple(code.field(id) for id, place in answer.items() if places.count(place) > 1)
        return Unreadable("repeated", repeated) if repeated else answer

    def grade(self, answer: Answer) -> Grade:
        marks = tuple(self._mark(item, answer) for item in self.items)
        first = self.correct_order[:1]
        pairs = sum(mark.verdict is Verdict.RIGHT for mark in marks if mark.element not in first)
        possible = len(self.items) - 1
        return Grade(score=pairs / max(1, possible), rule=self.rule, marks=marks, points=(pairs, possible))

    def _mark(self, item: Step, answer: Answer) -> Mark:
        """An item is right where it directly follows the one it belongs behind; the first, where it comes first."""
        given, place = answer.get(item.id, ""), self.correct_order.index(item.id)
        before = int(answer.get(self.correct_order[place - 1], -1)) if place else 0
        verdict = verdict_on_slot(given, str(before + 1))
        return Mark(item.id, verdict, item.feedback, given, str(place + 1))

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            stem="Put the steps of a certification into order, earliest first.",
            items=(
                Step(id="s1", text="Application", feedback="Nothing starts without an application."),
                Step(id="s2", text="Stage 1", feedback="Stage 1 asks whether stage 2 is worth doing."),
                Step(id="s3", text="Stage 2", feedback="Stage 2 gathers the evidence."),
                Step(id="s4", text="Decision", feedback="Others decide than those who audited."),
            ),
            correct_order=("s1", "s2", "s3", "s4"),
        )
        return (
            Example("right", question, {"s1": "1", "s2": "2", "s3": "3", "s4": "4"}, 1.0),
            Example("partly", question, {"s1": "2", "s2": "3", "s3": "4", "s4": "1"}, 2 / 3),
            Example("wrong", question, {"s1": "4", "s2": "3", "s3": "2", "s4": "1"}, 0.0),
            Example("empty", question, {}, 0.0),
        )


QUESTION_TYPE = Ordering
