"""What a refresher asks: what has changed since somebody did the training, and a little of what she may have forgotten.

Doing everything again each year is what makes people click through. What she has proved once and what has not changed
since is left to her review; here comes what is new. So that a renewal is never a formality, there are at least `LEAST`
questions: those that she has most likely forgotten fill it up.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.queries import standings_of
from trainer.content.courses import Course
from trainer.learning.scheduling import Memory, retrievability
from trainer.library.catalogue import Catalogue, ItemRow
from trainer.library.queries import course_of_release, versions_in_release
from trainer.practice.actions import start_with
from trainer.practice.models import PracticeSet
from trainer.practice.pool import Wish
from trainer.training.models import Cycle
from trainer.training.progress import answered_right, asks_still
from trainer.training.targets import Given

LEAST = 5
MOST = 40
"""Questions: more than that is no refresher but the course."""

ALL, CHANGED = "all", "changed"


def asked_in_refresher(
    session: Session, given: Given, user_id: int, release: int | None, *, now: datetime
) -> dict[str, list[str]] | None:
    """The lessons and questions (ids) of a refresher for somebody who did the training with this release. Nothing at
    all where there is nothing to ask: then the whole training is to be done again."""
    catalogue, target = given.catalogue, given.target
    then = versions_in_release(session, release) if release is not None else {}
    before = course_of_release(session, release, target.course.id) if release is not None else None
    touched = _objectives_changed(before, target.course)
    lessons = [row.id for row in target.lessons if then.get(row.id) != row.hash]
    pool = [row for row in catalogue.practice_items.values() if row.objective in target.objectives]
    changed = [row.id for row in pool if then.get(row.id) != _version(row) or row.objective in touched]
    recall = _recall(session, user_id, now)
    # What she has never met is neither remembered nor forgotten: it comes after what is nearly gone.
    rest = sorted((row.id for row in pool if row.id not in changed), key=lambda item: recall.get(item, 0.5))
    items = [*changed[:MOST], *rest[: max(0, LEAST - len(changed))]]
    return {"lessons": lessons, "items": items} if lessons or items else None


def begin_refresher(session: Session, catalogue: Catalogue, user: User, cycle: Cycle, *, now: datetime) -> PracticeSet:
    """A practice set of what a refresher asks and she has not answered right in it yet. Raises Invalid where nothing is
    left, or nothing was asked."""
    since = cycle.counts_from or cycle.opened_at
    done = {id for id, _ in answered_right(session, [user.id], since)[user.id]}
    asked = asks_still(catalogue, cycle).get("items", ()) if cycle.closed_at is None else ()
    left = [catalogue.practice_items[id] for id in asked if id not in done]
    return start_with(session, user, Wish("refresher", cycle.public_id, len(left)), left, now=now)


def _version(row: ItemRow) -> str:
    return f"{row.hash}/{row.objective}"


def _objectives_changed(before: Course | None, now: Course) -> frozenset[str]:
    """The objectives that say something else now."""
    if before is None:
        return frozenset()
    return frozenset(id for id, each in now.objectives_by_id.items() if before.objectives_by_id.get(id) != each)


def _recall(session: Session, user_id: int, now: datetime) -> Mapping[str, float]:
    """The chance (0–1) that she remembers each question she has met."""
    met = standings_of(session, user_id)
    return {id: retrievability(Memory.from_json(each.memory), now) for id, each in met.items()}
