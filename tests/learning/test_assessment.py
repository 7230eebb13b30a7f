"""The rules of an assessment of record."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.assessment import (
    Arrival,
    AttemptRule,
    Outcome,
    PassRule,
    Past,
    Reveal,
    Scored,
    Shown,
    Start,
    arrival,
    judge,
    may_start,
    shown,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
THREE = AttemptRule(most=3, wait=DAY)


def failed(days_ago: float) -> Past:
    return Past(NOW - days_ago * DAY, passed=False)


def passed(days_ago: float, valid_days: float | None = None) -> Past:
    at = NOW - days_ago * DAY
    return Past(at, passed=True, valid_until=None if valid_days is None else at + valid_days * DAY)


def renewable(days_ago: float) -> Past:
    """A pass that holds for 365 days and can be renewed in the last 90."""
    at = NOW - days_ago * DAY
    return Past(at, passed=True, valid_until=at + 365 * DAY, renews_at=at + 275 * DAY)


# --- when an attempt may begin ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("past", "left", "is_open"),
    [
        ([], 3, True),
        ([failed(2)], 2, True),
        ([failed(1)], 2, True),
        ([failed(0.5)], 2, False),
        ([failed(9), failed(5), failed(2)], 0, False),
        ([failed(9), passed(5)], 0, False),
        ([failed(900), passed(800, 365)], 3, True),
        ([passed(800, 365), failed(3), failed(2)], 1, True),
        ([passed(365, 365)], 3, True),
        ([passed(364, 365)], 0, False),
        ([passed(9), failed(2)], 0, False),
        ([passed(9, 365), failed(2)], 0, False),
        ([passed(400, 365), failed(399), failed(3)], 2, True),
        ([renewable(274)], 0, False),
        ([renewable(275)], 3, True),
        ([failed(300), failed(299), renewable(280)], 3, True),
        ([renewable(300), failed(3), failed(2)], 1, True),
        ([renewable(300), failed(4), failed(3), failed(2)], 0, False),
        ([renewable(300), renewable(5)], 0, False),
        ([renewable(400), failed(50), failed(3)], 1, True),
    ],
)
def test_attempt_may_begin(past: list[Past], left: int, *, is_open: bool) -> None:
    start = may_start(past, THREE, NOW)
    assert (start.left, start.is_open) == (left, is_open)


def test_whoever_must_wait_is_told_until_when() -> None:
    start = may_start([failed(0.25)], THREE, NOW)
    assert start.not_before == NOW + 0.75 * DAY
    assert start.why == "The next attempt opens later."


@given(st.lists(st.floats(0, 1000), max_size=6), st.integers(1, 6), st.floats(0, 100))
def test_there_are_never_more_attempts_than_the_rule_allows(days_ago: list[float], most: int, wait: float) -> None:
    past = [failed(days) for days in sorted(days_ago, reverse=True)]
    start = may_start(past, AttemptRule(most, wait * DAY), NOW)
    assert start.left == max(0, most - len(past))
    assert not (start.is_open and start.left == 0)
    assert start.not_before is None or start.not_before > NOW


# --- until when it counts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "stands"),
    [
        (-1, Arrival.IN_TIME),
        (0, Arrival.IN_TIME),
        (1, Arrival.IN_GRACE),
        (30, Arrival.IN_GRACE),
        (30.001, Arrival.LATE),
        (3600, Arrival.LATE),
    ],
)
def test_answer_arrives(seconds: float, stands: Arrival) -> None:
    assert arrival(NOW, timedelta(seconds=30), NOW + timedelta(seconds=seconds)) is stands


def test_without_a_deadline_nothing_is_late() -> None:
    assert arrival(None, timedelta(0), NOW + 1000 * DAY) is Arrival.IN_TIME


# --- what it comes to ---------------------------------------------------------------------------------------------


def question(module: str, score: float, objective: str = "O1") -> Scored:
    return Scored(module, f"{module}-{objective}", score)


def test_attempt_is_judged_in_all_and_by_module_and_objective() -> None:
    outcome = judge(
        [question("M01", 1.0), question("M01", 0.5, "O2"), question("M02", 0.0), question("M02", 1.0)], PassRule(0.6)
    )
    assert outcome.share == pytest.approx(0.625)
    assert outcome.passed
    assert [(part.id, part.questions, part.share) for part in outcome.modules] == [("M01", 2, 0.75), ("M02", 2, 0.5)]
    assert [(part.id, part.share) for part in outcome.objectives] == [("M01-O1", 1), ("M01-O2", 0.5), ("M02-O1", 0.5)]


def test_module_below_the_floor_fails_the_whole() -> None:
    questions = [question("M01", 1.0)] * 9 + [question("M02", 0.0)]
    assert judge(questions, PassRule(0.75)).passed
    outcome = judge(questions, PassRule(0.75, floor=0.5))
    assert not outcome.passed
    assert outcome.below_floor == ("M02",)


def test_three_thirds_are_a_whole() -> None:
    assert judge([question("M01", 1 / 3)] * 3 + [question("M01", 2 / 3)] * 3, PassRule(0.5, floor=0.5)).passed
    assert judge([question("M01", 0.1)] * 10, PassRule(0.1)).passed


def test_attempt_without_questions_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="at least one question"):
        judge([], PassRule(0.5))


@st.composite
def attempts(draw: st.DrawFn) -> list[Scored]:
    modules = st.sampled_from(["M01", "M02", "M03"])
    return [question(draw(modules), draw(st.floats(0, 1))) for _ in range(draw(st.integers(1, 12)))]


@given(attempts(), st.floats(0, 1), st.none() | st.floats(0, 1))
def test_outcome_stays_in_bounds_and_adds_up(questions: list[Scored], overall: float, floor: float | None) -> None:
    outcome = judge(questions, PassRule(overall, floor))
    assert 0 <= outcome.share <= 1
    for parts in (outcome.modules, outcome.objectives):
        assert sum(part.questions for part in parts) == len(questions)
        assert sum(part.points for part in parts) == pytest.approx(outcome.share * len(questions))
    assert outcome.passed <= (outcome.share >= overall - 1e-6)


@given(attempts(), st.data(), st.floats(0, 1), st.none() | st.floats(0, 1))
def test_better_answer_never_turns_a_pass_into_a_fail(
    questions: list[Scored], data: st.DataObject, overall: float, floor: float | None
) -> None:
    rule = PassRule(overall, floor)
    at = data.draw(st.integers(0, len(questions) - 1))
    better = list(questions)
    better[at] = Scored(questions[at].module, questions[at].objective, 1.0)
    before: Outcome = judge(questions, rule)
    assert judge(better, rule).passed >= before.passed


# --- what is shown ------------------------------------------------------------------------------------------------

TODAY = date(2026, 11, 23)
MORE, NO_MORE = Start(2), Start(0, "All attempts are used.")


@pytest.mark.parametrize("what", list(Shown))
@pytest.mark.parametrize(
    ("when", "start", "most"),
    [
        ("now", MORE, Shown.ALL),
        ("now", NO_MORE, Shown.ALL),
        ("after_last_attempt", MORE, Shown.SCORE),
        ("after_last_attempt", NO_MORE, Shown.ALL),
        (date(2026, 11, 23), MORE, Shown.ALL),
        (date(2026, 11, 24), NO_MORE, Shown.NOTHING),
    ],
)
def test_no_more_is_shown_than_the_exam_says_and_the_moment_allows(
    what: Shown, when: str | date, start: Start, most: Shown
) -> None:
    assert shown(Reveal(what, when), start, TODAY) is min(what, most)  # type: ignore[arg-type]
