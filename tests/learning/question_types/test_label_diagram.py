"""Labels to put on a picture."""

from dataclasses import replace
from random import Random

import pytest

from trainer.learning.question_types.base import Code, Verdict
from trainer.learning.question_types.label_diagram import LabelDiagram, PerSlot, Place
from trainer.learning.question_types.pieces import Figure, Thing

SLOTS = (
    Place(id="t1", at=(10, 10), answer="one", feedback="Why t1"),
    Place(id="t2", at=(10, 40), answer="two", feedback="Why t2"),
)
LABELS = (
    Thing(id="one", text="One"),
    Thing(id="two", text="Two", misconception="m2"),
    Thing(id="iso", text="ISO", misconception="m-iso"),
)


def a_question(**changes: object) -> LabelDiagram:
    question = LabelDiagram(
        stem="Label.",
        asset=Figure(file="chain.svg", viewbox=(0, 0, 100, 50), alt="A chain"),
        slots=SLOTS,
        labels=LABELS,
        distractor_feedback={"iso": "Nowhere"},
    )
    return replace(question, **changes)


def test_label_diagram_counts_right_places() -> None:
    grade = a_question().grade({"t1": "one", "t2": "iso"})

    assert (grade.score, grade.misconceptions) == (0.5, ("m-iso",))
    assert [(mark.element, mark.verdict, mark.why) for mark in grade.marks] == [
        ("t1", Verdict.RIGHT, "Why t1"),
        ("t2", Verdict.WRONG, "Why t2"),
        ("iso", Verdict.WRONG, "Nowhere"),
    ]


def test_label_diagram_praises_leaving_the_distractor_out() -> None:
    grade = a_question().grade({"t1": "two", "t2": "one"})

    assert grade.marks[2].verdict is Verdict.LEFT
    assert grade.misconceptions == ("m2",)


def test_label_diagram_numbers_the_places_in_the_picture() -> None:
    pins = a_question().view(Code("seed")).pins

    assert [(pin.field.label, pin.x, pin.y) for pin in pins] == [("1", 10, 10), ("2", 10, 40)]
    assert a_question().assets == ("chain.svg",)


def test_label_diagram_shuffles_labels_and_leaves_places() -> None:
    orders = [a_question().shuffled(Random(seed)) for seed in range(20)]

    assert {order.slots for order in orders} == {SLOTS}
    assert len({order.labels for order in orders}) > 3
    assert a_question(shuffle=False).shuffled(Random(1)) == a_question(shuffle=False)


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"slots": SLOTS[:1]}, ("slots",), "count"),
        ({"labels": LABELS[:1]}, ("labels",), "count"),
        ({"slots": (SLOTS[0], replace(SLOTS[1], id="t1"))}, ("slots", 1, "id"), "duplicate-id"),
        ({"slots": (SLOTS[0], replace(SLOTS[1], feedback=""))}, ("slots", 1, "feedback"), "empty-text"),
        ({"slots": (SLOTS[0], replace(SLOTS[1], at=(101, 1)))}, ("slots", 1, "at"), "outside"),
        ({"slots": (SLOTS[0], replace(SLOTS[1], answer="three"))}, ("slots", 1, "answer"), "unknown-id"),
        ({"slots": (SLOTS[0], replace(SLOTS[1], answer="one"))}, ("slots", 1, "answer"), "used-twice"),
        ({"distractor_feedback": {}}, ("distractor_feedback",), "no-feedback"),
        ({"distractor_feedback": {"iso": " "}}, ("distractor_feedback", "iso"), "empty-text"),
        ({"distractor_feedback": {"iso": "x", "one": "x"}}, ("distractor_feedback", "one"), "unknown-id"),
        ({"asset": Figure(file="x.svg", viewbox=(0, 0, 100, 50), alt="")}, ("asset", "alt"), "empty-text"),
        ({"scoring": PerSlot(points_each=0)}, ("scoring", "points_each"), "points"),
    ],
)
def test_label_diagram_flaw_is_found_at_its_place(changes: dict[str, object], at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in a_question(**changes).flaws()]
