"""A learner's own doubts, each with the question it is about and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainer.exams.queries import items_under_way
from trainer.library.catalogue import Catalogue
from trainer.library.queries import item_version
from trainer.notebook.queries import Doubt, own_doubts


@dataclass(frozen=True)
class OwnDoubt:
    """A doubt with the text of the question in the version that was doubted. The reason of what was decided may give
    the key away: it `waits` while an attempt asks the question. What was doubted in practice and is kept for
    assessments since stays `closed`: whoever decided did not know of them."""

    doubt: Doubt
    prompt: str
    waits: bool
    closed: bool


def own_doubts_told(session: Session, user_id: int, catalogue: Catalogue) -> Sequence[OwnDoubt]:
    """A learner's doubts, newest first."""
    asked = items_under_way(session, user_id)
    return [
        OwnDoubt(
            doubt,
            item_version(session, doubt.item_hash).question.prompt,
            waits=doubt.item_id in asked,
            closed=doubt.place != "exam" and doubt.item_id in catalogue.reserved_items,
        )
        for doubt in own_doubts(session, user_id)
    ]
