"""Exams as their author wrote them: what is asked, out of which questions, under which rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from trainer.content.items import PRACTICE, Use
from trainer.content.shapes import Id, Shape, Text
from trainer.learning.blueprint import Blueprint

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(gt=0, le=1000)]
Level = Literal["1", "2", "3", "4", "5"]
"""A difficulty. Keys are text in all of our YAML, so authors write it in quotes."""
Days = Annotated[int, Field(ge=1, le=730)]
OPEN_DAYS = 21
RENEWAL_DAYS = 90
"""Days before a pass ends from which on it can be renewed."""
_USES: Mapping[str, Use] = {"reserved": "exam", "measure": "measure", "open": PRACTICE}


@dataclass(frozen=True, kw_only=True)
class Weights(Shape):
    """What an exam asks about: so many questions, by weights of modules or single objectives, and of difficulties.

    Weights are shares that sum to 1, or any other numbers (percentages, counts), which then count relative to their
    sum.
    """

    questions: Annotated[int, Field(ge=1, le=200)]
    modules: Mapping[Id, Weight] = field(default_factory=dict)
    objectives: Mapping[Id, Weight] = field(default_factory=dict)
    difficulty: Mapping[Level, Weight] = field(default_factory=dict)

    def blueprint(self) -> Blueprint:
        """The same for drawing. Raises ValueError where neither a module nor an objective has a weight."""
        levels = {int(level): weight for level, weight in self.difficulty.items()}
        return Blueprint(self.questions, self.modules, self.objectives, levels)


@dataclass(frozen=True, kw_only=True)
class Reveal(Shape):
    """What a learner is shown of her result, and from when on: at once, when she has no attempt left, or from a day."""

    what: Literal["nothing", "score", "marks", "all"] = "score"
    when: date | Literal["now", "after_last_attempt"] = "now"


@dataclass(frozen=True, kw_only=True)
class PassRule(Shape):
    """The score (a share of 1) that passes, and the least that is needed in each module, if there is a least."""

    overall: Share
    module_floor: Share | None = None


@dataclass(frozen=True, kw_only=True)
class Exam(Shape):
    """An exam. `purpose`: an assessment of record; a `diagnostic` that proposes a path; `pre_post`, the same and a
    parallel form after the course; `delayed` checks so many `days` after that form, each open for `open_days`.

    `pool`: only questions reserved for assessments or those kept for measuring, or those of practice, without those
    that the learner has seen in the last `rested_days`. `pass_rule` is `pass` in the file: what passes a record, and
    what is aimed at where an effect is measured.
    """

    id: Id
    title: Text
    purpose: Literal["record", "diagnostic", "pre_post", "delayed"]
    blueprint: Weights
    pool: Literal["reserved", "measure", "open"]
    rested_days: Annotated[int, Field(ge=0, le=365)] = 0
    time_limit_minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    attempts: Annotated[int, Field(ge=1, le=10)] = 1
    wait_hours: Annotated[int, Field(ge=0, le=8760)] = 0
    navigation: Literal["free", "sequential"] = "free"
    reveal: Reveal = Reveal()
    pass_rule: Annotated[PassRule | None, Field(alias="pass")] = None
    validity_months: Annotated[int, Field(ge=1, le=120)] | None = None
    renewal_days: Annotated[int, Field(ge=0, le=365)] = RENEWAL_DAYS
    grace_seconds: Annotated[int, Field(ge=0, le=600)] = 30
    certainty: bool = False
    days: tuple[Days, ...] = ()
    open_days: Annotated[int, Field(ge=1, le=365)] = OPEN_DAYS

    @property
    def is_reserved(self) -> bool:
        """Whether it asks only what nobody meets in practice."""
        return self.draws_from != PRACTICE

    @property
    def draws_from(self) -> Use:
        """The use of the banks that its questions come from."""
        return _USES[self.pool]

    @property
    def is_entry(self) -> bool:
        """Whether it is asked before the course and proposes a path through it."""
        return self.purpose in ("diagnostic", "pre_post")

    @property
    def measures(self) -> bool:
        """Whether it shows what the course has brought, and so has a criterion that is told before."""
        return self.purpose in ("pre_post", "delayed")


@dataclass(frozen=True, kw_only=True)
class ExamList(Shape):
    """The file exams.yaml."""

    schema: Literal["exams/1"]
    exams: Annotated[tuple[Exam, ...], Field(min_length=1)]
