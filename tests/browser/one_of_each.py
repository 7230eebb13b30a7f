"""Practice sets with chosen questions; above all one of every type, in the order of their names."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.published import practice_items
from trainer.accounts.models import User
from trainer.content.items import Item
from trainer.db import new_public_id
from trainer.learning.question_types import question_types
from trainer.library.queries import live_catalogue
from trainer.practice.models import PracticeQuestion, PracticeSet

KINDS = tuple(sorted(question_types()))


def set_with_one_of_each(session: Session, user: User) -> str:
    """Make the set, commit, and give its address; question n is of the n-th of KINDS."""
    practice, _ = practice_set(session, user, [first_of(kind) for kind in KINDS], NOW)
    session.commit()
    return f"/practice/{practice.public_id}"


def practice_set(
    session: Session, user: User, items: Sequence[Item], at: datetime
) -> tuple[PracticeSet, Sequence[PracticeQuestion]]:
    """A mixed set with these questions in this order, and its questions."""
    practice = PracticeSet(
        public_id=new_public_id(),
        user_id=user.id,
        source="course",
        source_id="accreditation",
        mixed=True,
        started_at=at,
    )
    session.add(practice)
    session.flush()
    questions = [_question(session, practice, position, item) for position, item in enumerate(items, 1)]
    session.add_all(questions)
    session.flush()
    return practice, questions


def first_of(kind: str) -> Item:
    """The first item of a type in the real banks."""
    return next(item for item in practice_items() if item.question.kind == kind)


def fixed_seed(position: int, item: Item) -> str:
    """The seed of a question in such a set."""
    return f"a fixed seed for {position} {item.id}"


def _question(session: Session, practice: PracticeSet, position: int, item: Item) -> PracticeQuestion:
    row = live_catalogue(session).items[item.id]
    return PracticeQuestion(
        set_id=practice.id,
        position=position,
        item_id=row.id,
        item_hash=row.hash,
        objective=row.objective,
        seed=fixed_seed(position, item),
    )
