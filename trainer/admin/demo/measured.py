"""A simulated learner takes the tests that measure the course: before it, after it, and when a check calls."""

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from trainer.admin.demo.mind import Mind
from trainer.effects.actions import begin
from trainer.effects.queries import effect_of
from trainer.exams.actions import Sent, save_answer
from trainer.exams.grading import hand_in
from trainer.exams.models import ExamQuestion
from trainer.exams.occasions import programme_of
from trainer.exams.queries import sitting
from trainer.learning.showing import show
from trainer.library.queries import item_version
from trainer.study.queries import readings_of

if TYPE_CHECKING:
    from trainer.admin.demo.history import Learner

MISSES = 0.15
"""How often somebody lets the test be that is offered to her today."""
SECONDS = 50
"""For each question."""


def take_what_is_open(learner: "Learner", course_id: str) -> int:
    """Take the test that is open to her, if there is one and she is in the mood; how many questions it had."""
    programme = programme_of(learner.catalogue, course_id)
    if programme is None or learner.mind.rng.random() < MISSES:
        return 0
    session, user = learner.session, learner.user
    step = effect_of(session, user.id, programme, readings_of(session, user.id), now=learner.time).next
    if step is None:
        return 0
    # What she does there hangs on which questions are drawn; of her own chance and of her days it takes nothing.
    mind = replace(learner.mind, rng=Random(f"{user.email}/{step.occasion}"))  # noqa: S311
    attempt = begin(session, user, programme, step.occasion, now=learner.time)
    questions = sitting(session, attempt).questions
    for question in questions:
        save_answer(session, attempt, question.position, _answer(learner, mind, question), now=learner.time)
        learner.wait(SECONDS)
    hand_in(session, attempt, now=learner.time)
    return len(questions)


def _answer(learner: "Learner", mind: Mind, question: ExamQuestion) -> Sent:
    row, item = learner.catalogue.items[question.item_id], item_version(learner.session, question.item_hash)
    reaction = mind.react(row, learner.answers.to(item, question.item_hash), learner.time)
    form = show(item.question, question.seed, reaction.given).given
    certainty = None if reaction.gave_up else reaction.certainty
    return Sent(form, f"{mind.rng.getrandbits(128):032x}", 0, certainty)
