"""A case with several questions about it."""

from dataclasses import replace
from random import Random

import pytest
from pydantic import TypeAdapter, ValidationError

from trainer.learning.question_types import question_types
from trainer.learning.question_types.base import Code, Unreadable
from trainer.learning.question_types.scenario import Exhibit, Part, Scenario, SourceRef, as_part, part_type
from trainer.learning.showing import show, show_graded

CODE = Code("seed")
SOURCES = (SourceRef(ref="F001"),)


def a_part(kind: str, id: str) -> Part:
    return as_part(question_types()[kind].examples()[0].question, id, f"Reason {id}", SOURCES)


def a_scenario(*parts: Part, **changes: object) -> Scenario:
    scenario = Scenario(
        title="A letter", vignette="It came.", parts=parts or (a_part("numeric", "p1"), a_part("single_choice", "p2"))
    )
    return replace(scenario, **changes)


def test_scenario_score_is_the_mean_of_its_parts() -> None:
    grade = a_scenario().grade({"p1/value": "7", "p2/choice": "b"})

    assert grade.score == 0.5
    assert [part.score for part in grade.parts] == [1.0, 0.0]
    assert grade.misconceptions == ("ab-writes-standards",)


def test_scenario_part_says_its_rationale_behind_its_own_comment() -> None:
    numeric, single = a_scenario().grade({}).parts

    assert numeric.comment == "√40 = 6.32, rounded up to 7.\n\nReason p1"
    assert single.comment == "Reason p2"


def test_scenario_names_all_that_is_missing_at_once() -> None:
    unread = a_scenario().read({}, CODE)

    assert unread == Unreadable("missing", (CODE.within("p1").field("value"), CODE.within("p2").field("choice")))


def test_scenario_names_only_what_has_the_first_trouble() -> None:
    unread = a_scenario().read({CODE.within("p1").field("value"): "seven"}, CODE)

    assert unread == Unreadable("not_a_number", (CODE.within("p1").field("value"),))


def test_scenario_two_like_parts_share_no_names() -> None:
    twins = a_scenario(a_part("single_choice", "p1"), a_part("single_choice", "p2"))
    first, second = twins.view(CODE).parts

    assert first.field != second.field
    assert not {choice.value for choice in first.choices} & {choice.value for choice in second.choices}


def test_scenario_shuffles_within_its_parts_and_keeps_their_order() -> None:
    orders = [a_scenario().shuffled(Random(seed)) for seed in range(20)]

    assert {tuple(part.id for part in order.parts) for order in orders} == {("p1", "p2")}
    assert any(order != a_scenario() for order in orders)


def test_scenario_shows_each_part_with_its_own_grade() -> None:
    answer = {"p1/value": "7", "p2/choice": "b"}
    graded = show_graded(a_scenario(), "seed", answer, a_scenario().grade(answer))

    assert [part.view.kind for part in show(a_scenario(), "seed").parts] == ["numeric", "single_choice"]
    assert [part.grade for part in show(a_scenario(), "seed").parts] == [None, None]
    assert [part.grade.score for part in graded.parts if part.grade] == [1.0, 0.0]


def test_scenario_names_the_figures_of_exhibits_and_parts() -> None:
    picture = Exhibit(id="x1", kind="image", asset="letter.svg", alt="A letter")
    scenario = a_scenario(a_part("hotspot", "p1"), a_part("hotspot", "p2"), exhibits=(picture,))

    assert scenario.assets == ("letter.svg", "certificate.svg")


def test_scenario_part_is_a_question_of_its_type() -> None:
    part = a_part("single_choice", "p1")

    assert isinstance(part, question_types()["single_choice"])
    assert (part.kind, part.type, part.prompt) == ("single_choice", "single_choice", "Who writes ISO 9001?")
    assert part_type("single_choice") is type(part)


def test_scenario_part_can_be_read_alone() -> None:
    adapter = TypeAdapter(part_type("short_text"))
    part = a_part("short_text", "p1")

    assert adapter.validate_json(adapter.dump_json(part)) == part


@pytest.mark.parametrize(
    ("part", "where", "what"),
    [
        ({}, ("parts", 0), "union_tag_not_found"),
        ({"type": "riddle"}, ("parts", 0), "union_tag_invalid"),
        ({"type": "scenario"}, ("parts", 0), "union_tag_invalid"),
        ({"type": "short_text", "colour": "red"}, ("parts", 0, "short_text", "colour"), "unexpected_keyword_argument"),
        ({"type": "short_text", "stem": 7}, ("parts", 0, "short_text", "stem"), "string_type"),
        ({"type": "short_text"}, ("parts", 0, "short_text", "id"), "missing"),
    ],
)
def test_scenario_part_of_a_file_is_checked_by_its_type(part: object, where: tuple[str | int], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Scenario).validate_python({"title": "A", "vignette": "B", "parts": [part]}, strict=False)

    assert (where, what) in [(error["loc"], error["type"]) for error in refused.value.errors()]


@pytest.mark.parametrize(
    ("scenario", "at", "code"),
    [
        (a_scenario(title=""), ("title",), "empty-text"),
        (a_scenario(vignette=" "), ("vignette",), "empty-text"),
        (a_scenario(a_part("cloze", "p1")), ("parts",), "count"),
        (a_scenario(a_part("cloze", "p1"), a_part("cloze", "p1")), ("parts", 1, "id"), "duplicate-id"),
        (a_scenario(a_part("cloze", "p1"), a_part("cloze", "p/2")), ("parts", 1, "id"), "bad-id"),
        (a_scenario(a_part("cloze", "p1"), replace(a_part("cloze", "p2"), gaps=())), ("parts", 1, "gaps"), "count"),
        (
            a_scenario(a_part("cloze", "p1"), replace(a_part("cloze", "p2"), rationale="")),
            ("parts", 1, "rationale"),
            "empty-text",
        ),
        (
            a_scenario(a_part("cloze", "p1"), replace(a_part("cloze", "p2"), sources=())),
            ("parts", 1, "sources"),
            "no-sources",
        ),
        (
            a_scenario(a_part("cloze", "p1"), replace(a_part("cloze", "p2"), difficulty=6)),
            ("parts", 1, "difficulty"),
            "difficulty",
        ),
        (a_scenario(exhibits=(Exhibit(id="x", kind="image", asset="a.svg"),)), ("exhibits", 0, "alt"), "exhibit"),
        (a_scenario(exhibits=(Exhibit(id="x", kind="text", text="a", alt="b"),)), ("exhibits", 0, "alt"), "exhibit"),
        (
            a_scenario(exhibits=(Exhibit(id="x", kind="table", title="T", rows=(("a",), ("b", "c"))),)),
            ("exhibits", 0, "rows"),
            "ragged",
        ),
    ],
)
def test_scenario_flaw_is_found_at_its_place(scenario: Scenario, at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in scenario.flaws()]


def test_scenario_difficulty_of_a_part_is_its_own() -> None:
    scenario = a_scenario(a_part("cloze", "p1"), replace(a_part("cloze", "p2"), difficulty=5, bloom="apply"))

    assert list(scenario.flaws()) == []
