"""Five bars and what brings the next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.learning.calibration import Certainty
from trainer.learning.mastery import (
    CONDITIONS,
    GAP,
    KEEP,
    REFRESH,
    TOP,
    Evidence,
    Ladder,
    Mastery,
    after,
    level,
    mastery_of,
)

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
GUESSING, THINK_SO, SURE = Certainty


def answer(
    days: float, item: str = "q1", score: float = 1.0, *, certainty: Certainty | None = THINK_SO, mixed: bool = False
) -> Evidence:
    return Evidence(item, score, certainty, START + timedelta(days=days), mixed)


def last(*history: Evidence, later: float = 0) -> Mastery:
    """The mastery at the last answer, or days later."""
    end = max((each.at for each in history), default=START)
    return level(history, end + timedelta(days=later))


UP_TO_FIVE = (
    answer(0),
    answer(1),
    answer(2, "q2"),
    answer(3, "q3", mixed=True),
    answer(10, "q1", mixed=True),
)


def test_level_without_answers_is_none_and_says_how_to_begin() -> None:
    assert level((), START) == Mastery(0, 0, level((), START).next)
    assert level((), START).next.text == CONDITIONS[0]


@pytest.mark.parametrize("count", range(TOP + 1))
def test_level_rises_step_by_step_and_names_the_next(count: int) -> None:
    mastery = last(*UP_TO_FIVE[:count])

    assert (mastery.level, mastery.earned) == (count, count)
    assert mastery.next.text == (*CONDITIONS, KEEP)[count]


@pytest.mark.parametrize(
    ("history", "bars"),
    [
        ((answer(0, score=0.0),), 0),
        ((answer(0, score=0.9),), 0),
        ((answer(0, certainty=GUESSING),), 1),
        ((answer(0, score=0.0), answer(0.01)), 1),
        ((answer(0), answer(0.6, "q2")), 1),
        ((answer(0), answer(0.7, "q2")), 2),
        ((answer(0), answer(1, "q2", certainty=GUESSING)), 1),
        ((answer(0), answer(1, "q2", 0.0), answer(1.1, "q2")), 1),
        ((answer(0), answer(1, "q2", 0.0), answer(2, "q2")), 2),
        ((answer(0), answer(1), answer(2), answer(3)), 2),
        ((answer(0), answer(1, "q2"), answer(2)), 3),
        ((*UP_TO_FIVE[:3], answer(4), answer(5, "q2")), 3),
        ((*UP_TO_FIVE[:4], answer(9, mixed=True)), 4),
        ((*UP_TO_FIVE[:4], answer(11, mixed=False)), 4),
        ((*UP_TO_FIVE, answer(20, mixed=True)), 5),
    ],
)
def test_level_rises_only_where_its_condition_is_met(history: tuple[Evidence, ...], bars: int) -> None:
    assert last(*history).earned == bars


def test_level_does_not_depend_on_the_order_of_the_history() -> None:
    assert last(*reversed(UP_TO_FIVE)) == last(*UP_TO_FIVE)


def test_level_ignores_what_lies_in_the_future() -> None:
    assert level(UP_TO_FIVE, START + DAY).earned == 2


def test_level_with_two_known_questions_does_not_ask_for_a_different_one() -> None:
    assert last(answer(0), answer(1, "q2")).next.text == CONDITIONS[1]


def test_level_falls_by_one_on_a_miss_in_a_mixed_session_and_says_so() -> None:
    mastery = last(*UP_TO_FIVE, answer(11, "q2", 0.0, mixed=True))

    assert mastery.earned == 4
    assert any("took a bar away" in reason.text for reason in mastery.reasons)


def test_level_does_not_fall_on_a_miss_in_practice_or_below_none() -> None:
    assert last(*UP_TO_FIVE, answer(11, "q2", 0.0)).earned == 5
    assert last(answer(0, score=0.0, mixed=True)).earned == 0


def test_level_after_a_fall_rises_again_on_another_day() -> None:
    fallen = (*UP_TO_FIVE[:4], answer(4, "q1", 0.0, mixed=True))

    assert last(*fallen, answer(4.5, "q2", mixed=True)).earned == 3
    assert last(*fallen, answer(5, "q2", mixed=True)).earned == 4
    assert not [r for r in last(*fallen, answer(5, "q2", mixed=True)).reasons if "took" in r.text]


def test_level_fades_bar_by_bar_and_one_right_answer_brings_it_back() -> None:
    bars = [last(*UP_TO_FIVE, later=days).level for days in range(0, 2000, 10)]
    faded = last(*UP_TO_FIVE, later=400)
    back = last(*UP_TO_FIVE, answer(410, "q1"))

    assert bars[0] == 5
    assert bars == sorted(bars, reverse=True)
    assert bars[-1] == 2
    assert faded.level < faded.earned == 5
    assert faded.next.text == REFRESH
    assert any("faded" in reason.text for reason in faded.reasons)
    assert back.level == 5


def test_level_the_first_bar_stays_for_ever() -> None:
    assert last(*UP_TO_FIVE[:2], later=9000).level == 1


def test_level_a_guess_does_not_bring_back_what_has_faded() -> None:
    assert last(*UP_TO_FIVE, answer(410, "q1", certainty=GUESSING)).level < 5


def test_level_says_from_when_the_next_bar_can_come() -> None:
    assert last(answer(0)).not_before == START + GAP
    assert last(answer(0), later=0.7).not_before is None
    assert last(*UP_TO_FIVE[:4]).not_before == START + 10 * DAY
    assert last(*UP_TO_FIVE).not_before is None


EVIDENCE = st.builds(
    answer,
    st.floats(0, 400),
    st.sampled_from(["q1", "q2", "q3"]),
    st.sampled_from([0.0, 0.5, 0.8, 1.0]),
    certainty=st.sampled_from([*Certainty, None]),
    mixed=st.booleans(),
)
HISTORIES = st.lists(EVIDENCE, max_size=12)


@settings(deadline=None)
@given(HISTORIES, st.floats(0, 1000))
def test_level_stays_between_none_and_five(history: list[Evidence], later: float) -> None:
    mastery = last(*history, later=later)

    assert 0 <= mastery.level <= mastery.earned <= TOP
    assert (mastery.level == 0) == (mastery.earned == 0)
    assert mastery.next.text


@settings(deadline=None)
@given(HISTORIES, st.floats(0, 500), st.floats(0, 500))
def test_level_never_rises_by_waiting(history: list[Evidence], one: float, more: float) -> None:
    assert last(*history, later=one + more).level <= last(*history, later=one).level


@settings(deadline=None)
@given(HISTORIES, st.floats(0.001, 500), st.booleans())
def test_level_never_falls_by_a_right_answer(history: list[Evidence], later: float, mixed: bool) -> None:
    at = max((each.at for each in history), default=START) + timedelta(days=later)
    right = Evidence("q1", 1.0, THINK_SO, at, mixed)

    assert level([*history, right], at).level >= level(history, at).level


@settings(deadline=None)
@given(HISTORIES, st.floats(0.001, 500), st.booleans(), st.sampled_from(Certainty))
def test_level_never_rises_by_a_miss(history: list[Evidence], later: float, mixed: bool, sure: Certainty) -> None:
    at = max((each.at for each in history), default=START) + timedelta(days=later)
    miss = Evidence("q1", 0.0, sure, at, mixed)

    assert level([*history, miss], at).level <= level(history, at).level


@settings(deadline=None)
@given(HISTORIES)
def test_level_rises_by_at_most_one_bar_a_day(history: list[Evidence]) -> None:
    days = {int(each.at.timestamp() // GAP.total_seconds()) for each in history}

    assert last(*history).earned <= len(days) + 1


IN_TURN = HISTORIES.map(lambda history: sorted(history, key=lambda each: each.at))


def ladder_after(*history: Evidence) -> Ladder:
    """The ladder, stored and read back after each answer."""
    ladder = Ladder()
    for each in history:
        ladder = Ladder.from_json(after(ladder, each).to_json())
    return ladder


@settings(deadline=None)
@given(IN_TURN, st.floats(0, 500))
def test_ladder_stored_after_each_answer_gives_the_level_of_the_whole(history: list[Evidence], later: float) -> None:
    now = max((each.at for each in history), default=START) + timedelta(days=later)

    assert mastery_of(ladder_after(*history), now) == level(history, now)


@settings(deadline=None)
@given(HISTORIES)
def test_ladder_comes_back_from_json_as_it_was(history: list[Evidence]) -> None:
    ladder = Ladder()
    for each in history:
        ladder = after(ladder, each)

    assert Ladder.from_json(ladder.to_json()) == ladder


@settings(deadline=None)
@given(IN_TURN)
def test_ladder_the_sightings_it_drops_would_not_have_mattered(history: list[Evidence]) -> None:
    lean, full = Ladder(), Ladder()
    for nth, each in enumerate(history):
        lean = after(lean, each)
        full = replace(after(full, each), seen={past.item_id: past.at for past in history[: nth + 1]})

    assert replace(full, seen={}) == replace(lean, seen={})


@settings(deadline=None)
@given(HISTORIES)
def test_ladder_counts_an_answer_dated_before_the_last_as_given_with_it(history: list[Evidence]) -> None:
    """So the order of recording alone decides, and a rebuild in that order gives the same."""
    latest, dated = START, []
    for each in history:
        latest = max(latest, each.at)
        dated.append(replace(each, at=latest))

    assert ladder_after(*history) == ladder_after(*dated)
    assert mastery_of(ladder_after(*history), latest) == level(dated, latest)


def test_ladder_stays_small_however_many_answers_there_were() -> None:
    ladder = ladder_after(*(answer(nth, f"q{nth % 9}", mixed=nth % 2 == 0) for nth in range(500)))

    assert len(ladder.seen) == 1
    assert len(ladder.to_json()) < 1000
