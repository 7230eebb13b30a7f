"""What a learner is told once the answer is in."""

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.published import item, real_content, right_choice, wrong_choice
from trainer.answers.feedback import Feedback, Outcome, feedback_on, outcome_of
from trainer.answers.models import Answer
from trainer.content.items import Item
from trainer.learning.question_types.base import Answer as Given

COURSE = real_content().courses[0]
CHOICE = item("M03-SC-001")


def feedback(item: Item, given: Given, certainty: int | None = 3) -> Feedback:
    grade = item.question.grade(given)
    answer = Answer(given=dict(given), certainty=certainty, score=grade.score)
    return feedback_on(answer, item, grade, COURSE, returns_at=NOW + timedelta(days=1))


def test_wrong_answer_highlights_the_correction_of_its_misconception() -> None:
    known = COURSE.misconceptions_by_id
    option = next(o for o in CHOICE.question.options if o.misconception)  # type: ignore[attr-defined]
    told = feedback(CHOICE, {"choice": option.id})
    assert told.outcome is Outcome.NOT_YET
    assert told.key_sentence == known[option.misconception].correction


def test_wrong_answer_without_one_highlights_the_principle_not_the_temptation() -> None:
    told = [feedback(item, wrong_choice(item)) for item in _choices_without_a_misconception()]
    assert told
    assert all(feedback.rationale.startswith(feedback.key_sentence.rstrip(".")) for feedback in told)


def _choices_without_a_misconception() -> list[Item]:
    items = [item for bank in real_content().banks for item in bank.items if item.kind == "single_choice"]
    return [item for item in items if not item.question.grade(wrong_choice(item)).misconceptions]


def test_sure_and_wrong_is_marked_as_such() -> None:
    assert feedback(CHOICE, wrong_choice(CHOICE), 3).sure_and_wrong
    assert not feedback(CHOICE, wrong_choice(CHOICE), 1).sure_and_wrong
    assert not feedback(CHOICE, right_choice(CHOICE), 3).sure_and_wrong


def test_right_answer_has_nothing_to_highlight() -> None:
    told = feedback(CHOICE, right_choice(CHOICE))
    assert (told.outcome, told.key_sentence, told.points) == (Outcome.RIGHT, "", None)


def test_giving_up_is_told_the_reason_of_the_key() -> None:
    told = feedback(CHOICE, {}, None)
    assert told.gave_up
    assert told.key_sentence


def test_partly_right_answer_says_how_much() -> None:
    matching = next(i for bank in real_content().banks for i in bank.items if i.kind == "matching")
    example = next(e for e in type(matching.question).examples() if e.case == "partly")
    grade = example.question.grade(example.answer)
    answer = Answer(given=dict(example.answer), certainty=2, score=grade.score)
    told = feedback_on(answer, matching, grade, None, returns_at=None)
    assert told.outcome is Outcome.PARTLY
    assert told.points is not None
    assert told.points[0] / told.points[1] == pytest.approx(grade.score)


def test_text_that_is_partly_right_is_told_its_points() -> None:
    text = {"text": "Certification means that a company complies with a standard. Accreditation is for assessors."}
    told = feedback(item("M02-ST-001"), text)
    assert (told.outcome, told.points) == (Outcome.PARTLY, (4, 5))
    assert feedback(item("M02-ST-001"), {"text": "Something."}).points is None


def test_text_that_states_a_misconception_highlights_its_correction() -> None:
    told = feedback(item("M02-ST-001"), {"text": "Accreditation is a higher grade of certification."})
    assert told.outcome is not Outcome.RIGHT
    assert told.key_sentence == COURSE.misconceptions_by_id["accreditation-higher-grade"].correction


def test_scenario_tells_about_its_worst_part() -> None:
    scenario = next(i for bank in real_content().banks for i in bank.items if i.kind == "scenario")
    told = feedback(scenario, {}, None)
    assert told.key_sentence


@pytest.mark.parametrize(
    ("score", "outcome"), [(1.0, "right"), (1 - 1e-12, "right"), (0.5, "partly"), (0.0, "not_yet")]
)
def test_outcome_follows_the_score(score: float, outcome: str) -> None:
    assert outcome_of(score) == outcome
