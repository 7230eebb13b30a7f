"""A learner's own doubts, each with the question it is about and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainer.library.queries import item_version
from trainer.notebook.queries import Doubt, own_doubts


@dataclass(frozen=True)
class OwnDoubt:
    """A doubt with the text of the question in the version that was doubted."""

    doubt: Doubt
    prompt: str


def own_doubts_told(session: Session, user_id: int) -> Sequence[OwnDoubt]:
    """A learner's doubts, newest first."""
    return [
        OwnDoubt(doubt, item_version(session, doubt.item_hash).question.prompt)
        for doubt in own_doubts(session, user_id)
    ]
