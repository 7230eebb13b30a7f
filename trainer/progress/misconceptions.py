"""What a learner takes for true and is not, by name; what she has overcome; where she was sure and wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy.orm import Session

from trainer.answers.misconceptions import beliefs_of
from trainer.answers.models import Answer
from trainer.answers.queries import certainty_of, sure_and_wrong
from trainer.content.courses import Misconception
from trainer.exams.queries import untold_items
from trainer.learning.calibration import Step
from trainer.learning.misconceptions import Belief
from trainer.library.catalogue import Catalogue
from trainer.library.queries import item_version

MOST_SHOWN = 20
"""Sure and wrong answers on the page; the list of all answers has the others."""


@dataclass(frozen=True)
class Named:
    """A misconception of a live course and what the learner's answers say of it; `questions` can be practised on it."""

    misconception: Misconception
    belief: Belief
    questions: int


@dataclass(frozen=True)
class Mistaken:
    """A past answer that was sure and not right, with the text of its question."""

    answer: Answer
    prompt: str


@dataclass(frozen=True)
class Misconceptions:
    """What the page shows. `held` and `overcome` have the latest first."""

    held: Sequence[Named]
    overcome: Sequence[Named]
    certainty: Sequence[Step]
    sure_and_wrong: Sequence[Mistaken]

    @property
    def answers(self) -> int:
        """Answers with a certainty."""
        return sum(step.answers for step in self.certainty)


def misconceptions_of(session: Session, user_id: int, catalogue: Catalogue) -> Misconceptions:
    """A learner's misconceptions. Those that no live course names any more are left out."""
    untold = untold_items(session, user_id, catalogue)
    named = list(_named(session, beliefs_of(session, user_id), catalogue))
    held = (each for each in named if each.belief.is_held)
    overcome = (each for each in named if not each.belief.is_held)
    return Misconceptions(
        held=sorted(held, key=attrgetter("belief.shown_at"), reverse=True),
        overcome=sorted(overcome, key=attrgetter("belief.overcome_at"), reverse=True),
        certainty=certainty_of(session, user_id),
        sure_and_wrong=[
            Mistaken(answer, item_version(session, answer.item_hash).question.prompt)
            for answer in sure_and_wrong(session, user_id, MOST_SHOWN)
            if answer.item_id not in untold
        ],
    )


def _named(session: Session, beliefs: Mapping[str, Belief], catalogue: Catalogue) -> Iterable[Named]:
    if not beliefs:
        return []
    rows = catalogue.practice_items.values()
    questions = Counter(id for row in rows for id in item_version(session, row.hash).misconceptions)
    live = {each.id: each for course in catalogue.courses.values() for each in course.misconceptions}
    return [Named(live[id], belief, questions[id]) for id, belief in beliefs.items() if id in live]
