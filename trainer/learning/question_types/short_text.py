"""A sentence to write, marked by a rubric of patterns.

Patterns are RE2: they cannot hang, whatever a learner types. `re2` (google-re2) is the one exception to the rule
that `learning` uses the standard library and `fsrs` only; it is pure, and the standard `re` would not be safe here.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import ClassVar, Literal, Protocol, Self, cast

import re2

from trainer.learning.errors import N_
from trainer.learning.question_types.base import (
    LONGEST_TEXT,
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
    Verdict,
    View,
)
from trainer.learning.question_types.pieces import each_once, flaws_of_count, flaws_of_empty, flaws_of_ids

TEXT = "text"
LONGEST_PATTERN = 500
MEMORY = 1 << 20
"""Bytes one compiled pattern may take; RE2 refuses what needs more."""

ALLOWED = " … "
"""What stands for an allowed stretch while the rest is searched, so that no new words meet."""

TYPED_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "−": "-"})


class Pattern(Protocol):
    """A compiled pattern."""

    def search(self, text: str) -> object | None: ...
    def sub(self, replacement: str, text: str) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Limits(Authored):
    """How long the text may be."""

    max_words: int | None = None


@dataclass(frozen=True, kw_only=True)
class Check(Authored):
    """One line of the rubric: a pattern that must be found and earns its points, or one that must not and costs them.

    `miss` says what to do, `hit` what was done well. Where `allow` matches, `must_not_match` does not look ("not
    certified"). To say what must not be said can show a `misconception`.
    """

    id: str
    points: int
    miss: str
    hit: str = ""
    must_match: str = ""
    must_not_match: str = ""
    allow: str = ""
    misconception: str | None = None

    @property
    def pattern(self) -> str:
        """The one of the two that is given."""
        return self.must_match or self.must_not_match

    def flaws(self) -> Iterator[Flaw]:
        """Not exactly one pattern, a pattern that does not compile, points below one, what only a ban can have."""
        if bool(self.must_match) == bool(self.must_not_match):
            yield Flaw((), "one-pattern", "Write either `must_match` or `must_not_match`.")
        for name in ("must_match", "must_not_match", "allow"):
            if problem := _problem_of(getattr(self, name)):
                yield Flaw((name,), "bad-pattern", problem)
        for name in ("allow", "misconception"):
            if getattr(self, name) and not self.must_not_match:
                yield Flaw((name,), "only-must-not", f"`{name}` goes with `must_not_match` only.")
        if self.points < 1:
            yield Flaw(("points",), "points", "Write at least one point.")
        yield from flaws_of_empty(self.miss, "miss")

    def found_in(self, text: str) -> bool:
        """Whether its pattern occurs, in the text as typed or with plain quotes, hyphens and spaces."""
        return any(self._is_in(form) for form in {text, _plain(text)})

    def _is_in(self, text: str) -> bool:
        rest = _compiled(self.allow).sub(ALLOWED, text) if self.allow else text
        return _compiled(self.pattern).search(rest) is not None

    def mark(self, text: str) -> Mark:
        """What must be said is right or missed; what must not be is wrong or left out."""
        found = bool(text.strip()) and self.found_in(text)
        if self.must_match:
            verdict = Verdict.RIGHT if found else Verdict.MISSED
        else:
            verdict = Verdict.WRONG if found else Verdict.LEFT
        is_met = verdict in {Verdict.RIGHT, Verdict.LEFT}
        return Mark(self.id, verdict, self.hit if is_met else self.miss, of="check")


@dataclass(frozen=True, kw_only=True)
class Marking(Authored):
    """The rubric, and a question that the learner puts to her own text."""

    auto_checks: tuple[Check, ...]
    mode: Literal["rubric"] = "rubric"
    self_check: str = ""


@dataclass(frozen=True, kw_only=True)
class ShortTextView(View):
    """A text area. Mark of the text by `field` (its `expected` is the first model answer, Markdown); the rubric is not
    part of the view: once graded, its marks are those of `grade.marks` with `of == "check"`."""

    field: str
    max_words: int | None
    max_length: int


@dataclass(frozen=True, kw_only=True)
class ShortText(Stemmed):
    """A text that earns points for what it must say and loses points for what it must not."""

    name: ClassVar[str] = N_("A short text")
    rule: ClassVar[str] = "rubric"
    rule_in_words: ClassVar[str] = N_(
        "Each thing that the text must say earns points; what it must not say costs points. Never below zero."
    )

    marking: Marking
    model_answers: tuple[str, ...]
    bad_answers: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        yield from flaws_of_count(self.model_answers, "model_answers", 1, 10)
        if self.limits.max_words is not None and self.limits.max_words < 1:
            yield Flaw(("limits", "max_words"), "limit", "Allow at least one word.")
        flaws = tuple(self._flaws_of_checks())
        yield from flaws
        if not flaws:
            yield from self._flaws_of_answers()

    def _flaws_of_checks(self) -> Iterator[Flaw]:
        checks = self.marking.auto_checks
        for flaw in flaws_of_ids((check.id for check in checks), "auto_checks"):
            yield flaw.within("marking")
        for position, check in enumerate(checks):
            for flaw in check.flaws():
                yield flaw.within("marking", "auto_checks", position)
        if not any(check.must_match for check in checks):
            yield Flaw(("marking", "auto_checks"), "no-must-match", "At least one check must have `must_match`.")

    def _flaws_of_answers(self) -> Iterator[Flaw]:
        for position, text in enumerate(self.model_answers):
            missed = [mark.element for mark in self._judge(text) if mark.verdict not in {Verdict.RIGHT, Verdict.LEFT}]
            if missed:
                yield Flaw(
                    ("model_answers", position), "model-fails", f"It fails {', '.join(missed)}; a model must pass all."
                )
            if self._too_long(text):
                yield Flaw(
                    ("model_answers", position), "model-too-long", f"It has more than {self.limits.max_words} words."
                )
        for position, text in enumerate(self.bad_answers):
            if self._points_of(self._judge(text)) > self._most_points / 2:
                yield Flaw(
                    ("bad_answers", position),
                    "bad-passes",
                    "It gets more than half of the points; a bad answer must not.",
                )

    def form_slots(self) -> tuple[Slot, ...]:
        return (Slot(TEXT),)

    def shuffled(self, rng: Random) -> Self:
        return self

    def view(self, code: Code) -> ShortTextView:
        return ShortTextView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            field=code.field(TEXT),
            max_words=self.limits.max_words,
            max_length=LONGEST_TEXT,
        )

    def read(self, form: Form, code: Code) -> Answer | Unreadable:
        """As every question; a text with too many words is not an answer yet."""
        answer = super().read(form, code)
        if not isinstance(answer, Unreadable) and self._too_long(answer[TEXT]):
            return Unreadable("too_long", (code.field(TEXT),))
        return answer

    def _too_long(self, text: str) -> bool:
        return self.limits.max_words is not None and len(text.split()) > self.limits.max_words

    def grade(self, answer: Answer) -> Grade:
        text = answer.get(TEXT, "")
        checks = self._judge(text)
        earned, most = self._points_of(checks), self._most_points
        whole = Verdict.RIGHT if earned == most else Verdict.WRONG
        return Grade(
            score=earned / max(1, most),
            rule=self.rule,
            marks=(
                Mark(TEXT, whole if text else Verdict.MISSED, "", text, next(iter(self.model_answers), "")),
                *checks,
            ),
            misconceptions=self._misconceptions(checks),
            comment=self.marking.self_check,
            points=(earned, most),
        )

    def _judge(self, text: str) -> tuple[Mark, ...]:
        return tuple(check.mark(text) for check in self.marking.auto_checks)

    @property
    def _most_points(self) -> int:
        return sum(check.points for check in self.marking.auto_checks if check.must_match)

    def _points_of(self, marks: tuple[Mark, ...]) -> int:
        """What was said earns, what must not be said costs; never below zero."""
        earned = sum(check.points for check in self._checks_with(Verdict.RIGHT, marks))
        return max(0, earned - sum(check.points for check in self._checks_with(Verdict.WRONG, marks)))

    def _misconceptions(self, marks: tuple[Mark, ...]) -> tuple[str, ...]:
        return each_once(check.misconception for check in self._checks_with(Verdict.WRONG, marks))

    def _checks_with(self, verdict: Verdict, marks: tuple[Mark, ...]) -> list[Check]:
        found = {mark.element for mark in marks if mark.verdict is verdict}
        return [check for check in self.marking.auto_checks if check.id in found]

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            stem="Put it right: “We are an ISO accredited company.” The certifier is Norvia Cert.",
            limits=Limits(max_words=20),
            marking=Marking(
                auto_checks=(
                    Check(
                        id="k1",
                        must_match=r"(?i)\bcertif(ied|icate)\b",
                        points=2,
                        hit="Certified is the right verb.",
                        miss="Use certified or certificate.",
                    ),
                    Check(id="k2", must_match=r"(?i)\bNorvia\b", points=2, miss="Say who certified."),
                    Check(
                        id="k3",
                        must_not_match=r"(?i)\baccredited\b",
                        allow=r"(?i)\bnot\s+accredited\b",
                        points=1,
                        miss="The firm is not accredited.",
                        misconception="certifier-accredits",
                    ),
                ),
                self_check="Would a reader believe that ISO certified the firm?",
            ),
            model_answers=("Norvia Cert has certified our management system.",),
            bad_answers=("We are accredited.",),
        )
        return (
            Example("right", question, {TEXT: "Our system is certified by Norvia Cert."}, 1.0),
            Example("right", question, {TEXT: "We are certified, not accredited, by Norvia Cert."}, 1.0),
            Example("partly", question, {TEXT: "Norvia Cert has accredited us."}, 0.25),
            Example("wrong", question, {TEXT: "We are accredited."}, 0.0),
            Example("wrong", question, {TEXT: "We are the best."}, 0.0),
            Example("empty", question, {}, 0.0),
        )


def _plain(text: str) -> str:
    """The text with one kind of quote, hyphen and space each: phones type others than authors do."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(TYPED_ALIKE).split())


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> Pattern:
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    return cast("Pattern", re2.compile(pattern, options))


def _problem_of(pattern: str) -> str:
    """Why the pattern cannot be used; empty where it can."""
    if len(pattern) > LONGEST_PATTERN:
        return f"The pattern is longer than {LONGEST_PATTERN} characters."
    try:
        _compiled(pattern)
    except re2.error as problem:
        why = problem.args[0]
        return f"RE2 cannot use this pattern: {why.decode(errors='replace') if isinstance(why, bytes) else why}."
    return ""


QUESTION_TYPE = ShortText
