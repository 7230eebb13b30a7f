"""How sure, and how right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.calibration import (
    CERTAINTY_IN_WORDS,
    ENOUGH,
    Certainty,
    Step,
    calibrate,
    is_miss,
    is_right,
    wilson,
)


def test_calibrate_counts_each_certainty_apart() -> None:
    answers = [(Certainty.SURE, 1.0), (Certainty.SURE, 0.5), (Certainty.GUESSING, 0.0), (Certainty.SURE, 1.0)]

    assert [(step.certainty, step.answers, step.right) for step in calibrate(answers)] == [
        (Certainty.GUESSING, 1, 0),
        (Certainty.THINK_SO, 0, 0),
        (Certainty.SURE, 3, 2),
    ]


def test_calibrate_without_answers_says_so() -> None:
    steps = calibrate([])

    assert [step.finding for step in steps] == ["too_few"] * 3
    assert [step.share for step in steps] == [0.0] * 3
    assert [(step.low, step.high) for step in steps] == [(0.0, 1.0)] * 3


@pytest.mark.parametrize(
    ("certainty", "right", "answers", "finding"),
    [
        (Certainty.SURE, 0, ENOUGH - 1, "too_few"),
        (Certainty.SURE, 0, ENOUGH, "too_sure"),
        (Certainty.SURE, 9, 12, "fits"),
        (Certainty.SURE, 12, 12, "fits"),
        (Certainty.SURE, 50, 100, "too_sure"),
        (Certainty.THINK_SO, 100, 100, "too_modest"),
        (Certainty.THINK_SO, 73, 100, "fits"),
        (Certainty.GUESSING, 40, 40, "too_modest"),
        (Certainty.GUESSING, 0, 40, "fits"),
    ],
)
def test_calibrate_finds_only_what_the_whole_interval_says(
    certainty: Certainty, right: int, answers: int, finding: str
) -> None:
    pairs = [(certainty, 1.0)] * right + [(certainty, 0.0)] * (answers - right)
    step = calibrate(pairs)[certainty - 1]

    assert step.finding == finding
    assert step.certainty in CERTAINTY_IN_WORDS


@pytest.mark.parametrize(
    ("right", "n", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)]
)
def test_wilson_agrees_with_published_values(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_enough_is_where_the_interval_spans_half_the_scale_at_most() -> None:
    def widest(n: int) -> float:
        return max(wilson(right, n)[1] - wilson(right, n)[0] for right in range(n + 1))

    assert widest(ENOUGH) <= 0.5 < widest(ENOUGH - 1) + 0.02


@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_in_the_scale(counts: tuple[int, int]) -> None:
    right, n = counts
    low, high = wilson(right, n)

    assert 0 <= low <= Step(Certainty.SURE, n, right, low, high).share <= high <= 1 or n == 0


@given(st.floats(0, 1))
def test_score_is_right_or_a_miss_or_between(score: float) -> None:
    assert not (is_right(score) and is_miss(score))
    assert is_right(1.0)
    assert not is_right(0.99)
    assert is_miss(0.66)
    assert not is_miss(2 / 3)
