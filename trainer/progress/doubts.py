"""A learner's own doubts, each with the question it is about and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainer.exams.queries import items_under_way
from trainer.library.queries import item_version
from trainer.notebook.queries import Doubt, own_doubts


@dataclass(frozen=True)
class OwnDoubt:
    """A doubt with the text of the question in the version that was doubted. While an attempt is `under_way` that asks
    it, the reason of what was decided is not told: it may give the key away."""

    doubt: Doubt
    prompt: str
    under_way: bool


def own_doubts_told(session: Session, user_id: int) -> Sequence[OwnDoubt]:
    """A learner's doubts, newest first."""
    asked = items_under_way(session, user_id)
    return [
        OwnDoubt(doubt, item_version(session, doubt.item_hash).question.prompt, doubt.item_id in asked)
        for doubt in own_doubts(session, user_id)
    ]
