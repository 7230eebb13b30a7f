"""What a learner is to review today: the questions due, of all her courses, within what they ask of one day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trainer.answers.models import Standing
from trainer.learning.calibration import Certainty
from trainer.learning.review import DAILY_CAP, Due, most_pressing, queue
from trainer.learning.scheduling import Memory
from trainer.library.catalogue import Catalogue

Standings = Mapping[str, Standing]
"""Where a learner stands with each question she has met, by item id."""

A_BREAK = timedelta(days=14)
"""Without an answer for so long, the page says welcome back."""


@dataclass(frozen=True)
class DaysReview:
    """What is left of the day's `queue`, in the order to ask it. `more_waits`: more is due than that, which nobody
    needs to count; `returns_at` is when the next comes back where none is due; `after_a_break`: the last answer is long
    ago."""

    queue: Sequence[Due]
    more_waits: bool
    returns_at: datetime | None
    after_a_break: bool


def review_of_day(standings: Standings, catalogue: Catalogue, *, since: datetime, now: datetime) -> DaysReview:
    """What is left of the day's review; the day began at `since`. What was answered once more since then, wherever that
    was, counts towards its share."""
    known = [standing for id, standing in standings.items() if id in catalogue.practice_items]
    done = sum(standing.times > 1 and standing.last_at >= since for standing in known)
    left = review_queue(standings, catalogue, most=max(0, daily_cap(catalogue) - done), now=now)
    last = max((standing.last_at for standing in known), default=None)
    return DaysReview(
        queue=left,
        more_waits=sum(standing.due_at <= now for standing in known) > len(left),
        returns_at=min((standing.due_at for standing in known), default=None),
        after_a_break=last is not None and now - last >= A_BREAK,
    )


def review_queue(standings: Standings, catalogue: Catalogue, *, most: int, now: datetime) -> Sequence[Due]:
    """At most so many of the questions due, of each course at most its own cap, in the order to ask them; none that is
    reserved for exams."""
    after = {id: befores for course in catalogue.courses.values() for id, befores in course.after.items()}
    by_course: dict[str, list[Due]] = defaultdict(list)
    for due in _due(standings, catalogue, now):
        by_course[catalogue.practice_items[due.item_id].course].append(due)
    within_caps = [
        due
        for id, its in by_course.items()
        for due in most_pressing(its, after, now)[: catalogue.courses[id].review.daily_cap]
    ]
    return queue(within_caps, most, after, now)


def daily_cap(catalogue: Catalogue) -> int:
    """The most questions a day: what the course asks that asks for most."""
    return max((course.review.daily_cap for course in catalogue.courses.values()), default=DAILY_CAP)


def _due(standings: Standings, catalogue: Catalogue, now: datetime) -> Iterable[Due]:
    for id, standing in standings.items():
        if standing.due_at <= now and id in catalogue.practice_items:
            yield Due(
                item_id=id,
                objective=catalogue.practice_items[id].objective,
                memory=Memory.from_json(standing.memory),
                score=standing.last_score,
                certainty=Certainty(standing.last_certainty) if standing.last_certainty else None,
                answered_at=standing.last_at,
            )
