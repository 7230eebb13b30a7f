"""Which misconceptions a learner holds and which she has overcome, from the answers that could show them.

Wrong options name the misconception that makes them tempting. One is *held* from the first answer that shows it. It is
*overcome* when later questions that could have shown it were answered right, without guessing, on two different days:
what was mended once often does not last a week (Wang & Yang 2021), and a right answer just after the explanation shows
no more than that it was read. Another answer that shows it makes it held again. A wrong answer that shows something
else changes nothing, and so does any answer to a question that cannot show it.

It is a fold: `after(belief, sight)` for each answer, in the order in which they were given.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from trainer.learning.calibration import Certainty
from trainer.learning.mastery import GAP

SMALLEST_GROUP = 5
"""People below which nothing drawn from practice is told of a group: in a smaller one everybody knows who is meant."""


@dataclass(frozen=True)
class Sight:
    """An answer to a question that can show a misconception: whether it did (`shown`), and whether it was `right` and
    not by the learner's own word a guess. `at` is aware UTC."""

    at: datetime
    shown: bool
    right: bool
    certainty: Certainty | None


@dataclass(frozen=True)
class Belief:
    """A misconception that was shown `times`, `times_sure` of them by a sure answer, and last at `shown_at` with
    `certainty`. `righted_at` is the first right answer since, `overcome_at` the one on another day. Times are UTC."""

    times: int
    times_sure: int
    certainty: Certainty | None
    shown_at: datetime
    righted_at: datetime | None = None
    overcome_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether it is still to be overcome."""
        return self.overcome_at is None


def after(belief: Belief | None, sight: Sight) -> Belief | None:
    """What is known of a misconception after one more answer; None as long as no answer has shown it."""
    if sight.shown:
        return _shown(belief, sight)
    if belief is None or not sight.right or not belief.is_held:
        return belief
    if belief.righted_at is None:
        return replace(belief, righted_at=sight.at)
    return replace(belief, overcome_at=sight.at) if sight.at - belief.righted_at >= GAP else belief


def may_tell(people: int) -> bool:
    """Whether something drawn from the practice of so many people may be told of them as a group."""
    return people >= SMALLEST_GROUP


def _shown(belief: Belief | None, sight: Sight) -> Belief:
    times, sure = (belief.times, belief.times_sure) if belief else (0, 0)
    return Belief(times + 1, sure + (sight.certainty is Certainty.SURE), sight.certainty, sight.at)
