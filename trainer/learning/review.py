"""What to review today, in which order, and why: a daily queue that never becomes a wall.

1. *At most so many a day.* Which: first those that stem from a confident error, then those of most value. What is left
   waits without being counted; after a break the most valuable come first and the rest follows on later days.
2. *Value* is the loss to be expected without a review: the chance that the question is forgotten by now (1 − FSRS's
   retrievability) times its weight, which is 1 and 1 more for each objective that builds directly on its own.
3. *Order*: confident errors first, since they feel like knowledge (`scheduling` brings them back within 7 days). Within
   both groups objectives take turns, as mixing beats blocks where things are easily taken for one another (Rohrer,
   Dedrick & Stershic 2015), and an objective is opened only after those that it builds on, where they are due too.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from trainer.learning.calibration import Certainty, is_miss, is_right
from trainer.learning.errors import N_
from trainer.learning.mastery import Ago, Told
from trainer.learning.scheduling import Memory, retrievability

DAILY_CAP = 20
"""Questions a day where the course does not say: about ten minutes."""
FADED_BELOW = 0.8
"""Chance of remembering below which it is only fair to say that it may be gone."""

After = Mapping[str, Collection[str]]
"""Objective → the objectives it builds on directly. Without circles."""


@dataclass(frozen=True)
class Due:
    """A question that wants to come back: its memory, and score (0–1), certainty (None: not asked) and time (aware UTC)
    of the last answer."""

    item_id: str
    objective: str
    memory: Memory
    score: float
    certainty: Certainty | None
    answered_at: datetime

    @property
    def is_confident_error(self) -> bool:
        """Whether the check after an error made with confidence is still to come."""
        return self.memory.confident_error is not None


def queue(due: Iterable[Due], cap: int, after: After, now: datetime) -> Sequence[Due]:
    """At most `cap` of the questions due, in the order to ask them. The same questions give the same queue, in
    whatever order they come."""
    chosen = most_pressing(due, after, now)[: max(0, cap)]
    return taking_turns(chosen, after)


def most_pressing(due: Iterable[Due], after: After, now: datetime) -> Sequence[Due]:
    """All of them: confident errors first, then by falling value; ties by id."""
    weights = weights_of(after)

    def pressing(card: Due) -> tuple[bool, float, str]:
        return (not card.is_confident_error, -value(card, weights.get(card.objective, 1), now), card.item_id)

    return sorted(due, key=pressing)


def value(card: Due, weight: float, now: datetime) -> float:
    """The loss to be expected without a review: the chance that it is forgotten (0–1) times its weight."""
    return weight * (1 - retrievability(card.memory, now))


def weights_of(after: After) -> Mapping[str, int]:
    """What an objective counts: 1, and 1 more for each that builds directly on it. Those not named count 1."""
    builders = Counter(before for befores in after.values() for before in set(befores))
    return {objective: 1 + count for objective, count in builders.items()}


def taking_turns(pressing: Sequence[Due], after: After) -> Sequence[Due]:
    """The questions, given the most pressing first, in the order to ask them: confident errors before others; within
    both, objectives take turns, and one that builds on others waits until each of those has been asked once."""
    turns = _Turns(after)
    return [
        *turns.take([card for card in pressing if card.is_confident_error]),
        *turns.take([card for card in pressing if not card.is_confident_error]),
    ]


def reason(card: Due, now: datetime) -> Told:
    """Why the question comes today, as a sentence to the learner."""
    error = card.memory.confident_error
    if error is not None:
        mended = error < card.answered_at and not is_miss(card.score)
        return Told(MENDED if mended else SURE_AND_WRONG, {"when": Ago(error)})
    return Told(_what_happened(card, now), {"when": Ago(card.answered_at)})


SURE_AND_WRONG = N_("You were sure and wrong %(when)s.")
MENDED = N_("You were sure and wrong %(when)s, then better. Let us see whether it stays.")
MISSED = N_("You missed it %(when)s.")
PARTLY = N_("You had it partly right %(when)s.")
GUESSED = N_("You guessed it right %(when)s.")
FADING = N_("You knew it %(when)s; it is about to fade.")
FADED = N_("You knew it %(when)s; by now it may have faded.")


def _what_happened(card: Due, now: datetime) -> str:
    if is_miss(card.score):
        return MISSED
    if not is_right(card.score):
        return PARTLY
    if card.certainty is Certainty.GUESSING:
        return GUESSED
    return FADED if retrievability(card.memory, now) < FADED_BELOW else FADING


class _Turns:
    """Whose turn it is; it remembers the objective asked last and those asked at all."""

    def __init__(self, after: After) -> None:
        self._after = after
        self._last = ""
        self._opened: set[str] = set()

    def take(self, cards: Iterable[Due]) -> Iterable[Due]:
        """All of the cards, each objective's in the order given."""
        waiting = list(cards)
        while waiting:
            card = self._next(waiting)
            waiting.remove(card)
            self._last = card.objective
            self._opened.add(card.objective)
            yield card

    def _next(self, waiting: Sequence[Due]) -> Due:
        """The most pressing card of an open objective other than the last one, as far as there is any.

        An objective with more than half of all that waits goes first: else its questions would follow each other in
        the end.
        """
        left = Counter(card.objective for card in waiting)
        ready = [card for card in waiting if not self._waits(card.objective, left)] or waiting
        others = [card for card in ready if card.objective != self._last] or ready
        return next((card for card in others if 2 * left[card.objective] > len(waiting)), others[0])

    def _waits(self, objective: str, left: Collection[str]) -> bool:
        """Whether something that it builds on waits and has not been asked yet."""
        return any(before in left and before not in self._opened for before in _all_before(objective, self._after))


def _all_before(objective: str, after: After) -> Collection[str]:
    """Everything that the objective builds on, directly or not, itself left out."""
    found: set[str] = set()
    to_visit = list(after.get(objective, ()))
    while to_visit:
        before = to_visit.pop()
        if before not in found:
            found.add(before)
            to_visit += after.get(before, ())
    return found - {objective}
