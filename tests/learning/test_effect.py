"""What a course has brought: gains, windows, and what may be said of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.effect import (
    AFTER,
    BEFORE,
    Estimate,
    Measured,
    Part,
    State,
    days_of,
    delayed,
    gain,
    mean_gain,
    mean_share,
    window,
)
from trainer.learning.intervals import student

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
RESULTS = st.integers(5, 20).flatmap(lambda n: st.builds(Measured, st.just(n), st.floats(0, n), st.just(NOW)))


def measured(points: float, questions: int = 11) -> Measured:
    return Measured(questions, points, NOW)


def test_occasion_knows_its_day() -> None:
    assert (days_of(BEFORE), days_of(AFTER), days_of(delayed(30)), delayed(90)) == (None, None, 30, "day-90")


def test_gain_of_one_person_is_told_with_the_width_of_a_dozen_questions() -> None:
    found = gain(measured(4), measured(9))
    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == (0.45, 0.05, 0.70)
    assert found.verdict == "more"


@pytest.mark.parametrize(("later", "verdict"), [(5, "unclear"), (4, "unclear"), (11, "more"), (0, "less")])
def test_verdict_says_only_what_the_whole_interval_says(later: float, verdict: str) -> None:
    assert gain(measured(5), measured(later)).verdict == verdict


def test_five_questions_may_show_a_gain_only_if_it_is_large() -> None:
    assert gain(measured(2), measured(4, 5)).verdict == "more"
    assert gain(measured(4), measured(4, 5)).verdict == "unclear"


@given(RESULTS, RESULTS)
def test_gain_lies_in_its_interval(before: Measured, later: Measured) -> None:
    found = gain(before, later)
    assert -1 <= found.low <= found.value <= found.high <= 1


@given(st.lists(st.tuples(RESULTS, RESULTS), min_size=1, max_size=12))
def test_mean_gain_is_that_of_the_people(people: list[tuple[Measured, Measured]]) -> None:
    found = mean_gain(people)
    assert found is not None
    assert found.people == len(people)
    assert found.value == pytest.approx(sum(later.share - before.share for before, later in people) / len(people))
    assert -1 <= found.low <= found.value <= found.high <= 1


@given(st.lists(RESULTS, min_size=1, max_size=12))
def test_mean_share_stays_in_the_scale(people: list[Measured]) -> None:
    found = mean_share(people)
    assert found is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_nobody_has_no_mean() -> None:
    assert mean_gain([]) is None
    assert mean_share([]) is None


def test_fewer_than_five_people_are_not_judged() -> None:
    pairs = [(measured(3), measured(9))] * 4
    few, enough = mean_gain(pairs), mean_gain([*pairs, *pairs[:1]])
    assert few is not None
    assert enough is not None
    assert (few.is_enough, enough.is_enough) == (False, True)


def test_people_who_gained_alike_are_still_no_certainty() -> None:
    found = mean_gain([(measured(3), measured(8))] * 6)
    assert found is not None
    assert found.high - found.low > 0.2


def of_parts(**parts: tuple[int, float]) -> Measured:
    """By objective: questions, points."""
    made = {id: Part(*part) for id, part in parts.items()}
    return Measured(sum(part.questions for part in made.values()), sum(p.points for p in made.values()), NOW, made)


def test_shares_are_compared_as_if_objectives_had_the_same_weight() -> None:
    """Nothing was learned; an easy part that counts less in the later test must not look like a gain."""
    before, later = of_parts(M01=(3, 0), M02=(4, 4)), of_parts(M01=(1, 0), M02=(4, 4))
    assert later.share - before.share > 0.2
    assert gain(before, later).value == pytest.approx(0)
    found = mean_gain([(before, later)] * 6)
    assert found is not None
    assert found.value == pytest.approx(0)


def test_weighing_unevenly_makes_questions_worth_less() -> None:
    before = of_parts(M01=(3, 2), M02=(4, 1), M03=(4, 2))
    alike = before.like(of_parts(M01=(1, 1), M02=(2, 1), M03=(2, 1)))
    assert 10 < alike.questions < 11
    assert alike.share == pytest.approx(0.2 * 2 / 3 + 0.4 * 1 / 4 + 0.4 * 2 / 4)
    same = before.like(of_parts(M01=(3, 0), M02=(4, 0), M03=(4, 0)))
    assert (same.questions, same.points) == (pytest.approx(11), pytest.approx(5))


def test_objective_that_was_not_asked_about_before_is_weighed_by_nothing() -> None:
    before = of_parts(M01=(3, 2))
    assert before.like(of_parts(M02=(5, 5))) is before
    assert before.like(measured(3)) is before


def test_noise_is_never_nothing_and_least_at_the_ends() -> None:
    assert measured(11).noise == pytest.approx(13 / 15 * 2 / 15 / 11)
    assert measured(5.5).noise == pytest.approx(0.25 / 11)
    assert measured(11).noise < measured(5.5).noise


def test_noise_of_both_tests_counts_for_a_group() -> None:
    quiet, loud = (measured(11), measured(11)), (measured(5.5), measured(11))
    widths = [found.high - found.low for found in (mean_gain([quiet] * 5), mean_gain([loud] * 5)) if found]
    expected = [2 * student(0.975, 4) * ((a.noise + b.noise) / 5) ** 0.5 for a, b in (quiet, loud)]
    assert widths[1] == pytest.approx(expected[1])
    assert widths[0] < widths[1]


def test_estimate_without_an_interval_says_nothing() -> None:
    assert Estimate(0.4, -1, 1).verdict == "unclear"


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (30 * DAY - SECOND, State.WAITS),
        (30 * DAY, State.OPEN),
        (51 * DAY - SECOND, State.OPEN),
        (51 * DAY, State.MISSED),
    ],
)
def test_delayed_check_can_be_begun_in_its_window_only(at: timedelta, state: State) -> None:
    assert window(NOW, 30, 21).state(NOW + at) is state
