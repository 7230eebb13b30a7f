"""Cards to sort."""

from dataclasses import replace
from random import Random

import pytest

from trainer.learning.question_types.base import Code, Verdict
from trainer.learning.question_types.categorise import Card, Categorise, Category, PerCard


def a_card(id: str, answer: str = "yes", text: str = "", feedback: str = "Why") -> Card:
    return Card(id=id, text=text or f"Text {id}", answer=answer, feedback=feedback, misconception=f"m-{id}")


def a_question(**changes: object) -> Categorise:
    question = Categorise(
        stem="Sort.",
        categories=(Category(id="yes", text="Yes"), Category(id="no", text="No")),
        cards=(a_card("c1"), a_card("c2", "no"), a_card("c3"), a_card("c4", "no")),
    )
    return replace(question, **changes)


def test_categorise_counts_right_cards_and_names_what_the_wrong_ones_show() -> None:
    grade = a_question().grade({"c1": "yes", "c2": "yes", "c3": "yes"})

    assert grade.score == 0.5
    assert grade.misconceptions == ("m-c2",)
    assert [mark.verdict for mark in grade.marks] == [Verdict.RIGHT, Verdict.WRONG, Verdict.RIGHT, Verdict.MISSED]


def test_categorise_shuffles_cards_and_leaves_categories() -> None:
    orders = [a_question().shuffled(Random(seed)) for seed in range(20)]

    assert {order.categories for order in orders} == {a_question().categories}
    assert len({order.cards for order in orders}) > 5
    assert a_question(shuffle=False).shuffled(Random(1)) == a_question(shuffle=False)


def test_categorise_offers_every_card_the_same_categories() -> None:
    view = a_question().view(Code("seed"))

    assert [choice.text for choice in view.choices] == ["Yes", "No"]
    assert {field.choices for field in view.fields} == {view.choices}


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"categories": a_question().categories[:1]}, ("categories",), "count"),
        ({"cards": a_question().cards[:1]}, ("cards",), "count"),
        ({"cards": (a_card("c1"), a_card("c1", text="Other"))}, ("cards", 1, "id"), "duplicate-id"),
        ({"cards": (a_card("c1"), a_card("c2", "perhaps"))}, ("cards", 1, "answer"), "unknown-id"),
        ({"cards": (a_card("c1"), a_card("c2", feedback=" "))}, ("cards", 1, "feedback"), "empty-text"),
        ({"scoring": PerCard(points_each=0)}, ("scoring", "points_each"), "points"),
    ],
)
def test_categorise_flaw_is_found_at_its_place(changes: dict[str, object], at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in a_question(**changes).flaws()]
