"""A place to point at."""

from dataclasses import replace
from random import Random

import pytest

from trainer.learning.question_types.base import Code
from trainer.learning.question_types.hotspot import Hotspot, Region
from trainer.learning.question_types.pieces import Figure

FIGURE = Figure(file="map.svg", viewbox=(0, 0, 100, 50), alt="A map")
RECT = Region(id="h1", shape="rect", box=(10, 10, 20, 10), label="Left", feedback="Why", misconception="m1")
CIRCLE = Region(id="h2", shape="circle", at=(80, 30), radius=10, label="Right", feedback="Why", correct=True)


def a_question(*regions: Region, **changes: object) -> Hotspot:
    return replace(Hotspot(stem="Where?", asset=FIGURE, regions=regions or (RECT, CIRCLE)), **changes)


def test_hotspot_one_region_is_right() -> None:
    assert a_question().grade({"region": "h2"}).score == 1.0
    assert a_question().grade({"region": "h1"}).score == 0.0
    assert a_question().grade({"region": "h1"}).misconceptions == ("m1",)


def test_hotspot_shows_where_each_region_lies() -> None:
    rect, circle = a_question().view(Code("seed")).spots

    assert (rect.x, rect.y, rect.width, rect.height) == (10, 10, 20, 10)
    assert (circle.x, circle.y, circle.width, circle.height) == (70, 20, 20, 20)
    assert (circle.cx, circle.cy, circle.r) == (80, 30, 10)


def test_hotspot_letters_follow_the_picture() -> None:
    beside = replace(RECT, id="h3", box=(60, 10, 20, 10), label="Beside")
    below = replace(RECT, id="h4", box=(10, 30, 20, 10), label="Below")

    for seed in range(20):
        question = a_question(below, CIRCLE, beside, RECT).shuffled(Random(seed))
        assert [spot.label for spot in question.view(Code("seed")).spots] == ["Left", "Beside", "Right", "Below"]


def test_hotspot_names_its_figure() -> None:
    assert a_question().assets == ("map.svg",)


@pytest.mark.parametrize(
    ("question", "at", "code"),
    [
        (a_question(RECT), ("regions",), "count"),
        (a_question(RECT, replace(RECT, id="h2")), ("regions",), "one-key"),
        (a_question(RECT, replace(CIRCLE, id="h1")), ("regions", 1, "id"), "duplicate-id"),
        (a_question(replace(RECT, box=None), CIRCLE), ("regions", 0), "shape"),
        (a_question(replace(RECT, at=(1, 1)), CIRCLE), ("regions", 0), "shape"),
        (a_question(RECT, replace(CIRCLE, radius=None)), ("regions", 1), "shape"),
        (a_question(RECT, replace(CIRCLE, at=None)), ("regions", 1), "shape"),
        (a_question(RECT, replace(CIRCLE, box=(1, 1, 1, 1))), ("regions", 1), "shape"),
        (a_question(replace(RECT, box=(10, 10, 0, 10)), CIRCLE), ("regions", 0), "no-size"),
        (a_question(RECT, replace(CIRCLE, radius=-5)), ("regions", 1), "no-size"),
        (a_question(replace(RECT, box=(90, 10, 20, 10)), CIRCLE), ("regions", 0), "outside"),
        (a_question(RECT, replace(CIRCLE, at=(95, 30))), ("regions", 1), "outside"),
        (a_question(RECT, replace(CIRCLE, at=(80, 45))), ("regions", 1), "outside"),
        (a_question(replace(RECT, label=""), CIRCLE), ("regions", 0, "label"), "empty-text"),
        (a_question(asset=replace(FIGURE, alt="")), ("asset", "alt"), "empty-text"),
        (a_question(asset=replace(FIGURE, viewbox=(0, 0, 0, 50))), ("asset", "viewbox"), "bad-viewbox"),
    ],
)
def test_hotspot_flaw_is_found_at_its_place(question: Hotspot, at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in question.flaws()]


def test_hotspot_a_region_may_touch_the_edge() -> None:
    assert list(a_question(replace(RECT, box=(0, 0, 100, 50)), CIRCLE).flaws()) == []


def test_hotspot_a_shape_without_measures_does_not_break_the_page() -> None:
    spot = a_question(replace(RECT, box=None), CIRCLE).view(Code("seed")).spots[0]

    assert (spot.width, spot.height) == (0, 0)
