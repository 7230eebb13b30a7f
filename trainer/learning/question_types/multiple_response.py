"""Several answers out of a few: tick what holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import ClassVar, Literal, Self

from trainer.learning.errors import N_
from trainer.learning.question_types.base import (
    YES,
    Answer,
    Authored,
    Code,
    Example,
    Flaw,
    Form,
    Grade,
    Mark,
    Slot,
    Stemmed,
    Unreadable,
    View,
)
from trainer.learning.question_types.pieces import (
    Option,
    flaws_of_empty,
    flaws_of_options,
    misconceptions_of,
    shuffled_copy,
    verdict_on,
)


@dataclass(frozen=True, kw_only=True)
class Select(Authored):
    """How many may be ticked; `announce_count` tells the learner how many are right."""

    min: int = 1
    max: int | None = None
    announce_count: bool = False


@dataclass(frozen=True, kw_only=True)
class RightMinusWrong(Authored):
    """The scoring rule; `points` is what the question weighs where points are summed."""

    method: Literal["right_minus_wrong"] = "right_minus_wrong"
    floor: Literal[0] = 0
    points: int = 1


@dataclass(frozen=True)
class Box:
    """A checkbox: its field, the value it sends when ticked, its text (Markdown)."""

    name: str
    value: str
    text: str


@dataclass(frozen=True, kw_only=True)
class MultipleResponseView(View):
    """Each option is a checkbox with a field of its own; marks by `box.name`.

    `count` is how many are right, where the author lets it be known; `most` how many may be ticked.
    """

    choices: tuple[Box, ...]
    least: int
    most: int
    count: int | None


@dataclass(frozen=True, kw_only=True)
class MultipleResponse(Stemmed):
    """At least one option is correct and at least one is not."""

    name: ClassVar[str] = N_("Several answers")
    rule: ClassVar[str] = "right_minus_wrong"
    rule_in_words: ClassVar[str] = N_("Each right choice counts for you, each wrong one against you; never below zero.")

    options: tuple[Option, ...]
    select: Select = field(default_factory=Select)
    scoring: RightMinusWrong = field(default_factory=RightMinusWrong)
    shuffle: bool = True

    @property
    def keys(self) -> int:
        """How many options are correct."""
        return sum(option.correct for option in self.options)

    @property
    def most(self) -> int:
        """How many may be ticked."""
        return self.select.max if self.select.max is not None else len(self.options)

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        yield from flaws_of_options(self.options, "options")
        if not 1 <= self.keys < len(self.options):
            yield Flaw(
                ("options",), "keys", "Mark at least one option `correct: true`, and leave at least one unmarked."
            )
        if not 1 <= self.select.min <= self.keys <= self.most <= len(self.options):
            yield Flaw(
                ("select",),
                "select-range",
                f"`min` and `max` must allow the {self.keys} right options and stay within 1 and {len(self.options)}.",
            )
        if self.scoring.points < 1:
            yield Flaw(("scoring", "points"), "points", "Write at least one point.")

    def form_slots(self) -> tuple[Slot, ...]:
        return tuple(Slot(option.id, (YES,), required=False) for option in self.options)

    def shuffled(self, rng: Random) -> Self:
        return replace(self, options=shuffled_copy(self.options, rng)) if self.shuffle else self

    def view(self, code: Code) -> MultipleResponseView:
        return MultipleResponseView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            choices=tuple(Box(code.field(o.id), code.value(YES), o.text) for o in self.options),
            least=self.select.min,
            most=self.most,
            count=self.keys if self.select.announce_count else None,
        )

    def read(self, form: Form, code: Code) -> Answer | Unreadable:
        """As every question; too few ticks and too many are not an answer yet."""
        answer = super().read(form, code)
        if isinstance(answer, Unreadable) or self.select.min <= len(answer) <= self.most:
            return answer
        fields = tuple(code.field(option.id) for option in self.options)
        return Unreadable("missing" if len(answer) < self.select.min else "too_many", fields)

    def grade(self, answer: Answer) -> Grade:
        right = sum(option.correct for option in self.options if option.id in answer)
        wrong = len(answer) - right
        return Grade(
            score=max(0, right - wrong) / max(1, self.keys),
            rule=self.rule,
            points=(max(0, right - wrong), self.keys),
            marks=tuple(self._mark(option, answer) for option in self.options),
            misconceptions=misconceptions_of(self.options, answer),
        )

    def _mark(self, option: Option, answer: Answer) -> Mark:
        given, expected = answer.get(option.id, ""), YES if option.correct else ""
        return Mark(option.id, verdict_on(option, bool(given)), option.feedback, given, expected)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            stem="Select every job of an accreditation body.",
            options=(
                Option(id="a", text="Assess certifiers", correct=True, feedback="Its main work."),
                Option(id="b", text="Assess laboratories", correct=True, feedback="Laboratories are accredited too."),
                Option(
                    id="c", text="Write ISO 9001", feedback="ISO writes standards.", misconception="ab-writes-standards"
                ),
                Option(id="d", text="Certify companies", feedback="Certifiers do that.", misconception="ab-certifies"),
            ),
        )
        return (
            Example("right", question, {"a": YES, "b": YES}, 1.0),
            Example("partly", question, {"a": YES}, 0.5),
            Example("partly", question, {"a": YES, "b": YES, "c": YES}, 0.5),
            Example("wrong", question, {"c": YES, "d": YES}, 0.0),
            Example("empty", question, {}, 0.0),
        )


QUESTION_TYPE = MultipleResponse
