"""Read practice sets: the set itself, its questions with what became of them, and how it went."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Text, and_, cast, func, not_, select
from sqlalchemy.orm import Session

from trainer.answers.feedback import Outcome, outcome_of
from trainer.answers.models import Answer
from trainer.answers.queries import answers_in_place
from trainer.practice.models import PLACE, PracticeQuestion, PracticeSet


@dataclass(frozen=True)
class Step:
    """A question of the set with the answer to it, if there is one."""

    question: PracticeQuestion
    answer: Answer | None

    @property
    def position(self) -> int:
        """Its place in the set, from 1."""
        return self.question.position

    @property
    def outcome(self) -> Outcome | None:
        """Right, partly, not yet; None while open."""
        return outcome_of(self.answer.score) if self.answer else None


@dataclass(frozen=True)
class Run:
    """A practice set and how far it is."""

    practice: PracticeSet
    steps: Sequence[Step]

    @property
    def answered(self) -> int:
        """How many questions are answered."""
        return sum(step.answer is not None for step in self.steps)

    @property
    def right(self) -> int:
        """How many are fully right."""
        return sum(step.outcome is Outcome.RIGHT for step in self.steps)

    @property
    def missed(self) -> Sequence[Step]:
        """Answered, and not fully right."""
        return [step for step in self.steps if step.outcome not in (None, Outcome.RIGHT)]

    def segments(self, position: int) -> Sequence[str]:
        """A word for each question, as the bar on top shows it; the one at `position` is where the learner is."""
        words = {Outcome.RIGHT: "right", Outcome.PARTLY: "partly", Outcome.NOT_YET: "wrong"}
        now = {position: "now"}
        return [words[s.outcome] if s.outcome else now.get(s.position, "open") for s in self.steps]

    def without(self, items: Collection[str]) -> "Run":
        """The set without the questions on some items; the others keep their positions."""
        return Run(self.practice, [step for step in self.steps if step.question.item_id not in items])

    def step(self, position: int) -> Step | None:
        """The question at a position from 1."""
        return next((step for step in self.steps if step.position == position), None)

    def next_open(self, after: int = 0) -> Step | None:
        """The next question not yet answered, first those after a position, then those before."""
        still_open = [step for step in self.steps if step.answer is None]
        return next((step for step in still_open if step.position > after), still_open[0] if still_open else None)


def practice_of(session: Session, user_id: int, public_id: str) -> Run | None:
    """One of the learner's own practice sets."""
    practice = session.scalar(
        select(PracticeSet).where(PracticeSet.user_id == user_id, PracticeSet.public_id == public_id)
    )
    return _run(session, practice) if practice else None


def practice_question(
    session: Session, user_id: int, public_id: str, position: int
) -> tuple[PracticeSet, PracticeQuestion] | None:
    """One question (from 1) of one of the learner's own sets, with the set."""
    found = session.execute(
        select(PracticeSet, PracticeQuestion)
        .join(PracticeQuestion, PracticeQuestion.set_id == PracticeSet.id)
        .where(PracticeSet.user_id == user_id, PracticeSet.public_id == public_id)
        .where(PracticeQuestion.position == position)
    ).first()
    return (found[0], found[1]) if found else None


def drafted_elsewhere(session: Session, practice: PracticeSet, question: PracticeQuestion) -> int:
    """Characters of all other unsent forms of the learner whose set this is, as they are stored."""
    this = and_(PracticeQuestion.set_id == question.set_id, PracticeQuestion.position == question.position)
    length = func.length(cast(PracticeQuestion.draft, Text))
    others = (
        select(func.coalesce(func.sum(length), 0))
        .join(PracticeSet, PracticeSet.id == PracticeQuestion.set_id)
        .where(PracticeSet.user_id == practice.user_id, PracticeQuestion.draft.is_not(None), not_(this))
    )
    return session.scalar(others) or 0


def unfinished_practice(session: Session, user_id: int) -> Run | None:
    """The newest set, where questions in it are still open."""
    newest = session.scalar(
        select(PracticeSet).where(PracticeSet.user_id == user_id).order_by(PracticeSet.id.desc()).limit(1)
    )
    run = _run(session, newest) if newest else None
    return run if run and run.next_open() else None


def _run(session: Session, practice: PracticeSet) -> Run:
    questions = session.scalars(
        select(PracticeQuestion).where(PracticeQuestion.set_id == practice.id).order_by(PracticeQuestion.position)
    )
    answers = {a.turn: a for a in answers_in_place(session, practice.user_id, PLACE, practice.public_id)}
    return Run(practice, [Step(question, answers.get(question.position)) for question in questions])
