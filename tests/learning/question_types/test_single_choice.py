"""One answer out of a few."""

from dataclasses import replace
from random import Random

import pytest

from trainer.learning.question_types.base import Code, Verdict
from trainer.learning.question_types.pieces import Option
from trainer.learning.question_types.single_choice import SingleChoice


def an_option(id: str, *, correct: bool = False, text: str = "", misconception: str | None = None) -> Option:
    return Option(id=id, text=text or f"Text {id}", feedback=f"Why {id}", correct=correct, misconception=misconception)


def a_question(**changes: object) -> SingleChoice:
    options = (an_option("a"), an_option("b", correct=True), an_option("c", misconception="m1"))
    return replace(SingleChoice(stem="Which?", options=options), **changes)


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"stem": " "}, ("stem",), "empty-text"),
        ({"options": (an_option("a", correct=True),)}, ("options",), "count"),
        ({"options": (an_option("a"), an_option("b"))}, ("options",), "one-key"),
        ({"options": (an_option("a", correct=True), an_option("b", correct=True))}, ("options",), "one-key"),
        ({"options": (an_option("a", correct=True), an_option("a"))}, ("options", 1, "id"), "duplicate-id"),
        ({"options": (an_option("a", correct=True), an_option(" "))}, ("options", 1, "id"), "empty-id"),
        (
            {"options": (an_option("a", correct=True, text="The same"), an_option("b", text="the  SAME"))},
            ("options", 1, "text"),
            "same-text",
        ),
        (
            {"options": (an_option("a", correct=True), replace(an_option("b"), text=" "))},
            ("options", 1, "text"),
            "empty-text",
        ),
        (
            {"options": (an_option("a", correct=True), replace(an_option("b"), feedback=""))},
            ("options", 1, "feedback"),
            "empty-text",
        ),
        (
            {"options": (an_option("a", correct=True, misconception="m1"), an_option("b"))},
            ("options", 0, "misconception"),
            "right-misconception",
        ),
    ],
)
def test_single_choice_flaw_is_found_at_its_place(changes: dict[str, object], at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in a_question(**changes).flaws()]


def test_single_choice_keeps_the_authors_order_where_asked() -> None:
    fixed = a_question(shuffle=False)

    assert all(fixed.shuffled(Random(seed)) == fixed for seed in range(20))
    assert any(a_question().shuffled(Random(seed)) != a_question() for seed in range(20))


def test_single_choice_grade_says_how_each_option_stands() -> None:
    grade = a_question().grade({"choice": "c"})

    assert [(mark.element, mark.verdict, mark.why) for mark in grade.marks] == [
        ("a", Verdict.LEFT, "Why a"),
        ("b", Verdict.MISSED, "Why b"),
        ("c", Verdict.WRONG, "Why c"),
    ]
    assert grade.misconceptions == ("m1",)


def test_single_choice_shows_no_figures() -> None:
    assert a_question().assets == ()
    assert list(a_question().flaws()) == []


def test_single_choice_view_offers_the_options_in_the_order_shown() -> None:
    view = a_question().view(Code("seed"))

    assert [choice.text for choice in view.choices] == ["Text a", "Text b", "Text c"]
