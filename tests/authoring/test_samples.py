"""Sample answers: found for every type, and what they are said to be."""

from dataclasses import replace

import pytest

from tests.published import real_content
from trainer.authoring.samples import sample_answers
from trainer.content.items import Item
from trainer.learning.question_types import question_types
from trainer.learning.question_types.base import Question

KINDS = sorted(question_types())
ITEMS = [item for bank in real_content().banks for item in bank.items]


def holds_what_it_says(question: Question) -> dict[str, float]:
    return {case: question.grade(answer).score for case, answer in sample_answers(question).items()}


@pytest.mark.parametrize("kind", KINDS)
def test_samples_of_a_type_get_the_score_they_stand_for(kind: str) -> None:
    for example in question_types()[kind].examples():
        scores = holds_what_it_says(example.question)
        assert scores["right"] == pytest.approx(1)
        assert scores["wrong"] == scores["empty"] == 0
        assert 0 < scores.get("partly", 0.5) < 1


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_real_question_has_a_right_and_a_wrong_sample(item: Item) -> None:
    scores = holds_what_it_says(item.question)
    assert {"right", "wrong", "empty"} <= set(scores)


def test_question_that_does_not_tell_its_key_is_shown_without_a_right_answer() -> None:
    question = question_types()["short_text"].examples()[0].question
    silent = replace(question, model_answers=())  # type: ignore[call-arg]
    assert list(sample_answers(silent)) == ["wrong", "empty"]
