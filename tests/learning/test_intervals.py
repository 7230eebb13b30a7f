"""Intervals against published figures, and the laws they keep."""

from math import inf

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trainer.learning.intervals import beta_quantile, difference, mean_of, student, wilson

COUNTS = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("chance", "freedom", "t"),
    [(0.975, 1, 12.706), (0.975, 4, 2.776), (0.975, 30, 2.042), (0.975, 1000, 1.962), (0.95, 9, 1.833)],
)
def test_student_agrees_with_the_tables(chance: float, freedom: int, t: float) -> None:
    assert student(chance, freedom) == pytest.approx(t, abs=6e-4)


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 10), 0.6075, 1.0),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_difference_agrees_with_newcombe(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    """Table II of the paper, method 10."""
    assert difference(before, after) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_beta_of_one_and_one_is_uniform() -> None:
    assert beta_quantile(0.3, 1, 1, to=1e-9) == pytest.approx(0.3)


@given(COUNTS, COUNTS)
def test_difference_holds_the_difference_and_turns_with_its_sides(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    low, high = difference(before, after)
    assert -1 <= low <= after[0] / after[1] - before[0] / before[1] <= high <= 1
    assert difference(after, before) == (pytest.approx(-high), pytest.approx(-low))


@given(st.integers(0, 20).flatmap(lambda n: st.tuples(st.floats(0, n), st.just(n))))
def test_part_marks_have_an_interval_too(counts: tuple[float, int]) -> None:
    points, n = counts
    low, high = wilson(points, n)
    assert 0 <= low <= high <= 1
    assert n == 0 or low <= points / n <= high


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30), st.floats(0, 0.2))
def test_mean_is_in_the_middle_and_noise_only_widens(values: list[float], noise: float) -> None:
    low, high = mean_of(values)
    wider = mean_of(values, noise)
    assert (low + high) / 2 == pytest.approx(sum(values) / len(values), abs=1e-9)
    assert wider[0] <= low + 1e-12
    assert wider[1] >= high - 1e-12


@given(st.floats(-1, 1), st.integers(2, 30), st.floats(0.01, 0.2))
def test_people_who_agree_by_chance_are_no_certainty(value: float, people: int, noise: float) -> None:
    low, high = mean_of([value] * people, noise)
    assert high - low >= 2 * 1.96 * (noise / people) ** 0.5


def test_one_person_is_no_group() -> None:
    assert mean_of([0.5], 0.1) == (-inf, inf)


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=12))
def test_more_people_of_the_same_kind_narrow_it(values: list[float]) -> None:
    assume(max(values) - min(values) > 1e-3)
    once, twice = mean_of(values), mean_of(values * 2)
    assert twice[1] - twice[0] < once[1] - once[0]
