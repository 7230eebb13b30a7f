"""Where a lesson stands: how much of its module is still ahead."""

from collections.abc import Collection
from dataclasses import dataclass

from trainer.library.catalogue import Catalogue, LessonRow


@dataclass(frozen=True)
class MinutesLeft:
    """Minutes of reading ahead: in this lesson, and with it in what is unread of its module."""

    lesson: int
    module: int


def minutes_left(catalogue: Catalogue, lesson: LessonRow, finished: Collection[str]) -> MinutesLeft:
    """How long this lesson and the unread rest of its module take."""
    module = catalogue.module_of(lesson.id)
    others = [id for id in module.lessons if id != lesson.id and id not in finished] if module else []
    ahead = sum(catalogue.lessons[id].minutes for id in others if id in catalogue.lessons)
    return MinutesLeft(lesson.minutes, lesson.minutes + ahead)
