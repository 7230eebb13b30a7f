"""Which misconceptions are held and which are overcome."""

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW
from trainer.learning.calibration import Certainty
from trainer.learning.mastery import GAP
from trainer.learning.misconceptions import SMALLEST_GROUP, Belief, Sight, after, may_tell

DAY = timedelta(days=1)


def shown(days: float = 0, certainty: Certainty | None = Certainty.SURE) -> Sight:
    return Sight(NOW + days * DAY, shown=True, right=False, certainty=certainty)


def right(days: float) -> Sight:
    return Sight(NOW + days * DAY, shown=False, right=True, certainty=Certainty.SURE)


def otherwise_wrong(days: float) -> Sight:
    return Sight(NOW + days * DAY, shown=False, right=False, certainty=Certainty.SURE)


def belief_after(*sights: Sight) -> Belief | None:
    return reduce(after, sights, None)


def is_held(*sights: Sight) -> bool:
    belief = belief_after(*sights)
    assert belief
    return belief.is_held


def test_first_answer_that_shows_it_makes_it_held() -> None:
    assert belief_after(shown()) == Belief(1, 1, Certainty.SURE, NOW)
    assert is_held(shown())


def test_nothing_is_held_that_no_answer_has_shown() -> None:
    assert belief_after() is None
    assert belief_after(right(0), otherwise_wrong(1), right(2)) is None


def test_right_on_two_days_overcomes_it() -> None:
    belief = belief_after(shown(), right(1), right(2))
    assert belief
    assert (belief.is_held, belief.overcome_at) == (False, NOW + 2 * DAY)


def test_right_twice_on_one_day_does_not() -> None:
    assert is_held(shown(), right(1), right(1.1))
    assert not is_held(shown(), right(1), right(1.1), right(1 + GAP / DAY))


def test_right_before_it_was_shown_does_not_count() -> None:
    assert is_held(right(-2), right(-1), shown(), right(1))


def test_other_mistake_in_between_changes_nothing() -> None:
    assert not is_held(shown(), right(1), otherwise_wrong(2), right(3))


def test_it_can_come_back_and_be_overcome_again() -> None:
    again = [shown(), right(1), right(2), shown(9, Certainty.GUESSING)]
    assert belief_after(*again) == Belief(2, 1, Certainty.GUESSING, NOW + 9 * DAY)
    assert is_held(*again, right(10))
    assert not is_held(*again, right(10), right(11))


def test_day_of_overcoming_stays() -> None:
    assert belief_after(shown(), right(1), right(2), right(9)) == belief_after(shown(), right(1), right(2))


def test_groups_below_five_are_told_nothing() -> None:
    assert SMALLEST_GROUP == 5
    assert [people for people in range(8) if may_tell(people)] == [5, 6, 7]


kinds = st.sampled_from((shown, right, otherwise_wrong))
histories = st.lists(st.tuples(kinds, st.floats(0, 2)), max_size=30)


def in_order(history: Sequence[tuple[object, float]]) -> list[Sight]:
    """With the days since the one before added up."""
    day, sights = 0.0, []
    for kind, days in history:
        day += days
        sights.append(kind(day))  # type: ignore[operator]
    return sights


@given(histories)
def test_it_is_known_from_the_first_showing_on_and_counts_each(history: list[tuple[object, float]]) -> None:
    sights = in_order(history)
    belief = belief_after(*sights)
    count = sum(sight.shown for sight in sights)
    assert (belief.times if belief else 0) == count
    if belief:
        assert belief.shown_at == max(sight.at for sight in sights if sight.shown)
        assert 0 <= belief.times_sure <= belief.times


@given(histories)
def test_it_is_overcome_only_by_rights_a_day_apart_since_it_was_shown(history: list[tuple[object, float]]) -> None:
    sights = in_order(history)
    belief = belief_after(*sights)
    if belief:
        last = max(n for n, sight in enumerate(sights) if sight.shown)
        rights = [sight.at for sight in sights[last:] if sight.right]
        assert belief.is_held == (not rights or rights[-1] - rights[0] < GAP)


@given(histories, st.floats(0, 9))
def test_right_answer_never_brings_it_back_and_showing_always_does(
    history: list[tuple[object, float]], days: float
) -> None:
    sights = in_order([*history, (right, days)])
    before, after_it = belief_after(*sights[:-1]), belief_after(*sights)
    assert not (before and not before.is_held and after_it and after_it.is_held)
    assert is_held(*sights, shown(100))
