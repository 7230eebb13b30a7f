"""What an exam is made of: exact counts, a table that the pool can fill, or why there is none."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.blueprint import Blueprint, Slot, Unfillable, plan_of, pool_of, split, why_not


@dataclass(frozen=True)
class Question:
    """What a pool is made from."""

    id: str
    module: str
    objective: str
    difficulty: int


def questions(*kinds: tuple[str, int, int]) -> list[Question]:
    """Questions by objective ("M01-O1"), difficulty and number."""
    return [
        Question(f"{objective}-{difficulty}-{n}", objective[:3], objective, difficulty)
        for objective, difficulty, count in kinds
        for n in range(count)
    ]


OBJECTIVES = ["M01-O1", "M01-O2", "M02-O1", "M02-O2"]
ROWS = st.lists(
    st.tuples(st.sampled_from(OBJECTIVES), st.integers(1, 3), st.integers(1, 4)),
    max_size=8,
    unique_by=lambda kind: kind[:2],
).map(lambda kinds: questions(*kinds))
WEIGHTS = st.integers(1, 9).map(float) | st.sampled_from([0.1, 0.25, 0.35])
MIXES = st.dictionaries(st.integers(1, 3), WEIGHTS, max_size=3)


@st.composite
def blueprints(draw: st.DrawFn) -> Blueprint:
    """Blueprints over two modules, or over a module and an objective of the other."""
    first = draw(st.dictionaries(st.sampled_from(["M01", "M02"]), WEIGHTS, max_size=2))
    second = draw(st.dictionaries(st.sampled_from(OBJECTIVES), WEIGHTS, min_size=0 if first else 1, max_size=2))
    return Blueprint(draw(st.integers(1, 8)), first, second, draw(MIXES))


def area_of(question: Question, blueprint: Blueprint) -> str:
    """The area that a question counts for."""
    return question.objective if question.objective in blueprint.objectives else question.module


def sizes(rows: Sequence[Question], blueprint: Blueprint) -> Counter[tuple[str, int]]:
    """Questions by area and difficulty (0 where any will do)."""
    return Counter((area_of(row, blueprint), row.difficulty if blueprint.difficulty else 0) for row in rows)


def can_be_filled(blueprint: Blueprint, room: Mapping[tuple[str, int], int]) -> bool:
    """By trying every table there is."""
    areas, levels = blueprint.area_counts(), blueprint.difficulty_counts()

    def rows_of(area: str, need: int) -> list[tuple[int, ...]]:
        every = product(*(range(min(need, room.get((area, level), 0)) + 1) for level in levels))
        return [row for row in every if sum(row) == need]

    reached = {(0,) * len(levels)}
    for area, need in areas.items():
        reached = {
            tuple(a + b for a, b in zip(sums, row, strict=True)) for sums in reached for row in rows_of(area, need)
        }
    return tuple(levels.values()) in reached


@given(st.dictionaries(st.sampled_from("abcdef"), WEIGHTS, min_size=1), st.integers(0, 60))
def test_split_is_exact_and_nobody_is_a_whole_question_off(weights: dict[str, float], count: int) -> None:
    counts = split(weights, count)
    whole = sum(Fraction(str(weight)) for weight in weights.values())
    assert sum(counts.values()) == count
    assert all(abs(counts[key] - count * Fraction(str(weights[key])) / whole) < 1 for key in weights)


@given(st.dictionaries(st.sampled_from("abcdef"), WEIGHTS, min_size=1), st.integers(0, 60), st.randoms())
def test_split_does_not_depend_on_the_order(weights: dict[str, float], count: int, rng: object) -> None:
    turned = dict(reversed(weights.items()))
    assert list(split(weights, count).items()) == list(split(turned, count).items())


def test_split_gives_ties_to_the_first_in_order() -> None:
    assert split({"b": 1, "a": 1, "c": 1}, 4) == {"a": 2, "b": 1, "c": 1}


def test_split_takes_shares_percentages_and_counts_alike() -> None:
    shares = {"a": 0.35, "b": 0.4, "c": 0.25}
    assert split(shares, 40) == split({k: v * 100 for k, v in shares.items()}, 40) == {"a": 14, "b": 16, "c": 10}


def test_final_assessment_of_the_course_splits_as_its_brief_says() -> None:
    percent = [12, 10, 10, 14, 8, 8, 10, 16, 7, 5]
    counts = split({f"M{n:02}": weight for n, weight in enumerate(percent, 2)}, 40)
    assert list(counts.values()) == [5, 4, 4, 6, 3, 3, 4, 6, 3, 2]


@given(ROWS, blueprints(), st.integers(1, 4))
def test_reasons_are_given_exactly_where_there_is_no_table(
    rows: list[Question], blueprint: Blueprint, forms: int
) -> None:
    room = {slot: size // forms for slot, size in sizes(rows, blueprint).items()}
    reasons = why_not(blueprint, pool_of(rows), forms)
    assert (reasons == ()) == can_be_filled(blueprint, room)
    assert all(reason.endswith(".") and any(letter.isdigit() for letter in reason) for reason in reasons)


@given(ROWS, blueprints())
def test_plan_meets_the_blueprint_exactly_or_says_why_not(rows: list[Question], blueprint: Blueprint) -> None:
    pool = pool_of(rows)
    if reasons := why_not(blueprint, pool, 1):
        with pytest.raises(Unfillable) as refusal:
            plan_of(blueprint, pool)
        assert refusal.value.reasons == reasons
        return
    plan = plan_of(blueprint, pool)
    by_area, by_difficulty = Counter[str](), Counter[int]()
    for slot, count in plan.counts.items():
        by_area[slot.area] += count
        by_difficulty[slot.difficulty] += count
        assert 0 < count <= sizes(rows, blueprint)[slot]
    assert by_area == Counter(blueprint.area_counts())
    assert by_difficulty == Counter(blueprint.difficulty_counts())


@given(ROWS, blueprints(), st.integers(1, 4))
def test_plan_can_be_drawn_as_often_as_any_can(rows: list[Question], blueprint: Blueprint, forms: int) -> None:
    pool = pool_of(rows)
    if not why_not(blueprint, pool, forms):
        counts = plan_of(blueprint, pool).counts
        assert all(count * forms <= sizes(rows, blueprint)[slot] for slot, count in counts.items())


@given(ROWS, blueprints())
def test_pool_does_not_depend_on_the_order_of_its_rows(rows: list[Question], blueprint: Blueprint) -> None:
    assert pool_of(rows) == pool_of(reversed(rows))


def test_difficulties_are_mixed_alike_in_all_modules_where_they_can_be() -> None:
    rows = questions(*((objective, level, 40) for objective in ("M01-O1", "M02-O1") for level in (1, 2, 3)))
    plan = plan_of(Blueprint(20, {"M01": 1, "M02": 1}, {}, {1: 0.3, 2: 0.5, 3: 0.2}), pool_of(rows))
    assert plan.counts == {
        Slot(area, level): count for area in ("M01", "M02") for level, count in ((1, 3), (2, 5), (3, 2))
    }


def test_objective_with_a_weight_is_counted_apart_from_its_module() -> None:
    rows = questions(("M01-O1", 1, 4), ("M01-O2", 1, 4))
    plan = plan_of(Blueprint(3, {"M01": 2}, {"M01-O2": 1}), pool_of(rows))
    assert plan.counts == {Slot("M01", 0): 2, Slot("M01-O2", 0): 1}
    assert {place.slot.area: place.objective for place in plan.ids} == {"M01": "M01-O1", "M01-O2": "M01-O2"}


TOO_FEW = [
    (Blueprint(2, {"M01": 1}), [], 1, "M01 needs 2 questions; there are 0."),
    (
        Blueprint(6, {"M01": 1, "M02": 5}),
        questions(("M01-O1", 3, 9), ("M02-O1", 3, 8)),
        2,
        "M02 needs 5 questions for each of 2 forms, 10 in all; there are 8.",
    ),
    (
        Blueprint(2, {"M01": 1}, {}, {4: 1}),
        questions(("M01-O1", 4, 1), ("M01-O1", 5, 9)),
        1,
        "M01 needs 2 questions of difficulty 4; there is 1.",
    ),
    (
        Blueprint(10, {"M01": 5, "M02": 5}, {}, {3: 5, 4: 5}),
        questions(("M01-O1", 3, 9), ("M01-O1", 4, 6), ("M02-O1", 3, 20), ("M02-O1", 4, 1)),
        2,
        "The mix needs 5 questions of difficulty 4 for each of 2 forms, 10 in all; there are 7.",
    ),
    (
        Blueprint(10, {"M01": 5, "M02": 5}, {}, {3: 4, 4: 6}),
        questions(("M01-O1", 3, 1), ("M01-O1", 4, 5), ("M02-O1", 3, 5), ("M02-O1", 4, 0), ("M01-O2", 4, 1)),
        1,
        "M02 needs at least 1 question of difficulty 4; there are 0.",
    ),
    (
        Blueprint(2, {"M01": 1, "M02": 1}, {}, {1: 1, 2: 1}),
        questions(("M01-O1", 1, 1), ("M01-O1", 2, 2), ("M02-O1", 1, 1), ("M02-O1", 2, 1)),
        2,
        "M02 needs at least 1 question of difficulty 1 or 2 for each of 2 forms, 2 in all; each form can have 0 (1 of",
    ),
    (
        Blueprint(6, {"M01": 2, "M02": 2, "M03": 2}, {}, {1: 3, 2: 2, 3: 1}),
        questions(("M01-O1", 1, 2), ("M02-O1", 1, 2), ("M03-O1", 2, 9), ("M03-O1", 3, 9), ("M03-O1", 1, 9)),
        1,
        "M01 and M02 need at least 1 question of difficulty 2 or 3; there are 0.",
    ),
]


@pytest.mark.parametrize(("blueprint", "rows", "forms", "reason"), TOO_FEW)
def test_reason_names_what_is_missing_with_numbers(
    blueprint: Blueprint, rows: list[Question], forms: int, reason: str
) -> None:
    assert reason in " ".join(why_not(blueprint, pool_of(rows), forms))


def test_every_module_that_has_too_few_is_named() -> None:
    assert len(why_not(Blueprint(4, {"M01": 1, "M02": 1, "M03": 2}), pool_of([]), 2)) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"questions": 0, "modules": {"M01": 1}},
        {"questions": 5},
        {"questions": 5, "modules": {"M01": 0}},
        {"questions": 5, "modules": {"M01": 1}, "objectives": {"M01": 1}},
        {"questions": 5, "modules": {"M01": 1}, "difficulty": {6: 1}},
    ],
)
def test_blueprint_that_makes_no_sense_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"A blueprint needs|An area is"):
        Blueprint(**wrong)  # type: ignore[arg-type]
