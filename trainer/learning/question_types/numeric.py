"""A number to work out, with a tolerance and perhaps a unit to choose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from random import Random
from typing import ClassVar, Literal, Self

from trainer.learning.errors import N_
from trainer.learning.numerals import read_number, write_number
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
from trainer.learning.question_types.pieces import flaws_of_empty

VALUE, UNIT = "value", "unit"
ANYTHING_ELSE = "*"
LONGEST_NUMBER = 40


@dataclass(frozen=True, kw_only=True)
class Target(Authored):
    """The right number; `tolerance` is in the same unit, both ends included."""

    value: float
    tolerance: float = 0.0
    unit: str = ""
    integer: bool = False


@dataclass(frozen=True, kw_only=True)
class Response(Authored):
    """What to say to a wrong answer that was expected, or (`"*"`) to any other."""

    match: float | Literal["*"]
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True, kw_only=True)
class NumericView(View):
    """A text field for the number and, where the learner chooses the unit, a drop-down list (`units`); else
    `unit` is shown beside the field. `allowed` is how far off a right number may be, with its unit; empty where it must
    be exact. Mark by `field`; `given` and `expected` are texts."""

    field: str
    unit: str
    integer: bool
    units: Field | None
    allowed: str


@dataclass(frozen=True, kw_only=True)
class Numeric(Stemmed):
    """A number that is right within its tolerance."""

    name: ClassVar[str] = N_("A number")
    rule: ClassVar[str] = "within_tolerance"
    rule_in_words: ClassVar[str] = N_("The number is right or it is not.")

    answer: Target
    units: Mapping[str, float] = field(default_factory=dict)
    responses: tuple[Response, ...] = ()
    worked_solution: str = ""

    @property
    def rule_told(self) -> str:
        if self.answer.tolerance:
            return N_("The number is right or it is not; the difference stated with the question is allowed.")
        return self.rule_in_words

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        yield from self._flaws_of_answer()
        yield from self._flaws_of_units()
        yield from self._flaws_of_responses()
        if not self.worked_solution.strip() and ANYTHING_ELSE not in {r.match for r in self.responses}:
            yield Flaw(
                ("responses",),
                "no-feedback",
                'An unexpected answer is told nothing; add a response with `match: "*"` or a `worked_solution`.',
            )

    def _flaws_of_answer(self) -> Iterator[Flaw]:
        if not isfinite(self.answer.value):
            yield Flaw(("answer", "value"), "not-finite", "The value must be a finite number.")
        if not (isfinite(self.answer.tolerance) and self.answer.tolerance >= 0):
            yield Flaw(("answer", "tolerance"), "tolerance", "The tolerance must be zero or more.")
        if self.answer.integer and not float(self.answer.value).is_integer():
            yield Flaw(("answer", "value"), "not-whole", "`integer: true`, but the value is not a whole number.")

    def _flaws_of_units(self) -> Iterator[Flaw]:
        for unit, worth in self.units.items():
            if not (isfinite(worth) and worth > 0):
                yield Flaw(("units", unit), "unit-worth", "A unit is worth a finite number above zero.")
            yield from flaws_of_empty(unit, "units", unit)
        if self.units and self.units.get(self.answer.unit) != 1:
            yield Flaw(
                ("units",), "unit-missing", f"`units` must list the unit of the answer: `{self.answer.unit or '…'}: 1`."
            )

    def _flaws_of_responses(self) -> Iterator[Flaw]:
        measurable = isfinite(self.answer.value) and isfinite(self.answer.tolerance)
        seen: set[float | str] = set()
        for position, response in enumerate(self.responses):
            at = ("responses", position, "match")
            if response.match in seen or ANYTHING_ELSE in seen:
                yield Flaw(at, "never-shown", "An earlier response catches this already.")
            seen.add(response.match)
            yield from flaws_of_empty(response.feedback, "responses", position, "feedback")
            if isinstance(response.match, str):
                continue
            if not isfinite(response.match):
                yield Flaw(at, "not-finite", "The match must be a finite number.")
            elif measurable and self._within(_exactly(response.match), self.answer.value):
                yield Flaw(at, "right-response", "This is a right answer; responses are for wrong ones.")

    def form_slots(self) -> tuple[Slot, ...]:
        unit = (Slot(UNIT, tuple(self.units)),) if self.units else ()
        return (Slot(VALUE), *unit)

    def shuffled(self, rng: Random) -> Self:
        return self

    def view(self, code: Code) -> NumericView:
        units = tuple(Choice(code.value(unit), unit) for unit in self.units)
        return NumericView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            field=code.field(VALUE),
            unit=self.answer.unit,
            integer=self.answer.integer,
            units=Field(code.field(UNIT), N_("Unit"), units) if units else None,
            allowed=self._with_unit(self.answer.tolerance) if self.answer.tolerance else "",
        )

    def read(self, form: Form, code: Code) -> Answer | Unreadable:
        """As every question; what is not one number only is not an answer yet. It is kept as it was typed."""
        answer = super().read(form, code)
        if isinstance(answer, Unreadable):
            return answer
        name = code.field(VALUE)
        if len(answer[VALUE]) > LONGEST_NUMBER:
            return Unreadable("too_long", (name,))
        number = self._number(answer[VALUE])
        return answer if isinstance(number, Decimal) else Unreadable(number, (name,))

    def _number(self, text: str) -> Decimal | Literal["not_a_number", "ambiguous_number"]:
        """Whoever types the unit behind the number means it well."""
        unit = self.answer.unit.casefold()
        bare = text.strip()
        if unit and not self.units and bare.casefold().endswith(unit):
            bare = bare[: len(bare) - len(unit)]
        return read_number(bare)

    def grade(self, answer: Answer) -> Grade:
        number = self._number(answer.get(VALUE, ""))
        if not isinstance(number, Decimal):
            return self._graded(answer, Verdict.MISSED)
        amount = number * _exactly(self.units.get(answer.get(UNIT, ""), 1.0))
        if self._within(amount, self.answer.value):
            return self._graded(answer, Verdict.RIGHT)
        return self._graded(answer, Verdict.WRONG, self._response_to(amount))

    def _within(self, amount: Decimal, value: float) -> bool:
        return abs(amount - _exactly(value)) <= _exactly(self.answer.tolerance)

    def _response_to(self, amount: Decimal) -> Response | None:
        for response in self.responses:
            if isinstance(response.match, str) or self._within(amount, response.match):
                return response
        return None

    def _graded(self, answer: Answer, verdict: Verdict, response: Response | None = None) -> Grade:
        expected = self._with_unit(self.answer.value)
        given = " ".join(answer[slot] for slot in (VALUE, UNIT) if slot in answer)
        return Grade(
            score=float(verdict is Verdict.RIGHT),
            rule=self.rule,
            marks=(Mark(VALUE, verdict, response.feedback if response else "", given, expected),),
            misconceptions=(response.misconception,) if response and response.misconception else (),
            comment=self.worked_solution,
        )

    def _with_unit(self, number: float) -> str:
        return f"{write_number(_exactly(number))} {self.answer.unit}".strip()

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        branches = cls(
            stem="40 like branches, one system. How many must the first audit visit at least?",
            answer=Target(value=7, unit="branches", integer=True),
            responses=(
                Response(match=6.0, feedback="6.32 is rounded up, not down.", misconception="rounds-down"),
                Response(match="*", feedback="Take the square root of 40 and round up."),
            ),
            worked_solution="√40 = 6.32, rounded up to 7.",
        )
        wait = cls(
            stem="How long may the next visit be away at most?",
            answer=Target(value=14, tolerance=0.5, unit="days"),
            units={"days": 1, "weeks": 7},
            worked_solution="Two weeks.",
        )
        return (
            Example("right", branches, {VALUE: "7"}, 1.0),
            Example("wrong", branches, {VALUE: "6"}, 0.0),
            Example("empty", branches, {}, 0.0),
            Example("right", wait, {VALUE: "2,0", UNIT: "weeks"}, 1.0),
            Example("wrong", wait, {VALUE: "2", UNIT: "days"}, 0.0),
            Example("empty", wait, {}, 0.0),
        )


def _exactly(number: float) -> Decimal:
    """The decimal number the author wrote, not its nearest binary fraction."""
    return Decimal(repr(float(number)))


QUESTION_TYPE = Numeric
