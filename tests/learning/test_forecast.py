"""The share right to be expected on a day, and how sure it is."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.learning.calibration import Certainty
from trainer.learning.forecast import CHANCE, ENOUGH, WEIGHTS, Forecast, Known, after, forecast, interval
from trainer.learning.mastery import Evidence
from trainer.learning.scheduling import Memory, next_review

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
GUESSING, THINK_SO, SURE = Certainty
POOL = ("q1", "q2", "q3", "q4")
NOTHING = Forecast(WEIGHTS.prior, *interval(WEIGHTS.prior, WEIGHTS.prior_weight), 0)
A_LITTLE = 1e-9


def answer(
    days: float, item: str = "q1", score: float = 1.0, *, certainty: Certainty | None = THINK_SO, mixed: bool = False
) -> Evidence:
    return Evidence(item, score, certainty, START + timedelta(days=days), mixed)


def known_after(*history: Evidence) -> Known:
    known = Known()
    for each in history:
        known = after(known, each)
    return known


def memories_after(*history: Evidence) -> dict[str, Memory]:
    memories: dict[str, Memory] = {}
    for each in history:
        memories[each.item_id] = next_review(memories.get(each.item_id), each.score, each.certainty, each.at)
    return memories


def expected(*history: Evidence, later: float = 0, chance: float = CHANCE) -> Forecast:
    """The forecast on the four questions, days after the last answer."""
    memories = memories_after(*history)
    at = (history[-1].at if history else START) + timedelta(days=later)
    return forecast(known_after(*history), memories, len(POOL) - len(memories), at, chance=chance)


def on_unmet(*history: Evidence, later: float = 0) -> Forecast:
    """The forecast on a question never met."""
    return forecast(known_after(*history), {}, 0, history[-1].at + timedelta(days=later))


EVIDENCE = st.builds(
    answer,
    st.floats(0, 400),
    st.sampled_from(POOL),
    st.sampled_from([0.0, 0.5, 0.8, 1.0]),
    certainty=st.sampled_from([*Certainty, None]),
    mixed=st.booleans(),
)
HISTORIES = st.lists(EVIDENCE, max_size=12).map(lambda history: sorted(history, key=lambda each: each.at))
SOME = HISTORIES.filter(len)
LATER = st.floats(0, 500)
CERTAINTIES = st.sampled_from([*Certainty, None])


def test_forecast_without_answers_is_the_prior_and_too_little_to_judge() -> None:
    assert expected().share == expected(later=900).share == WEIGHTS.prior
    assert not expected().is_enough
    assert forecast(Known(), {}, 0, START) == NOTHING


def test_forecast_is_enough_from_the_stated_minimum_on() -> None:
    answers = [answer(day) for day in range(ENOUGH)]

    assert not expected(*answers[:-1]).is_enough
    assert expected(*answers).is_enough
    assert expected(*answers).answers == ENOUGH


def test_forecast_two_right_answers_are_not_everything() -> None:
    assert WEIGHTS.prior < on_unmet(answer(0), answer(1, "q2")).share < 0.9


def test_forecast_trusts_a_question_met_more_than_one_never_met() -> None:
    history = [answer(0), answer(1, "q2"), answer(2, "q3", 0.0)]

    assert expected(*history).share > on_unmet(*history).share


def test_forecast_a_mended_mistake_counts_only_once_it_was_right() -> None:
    missed = (answer(0), answer(1, "q2", 0.0, certainty=SURE))
    at = START + timedelta(days=2)

    def on_q2(*history: Evidence) -> float:
        return forecast(known_after(*history), {"q2": memories_after(*history)["q2"]}, 0, at).share

    assert on_q2(*missed) == forecast(known_after(*missed), {}, 1, at).share
    assert on_q2(*missed, answer(2, "q2")) > on_q2(*missed) + 0.2


def test_forecast_a_lucky_hit_counts_for_less() -> None:
    lucky = [answer(0), answer(1, "q2", certainty=GUESSING)]
    known = [answer(0), answer(1, "q2")]

    assert expected(answer(0), later=1).share < expected(*lucky).share < expected(*known).share


def test_forecast_a_lucky_hit_does_not_undo_what_was_known() -> None:
    assert known_after(answer(0), answer(1, certainty=GUESSING)).held == {"q1": 1.0}


def test_forecast_a_partly_right_answer_leaves_the_question_as_it_was() -> None:
    assert known_after(answer(0), answer(1, score=0.8)).held == {"q1": 1.0}
    assert known_after(answer(0, score=0.8)).held == {}


def test_forecast_later_answers_weigh_more() -> None:
    then_wrong = [answer(day, f"n{day}", float(day < 6)) for day in range(12)]
    then_right = [answer(day, f"n{day}", float(day >= 6)) for day in range(12)]

    assert on_unmet(*then_right).share > on_unmet(*then_wrong).share + 0.05


def test_forecast_a_question_seen_before_tells_less_of_others() -> None:
    assert on_unmet(answer(0), answer(1, "q2")).share > on_unmet(answer(0), answer(1, "q1")).share


def test_forecast_ignores_memories_of_what_is_no_longer_asked_and_counts_the_unmet() -> None:
    known, memories = known_after(answer(0), answer(1, "q2")), memories_after(answer(0), answer(1, "q2"))
    at = START + timedelta(days=1)

    assert forecast(known, {"q1": memories["q1"]}, 3, at).share < forecast(known, memories, 2, at).share
    assert forecast(known, {}, 4, at).share == forecast(known, {}, 0, at).share


def test_forecast_a_time_before_the_last_answer_reads_as_that_answer() -> None:
    assert expected(answer(5), later=-3) == expected(answer(5))


def test_forecast_never_expects_less_than_blind_guessing() -> None:
    known = known_after(*(answer(day, f"n{day}", 0.0) for day in range(40)))
    later = START + timedelta(days=300)

    assert CHANCE < forecast(known, {}, 0, later).share < 0.3
    assert forecast(known, {}, 0, later, chance=0.3).share == 0.3
    assert forecast(known, {}, 0, later, chance=0.5).share == 0.5


@settings(deadline=None)
@given(HISTORIES, st.floats(0.0, 90), LATER, st.sampled_from(POOL), CERTAINTIES)
def test_forecast_a_right_answer_never_lowers_it(
    history: list[Evidence], wait: float, later: float, item: str, certainty: Certainty | None
) -> None:
    at = (history[-1].at if history else START) + timedelta(days=wait)
    right = Evidence(item, 1.0, certainty, at, mixed=False)

    assert expected(*history, right, later=later).share >= expected(*history, later=wait + later).share - A_LITTLE


@settings(deadline=None)
@given(HISTORIES, st.floats(0.0, 90), LATER, st.sampled_from(POOL), CERTAINTIES)
def test_forecast_a_miss_never_raises_it(
    history: list[Evidence], wait: float, later: float, item: str, certainty: Certainty | None
) -> None:
    at = (history[-1].at if history else START) + timedelta(days=wait)
    miss = Evidence(item, 0.0, certainty, at, mixed=True)

    assert expected(*history, miss, later=later).share <= expected(*history, later=wait + later).share + A_LITTLE


@settings(deadline=None)
@given(SOME, LATER, st.floats(0.01, 0.9))
def test_forecast_stays_between_guessing_and_one_within_its_interval(
    history: list[Evidence], later: float, chance: float
) -> None:
    for said in (expected(*history, later=later, chance=chance), on_unmet(*history, later=later)):
        assert 0 <= said.low <= said.share <= said.high <= 1
    assert chance <= expected(*history, later=later, chance=chance).share < 1


@settings(deadline=None)
@given(SOME, LATER, LATER)
def test_forecast_fades_with_time(history: list[Evidence], one: float, more: float) -> None:
    assert expected(*history, later=one + more).share <= expected(*history, later=one).share + A_LITTLE
    assert on_unmet(*history, later=one + more).share <= on_unmet(*history, later=one).share + A_LITTLE


@given(st.floats(0.02, 0.98), st.floats(1, 50), st.floats(1.05, 4))
def test_interval_holds_the_share_and_narrows_with_evidence(share: float, each_way: float, more: float) -> None:
    """From the weight of one answer each way on; below that the distribution has no hump that could narrow."""
    answers = each_way / min(share, 1 - share)
    low, high = interval(share, answers)
    closer_low, closer_high = interval(share, answers * more)

    assert 0 <= low <= share <= high <= 1
    assert closer_high - closer_low <= high - low + 2e-4


@pytest.mark.parametrize(
    ("share", "answers", "low", "high"),
    [
        (0.5, 2, 0.1, 0.9),
        (0.4, 5, 0.1426, 0.6795),
        (0.9012, 8.1, 0.7637, 0.9928),
        (1.0, 4, 1.0, 1.0),
        (0.0, 4, 0.0, 0.0),
    ],
)
def test_interval_is_that_of_the_beta_distribution(share: float, answers: float, low: float, high: float) -> None:
    """Beta(1, 1) is uniform; the others were read off 200,000 draws or follow from the definition."""
    assert interval(share, answers) == (pytest.approx(low, abs=2e-3), pytest.approx(high, abs=2e-3))


@pytest.mark.parametrize("scores", [(1.0,), (1.0, 0.0), (0.0,)])
def test_forecast_narrows_with_more_answers_of_the_same_kind(scores: tuple[float, ...]) -> None:
    def width(times: int) -> float:
        answers = [answer(nth, f"n{nth}", score) for nth, score in enumerate(scores * times)]
        said = on_unmet(*answers)
        return said.high - said.low

    widths = [width(times) for times in (2, 4, 8, 16)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < widths[0] * 0.9


def test_forecast_widens_the_longer_ago_the_answers_are() -> None:
    history = [answer(day, "q1", score) for day, score in enumerate((1.0, 0.0) * 6)]
    soon, late = on_unmet(*history), on_unmet(*history, later=200)

    assert late.high - late.low > soon.high - soon.low


@settings(deadline=None)
@given(HISTORIES)
def test_after_fold_equals_the_whole(history: list[Evidence]) -> None:
    known = known_after(*history)
    told = [_weight_of(nth, history) for nth in range(len(history))]
    left = [prod(1 - WEIGHTS.recency * later for later in told[nth + 1 :]) for nth in range(len(history))]
    weights = [each * rest for each, rest in zip(told, left, strict=True)]

    assert known.right == pytest.approx(sum(w * each.score for w, each in zip(weights, history, strict=True)))
    assert known.wrong == pytest.approx(sum(w * (1 - each.score) for w, each in zip(weights, history, strict=True)))
    assert known.met == {each.item_id for each in history}
    assert known.answers == len(history)


def _weight_of(nth: int, history: list[Evidence]) -> float:
    this = history[nth]
    again = this.item_id in {each.item_id for each in history[:nth]}
    lucky = this.score == 1 and this.certainty is GUESSING
    missed = this.score < 0.6
    return (WEIGHTS.repeated if again else 1) * (WEIGHTS.luck if lucky else 1) * (WEIGHTS.missed if missed else 1)


@settings(deadline=None)
@given(HISTORIES, HISTORIES)
def test_after_goes_on_from_what_was_stored(before: list[Evidence], since: list[Evidence]) -> None:
    stored = Known.from_json(known_after(*before).to_json())
    for each in since:
        stored = after(stored, each)

    assert known_after(*before) == Known.from_json(known_after(*before).to_json())
    assert stored == known_after(*before, *since)


def test_after_an_answer_dated_before_the_last_counts_with_it() -> None:
    first, late = answer(5), answer(4, "q2")

    assert known_after(first, late) == known_after(first, replace(late, at=first.at))
    assert known_after(first, late).last == first.at


def test_known_stays_small_however_many_answers_there_were() -> None:
    many = known_after(*(answer(nth / 10, POOL[nth % 4], float(nth % 3 > 0)) for nth in range(1000)))

    assert many.answers == 1000
    assert len(many.to_json()) < 1000


def test_weights_in_the_documentation_are_those_in_force() -> None:
    text = (Path(__file__).parents[2] / "docs" / "mastery.md").read_text(encoding="utf-8")

    rows = [f"| `{name}` | {value:g} |" for name, value in asdict(WEIGHTS).items()]
    assert [row for row in rows if row not in text] == []
