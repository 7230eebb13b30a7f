"""Place a learner by her entry test; put a module back on her path."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.answers.rollups import one_at_a_time
from trainer.learning.errors import N_, Invalid
from trainer.learning.placement import Reply, place
from trainer.placement.models import Placement
from trainer.placement.queries import Path


def place_learner(session: Session, user_id: int, course: str, replies: Iterable[Reply], *, now: datetime) -> Placement:
    """Keep what the answers of an entry test say; graded again, they replace what they said before."""
    placement = session.get(Placement, (user_id, course), with_for_update=True)
    if placement is None:
        placement = Placement(user_id=user_id, course=course, put_back=[])
        session.add(placement)
    found = place(replies)
    placement.found = {objective: [each.finding.value, each.questions] for objective, each in found.items()}
    placement.placed_at = now
    session.flush()
    return placement


def put_back(session: Session, user_id: int, path: Path, module_id: str, *, wanted: bool) -> None:
    """Read a module that the test has opened all the same, or skip it again. Raises Invalid for any other module."""
    one_at_a_time(session, user_id)
    placement = session.get(Placement, (user_id, path.course), populate_existing=True)
    if placement is None or module_id not in path.shown:
        raise Invalid(N_("The entry test has not opened this module."))
    others = [id for id in placement.put_back if id != module_id]
    placement.put_back = [*others, module_id] if wanted else others
    session.flush()
