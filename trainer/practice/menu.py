"""What there is to practise, counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.library.catalogue import Catalogue
from trainer.practice.models import PracticeSet
from trainer.practice.pool import Known, Wish, known_of, pool


@dataclass(frozen=True)
class Offer:
    """Something to practise: how many questions it has, how many of them the learner has not seen."""

    source: str
    id: str
    title: str
    total: int
    unseen: int


@dataclass(frozen=True)
class Menu:
    """Offers by kind; `modules` with the lessons and objectives below each."""

    missed: Offer
    marked: Offer
    courses: Sequence[Offer]
    modules: Sequence[Offer]
    lessons: Mapping[str, Sequence[Offer]]
    objectives: Mapping[str, Sequence[Offer]]


@dataclass(frozen=True)
class Onward:
    """What can follow a set: `more` of the same, and what was `missed`."""

    more: Offer
    missed: Offer


def practice_menu(session: Session, user_id: int, catalogue: Catalogue, now: datetime) -> Menu:
    """Everything a learner can practise now."""
    known = known_of(session, user_id, now)

    def offer(source: str, id: str, title: str) -> Offer:
        return _offer(catalogue, known, Wish(source, id, 0), title)

    modules = [module for course in catalogue.courses.values() for module in course.modules]
    return Menu(
        missed=offer("missed", "", ""),
        marked=offer("marked", "", ""),
        courses=[offer("course", course.id, course.title) for course in catalogue.courses.values()],
        modules=[offer("module", module.id, module.title) for module in modules],
        lessons={
            module.id: [offer("lesson", id, catalogue.lessons[id].title) for id in module.lessons] for module in modules
        },
        objectives={module.id: [offer("objective", o.id, o.short) for o in module.objectives] for module in modules},
    )


def onward(session: Session, user_id: int, catalogue: Catalogue, practice: PracticeSet, *, now: datetime) -> Onward:
    """What a learner can start after a set. What was due, missed or marked then may be none of it now."""
    known = known_of(session, user_id, now)
    return Onward(
        more=_offer(catalogue, known, Wish(practice.source, practice.source_id, 0), ""),
        missed=_offer(catalogue, known, Wish("missed", "", 0), ""),
    )


def _offer(catalogue: Catalogue, known: Known, wish: Wish, title: str) -> Offer:
    rows = pool(catalogue, known, wish)
    unseen = sum(row.id not in known.standings for row in rows)
    return Offer(wish.source, wish.id, title, len(rows), unseen)
