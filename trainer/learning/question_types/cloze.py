"""A text with gaps, each to be filled from a list or by typing."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import ClassVar, Literal, Self

from trainer.learning.errors import N_
from trainer.learning.question_types.base import (
    Answer,
    Authored,
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
    Option,
    choices_of,
    each_once,
    flaws_of_count,
    flaws_of_empty,
    flaws_of_ids,
    flaws_of_key,
    flaws_of_options,
    points_of,
    share_right,
    shuffled_copy,
)

PLACE = re.compile(r"\[\[([^\[\]]*)\]\]")
PARAGRAPH = re.compile(r"\n\s*\n")
HYPHENS = str.maketrans(dict.fromkeys("-‐‑–—−", " ") | {"’": "'", "‘": "'"})


@dataclass(frozen=True, kw_only=True)
class Miss(Authored):
    """A wrong word that was expected, and what to say to it."""

    match: str
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True, kw_only=True)
class Gap(Authored):
    """A gap with a list to choose from (`options`), or one to type into (`accept`, `feedback`, `misses`)."""

    id: str
    options: tuple[Option, ...] = ()
    accept: tuple[str, ...] = ()
    case_sensitive: bool = False
    feedback: str = ""
    misses: tuple[Miss, ...] = ()

    def flaws(self) -> Iterator[Flaw]:
        """Neither or both kinds at once, and what can be wrong with each."""
        if bool(self.options) == bool(self.accept):
            yield Flaw((), "gap-kind", "Write either `options` (a list to choose from) or `accept` (words to type).")
        elif self.options:
            yield from flaws_of_options(self.options, "options")
            yield from flaws_of_key(self.options, "options")
            if self.feedback or self.misses:
                yield Flaw((), "never-shown", "`feedback` and `misses` belong to typed gaps; options have their own.")
        else:
            yield from flaws_of_empty(self.feedback, "feedback")
            yield from self._flaws_of_words()

    def _flaws_of_words(self) -> Iterator[Flaw]:
        for position, word in enumerate(self.accept):
            if not self._same(word):
                message = "Nothing is left of this word once hyphens and spaces are ignored."
                yield Flaw(("accept", position), "empty-text", message)
        caught = {"": "It is empty.", **{self._same(word): "This is accepted as right." for word in self.accept}}
        for position, miss in enumerate(self.misses):
            word = self._same(miss.match)
            if word in caught:
                yield Flaw(("misses", position, "match"), "never-shown", caught[word])
            caught[word] = "An earlier one catches this already."
            yield from flaws_of_empty(miss.feedback, "misses", position, "feedback")

    @property
    def slot(self) -> Slot:
        """What there is to fill in; two gaps with like ids of options do not share their names."""
        return Slot(self.id, tuple(option.id for option in self.options) or None, group=self.id)

    @property
    def key(self) -> str:
        """The right option's id, or the first of the accepted words."""
        return next((option.id for option in self.options if option.correct), (*self.accept, "")[0])

    def judge(self, given: str) -> Mark:
        """What was chosen or typed, judged."""
        if not given:
            return Mark(self.id, Verdict.MISSED, self._why(self.key), "", self.key)
        verdict = Verdict.RIGHT if self._is_right(given) else Verdict.WRONG
        return Mark(self.id, verdict, self._why(given), given, self.key)

    def misconception(self, given: str) -> str | None:
        """What the wrong option or word shows that the learner believes."""
        chosen = next((option for option in self.options if option.id == given), None)
        miss = chosen if chosen else self._miss(given)
        return miss.misconception if miss else None

    def _is_right(self, given: str) -> bool:
        return given == self.key if self.options else self._same(given) in {self._same(word) for word in self.accept}

    def _why(self, given: str) -> str:
        """What the author says to an option or word; to a word that is right there is nothing to say."""
        if self.options:
            return next(option.feedback for option in self.options if option.id == given)
        if given != self.key and self._is_right(given):
            return ""
        miss = self._miss(given)
        return miss.feedback if miss else self.feedback

    def _miss(self, given: str) -> Miss | None:
        return next((miss for miss in self.misses if self._same(miss.match) == self._same(given)), None)

    def _same(self, word: str) -> str:
        """Words that are equal here count as the same: spaces, hyphens, full stops at the end and, unless it
        matters, case make no difference."""
        plain = " ".join(unicodedata.normalize("NFKC", word).translate(HYPHENS).split()).rstrip(". ")
        return plain if self.case_sensitive else plain.casefold()


@dataclass(frozen=True, kw_only=True)
class PerGap(Authored):
    """The scoring rule; `points_each` is what a gap weighs where points are summed."""

    method: Literal["per_gap"] = "per_gap"
    points_each: int = 1


@dataclass(frozen=True)
class Piece:
    """Text (inline Markdown), or a gap: a drop-down list where it has choices, else a text field.

    A gap's label is its number in the text.
    """

    text: str = ""
    gap: Field | None = None


@dataclass(frozen=True, kw_only=True)
class ClozeView(View):
    """The text in paragraphs of pieces. Marks by `piece.gap.name`; `given` and `expected` are choice values, or
    texts where the gap is typed. `gaps` are the same fields once more, in the order of the text."""

    paragraphs: tuple[tuple[Piece, ...], ...]
    gaps: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Cloze(Stemmed):
    """Each `[[gap]]` of the text stands once in `gaps`."""

    name: ClassVar[str] = N_("Fill the gaps")
    rule: ClassVar[str] = "per_gap"
    rule_in_words: ClassVar[str] = N_("Each right gap counts the same.")

    text: str
    gaps: tuple[Gap, ...]
    scoring: PerGap = field(default_factory=PerGap)
    shuffle: bool = True

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        yield from flaws_of_count(self.gaps, "gaps", 1, 12)
        yield from flaws_of_ids((gap.id for gap in self.gaps), "gaps")
        placed = PLACE.findall(self.text)
        for position, gap in enumerate(self.gaps):
            for flaw in gap.flaws():
                yield flaw.within("gaps", position)
            if placed.count(gap.id) != 1:
                yield Flaw(("gaps", position, "id"), "gap-place", f"[[{gap.id}]] must stand in the text exactly once.")
        for id in sorted(set(placed) - {gap.id for gap in self.gaps}):
            yield Flaw(("text",), "unknown-id", f"[[{id}]] is not among the gaps.")
        if self.scoring.points_each < 1:
            yield Flaw(("scoring", "points_each"), "points", "Write at least one point.")

    def form_slots(self) -> tuple[Slot, ...]:
        return tuple(gap.slot for gap in self.gaps)

    def shuffled(self, rng: Random) -> Self:
        """The gaps stay in their text; the lists are shuffled."""
        if not self.shuffle:
            return self
        return replace(self, gaps=tuple(replace(gap, options=shuffled_copy(gap.options, rng)) for gap in self.gaps))

    def view(self, code: Code) -> ClozeView:
        fields = self._fields(code)
        return ClozeView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            paragraphs=tuple(tuple(_pieces(part, fields)) for part in PARAGRAPH.split(self.text.strip())),
            gaps=tuple(fields.values()),
        )

    def _fields(self, code: Code) -> dict[str, Field]:
        gaps = {gap.id: gap for gap in self.gaps}
        return {
            id: Field(code.field(id), str(number), choices_of(gaps[id].options, code, id))
            for number, id in enumerate(PLACE.findall(self.text), start=1)
        }

    def grade(self, answer: Answer) -> Grade:
        marks = tuple(gap.judge(answer.get(gap.id, "")) for gap in self.gaps)
        wrong = [gap for gap, mark in zip(self.gaps, marks, strict=True) if mark.verdict is Verdict.WRONG]
        return Grade(
            score=share_right(marks),
            rule=self.rule,
            points=points_of(marks),
            marks=marks,
            misconceptions=each_once(gap.misconception(answer[gap.id]) for gap in wrong),
        )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            stem="Complete the sentence.",
            text="**[[g1]]** writes standards; an [[g2]] assesses certifiers.",
            gaps=(
                Gap(
                    id="g1",
                    options=(
                        Option(id="a", text="ISO", correct=True, feedback="ISO writes with its members."),
                        Option(id="b", text="UKAS", feedback="UKAS accredits.", misconception="ab-writes-standards"),
                    ),
                ),
                Gap(
                    id="g2",
                    accept=("accreditation body", "AB"),
                    feedback="The body that assesses certifiers is an accreditation body.",
                    misses=(
                        Miss(
                            match="certification body", feedback="That is who gets assessed.", misconception="cb-is-ab"
                        ),
                    ),
                ),
            ),
        )
        return (
            Example("right", question, {"g1": "a", "g2": "Accreditation-body."}, 1.0),
            Example("partly", question, {"g1": "a", "g2": "certification body"}, 0.5),
            Example("wrong", question, {"g1": "b", "g2": "ministry"}, 0.0),
            Example("empty", question, {}, 0.0),
        )


def _pieces(text: str, fields: dict[str, Field]) -> Iterator[Piece]:
    for position, part in enumerate(PLACE.split(text)):
        if position % 2:
            yield Piece(gap=fields[part])
        elif part:
            yield Piece(text=part)


QUESTION_TYPE = Cloze
