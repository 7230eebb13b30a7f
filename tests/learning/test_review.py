"""The daily queue: what is in it, in which order, and why."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.learning.calibration import Certainty
from trainer.learning.mastery import Ago, Told
from trainer.learning.review import (
    FADED,
    FADING,
    GUESSED,
    MENDED,
    MISSED,
    PARTLY,
    SURE_AND_WRONG,
    After,
    Due,
    most_pressing,
    queue,
    reason,
    value,
    weights_of,
)
from trainer.learning.scheduling import next_review

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
GUESSING, THINK_SO, SURE = Certainty
OBJECTIVES = ("o1", "o2", "o3", "o4")
ANSWERS = st.tuples(st.sampled_from([0.0, 0.8, 1.0]), st.sampled_from([*Certainty, None]), st.integers(0, 90))


def card(
    item: str, objective: str = "o1", score: float = 1.0, certainty: Certainty | None = THINK_SO, days: float = 30
) -> Due:
    """A question answered once, days ago."""
    return answered(item, objective, (score, certainty, days))


def answered(item: str, objective: str, *answers: tuple[float, Certainty | None, float]) -> Due:
    """A question after answers (score, certainty, days ago)."""
    memory = None
    for score, certainty, days in answers:
        memory = next_review(memory, score, certainty, NOW - days * DAY)
    assert memory is not None
    score, certainty, days = answers[-1]
    return Due(item, objective, memory, score, certainty, NOW - days * DAY)


def cards_of(drawn: Sequence[tuple[str, tuple[float, Certainty | None, int]]]) -> list[Due]:
    return [card(f"q{n}", objective, *answer) for n, (objective, answer) in enumerate(drawn)]


CARDS = st.lists(st.tuples(st.sampled_from(OBJECTIVES), ANSWERS), max_size=24).map(cards_of)
AFTERS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=6).map(
    lambda pairs: {
        OBJECTIVES[later]: [OBJECTIVES[b] for of, b in pairs if of == later and b < later] for later, _ in pairs
    }
)
CAPS = st.integers(0, 30)


def repeats(cards: Sequence[Due]) -> int:
    """How often two of one objective follow each other."""
    return sum(one.objective == other.objective for one, other in pairwise(cards))


@given(CARDS, CAPS, AFTERS)
@settings(deadline=None)
def test_queue_holds_at_most_the_cap_each_once_and_nothing_foreign(cards: list[Due], cap: int, after: After) -> None:
    asked = queue(cards, cap, after, NOW)
    assert len(asked) == min(cap, len(cards))
    assert len({one.item_id for one in asked}) == len(asked)
    assert set(asked) <= set(cards)


@given(CARDS, CAPS, AFTERS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_queue_is_the_same_in_whatever_order_questions_come(
    cards: list[Due], cap: int, after: After, rng: Random
) -> None:
    shuffled = rng.sample(cards, len(cards))
    assert queue(shuffled, cap, after, NOW) == queue(cards, cap, after, NOW)


@given(CARDS, CAPS, AFTERS)
@settings(deadline=None)
def test_queue_asks_confident_errors_first_and_leaves_none_for_another(
    cards: list[Due], cap: int, after: After
) -> None:
    asked = queue(cards, cap, after, NOW)
    errors = [one.is_confident_error for one in asked]
    assert errors == sorted(errors, reverse=True)
    assert sum(errors) == min(cap, sum(one.is_confident_error for one in cards))


@given(CARDS, CAPS, AFTERS)
@settings(deadline=None)
def test_queue_leaves_only_what_is_worth_no_more(cards: list[Due], cap: int, after: After) -> None:
    asked, weights = queue(cards, cap, after, NOW), weights_of(after)
    worth = {one.item_id: value(one, weights.get(one.objective, 1), NOW) for one in cards}
    taken = [worth[one.item_id] for one in asked if not one.is_confident_error]
    left = [worth[one.item_id] for one in cards if one not in asked and not one.is_confident_error]
    assert not taken or not left or min(taken) >= max(left)


@given(CARDS)
@settings(deadline=None)
def test_queue_repeats_an_objective_as_seldom_as_can_be(cards: list[Due]) -> None:
    asked = queue([one for one in cards if not one.is_confident_error], 99, {}, NOW)
    most = max(Counter(one.objective for one in asked).values(), default=0)
    assert repeats(asked) == max(0, 2 * most - len(asked) - 1)


@given(CARDS, AFTERS)
@settings(deadline=None)
def test_queue_opens_an_objective_after_all_it_builds_on(cards: list[Due], after: After) -> None:
    for group in (True, False):
        asked = [one.objective for one in queue(cards, 99, after, NOW) if one.is_confident_error is group]
        before = {one.objective for one in cards if one.is_confident_error and not group}
        for later, befores in after.items():
            for earlier in set(befores) - before:
                if earlier in asked and later in asked and later not in before:
                    assert asked.index(earlier) < asked.index(later)


@given(CARDS, AFTERS)
@settings(deadline=None)
def test_queue_repeats_an_objective_only_where_no_other_is_open(cards: list[Due], after: After) -> None:
    asked = queue([one for one in cards if not one.is_confident_error], 99, after, NOW)
    opened = set[str]()
    for place, (one, other) in enumerate(pairwise(asked), 1):
        opened.add(one.objective)
        left = {each.objective for each in asked[place:]}
        are_open = {each for each in left if not (before_all(each, after) & left) - opened}
        if one.objective == other.objective:
            assert are_open <= {one.objective}


def before_all(objective: str, after: After) -> set[str]:
    """What an objective builds on, directly or not."""
    direct = set(after.get(objective, ()))
    return direct.union(*(before_all(before, after) for before in direct))


def test_queue_lets_objectives_take_turns_once_each_is_opened() -> None:
    cards = [card("a1", "o1", days=5), card("a2", "o1", days=4), card("b1", "o2", days=90), card("b2", "o2", days=80)]
    assert [one.item_id for one in queue(cards, 9, {"o2": ["o1"]}, NOW)] == ["a1", "b1", "a2", "b2"]


def test_queue_takes_a_fresh_confident_error_before_all_that_has_faded() -> None:
    faded = [card(f"q{n}", f"of-{n}", days=90) for n in range(5)]
    wrong = card("wrong", score=0.0, certainty=SURE, days=1)
    assert [one.item_id for one in queue([*faded, wrong], 3, {}, NOW)] == ["wrong", "q0", "q1"]


def test_queue_asks_the_most_valuable_first_where_nothing_else_counts() -> None:
    cards = [card(f"q{days}", f"of-{days}", days=days) for days in (3, 80, 20, 9)]
    assert [one.item_id for one in queue(cards, 3, {}, NOW)] == ["q80", "q20", "q9"]


def test_queue_builds_on_what_comes_before_through_objectives_that_are_not_due() -> None:
    cards = [card("late", "o3", days=90), card("early", "o1", days=5)]
    assert [one.item_id for one in queue(cards, 9, {"o3": ["o2"], "o2": ["o1"]}, NOW)] == ["early", "late"]


def test_queue_comes_out_of_a_circle_of_objectives() -> None:
    """Publishing refuses one; a page must not hang on it all the same."""
    cards = [card("a", "o1"), card("b", "o2")]
    assert len(queue(cards, 9, {"o1": ["o2"], "o2": ["o1"]}, NOW)) == 2


def test_queue_takes_an_objective_that_others_build_on_before_an_equal_one() -> None:
    cards = [card("a", "o1"), card("b", "o2")]
    assert [one.item_id for one in most_pressing(cards, {"o3": ["o2", "o2"]}, NOW)] == ["b", "a"]
    assert weights_of({"o3": ["o2", "o2"], "o4": ["o2", "o3"]}) == {"o2": 3, "o3": 2}


@given(ANSWERS, st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from([*Certainty, None])), max_size=5))
@settings(deadline=None)
def test_sure_and_wrong_is_due_first_and_within_seven_days_whatever_came_before(
    first: tuple[float, Certainty | None, int], later: list[tuple[float, Certainty | None]]
) -> None:
    memory = next_review(None, first[0], first[1], NOW - 40 * DAY)
    for score, certainty in later:
        memory = next_review(memory, score, certainty, max(memory.due, NOW - 39 * DAY))
    at = memory.due
    wrong = next_review(memory, 0.0, SURE, at)
    mended = next_review(wrong, 1.0, SURE, wrong.due)
    assert wrong.due <= at + DAY
    assert mended.due <= at + 7 * DAY
    assert wrong.confident_error == mended.confident_error == at


@pytest.mark.parametrize(
    ("due", "text", "days"),
    [
        (card("q", score=0.0, certainty=SURE, days=6), SURE_AND_WRONG, 6),
        (card("q", score=0.0, certainty=THINK_SO, days=9), MISSED, 9),
        (card("q", score=0.0, certainty=None, days=9), MISSED, 9),
        (card("q", score=0.8, certainty=SURE, days=2), PARTLY, 2),
        (card("q", score=1.0, certainty=GUESSING, days=7), GUESSED, 7),
        (card("q", score=1.0, certainty=SURE, days=9), FADING, 9),
        (card("q", score=1.0, certainty=THINK_SO, days=60), FADED, 60),
        (answered("q", "o1", (0.0, SURE, 6), (1.0, SURE, 5)), MENDED, 6),
        (answered("q", "o1", (0.0, SURE, 6), (0.0, THINK_SO, 5)), SURE_AND_WRONG, 6),
    ],
)
def test_reason_says_what_happened_last_and_when(due: Due, text: str, days: int) -> None:
    assert reason(due, NOW) == Told(text, {"when": Ago(NOW - days * DAY)})
