"""A number to work out."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.question_types.base import Code, Unreadable, Verdict
from trainer.learning.question_types.numeric import Numeric, Response, Target

CODE = Code("seed")


def a_response(match: float | str, feedback: str = "Why", misconception: str | None = None) -> Response:
    return Response(match=match, feedback=feedback, misconception=misconception)  # type: ignore[arg-type]


def a_question(**changes: object) -> Numeric:
    question = Numeric(
        stem="How many?",
        answer=Target(value=7.0, tolerance=0.1, unit="days"),
        responses=(a_response(6.0, "Rounded down", "m1"), a_response(6.05, "Nearly"), a_response("*", "Think again")),
        worked_solution="It is seven.",
    )
    return replace(question, **changes)


IN_WEEKS = {"answer": Target(value=7.0, unit="days"), "units": {"days": 1.0, "weeks": 7.0}}


@pytest.mark.parametrize(
    ("given", "score"),
    [("7", 1.0), ("6.9", 1.0), ("7,1", 1.0), ("7.11", 0.0), ("6.89", 0.0), ("−7", 0.0), ("+7.0", 1.0)],
)
def test_numeric_is_right_within_its_tolerance_both_ends_included(given: str, score: float) -> None:
    assert a_question().grade({"value": given}).score == score


def test_numeric_tells_its_rule_true_to_its_tolerance() -> None:
    exact = a_question(answer=Target(value=7.0, unit="days"))
    about = a_question(answer=Target(value=7.0, tolerance=0.1, unit="days"))

    assert (exact.rule_told, exact.view(CODE).allowed) == ("The number is right or it is not.", "")
    assert "difference stated" in about.rule_told
    assert about.view(CODE).allowed == "0.1 days"


@given(st.decimals(-1, 1, places=6), st.sampled_from(["days", "weeks"]))
def test_numeric_is_right_within_its_tolerance_and_not_beyond(off: Decimal, unit: str) -> None:
    """Full marks exactly for the key, also where the key is a range and where another unit was chosen."""
    wait = a_question(answer=Target(value=14.0, tolerance=0.5, unit="days"), units={"days": 1.0, "weeks": 7.0})
    typed = format((14 + off) / (1 if unit == "days" else 7), "f")[:30]
    days = Decimal(typed) * (1 if unit == "days" else 7)
    assert (wait.grade({"value": typed, "unit": unit}).score == 1) == (abs(days - 14) <= Decimal("0.5"))


def test_numeric_tolerance_is_decimal_not_binary() -> None:
    question = a_question(answer=Target(value=0.3, tolerance=0.1))

    assert question.grade({"value": "0.4"}).score == 1.0
    assert question.grade({"value": "0.2"}).score == 1.0


@pytest.mark.parametrize(
    ("given", "why", "misconceptions"),
    [
        ("6", "Rounded down", ("m1",)),
        ("6.1", "Rounded down", ("m1",)),
        ("6.15", "Nearly", ()),
        ("40", "Think again", ()),
    ],
)
def test_numeric_answers_expected_errors_in_their_order(given: str, why: str, misconceptions: tuple[str, ...]) -> None:
    grade = a_question().grade({"value": given})

    assert (grade.marks[0].why, grade.misconceptions) == (why, misconceptions)
    assert grade.marks[0].expected == "7 days"
    assert grade.comment == "It is seven."


def test_numeric_without_a_fitting_response_says_nothing_of_its_own() -> None:
    grade = a_question(responses=(a_response(6.0),)).grade({"value": "40"})

    assert (grade.marks[0].verdict, grade.marks[0].why) == (Verdict.WRONG, "")


@pytest.mark.parametrize(("given", "unit", "score"), [("1", "weeks", 1.0), ("7", "days", 1.0), ("7", "weeks", 0.0)])
def test_numeric_converts_the_unit_chosen(given: str, unit: str, score: float) -> None:
    grade = a_question(**IN_WEEKS).grade({"value": given, "unit": unit})

    assert grade.score == score
    assert grade.marks[0].given == f"{given} {unit}"


@pytest.mark.parametrize("given", ["7 days", "7days", "7 Days", " 7 "])
def test_numeric_forgives_the_unit_behind_the_number(given: str) -> None:
    answer = a_question().read({CODE.field("value"): given}, CODE)

    assert answer == {"value": given.strip()}
    assert a_question().grade(answer).score == 1.0


@pytest.mark.parametrize(
    ("given", "reason"),
    [("seven", "not_a_number"), ("days", "not_a_number"), ("1,000", "ambiguous_number"), ("7" * 41, "too_long")],
)
def test_numeric_asks_again_for_what_is_not_one_number(given: str, reason: str) -> None:
    unread = a_question().read({CODE.field("value"): given}, CODE)

    assert isinstance(unread, Unreadable)
    assert (unread.reason, unread.fields) == (reason, (CODE.field("value"),))


def test_numeric_shows_a_list_of_units_only_where_there_is_a_choice() -> None:
    alone, choice = a_question().view(CODE), a_question(**IN_WEEKS).view(CODE)

    assert (alone.unit, alone.units) == ("days", None)
    assert choice.units is not None
    assert [unit.text for unit in choice.units.choices] == ["days", "weeks"]


def test_numeric_has_nothing_to_shuffle() -> None:
    assert a_question(**IN_WEEKS).shuffled(Random(1)) == a_question(**IN_WEEKS)


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"answer": Target(value=float("nan"))}, ("answer", "value"), "not-finite"),
        ({"answer": Target(value=7.0, tolerance=-1.0)}, ("answer", "tolerance"), "tolerance"),
        ({"answer": Target(value=7.0, tolerance=float("inf"))}, ("answer", "tolerance"), "tolerance"),
        ({"answer": Target(value=7.5, integer=True)}, ("answer", "value"), "not-whole"),
        ({"units": {"days": 1.0, "weeks": 0.0}}, ("units", "weeks"), "unit-worth"),
        ({"units": {"days": 1.0, "": 7.0}}, ("units", ""), "empty-text"),
        ({"units": {"weeks": 7.0}}, ("units",), "unit-missing"),
        ({"units": {"days": 24.0}}, ("units",), "unit-missing"),
        ({"responses": (a_response(6.0), a_response(6.0))}, ("responses", 1, "match"), "never-shown"),
        ({"responses": (a_response("*"), a_response(6.0))}, ("responses", 1, "match"), "never-shown"),
        ({"responses": (a_response(6.0, " "),)}, ("responses", 0, "feedback"), "empty-text"),
        ({"responses": (a_response(7.1),)}, ("responses", 0, "match"), "right-response"),
        ({"responses": (a_response(float("inf")),)}, ("responses", 0, "match"), "not-finite"),
        ({"responses": (), "worked_solution": ""}, ("responses",), "no-feedback"),
    ],
)
def test_numeric_flaw_is_found_at_its_place(changes: dict[str, object], at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in a_question(**changes).flaws()]
