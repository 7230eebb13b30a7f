"""An item of a bank: a question of some type inside the envelope that every item has."""

from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from trainer.content.below import fields_named
from trainer.content.shapes import Id, Shape, Text
from trainer.learning.question_types.base import Question

Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
Use = Literal["practice", "exam", "measure"]
"""What a bank is kept for: practice, assessments of record, or the tests that show what a course has brought."""
Difficulty = Annotated[int, Field(ge=1, le=5)]

PRACTICE: Use = "practice"


@dataclass(frozen=True, kw_only=True)
class SourceRef(Shape):
    """A source of the course and the place in it."""

    ref: Id
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Review(Shape):
    """How far an item has been checked, and when to look at it again."""

    status: Literal["draft", "reviewed", "retired"] = "draft"
    verified_on: date | None = None
    recheck_after: date | None = None


@dataclass(frozen=True, kw_only=True)
class Confidence(Shape):
    """Whether to ask "how sure are you". Older banks name a scheme of marks too; certainty never costs marks here."""

    enabled: bool = True
    scheme: str = ""
    show_calibration: bool = False


@dataclass(frozen=True, kw_only=True)
class Envelope(Shape):
    """What every item says about its question."""

    id: Id
    objective: Id
    bloom: Bloom
    difficulty: Difficulty
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    rationale: str = ""
    """The principle behind the answer. Only a question whose parts have theirs can do without."""
    lesson: Id | None = None
    module: Id | None = None
    time_s: Annotated[int, Field(ge=1, le=7200)] | None = None
    tags: tuple[Text, ...] = ()
    hints: tuple[Text, ...] = ()
    review: Review = Review()
    confidence: Confidence = Confidence()
    lint_waive: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item(Envelope):
    """An item. Its id is stable for ever; its content may change."""

    question: Question

    @property
    def kind(self) -> str:
        """The name of its question type, `single_choice`."""
        return self.question.kind

    @property
    def asks_certainty(self) -> bool:
        """Whether learners are asked how sure they are."""
        return self.confidence.enabled

    @cached_property
    def misconceptions(self) -> frozenset[str]:
        """The misconceptions, by id, that answers to it can show."""
        return frozenset(str(found) for found in fields_named(asdict(self.question), {"misconception"}) if found)

    @property
    def is_retired(self) -> bool:
        """Whether it is kept for past answers only."""
        return self.review.status == "retired"


@dataclass(frozen=True, kw_only=True)
class Bank:
    """A bank of items that belong to a course (its id). What is not of `use` in practice is met in exams only."""

    id: str
    title: str
    course: str
    items: tuple[Item, ...]
    use: Use = PRACTICE
