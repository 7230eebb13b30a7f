"""A text with gaps."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.question_types.base import Code, Verdict
from trainer.learning.question_types.cloze import Cloze, Gap, Miss, PerGap
from trainer.learning.question_types.pieces import Option

CODE = Code("seed")
OPTIONS = (
    Option(id="a", text="ISO", feedback="Why a", correct=True),
    Option(id="b", text="UKAS", feedback="Why b", misconception="m-b"),
    Option(id="c", text="IAF", feedback="Why c"),
)
LIST = Gap(id="g1", options=OPTIONS)
TYPED = Gap(
    id="g2",
    accept=("accreditation body", "AB"),
    feedback="Neither",
    misses=(Miss(match="certification body", feedback="No, that one is assessed", misconception="m-cb"),),
)


def a_question(*gaps: Gap, **changes: object) -> Cloze:
    question = Cloze(stem="Fill.", text="**[[g1]]** writes.\n\nAn [[g2]] assesses.", gaps=gaps or (LIST, TYPED))
    return replace(question, **changes)


@pytest.mark.parametrize(
    "typed",
    ["accreditation body", " Accreditation  Body. ", "ACCREDITATION-BODY", "accreditation‑body", "ab", "AB...", "ＡＢ"],
)
def test_cloze_typed_gap_forgives_what_does_not_matter(typed: str) -> None:
    assert TYPED.judge(typed).verdict is Verdict.RIGHT


@pytest.mark.parametrize("typed", ["accreditationbody", "a.b", "accreditation", "body accreditation"])
def test_cloze_typed_gap_does_not_forgive_another_word(typed: str) -> None:
    assert TYPED.judge(typed).verdict is Verdict.WRONG


def test_cloze_typed_gap_heeds_case_where_asked() -> None:
    gap = replace(TYPED, case_sensitive=True)

    assert gap.judge("AB").verdict is Verdict.RIGHT
    assert gap.judge("ab").verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("gap", "given", "why", "misconception"),
    [
        (LIST, "a", "Why a", None),
        (LIST, "b", "Why b", "m-b"),
        (LIST, "", "Why a", None),
        (TYPED, "AB", "", None),
        (TYPED, "Certification body.", "No, that one is assessed", "m-cb"),
        (TYPED, "ministry", "Neither", None),
        (TYPED, "", "Neither", None),
    ],
)
def test_cloze_gap_says_why(gap: Gap, given: str, why: str, misconception: str | None) -> None:
    assert gap.judge(given).why == why
    assert gap.misconception(given) == misconception


def test_cloze_counts_right_gaps_and_names_misconceptions() -> None:
    grade = a_question().grade({"g1": "b", "g2": "AB"})

    assert (grade.score, grade.misconceptions) == (0.5, ("m-b",))
    assert [mark.expected for mark in grade.marks] == ["a", "accreditation body"]


def test_cloze_view_is_text_and_gaps_in_paragraphs() -> None:
    view = a_question().view(CODE)

    assert [[piece.text for piece in paragraph] for paragraph in view.paragraphs] == [
        ["**", "", "** writes."],
        ["An ", "", " assesses."],
    ]
    assert [gap.label for gap in view.gaps] == ["1", "2"]
    assert [len(gap.choices) for gap in view.gaps] == [3, 0]


def test_cloze_view_has_no_empty_pieces() -> None:
    view = a_question(text="[[g1]][[g2]]").view(CODE)

    assert [piece.gap and piece.gap.label for piece in view.paragraphs[0]] == ["1", "2"]


def test_cloze_two_gaps_with_like_ids_share_no_names() -> None:
    first, second = a_question(LIST, replace(LIST, id="g2")).view(CODE).gaps

    assert not {choice.value for choice in first.choices} & {choice.value for choice in second.choices}


def test_cloze_shuffles_lists_and_leaves_gaps_in_their_text() -> None:
    orders = [a_question().shuffled(Random(seed)) for seed in range(20)]

    assert {tuple(gap.id for gap in order.gaps) for order in orders} == {("g1", "g2")}
    assert len({tuple(option.id for option in order.gaps[0].options) for order in orders}) > 3
    assert a_question(shuffle=False).shuffled(Random(1)) == a_question(shuffle=False)


@pytest.mark.parametrize(
    ("question", "at", "code"),
    [
        (a_question(Gap(id="g1"), TYPED), ("gaps", 0), "gap-kind"),
        (a_question(replace(LIST, accept=("x",)), TYPED), ("gaps", 0), "gap-kind"),
        (a_question(replace(LIST, feedback="x"), TYPED), ("gaps", 0), "never-shown"),
        (a_question(replace(LIST, options=OPTIONS[1:]), TYPED), ("gaps", 0, "options"), "one-key"),
        (a_question(LIST, replace(TYPED, feedback="")), ("gaps", 1, "feedback"), "empty-text"),
        (a_question(LIST, replace(TYPED, accept=("x", " - "))), ("gaps", 1, "accept", 1), "empty-text"),
        (
            a_question(LIST, replace(TYPED, misses=(Miss(match="ab", feedback="x"),))),
            ("gaps", 1, "misses", 0, "match"),
            "never-shown",
        ),
        (
            a_question(LIST, replace(TYPED, misses=(Miss(match="x", feedback="x"), Miss(match="X.", feedback="x")))),
            ("gaps", 1, "misses", 1, "match"),
            "never-shown",
        ),
        (
            a_question(LIST, replace(TYPED, misses=(Miss(match="x", feedback=""),))),
            ("gaps", 1, "misses", 0, "feedback"),
            "empty-text",
        ),
        (a_question(LIST), ("text",), "unknown-id"),
        (a_question(text="[[g1]] and [[g1]] and [[g2]]"), ("gaps", 0, "id"), "gap-place"),
        (a_question(text="[[g1]]"), ("gaps", 1, "id"), "gap-place"),
        (a_question(scoring=PerGap(points_each=0)), ("scoring", "points_each"), "points"),
    ],
)
def test_cloze_flaw_is_found_at_its_place(question: Cloze, at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in question.flaws()]


@given(
    st.sampled_from(["a", "b", "c", ""]),
    st.lists(st.sampled_from(["accreditation", "certification", "body", "ab", "AB", " ", "-"]), max_size=4),
)
def test_cloze_gets_full_marks_for_the_words_it_accepts_only(chosen: str, typed: list[str]) -> None:
    text = "".join(typed)
    accepted = " ".join(text.lower().replace("-", " ").split()) in {"accreditation body", "ab"}
    answer = {slot: given for slot, given in {"g1": chosen, "g2": text}.items() if given}
    assert (a_question().grade(answer).score == 1) == (chosen == "a" and accepted)
