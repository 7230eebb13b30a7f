"""True or false, and why."""

from dataclasses import replace
from random import Random

import pytest

from trainer.learning.question_types.base import Code, Verdict
from trainer.learning.question_types.pieces import Option
from trainer.learning.question_types.true_false_reason import AnswerThenReason, TrueFalseReason

REASONS = (
    Option(id="true", text="Text a", feedback="Why a", correct=True),
    Option(id="b", text="Text b", feedback="Why b", misconception="m1"),
)


def a_question(**changes: object) -> TrueFalseReason:
    question = TrueFalseReason(statement="It is.", answer=True, reasons=REASONS, feedback_false="It is, though.")
    return replace(question, **changes)


@pytest.mark.parametrize(
    ("answer", "reason", "score"),
    [("true", "true", 1.0), ("true", "b", 1 / 3), ("false", "true", 0.0), ("false", "b", 0.0)],
)
def test_true_false_reason_counts_the_reason_only_with_the_right_answer(answer: str, reason: str, score: float) -> None:
    assert a_question().grade({"answer": answer, "reason": reason}).score == pytest.approx(score)


def test_true_false_reason_points_are_the_authors() -> None:
    question = a_question(scoring=AnswerThenReason(answer=1, reason=4))

    assert question.grade({"answer": "true", "reason": "b"}).score == pytest.approx(0.2)


def test_true_false_reason_explains_the_wrong_answer() -> None:
    grade = a_question().grade({"answer": "false", "reason": "b"})

    assert (grade.marks[0].verdict, grade.marks[0].why) == (Verdict.WRONG, "It is, though.")
    assert grade.misconceptions == ("m1",)


def test_true_false_reason_a_false_statement_works_the_other_way_round() -> None:
    question = a_question(answer=False, feedback_true="It is not.", feedback_false="")
    grade = question.grade({"answer": "true", "reason": "true"})

    assert list(question.flaws()) == []
    assert (grade.score, grade.marks[0].why, grade.marks[0].expected) == (0.0, "It is not.", "false")


def test_true_false_reason_an_id_that_says_true_is_not_confused_with_the_answer() -> None:
    code = Code("seed")
    view = a_question().view(code)
    values = [choice.value for choice in (*view.answer.choices, *view.reason.choices)]

    assert len(set(values)) == 4
    assert set(a_question().coded(a_question().grade({}), code)) == {view.answer.name, *values[2:]}


def test_true_false_reason_keeps_the_authors_order_where_asked() -> None:
    fixed = a_question(shuffle=False)

    assert all(fixed.shuffled(Random(seed)) == fixed for seed in range(20))


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"statement": ""}, ("statement",), "empty-text"),
        ({"reasons": REASONS[1:]}, ("reasons",), "one-key"),
        ({"feedback_false": ""}, ("feedback_false",), "empty-text"),
        ({"answer": False, "feedback_false": ""}, ("feedback_true",), "empty-text"),
        ({"feedback_true": "Never seen."}, ("feedback_true",), "never-shown"),
        ({"answer": False, "feedback_true": "No."}, ("feedback_false",), "never-shown"),
        ({"scoring": AnswerThenReason(reason=0)}, ("scoring",), "points"),
    ],
)
def test_true_false_reason_flaw_is_found_at_its_place(changes: dict[str, object], at: tuple[str], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in a_question(**changes).flaws()]
