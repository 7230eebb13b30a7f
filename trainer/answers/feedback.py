"""What to tell a learner once the answer is in: the verdict, the one sentence that matters, where to go on reading."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trainer.answers.models import Answer
from trainer.content.courses import Course
from trainer.content.items import Item, SourceRef
from trainer.learning.calibration import Certainty, is_right
from trainer.learning.question_types.base import Grade


class Outcome(StrEnum):
    """An answer as a whole."""

    RIGHT = "right"
    PARTLY = "partly"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Feedback:
    """`key_sentence` (Markdown) is what gets highlighted; `sure_and_wrong` asks for the strongest follow-up;
    `returns_at` is when the question comes back in review. Of an answer that is partly right, `points` are those earned
    and those to be had."""

    outcome: Outcome
    key_sentence: str
    sure_and_wrong: bool
    gave_up: bool
    certainty: int | None
    rationale: str
    sources: tuple[SourceRef, ...]
    read_more: str | None
    returns_at: datetime | None
    points: tuple[int, int] | None


def feedback_on(
    answer: Answer, item: Item, grade: Grade, course: Course | None, *, returns_at: datetime | None
) -> Feedback:
    """The feedback on one answer to `item`, graded as `grade`."""
    outcome = outcome_of(answer.score)
    return Feedback(
        outcome=outcome,
        key_sentence=_key_sentence(outcome, grade, course, item),
        sure_and_wrong=answer.certainty == Certainty.SURE and outcome is not Outcome.RIGHT,
        gave_up=not answer.given,
        certainty=answer.certainty,
        rationale=item.rationale,
        sources=item.sources,
        read_more=item.lesson,
        returns_at=returns_at,
        points=_points(outcome, grade),
    )


def outcome_of(score: float) -> Outcome:
    """Right, partly right or not yet, from a score (0–1)."""
    if is_right(score):
        return Outcome.RIGHT
    return Outcome.PARTLY if score > 0 else Outcome.NOT_YET


def _key_sentence(outcome: Outcome, grade: Grade, course: Course | None, item: Item) -> str:
    # Not the reason of a wrong option: that one begins with what makes it tempting.
    if outcome is Outcome.RIGHT:
        return ""
    known = course.misconceptions_by_id if course else {}
    for misconception in grade.misconceptions:
        if misconception in known:
            return known[misconception].correction
    return _first_sentence(item.rationale)


def _first_sentence(text: str) -> str:
    head, stop, _ = text.strip().partition(". ")
    return head + "." if stop else head


def _points(outcome: Outcome, grade: Grade) -> tuple[int, int] | None:
    """Points earned and possible, where the rule counts several and not all were earned."""
    return grade.points if outcome is Outcome.PARTLY and grade.points and grade.points[1] > 1 else None
