"""Which questions to practise now."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.drawing import Card, draw

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_card(id: str, objective: str = "O1", *, days_ago: float | None = None, right: bool = False) -> Card:
    return Card(id, objective, None if days_ago is None else NOW - timedelta(days=days_ago), right)


CARDS = st.builds(
    a_card,
    st.integers(0, 40).map(str),
    st.sampled_from(["O1", "O2", "O3"]),
    days_ago=st.none() | st.integers(0, 9),
    right=st.booleans(),
)
POOLS = st.lists(CARDS, max_size=40, unique_by=lambda card: card.item_id)
COUNTS = st.integers(0, 50)


def test_draw_takes_new_ones_then_missed_then_longest_ago() -> None:
    pool = [
        a_card("right-lately", days_ago=1, right=True),
        a_card("missed-lately", days_ago=1),
        a_card("right-long-ago", days_ago=9, right=True),
        a_card("missed-long-ago", days_ago=9),
        a_card("new"),
    ]

    assert draw(pool, 5, Random(1)) == ("new", "missed-long-ago", "missed-lately", "right-long-ago", "right-lately")


def test_draw_lets_objectives_take_turns() -> None:
    pool = [a_card(f"{objective}-{n}", objective) for objective in ("O1", "O2", "O3") for n in range(4)]
    drawn = [id.split("-")[0] for id in draw(pool, 12, Random(1))]

    assert all(set(drawn[start : start + 3]) == {"O1", "O2", "O3"} for start in range(0, 12, 3))


def test_draw_remembers_whose_turn_it_is_from_new_ones_to_old() -> None:
    pool = [a_card("O1-new", "O1"), *(a_card(f"{o}-{n}", o, days_ago=n) for o in ("O1", "O2") for n in (1, 2))]
    drawn = draw(pool, 4, Random(1))

    assert drawn[0] == "O1-new"
    assert [id.split("-")[0] for id in drawn[1:]] in (["O2", "O1", "O2"], ["O2", "O2", "O1"])


@given(POOLS, COUNTS, st.integers(), st.sets(st.integers(0, 40).map(str)))
def test_draw_gives_what_there_is_each_once_and_none_seen(
    pool: list[Card], count: int, seed: int, seen: set[str]
) -> None:
    drawn = draw(pool, count, Random(seed), seen)
    left = {card.item_id for card in pool} - seen

    assert len(drawn) == len(set(drawn)) == min(count, len(left))
    assert set(drawn) <= left


@given(POOLS, COUNTS, st.integers())
def test_draw_never_prefers_a_later_tier(pool: list[Card], count: int, seed: int) -> None:
    tiers = {card.item_id: card.tier for card in pool}
    drawn = draw(pool, count, Random(seed))
    taken = [tiers[id] for id in drawn]
    left = [tiers[id] for id in tiers.keys() - set(drawn)]

    assert taken == sorted(taken)
    assert not taken or not left or max(taken) <= min(left)


@given(POOLS, COUNTS, st.integers())
def test_draw_mixes_objectives_as_evenly_as_they_last(pool: list[Card], count: int, seed: int) -> None:
    """Of two objectives with unseen questions left, neither is more than one ahead."""
    new = [card for card in pool if card.tier == 0]
    drawn = set(draw(new, count, Random(seed)))
    had = Counter(card.objective for card in new if card.item_id in drawn)
    lasting = {card.objective for card in new if card.item_id not in drawn}

    assert all(had[one] - had[other] <= 1 for one in had for other in lasting)


@given(POOLS, COUNTS, st.integers())
def test_draw_with_the_same_seed_is_the_same(pool: list[Card], count: int, seed: int) -> None:
    assert draw(pool, count, Random(seed)) == draw(pool, count, Random(seed))


def test_draw_with_other_seeds_differs() -> None:
    pool = [a_card(str(n)) for n in range(10)]

    assert len({draw(pool, 5, Random(seed)) for seed in range(20)}) > 15


def test_draw_takes_a_question_that_stands_twice_in_the_pool_once() -> None:
    assert draw([a_card("a"), a_card("a"), a_card("b")], 3, Random(1)) in (("a", "b"), ("b", "a"))


def test_draw_is_quick_with_ten_thousand() -> None:
    pool = [a_card(str(n), f"O{n % 50}", days_ago=n % 90 if n % 3 else None) for n in range(10_000)]
    started = time.perf_counter()

    assert len(draw(pool, 10_000, Random(1))) == 10_000
    assert time.perf_counter() - started < 5
