"""The real course, published, and how to answer its questions right or wrong."""

from collections.abc import Mapping
from functools import cache

from sqlalchemy.orm import Session

from tests.factories import NOW
from trainer import paths
from trainer.content.items import Item
from trainer.content.reading import Content, read_content
from trainer.learning.question_types.base import Answer, Code
from trainer.learning.showing import show
from trainer.library.actions import publish


@cache
def real_content() -> Content:
    """What the repository's own files hold."""
    return read_content(paths.COURSES, paths.BANKS, NOW.date())


def publish_real_content(session: Session) -> None:
    """Publish it and commit."""
    publish(session, real_content(), NOW, by="a test")
    session.commit()


def practice_items() -> list[Item]:
    """The items of the real banks that may be practised, those reserved for exams left out."""
    return [item for bank in real_content().banks if bank.use == "practice" for item in bank.items]


def item(item_id: str) -> Item:
    """An item of the real banks."""
    return next(item for bank in real_content().banks for item in bank.items if item.id == item_id)


def form_for(item: Item, seed: str, answer: Answer) -> dict[str, str]:
    """The form a browser would send to give this answer."""
    return dict(show(item.question, seed, answer).given)


def right_choice(item: Item) -> Answer:
    """The right answer of a single choice."""
    return {"choice": next(option.id for option in item.question.options if option.correct)}  # type: ignore[attr-defined]


def wrong_choice(item: Item) -> Answer:
    """A wrong answer of a single choice."""
    return {"choice": next(option.id for option in item.question.options if not option.correct)}  # type: ignore[attr-defined]


def opaque_value(seed: str, option: str) -> str:
    """What the browser is shown for an option."""
    return Code(seed).value(option)


Form = Mapping[str, str]
