"""The checks of a lesson for one learner: each as it stands, open or answered."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from trainer.answers.actions import Asked
from trainer.answers.models import Answer
from trainer.answers.queries import answers_in_place
from trainer.learning.question_types.base import Form, Question
from trainer.learning.showing import is_made_with
from trainer.library.catalogue import ItemRow
from trainer.study.models import PLACE
from trainer.study.seeds import seed_of_check


@dataclass(frozen=True)
class Check:
    """A question inside a lesson. `latest` is the newest answer to it here, `turn` how often it was answered here."""

    row: ItemRow
    turn: int
    latest: Answer | None


@dataclass(frozen=True)
class Asker:
    """Who is asked, and the server's secrets, the present one first: from both the order and names of a check are
    worked out."""

    secrets: tuple[str, ...]
    person: str

    def answered(self, asked: Asked, question: Question, form: Form) -> Asked:
        """The check as it was when `form` was made: perhaps before the secret changed."""
        seeds = [seed_of_check(secret, self.person, asked.item_hash, asked.turn) for secret in self.secrets]
        return replace(asked, seed=next((seed for seed in seeds if is_made_with(question, seed, form)), asked.seed))

    def asked(self, lesson_id: str, row: ItemRow, item_hash: str, turn: int) -> Asked:
        """The check as the spine knows it."""
        return Asked(
            item_id=row.id,
            item_hash=item_hash,
            objective=row.objective,
            seed=seed_of_check(self.secrets[0], self.person, item_hash, turn),
            place=PLACE,
            place_id=lesson_id,
            turn=turn,
            mixed=False,
        )


def checks_of(session: Session, user_id: int, lesson_id: str, rows: Iterable[ItemRow]) -> Mapping[str, Check]:
    """The checks of a lesson by item id."""
    given = answers_in_place(session, user_id, PLACE, lesson_id)
    turns = Counter(answer.item_id for answer in given)
    latest = {answer.item_id: answer for answer in given}
    return {row.id: Check(row, turns[row.id], latest.get(row.id)) for row in rows}
