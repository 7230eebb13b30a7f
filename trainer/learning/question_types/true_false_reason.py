"""True or false, and why: a lucky guess at the first does not carry the second."""

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
    Question,
    Slot,
    View,
)
from trainer.learning.question_types.pieces import (
    Option,
    choices_of,
    flaws_of_empty,
    flaws_of_key,
    flaws_of_options,
    mark_options,
    misconceptions_of,
    shuffled_copy,
    verdict_on_slot,
)

ANSWER, REASON = "answer", "reason"
TRUE, FALSE = "true", "false"


@dataclass(frozen=True, kw_only=True)
class AnswerThenReason(Authored):
    """Points for the answer, and for the reason where the answer is right too."""

    answer: int = 1
    reason: int = 2
    reason_requires_answer: Literal[True] = True


@dataclass(frozen=True, kw_only=True)
class TrueFalseReasonView(View):
    """Two fields of radio buttons; `stem` is the statement. The labels of both fields and the texts of
    `answer.choices` are to be translated. Mark of the answer by `answer.name` (`given` and `expected` are choice
    values), marks of the reasons by `choice.value`."""

    answer: Field
    reason: Field


@dataclass(frozen=True, kw_only=True)
class TrueFalseReason(Question):
    """A statement, whether it is true, and exactly one correct reason."""

    name: ClassVar[str] = N_("True or false, and why")
    rule: ClassVar[str] = "answer_then_reason"
    rule_in_words: ClassVar[str] = N_("Answer and reason both earn points; the reason only with the right answer.")

    statement: str
    answer: bool
    reasons: tuple[Option, ...]
    scoring: AnswerThenReason = field(default_factory=AnswerThenReason)
    feedback_true: str = ""
    feedback_false: str = ""
    shuffle: bool = True

    @property
    def prompt(self) -> str:
        return self.statement

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.statement, "statement")
        yield from flaws_of_options(self.reasons, "reasons")
        yield from flaws_of_key(self.reasons, "reasons")
        yield from self._flaws_of_feedback()
        if min(self.scoring.answer, self.scoring.reason) < 1:
            yield Flaw(("scoring",), "points", "Write at least one point for the answer and one for the reason.")

    def _flaws_of_feedback(self) -> Iterator[Flaw]:
        """Whoever is wrong about the statement is told why; whoever is right needs no such text."""
        texts = [("feedback_true", self.feedback_true), ("feedback_false", self.feedback_false)]
        (never, unseen), (needed, seen) = texts if self.answer else reversed(texts)
        yield from flaws_of_empty(seen, needed)
        if unseen:
            yield Flaw((never,), "never-shown", f"`{never}` is never shown: whoever says so is right.")

    def form_slots(self) -> tuple[Slot, ...]:
        reasons = tuple(reason.id for reason in self.reasons)
        return (Slot(ANSWER, (TRUE, FALSE), group=ANSWER), Slot(REASON, reasons, group=REASON))

    def shuffled(self, rng: Random) -> Self:
        return replace(self, reasons=shuffled_copy(self.reasons, rng)) if self.shuffle else self

    def view(self, code: Code) -> TrueFalseReasonView:
        truths = (
            Choice(code.value(TRUE, ANSWER), N_("True")),
            Choice(code.value(FALSE, ANSWER), N_("False")),
        )
        return TrueFalseReasonView(
            kind=self.kind,
            stem=self.statement,
            situation=self.situation,
            answer=Field(code.field(ANSWER), N_("True or false?"), truths),
            reason=Field(code.field(REASON), N_("Why?"), choices_of(self.reasons, code, REASON)),
        )

    def grade(self, answer: Answer) -> Grade:
        said = self._mark_of_answer(answer.get(ANSWER, ""))
        reasons = tuple(reason.id for reason in self.reasons if reason.id == answer.get(REASON))
        points = 0
        if said.given == said.expected:
            points = self.scoring.answer
            points += self.scoring.reason * any(r.correct for r in self.reasons if r.id in reasons)
        return Grade(
            score=points / max(1, self.scoring.answer + self.scoring.reason),
            rule=self.rule,
            points=(points, self.scoring.answer + self.scoring.reason),
            marks=(said, *mark_options(self.reasons, reasons, REASON)),
            misconceptions=misconceptions_of(self.reasons, reasons),
        )

    def _mark_of_answer(self, given: str) -> Mark:
        why = {TRUE: self.feedback_true, FALSE: self.feedback_false}.get(given, "")
        expected = TRUE if self.answer else FALSE
        return Mark(ANSWER, verdict_on_slot(given, expected), why, given, expected)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            statement="ISO issues ISO 9001 certificates.",
            answer=False,
            reasons=(
                Option(id="a", text="ISO only writes the standard.", correct=True, feedback="Others certify."),
                Option(
                    id="b", text="Governments issue them.", feedback="Certifiers do.", misconception="state-certifies"
                ),
            ),
            feedback_true="Certificates come from certification bodies.",
        )
        return (
            Example("right", question, {ANSWER: FALSE, REASON: "a"}, 1.0),
            Example("partly", question, {ANSWER: FALSE, REASON: "b"}, 1 / 3),
            Example("wrong", question, {ANSWER: TRUE, REASON: "a"}, 0.0),
            Example("empty", question, {}, 0.0),
        )


QUESTION_TYPE = TrueFalseReason
