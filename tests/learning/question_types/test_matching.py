"""Pairs to find."""

from dataclasses import replace
from random import Random

import pytest

from trainer.learning.question_types.base import Code, Verdict
from trainer.learning.question_types.matching import Left, Matching, PerPair, Sides
from trainer.learning.question_types.pieces import Thing

PAIRS = {"l1": "r1", "l2": "r2"}
FEEDBACK = {"l1": "Why l1", "l2": "Why l2", "unused": "Why none"}


def a_question(**changes: object) -> Matching:
    question = Matching(
        stem="Match.",
        left=(Left(id="l1", text="One"), Left(id="l2", text="Two")),
        right=(
            Thing(id="r1", text="First", misconception="m1"),
            Thing(id="r2", text="Second"),
            Thing(id="r3", text="Third", misconception="m3"),
        ),
        pairs=PAIRS,
        feedback=FEEDBACK,
    )
    return replace(question, **changes)


@pytest.mark.parametrize(
    ("answer", "score", "misconceptions"),
    [
        ({"l1": "r1", "l2": "r2"}, 1.0, ()),
        ({"l1": "r1", "l2": "r3"}, 0.5, ("m3",)),
        ({"l1": "r1", "l2": "r1"}, 0.5, ("m1",)),
        ({"l1": "r3", "l2": "r3"}, 0.0, ("m3",)),
        ({"l2": "r2"}, 0.5, ()),
    ],
)
def test_matching_counts_right_pairs(answer: dict[str, str], score: float, misconceptions: tuple[str, ...]) -> None:
    grade = a_question().grade(answer)

    assert (grade.score, grade.misconceptions) == (score, misconceptions)


def test_matching_explains_each_left_and_what_is_left_over() -> None:
    marks = a_question().grade({"l1": "r3", "l2": "r2"}).marks

    assert [(mark.element, mark.verdict, mark.why, mark.of) for mark in marks] == [
        ("l1", Verdict.WRONG, "Why l1", "slot"),
        ("l2", Verdict.RIGHT, "Why l2", "slot"),
        ("r3", Verdict.WRONG, "Why none", "choice"),
    ]
    assert a_question().grade({}).marks[2].verdict is Verdict.LEFT


def test_matching_offers_every_left_the_same_choices() -> None:
    view = a_question(note="One is left over.").view(Code("seed"))

    assert view.note == "One is left over."
    assert [field.choices for field in view.fields] == [view.choices, view.choices]


@pytest.mark.parametrize("sides", [Sides(), Sides(left=False), Sides(right=False), Sides(left=False, right=False)])
def test_matching_shuffles_the_sides_it_may(sides: Sides) -> None:
    question = a_question(shuffle=sides)
    orders = [question.shuffled(Random(seed)) for seed in range(20)]

    assert any(order.left != question.left for order in orders) == sides.left
    assert any(order.right != question.right for order in orders) == sides.right


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"right": (Thing(id="r1", text="First"),)}, ("right",), "count"),
        ({"left": (Left(id="l1", text="One"), Left(id="l1", text="Two"))}, ("left", 1, "id"), "duplicate-id"),
        ({"left": (Left(id="l1", text="One"), Left(id="l2", text="one"))}, ("left", 1, "text"), "same-text"),
        ({"pairs": {"l1": "r1"}}, ("pairs",), "no-pair"),
        ({"pairs": {**PAIRS, "l9": "r3"}}, ("pairs", "l9"), "unknown-id"),
        ({"pairs": {"l1": "r1", "l2": "r9"}}, ("pairs", "l2"), "unknown-id"),
        ({"pairs": {"l1": "r1", "l2": "r1"}}, ("pairs", "l2"), "used-twice"),
        ({"feedback": {"l1": "Why", "unused": "Why"}}, ("feedback",), "no-feedback"),
        ({"feedback": {"l1": "Why", "l2": "Why"}}, ("feedback",), "no-feedback"),
        ({"feedback": {**FEEDBACK, "l9": "Why"}}, ("feedback", "l9"), "unknown-id"),
        ({"feedback": {**FEEDBACK, "l1": " "}}, ("feedback", "l1"), "empty-text"),
        ({"scoring": PerPair(points_each=0)}, ("scoring", "points_each"), "points"),
    ],
)
def test_matching_flaw_is_found_at_its_place(changes: dict[str, object], at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in a_question(**changes).flaws()]


def test_matching_without_extras_needs_no_word_about_them() -> None:
    question = a_question(right=a_question().right[:2], feedback={"l1": "Why", "l2": "Why"})

    assert list(question.flaws()) == []
