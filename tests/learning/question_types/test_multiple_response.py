"""Several answers out of a few."""

from dataclasses import replace
from random import Random

import pytest

from trainer.learning.question_types.base import YES, Code, Unreadable, Verdict
from trainer.learning.question_types.multiple_response import MultipleResponse, RightMinusWrong, Select
from trainer.learning.question_types.pieces import Option

CODE = Code("seed")


def options(key: str, others: str) -> tuple[Option, ...]:
    return tuple(
        Option(id=id, text=f"Text {id}", feedback=f"Why {id}", correct=id in key, misconception=None)
        for id in sorted(key + others)
    )


def a_question(**changes: object) -> MultipleResponse:
    return replace(MultipleResponse(stem="Which?", options=options("abc", "de")), **changes)


@pytest.mark.parametrize(
    ("ticked", "score"),
    [("abc", 1.0), ("ab", 2 / 3), ("abcd", 2 / 3), ("abcde", 1 / 3), ("ad", 0.0), ("de", 0.0), ("", 0.0)],
)
def test_multiple_response_score_is_right_minus_wrong_over_keys(ticked: str, score: float) -> None:
    assert a_question().grade(dict.fromkeys(ticked, YES)).score == pytest.approx(score)


def test_multiple_response_grade_tells_missed_from_rightly_left() -> None:
    marks = a_question().grade({"a": YES, "d": YES}).marks

    assert [(mark.element, mark.verdict) for mark in marks] == [
        ("a", Verdict.RIGHT),
        ("b", Verdict.MISSED),
        ("c", Verdict.MISSED),
        ("d", Verdict.WRONG),
        ("e", Verdict.LEFT),
    ]
    assert [bool(mark.expected) for mark in marks] == [True, True, True, False, False]


@pytest.mark.parametrize(("ticked", "reason"), [("", "missing"), ("a", "missing"), ("abcd", "too_many")])
def test_multiple_response_read_refuses_too_few_and_too_many(ticked: str, reason: str) -> None:
    question = a_question(select=Select(min=2, max=3))
    unread = question.read(question.write(dict.fromkeys(ticked, YES), CODE), CODE)

    assert isinstance(unread, Unreadable)
    assert unread.reason == reason
    assert len(unread.fields) == 5


def test_multiple_response_read_refuses_what_no_box_sends() -> None:
    assert a_question().read({CODE.field("a"): "on"}, CODE) == Unreadable("not_offered", (CODE.field("a"),))


def test_multiple_response_view_tells_the_count_only_where_announced() -> None:
    assert a_question().view(CODE).count is None
    assert a_question(select=Select(announce_count=True)).view(CODE).count == 3


def test_multiple_response_keeps_the_authors_order_where_asked() -> None:
    fixed = a_question(shuffle=False)

    assert all(fixed.shuffled(Random(seed)) == fixed for seed in range(20))


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"options": options("", "abc"), "select": Select()}, ("options",), "keys"),
        ({"options": options("abc", "")}, ("options",), "keys"),
        ({"select": Select(min=0)}, ("select",), "select-range"),
        ({"select": Select(min=4)}, ("select",), "select-range"),
        ({"select": Select(max=2)}, ("select",), "select-range"),
        ({"select": Select(max=6)}, ("select",), "select-range"),
        ({"scoring": RightMinusWrong(points=0)}, ("scoring", "points"), "points"),
    ],
)
def test_multiple_response_flaw_is_found_at_its_place(changes: dict[str, object], at: tuple[str], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in a_question(**changes).flaws()]
