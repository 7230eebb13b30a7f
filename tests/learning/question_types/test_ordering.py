"""Things to put into their order."""

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest

from trainer.learning.question_types.base import Code, Unreadable, Verdict
from trainer.learning.question_types.ordering import AdjacentPairs, Ordering, Step

CODE = Code("seed")
ORDER = ("s1", "s2", "s3", "s4")


def a_step(id: str, text: str = "", feedback: str = "Why") -> Step:
    return Step(id=id, text=text or f"Text {id}", feedback=feedback)


def a_question(**changes: object) -> Ordering:
    question = Ordering(stem="Order.", items=tuple(a_step(id) for id in ORDER), correct_order=ORDER)
    return replace(question, **changes)


def in_order(*ids: str) -> dict[str, str]:
    return {id: str(place) for place, id in enumerate(ids, start=1)}


@pytest.mark.parametrize(
    ("order", "score"),
    [
        (("s1", "s2", "s3", "s4"), 1.0),
        (("s2", "s3", "s4", "s1"), 2 / 3),
        (("s3", "s4", "s1", "s2"), 2 / 3),
        (("s1", "s2", "s4", "s3"), 1 / 3),
        (("s4", "s3", "s2", "s1"), 0.0),
        (("s2", "s1", "s4", "s3"), 0.0),
    ],
)
def test_ordering_counts_neighbours_of_the_key(order: tuple[str, ...], score: float) -> None:
    assert a_question().grade(in_order(*order)).score == pytest.approx(score)


def test_ordering_only_the_key_scores_full() -> None:
    full = [order for order in permutations(ORDER) if a_question().grade(in_order(*order)).score == 1]

    assert full == [ORDER]


def test_ordering_an_item_is_right_behind_the_one_it_follows() -> None:
    marks = a_question().grade(in_order("s2", "s3", "s4", "s1")).marks

    assert [mark.verdict for mark in marks] == [Verdict.WRONG, Verdict.WRONG, Verdict.RIGHT, Verdict.RIGHT]
    assert [(mark.given, mark.expected) for mark in marks] == [("4", "1"), ("1", "2"), ("2", "3"), ("3", "4")]


def test_ordering_never_starts_as_the_key() -> None:
    for seed in range(500):
        shuffled = a_question(items=a_question().items[:3], correct_order=ORDER[:3]).shuffled(Random(seed))
        assert tuple(item.id for item in shuffled.items) != ORDER[:3]


def test_ordering_starts_in_every_other_order() -> None:
    starts = {tuple(item.id for item in a_question().shuffled(Random(seed)).items) for seed in range(1000)}

    assert starts == set(permutations(ORDER)) - {ORDER}


def test_ordering_shuffling_ends_even_where_there_is_but_one_order() -> None:
    same = (a_step("s1"), a_step("s1"))

    assert a_question(items=same, correct_order=("s1", "s1")).shuffled(Random(1)).items == same


def test_ordering_a_place_given_twice_cannot_be_read() -> None:
    form = a_question().write({"s1": "1", "s2": "2", "s3": "2", "s4": "4"}, CODE)

    assert a_question().read(form, CODE) == Unreadable("repeated", (CODE.field("s2"), CODE.field("s3")))


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"items": (a_step("s1"), a_step("s2")), "correct_order": ("s1", "s2")}, ("items",), "count"),
        ({"correct_order": ("s1", "s2", "s3")}, ("correct_order",), "order"),
        ({"correct_order": ("s1", "s2", "s3", "s3")}, ("correct_order",), "order"),
        ({"items": (*a_question().items[:3], a_step("s4", feedback=""))}, ("items", 3, "feedback"), "empty-text"),
        ({"items": (*a_question().items[:3], a_step("s4", "Text s1"))}, ("items", 3, "text"), "same-text"),
        ({"scoring": AdjacentPairs(points=0)}, ("scoring", "points"), "points"),
    ],
)
def test_ordering_flaw_is_found_at_its_place(changes: dict[str, object], at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in a_question(**changes).flaws()]
