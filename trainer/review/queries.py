"""What the pages of review show: today's questions, each with its reason, and the forecast by course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.answers.forecasting import forecasts_of
from trainer.answers.queries import standings_of
from trainer.answers.reviewing import DaysReview, review_of_day
from trainer.content.courses import Course, Objective
from trainer.learning.forecast import Forecast
from trainer.learning.mastery import Told
from trainer.learning.review import Due, reason
from trainer.library.catalogue import Catalogue
from trainer.library.queries import item_version


@dataclass(frozen=True)
class Card:
    """A question of the queue as a list shows it: its text (Markdown), what it is about, and why it comes."""

    prompt: str
    objective: Objective | None
    course: Course
    reason: Told


@dataclass(frozen=True)
class ReviewPage:
    """The day's review with a card for each question of its queue; `has_begun` once any question has been answered."""

    day: DaysReview
    cards: Sequence[Card]
    has_begun: bool


@dataclass(frozen=True)
class Outlook:
    """The forecast for the objectives of a course that have questions, in the course's order."""

    course: Course
    objectives: Sequence[tuple[Objective, Forecast]]


def review_page(session: Session, user_id: int, catalogue: Catalogue, *, since: datetime, now: datetime) -> ReviewPage:
    """What the learner is to review on the day that began at `since`."""
    standings = standings_of(session, user_id)
    day = review_of_day(standings, catalogue, since=since, now=now)
    return ReviewPage(day, [_card(session, catalogue, due, now) for due in day.queue], bool(standings))


def outlooks_of(session: Session, user_id: int, catalogue: Catalogue, *, at: datetime) -> Sequence[Outlook]:
    """What share of the questions on each objective the learner will probably answer right at `at`, by course."""
    courses = catalogue.courses.values()
    forecasts = forecasts_of(
        session, user_id, catalogue, [id for course in courses for id in course.objectives_by_id], at=at
    )
    outlooks = [
        Outlook(course, [(o, forecasts[id]) for id, o in course.objectives_by_id.items() if id in forecasts])
        for course in courses
    ]
    return [outlook for outlook in outlooks if outlook.objectives]


def _card(session: Session, catalogue: Catalogue, due: Due, now: datetime) -> Card:
    row = catalogue.practice_items[due.item_id]
    course = catalogue.courses[row.course]
    prompt = item_version(session, row.hash).question.prompt
    return Card(prompt, course.objectives_by_id.get(row.objective), course, reason(due, now))
