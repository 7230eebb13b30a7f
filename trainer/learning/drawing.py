"""Which questions to practise now: new ones first, then those missed, then those not seen for longest.

Within each of these three the objectives take turns: the next question is always one of the objective that has had
the fewest so far, so that no objective waits for another to be done (mixing beats blocks when things are easily
taken for one another).
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush
from random import Random

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Card:
    """What drawing needs to know of a question: its id, its objective, and when this learner last answered it
    (None: never), and whether that was right."""

    item_id: str
    objective: str
    answered_at: datetime | None = None
    right: bool = False

    @property
    def tier(self) -> int:
        """0: never seen, 1: missed last time, 2: right last time."""
        if self.answered_at is None:
            return 0
        return 2 if self.right else 1


def draw(pool: Sequence[Card], count: int, rng: Random, seen: Collection[str] = ()) -> tuple[str, ...]:
    """Ids of at most `count` questions of the pool, in the order to ask them; none twice, none that was `seen` in
    this session already. The same pool, seed and `seen` give the same draw."""
    cards = _in_order(_each_once(pool, set(seen)), rng)
    turns = _Turns({card.objective for card in cards}, rng)
    drawn: list[str] = []
    for tier in range(3):
        drawn += turns.take([card for card in cards if card.tier == tier], count - len(drawn))
    return tuple(drawn)


def _each_once(pool: Iterable[Card], without: set[str]) -> list[Card]:
    return list({card.item_id: card for card in pool if card.item_id not in without}.values())


def _in_order(cards: list[Card], rng: Random) -> list[Card]:
    """Longest ago first; what is equally long ago in an order that `rng` gives."""
    mixed = rng.sample(cards, len(cards))
    return sorted(mixed, key=lambda card: card.answered_at or LONG_AGO)


class _Turns:
    """Whose turn it is: the objective with the fewest questions so far, ties broken by a lot drawn once."""

    def __init__(self, objectives: Collection[str], rng: Random) -> None:
        lots = rng.sample(range(len(objectives)), len(objectives))
        self._lot = dict(zip(sorted(objectives), lots, strict=True))
        self._had = dict.fromkeys(objectives, 0)

    def take(self, cards: Iterable[Card], count: int) -> list[str]:
        """Up to `count` of the cards, each objective's in the order given."""
        waiting: dict[str, deque[str]] = {}
        for card in cards:
            waiting.setdefault(card.objective, deque()).append(card.item_id)
        queue = [(self._had[objective], self._lot[objective], objective) for objective in waiting]
        heapify(queue)
        taken: list[str] = []
        while queue and len(taken) < count:
            had, lot, objective = heappop(queue)
            taken.append(waiting[objective].popleft())
            self._had[objective] = had + 1
            if waiting[objective]:
                heappush(queue, (had + 1, lot, objective))
        return taken
