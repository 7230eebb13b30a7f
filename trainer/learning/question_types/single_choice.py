"""One answer out of a few."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import ClassVar, Self

from trainer.learning.errors import N_
from trainer.learning.question_types.base import Answer, Choice, Code, Example, Flaw, Grade, Slot, Stemmed, View
from trainer.learning.question_types.pieces import (
    Option,
    choices_of,
    flaws_of_empty,
    flaws_of_key,
    flaws_of_options,
    mark_options,
    misconceptions_of,
    shuffled_copy,
)

CHOICE = "choice"


@dataclass(frozen=True, kw_only=True)
class SingleChoiceView(View):
    """The options are radio buttons of one field; marks by `choice.value`."""

    field: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class SingleChoice(Stemmed):
    """Exactly one option is correct."""

    name: ClassVar[str] = N_("One answer")
    rule: ClassVar[str] = "one_right"
    rule_in_words: ClassVar[str] = N_("One answer is right.")

    options: tuple[Option, ...]
    shuffle: bool = True

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        yield from flaws_of_options(self.options, "options")
        yield from flaws_of_key(self.options, "options")

    def form_slots(self) -> tuple[Slot, ...]:
        return (Slot(CHOICE, tuple(option.id for option in self.options)),)

    def shuffled(self, rng: Random) -> Self:
        return replace(self, options=shuffled_copy(self.options, rng)) if self.shuffle else self

    def view(self, code: Code) -> SingleChoiceView:
        return SingleChoiceView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            field=code.field(CHOICE),
            choices=choices_of(self.options, code),
        )

    def grade(self, answer: Answer) -> Grade:
        chosen = (answer[CHOICE],) if CHOICE in answer else ()
        return Grade(
            score=float(any(option.correct for option in self.options if option.id in chosen)),
            rule=self.rule,
            marks=mark_options(self.options, chosen),
            misconceptions=misconceptions_of(self.options, chosen),
        )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            stem="Who writes ISO 9001?",
            options=(
                Option(id="a", text="ISO", correct=True, feedback="ISO develops the standard with its members."),
                Option(id="b", text="UKAS", feedback="UKAS accredits.", misconception="ab-writes-standards"),
                Option(id="c", text="A certifier", feedback="Certifiers audit against it."),
            ),
        )
        return (
            Example("right", question, {CHOICE: "a"}, 1.0),
            Example("wrong", question, {CHOICE: "b"}, 0.0),
            Example("empty", question, {}, 0.0),
        )


QUESTION_TYPE = SingleChoice
