"""Cards to sort into categories."""

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
    Grade,
    Mark,
    Slot,
    Stemmed,
    Verdict,
    View,
)
from trainer.learning.question_types.pieces import (
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


@dataclass(frozen=True, kw_only=True)
class Category(Authored):
    """A place to sort cards into."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Card(Authored):
    """A card and the category it belongs to; `misconception` is what putting it elsewhere shows."""

    id: str
    text: str
    answer: str
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True, kw_only=True)
class PerCard(Authored):
    """The scoring rule; `points_each` is what a card weighs where points are summed."""

    method: Literal["per_card"] = "per_card"
    points_each: int = 1


@dataclass(frozen=True, kw_only=True)
class CategoriseView(View):
    """One field for each card (`fields`), all with the same `choices`, the categories.

    Marks by `field.name`; `given` and `expected` are choice values.
    """

    fields: tuple[Field, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Categorise(Stemmed):
    """Cards, each of which belongs to one category. The cards are shuffled, the categories keep their order."""

    name: ClassVar[str] = N_("Sort into groups")
    rule: ClassVar[str] = "per_card"
    rule_in_words: ClassVar[str] = N_("Each card in the right group counts the same.")

    categories: tuple[Category, ...]
    cards: tuple[Card, ...]
    scoring: PerCard = field(default_factory=PerCard)
    shuffle: bool = True

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        yield from flaws_of_count(self.categories, "categories", 2, 6)
        yield from flaws_of_count(self.cards, "cards", 2, 16)
        yield from flaws_of_ids((category.id for category in self.categories), "categories")
        yield from flaws_of_texts([category.text for category in self.categories], "categories")
        yield from flaws_of_ids((card.id for card in self.cards), "cards")
        yield from flaws_of_texts([card.text for card in self.cards], "cards")
        known = {category.id for category in self.categories}
        for position, card in enumerate(self.cards):
            yield from flaws_of_empty(card.feedback, "cards", position, "feedback")
            if card.answer not in known:
                yield Flaw(("cards", position, "answer"), "unknown-id", f'There is no category "{card.answer}".')
        if self.scoring.points_each < 1:
            yield Flaw(("scoring", "points_each"), "points", "Write at least one point.")

    def form_slots(self) -> tuple[Slot, ...]:
        categories = tuple(category.id for category in self.categories)
        return tuple(Slot(card.id, categories) for card in self.cards)

    def shuffled(self, rng: Random) -> Self:
        return replace(self, cards=shuffled_copy(self.cards, rng)) if self.shuffle else self

    def view(self, code: Code) -> CategoriseView:
        choices = tuple(Choice(code.value(category.id), category.text) for category in self.categories)
        return CategoriseView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            fields=tuple(Field(code.field(card.id), card.text, choices) for card in self.cards),
            choices=choices,
        )

    def grade(self, answer: Answer) -> Grade:
        marks = tuple(self._mark(card, answer.get(card.id, "")) for card in self.cards)
        misplaced = {mark.element for mark in marks if mark.verdict is Verdict.WRONG}
        return Grade(
            score=share_right(marks),
            rule=self.rule,
            points=points_of(marks),
            marks=marks,
            misconceptions=each_once(card.misconception for card in self.cards if card.id in misplaced),
        )

    def _mark(self, card: Card, given: str) -> Mark:
        return Mark(card.id, verdict_on_slot(given, card.answer), card.feedback, given, card.answer)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            stem="A certifier is asked for this by its client. Sort each request.",
            categories=(Category(id="ok", text="May accept"), Category(id="no", text="Must decline")),
            cards=(
                Card(id="c1", text="Explain a clause", answer="ok", feedback="Explaining prescribes no solution."),
                Card(
                    id="c2",
                    text="Write the procedures",
                    answer="no",
                    feedback="It would later audit its own work.",
                    misconception="certifier-consults",
                ),
            ),
        )
        return (
            Example("right", question, {"c1": "ok", "c2": "no"}, 1.0),
            Example("partly", question, {"c1": "ok", "c2": "ok"}, 0.5),
            Example("wrong", question, {"c1": "no", "c2": "ok"}, 0.0),
            Example("empty", question, {}, 0.0),
        )


QUESTION_TYPE = Categorise
