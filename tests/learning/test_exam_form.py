"""One form of an exam: exact, reproducible, new as far as the pool allows, even over objectives, mixed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.learning.test_blueprint import ROWS, Question, blueprints, questions, sizes
from trainer.learning.blueprint import MOST_FORMS, Blueprint, Plan, Slot, plan_of, pool_of
from trainer.learning.exam_form import draw

SEEDS = st.integers(0, 2**32)
ROOMY = questions(*((f"{m}-O{o}", level, 6) for m in ("M01", "M02") for o in (1, 2, 3) for level in (1, 2, 3)))


@dataclass(frozen=True)
class Exam:
    """A blueprint and a pool that can fill it `forms` times."""

    rows: Sequence[Question]
    blueprint: Blueprint
    plan: Plan
    forms: int


@st.composite
def exams(draw: st.DrawFn) -> Exam:
    """Any pool at all, and beside it just what one table of the blueprint needs."""
    blueprint, forms = draw(blueprints()), draw(st.integers(1, MOST_FORMS))
    areas = Counter(blueprint.area_counts()).elements()
    levels = draw(st.permutations(list(Counter(blueprint.difficulty_counts()).elements())))
    needed = [
        Question(f"needed-{n}-{form}", area[:3], area if "-" in area else f"{area}-O3", level or 1)
        for n, (area, level) in enumerate(zip(areas, levels, strict=True))
        for form in range(forms)
    ]
    rows = [*draw(ROWS), *needed]
    return Exam(rows, blueprint, plan_of(blueprint, pool_of(rows)), forms)


@st.composite
def exams_with_seen(draw: st.DrawFn) -> tuple[Plan, list[str], list[str]]:
    """A plan, ids to avoid and more ids to avoid, some of both unknown to the pool or doubled."""
    exam = draw(exams())
    ids = st.lists(st.sampled_from([row.id for row in exam.rows] + ["gone"]), max_size=30)
    return exam.plan, draw(ids), draw(ids)


def slot_of(plan: Plan, id: str) -> Slot:
    """The slot that a question fills."""
    return plan.place_of[plan.pool.cell_of[id]].slot


def in_slot(plan: Plan, slot: Slot) -> set[str]:
    """All questions that can fill a slot."""
    return {id for place, ids in plan.ids.items() if place.slot == slot for id in ids}


@given(exams(), SEEDS)
def test_form_meets_the_blueprint_exactly(exam: Exam, seed: int) -> None:
    form = draw(exam.plan, Random(seed))
    by_id = {row.id: row for row in exam.rows}
    drawn = [by_id[id] for id in form.items]
    assert len(set(form.items)) == len(form.items) == exam.blueprint.questions
    assert sizes(drawn, exam.blueprint) == Counter(exam.plan.counts)


@given(exams_with_seen(), SEEDS)
def test_same_seed_and_exclusions_give_the_same_form(one: tuple[Plan, list[str], list[str]], seed: int) -> None:
    plan, last, practised = one
    again = draw(plan, Random(seed), avoid=frozenset(last), avoid_more=practised)
    assert draw(plan, Random(seed), avoid=last, avoid_more=practised) == again


def test_other_seeds_give_other_forms() -> None:
    plan = plan_of(Blueprint(6, {"M01": 1, "M02": 1}), pool_of(ROOMY))
    assert len({draw(plan, Random(seed)).items for seed in range(20)}) > 18


@given(exams_with_seen(), SEEDS)
def test_nothing_of_the_last_attempt_comes_again_while_the_pool_allows(
    one: tuple[Plan, list[str], list[str]], seed: int
) -> None:
    plan, last, practised = one
    again = Counter(slot_of(plan, id) for id in draw(plan, Random(seed), avoid=last, avoid_more=practised).items
                    if id in last)  # fmt: skip
    for slot, count in plan.counts.items():
        assert again[slot] == max(0, count - len(in_slot(plan, slot) - set(last)))


@given(exams_with_seen(), SEEDS)
def test_what_was_practised_comes_only_where_nothing_is_new_and_longest_ago_first(
    one: tuple[Plan, list[str], list[str]], seed: int
) -> None:
    plan, last, practised = one
    drawn = set(draw(plan, Random(seed), avoid=last, avoid_more=practised).items)
    for slot, count in plan.counts.items():
        known = [id for id in dict.fromkeys(practised) if id not in last and id in in_slot(plan, slot)]
        new = in_slot(plan, slot) - {*last, *practised}
        wanted = max(0, count - len(new))
        assert [id for id in known if id in drawn] == known[:wanted]


@given(exams(), SEEDS)
def test_parallel_forms_have_no_question_in_common_where_that_can_be(exam: Exam, seed: int) -> None:
    used: list[str] = []
    for nth in range(exam.forms):
        form = draw(exam.plan, Random(seed + nth), avoid=used)
        assert not set(form.items) & set(used)
        used += form.items


def assignments(plan: Plan, area: str, new: Sequence[Question]) -> Sequence[Counter[str]]:
    """How often each objective comes, in every way to fill an area with new questions."""
    ways = [Counter[str]()]
    for slot, count in plan.counts.items():
        if slot.area == area:
            there = Counter(row.objective for row in new if slot_of(plan, row.id) == slot)
            need = min(count, there.total())
            counts = product(*(range(min(need, number) + 1) for number in there.values()))
            kinds = [Counter(dict(zip(there, each, strict=True))) for each in counts if sum(each) == need]
            ways = [way + kind for way in ways for kind in kinds]
    return ways


@given(exams(), st.integers(0, 3), SEEDS)
def test_objectives_of_new_questions_take_turns_as_evenly_as_the_pool_allows(exam: Exam, nth: int, seed: int) -> None:
    plan = exam.plan
    seen = {row.id for row in exam.rows[nth::4]} if nth else set()
    new = [row for row in exam.rows if row.id not in seen and plan.pool.cell_of[row.id] in plan.place_of]
    objective = {row.id: row.objective for row in exam.rows}
    drawn = set(draw(plan, Random(seed), avoid=seen).items) - seen
    for area in {slot.area for slot in plan.counts}:
        had = Counter(objective[id] for id in drawn if slot_of(plan, id).area == area)
        assert sorted(had.values(), reverse=True) == min(
            sorted(way.values(), reverse=True) for way in assignments(plan, area, new)
        )


def test_turns_are_even_over_a_whole_area_not_only_over_each_difficulty() -> None:
    """The one objective that is easy and hard leaves the easy question to the one that has nothing else."""
    rows = questions(("M01-O1", 1, 9), ("M01-O2", 1, 9), ("M01-O2", 2, 9))
    plan = plan_of(Blueprint(2, {"M01": 1}, {}, {1: 1, 2: 1}), pool_of(rows))
    for seed in range(20):
        assert {id[:6] for id in draw(plan, Random(seed)).items} == {"M01-O1", "M01-O2"}


def test_every_question_is_as_likely_as_any_other() -> None:
    plan = plan_of(Blueprint(2, {"M01": 1}), pool_of(questions(("M01-O1", 1, 4), ("M01-O1", 2, 6))))
    counts = Counter(id for seed in range(2000) for id in draw(plan, Random(seed), avoid=["M01-O1-1-0"]).items)
    assert len(counts) == 9
    assert all(350 < count < 550 for count in counts.values())


def test_modules_are_spread_over_the_form() -> None:
    plan = plan_of(Blueprint(12, {"M01": 1, "M02": 1}), pool_of(ROOMY))
    for seed in range(20):
        modules = [id[:3] for id in draw(plan, Random(seed)).items]
        assert all(set(modules[start : start + 2]) == {"M01", "M02"} for start in range(0, 12, 2))
