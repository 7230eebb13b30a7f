"""When a question comes back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.learning.calibration import Certainty
from trainer.learning.scheduling import (
    LEAST_RETENTION,
    LONGEST_DAYS,
    MOST_RETENTION,
    WITHIN_A_WEEK,
    Memory,
    Trace,
    next_review,
    rating,
    retrievability,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
GUESSING, THINK_SO, SURE = Certainty

WORST_TO_BEST = [(0.0, SURE), (0.0, THINK_SO), (0.8, THINK_SO), (1.0, THINK_SO), (1.0, SURE)]
"""One answer for each way of being remembered."""

ANSWERS = st.tuples(st.floats(0, 1), st.sampled_from([*Certainty, None]), st.floats(0, 60))
HISTORIES = st.lists(ANSWERS, max_size=8)
RETENTIONS = st.floats(LEAST_RETENTION, MOST_RETENTION)


def after(*answers: tuple[float, Certainty | None, float]) -> tuple[Memory | None, datetime]:
    """The memory after answers (score, certainty, days after the one before), and when the last one was."""
    memory, now = None, NOW
    for score, certainty, days in answers:
        now += timedelta(days=days)
        memory = next_review(memory, score, certainty, now)
    return memory, now


@pytest.mark.parametrize(
    ("score", "certainty", "rated"),
    [
        (0.0, None, Rating.Again),
        (0.0, SURE, Rating.Again),
        (0.6, SURE, Rating.Again),
        (2 / 3, SURE, Rating.Hard),
        (0.9, THINK_SO, Rating.Hard),
        (1.0, GUESSING, Rating.Hard),
        (1.0, THINK_SO, Rating.Good),
        (1.0, None, Rating.Good),
        (1.0, SURE, Rating.Easy),
    ],
)
def test_rating_follows_score_and_certainty(score: float, certainty: Certainty | None, rated: Rating) -> None:
    assert rating(score, certainty) is rated


@pytest.mark.parametrize(
    ("score", "certainty", "days"),
    [(0.0, SURE, 1), (0.0, GUESSING, 1), (1.0, GUESSING, 1), (1.0, THINK_SO, 2), (1.0, SURE, 8)],
)
def test_next_review_first_answer_returns_after_whole_days(score: float, certainty: Certainty, days: int) -> None:
    assert next_review(None, score, certainty, NOW).due == NOW + days * DAY


@settings(deadline=None)
@given(HISTORIES, st.floats(0, 60), RETENTIONS)
def test_next_review_better_rating_never_brings_an_earlier_review(
    history: list[tuple[float, Certainty | None, float]], days: float, retention: float
) -> None:
    memory, last = after(*history)
    now = last + timedelta(days=days)
    dues = [next_review(memory, score, sure, now, retention=retention).due for score, sure in WORST_TO_BEST]

    assert dues == sorted(dues)


@settings(deadline=None)
@given(HISTORIES, ANSWERS, st.tuples(RETENTIONS, RETENTIONS).map(sorted))
def test_next_review_who_wants_to_keep_more_is_never_asked_later(
    history: list[tuple[float, Certainty | None, float]],
    answer: tuple[float, Certainty | None, float],
    retentions: list[float],
) -> None:
    memory, last = after(*history)
    score, certainty, days = answer
    at = last + timedelta(days=days)
    less, more = (next_review(memory, score, certainty, at, retention=wanted) for wanted in retentions)

    assert at < more.due <= less.due <= at + LONGEST_DAYS * DAY
    assert (more.stability, more.difficulty) == (less.stability, less.difficulty)


PUBLISHED_DAYS = [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]
"""Days between reviews in the library's own test: six times Good, twice Again, five times Good, each when due; 0 stands
for a learning step of ten minutes."""


def test_next_review_gives_the_intervals_that_the_library_publishes() -> None:
    """Without its learning steps, which end after ten minutes, and with our own limits of a year and of a week."""
    memory, now = None, NOW
    for nth, days in enumerate(PUBLISHED_DAYS):
        missed = nth in (6, 7)
        memory = next_review(memory, 0.0 if missed else 1.0, THINK_SO, now)
        if days:
            assert (memory.due - now).days == min(days, LONGEST_DAYS)
        else:
            assert DAY <= memory.due - now <= WITHIN_A_WEEK
        now += days * DAY or timedelta(minutes=10)


def test_next_review_gives_the_memory_that_the_library_publishes() -> None:
    memory, _ = after((0.0, THINK_SO, 0), *((1.0, THINK_SO, days) for days in (0, 1, 3, 8, 21)))

    assert memory is not None
    assert memory.stability == pytest.approx(53.62691, abs=1e-4)
    assert memory.difficulty == pytest.approx(6.3574867, abs=1e-4)


@settings(deadline=None)
@given(HISTORIES.filter(len))
def test_next_review_lies_ahead_within_a_year(history: list[tuple[float, Certainty | None, float]]) -> None:
    memory, now = after(*history)

    assert memory is not None
    assert now < memory.due <= now + 365 * DAY
    assert memory.stability > 0
    assert 1 <= memory.difficulty <= 10
    assert memory.last_review == now


def known_well() -> tuple[Memory | None, datetime]:
    return after((1.0, SURE, 0), (1.0, SURE, 8), (1.0, SURE, 60), (1.0, SURE, 200))


def test_next_review_a_miss_returns_within_a_week_however_well_it_was_known() -> None:
    memory, now = known_well()

    assert next_review(memory, 0.0, THINK_SO, now + 100 * DAY).due <= now + 107 * DAY


def test_next_review_sure_and_wrong_returns_within_a_day_and_again_within_seven() -> None:
    memory, now = known_well()
    wrong = next_review(memory, 0.0, SURE, now + 100 * DAY)
    mended = next_review(wrong, 1.0, SURE, now + 101 * DAY)
    checked = next_review(mended, 1.0, SURE, mended.due)

    assert wrong.due <= now + 101 * DAY
    assert mended.due <= now + 107 * DAY
    assert (mended.recheck, checked.recheck) == (now + 107 * DAY, None)
    assert (mended.confident_error, checked.confident_error) == (now + 100 * DAY, None)
    assert checked.due > mended.due + 7 * DAY


def test_next_review_a_check_a_little_early_counts() -> None:
    wrong = next_review(None, 0.0, SURE, NOW)

    assert next_review(wrong, 1.0, SURE, NOW + 5 * DAY).recheck == NOW + 7 * DAY
    assert next_review(wrong, 1.0, SURE, NOW + 6 * DAY).recheck is None


def test_next_review_counts_lapses() -> None:
    memory, _ = after((0.0, None, 0), (1.0, None, 1), (0.0, SURE, 3))

    assert memory is not None
    assert memory.lapses == 2


def test_next_review_the_same_answers_give_the_same_dates() -> None:
    assert len({after((1.0, SURE, 0), (0.0, None, 9), (1.0, THINK_SO, 3)) for _ in range(200)}) == 1


def test_next_review_does_not_sleep_to_make_up_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    after((1.0, SURE, 0), (0.0, None, 9))

    assert slept == []


def test_next_review_takes_any_time_zone() -> None:
    in_paris = NOW.astimezone(timezone(timedelta(hours=1)))

    assert next_review(None, 1.0, SURE, in_paris) == next_review(None, 1.0, SURE, NOW)


def test_next_review_a_clock_that_went_back_does_no_harm() -> None:
    memory = next_review(next_review(None, 1.0, SURE, NOW), 1.0, SURE, NOW - DAY)

    assert memory.due > NOW - DAY


@given(HISTORIES, st.floats(-3, 4000))
def test_retrievability_is_what_the_library_says(
    history: list[tuple[float, Certainty | None, float]], days: float
) -> None:
    memory, at = None, NOW
    for score, certainty, later in [(1.0, SURE, 0.0), *history]:
        at += timedelta(days=later)
        memory = next_review(memory, score, certainty, at)
    assert memory is not None
    card = Card(card_id=1, stability=memory.stability, difficulty=memory.difficulty, last_review=memory.last_review)
    then = at + timedelta(days=days)
    assert retrievability(memory, then) == pytest.approx(Scheduler().get_card_retrievability(card, then), rel=1e-12)


def test_retrievability_falls_from_one_and_crosses_nine_tenths_when_due() -> None:
    memory = next_review(None, 1.0, SURE, NOW)
    chances = [retrievability(memory, NOW + days * DAY) for days in range(400)]

    assert chances[0] == 1
    assert chances == sorted(chances, reverse=True)
    assert chances[8] == pytest.approx(0.9, abs=0.01)
    assert 0 < chances[-1] < 0.7


@settings(deadline=None)
@given(HISTORIES.filter(len))
def test_memory_comes_back_from_json_as_it_was(history: list[tuple[float, Certainty | None, float]]) -> None:
    memory, _ = after(*history)

    assert memory is not None
    assert Memory.from_json(memory.to_json()) == memory
    trace = Trace.from_json(memory.to_json())
    assert (trace.stability, trace.last_review) == (memory.stability, memory.last_review)
    later = memory.last_review + timedelta(days=40)
    assert retrievability(trace, later) == retrievability(memory, later)
