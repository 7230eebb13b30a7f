"""A simulated learner takes the tests that measure the course: before it, after it, and when a check calls."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.admin.demo.answering import AnswerBook
from trainer.admin.demo.mind import Mind
from trainer.effects.actions import begin
from trainer.effects.queries import effect_of
from trainer.exams.actions import Sent, save_answer
from trainer.exams.grading import hand_in
from trainer.exams.models import ExamQuestion
from trainer.exams.occasions import programme_of
from trainer.exams.queries import sitting
from trainer.learning.showing import show
from trainer.library.catalogue import Catalogue
from trainer.library.queries import item_version
from trainer.study.queries import readings_of

MISSES = 0.15
"""How often somebody lets the test be that is offered to her today."""
FOR_EACH = timedelta(seconds=50)
"""Time that a question takes."""


@dataclass(frozen=True)
class Candidate:
    """Who takes a test, and what she has to answer it with."""

    session: Session
    user: User
    catalogue: Catalogue
    mind: Mind
    answers: AnswerBook

    def take_what_is_open(self, course_id: str, at: datetime) -> int:
        """Take the test that is open to her, if there is one and she is in the mood; how many questions it had."""
        programme = programme_of(self.catalogue, course_id)
        if programme is None or self.mind.rng.random() < MISSES:
            return 0
        step = effect_of(self.session, self.user.id, programme, readings_of(self.session, self.user.id), now=at).next
        if step is None:
            return 0
        # What she does there hangs on which questions are drawn; of her own chance and of her days it takes nothing.
        mind = replace(self.mind, rng=Random(f"{self.user.email}/{step.occasion}"))  # noqa: S311
        attempt = begin(self.session, self.user, programme, step.occasion, now=at)
        questions = sitting(self.session, attempt).questions
        for question in questions:
            at += FOR_EACH
            save_answer(self.session, attempt, question.position, self._answer(mind, question, at), now=at)
        hand_in(self.session, attempt, now=at)
        return len(questions)

    def _answer(self, mind: Mind, question: ExamQuestion, at: datetime) -> Sent:
        row, item = self.catalogue.items[question.item_id], item_version(self.session, question.item_hash)
        reaction = mind.react(row, self.answers.to(item, question.item_hash), at)
        form = show(item.question, question.seed, reaction.given).given
        certainty = None if reaction.gave_up else reaction.certainty
        return Sent(form, f"{mind.rng.getrandbits(128):032x}", 0, certainty)
