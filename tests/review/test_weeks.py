"""Weeks of practice and review, with a clock of their own: the promises of the queue, day after day."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.review.studying import GUESSING, SURE, THINK_SO, day_of, practise
from trainer.accounts.models import User
from trainer.answers.models import Answer
from trainer.learning.calibration import is_miss
from trainer.learning.review import DAILY_CAP
from trainer.practice.pool import Wish

pytestmark = pytest.mark.usefixtures("clear_cut_course")

DAY = timedelta(days=1)
Page = Callable[..., str]
NEW = Wish("course", "accreditation", 12)


def due(count: int) -> Wish:
    return Wish("due", "", count)


def sure_and_wrong(answers: Sequence[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.certainty == SURE and is_miss(answer.score)]


def test_review_keeps_its_promises_over_six_weeks(session: Session, alice: User) -> None:
    """Each day the whole review, in two sittings; new questions on the first days; answers by a lot."""
    rng, given = Random("six weeks"), list[Answer]()
    for day in range(42):
        at, reviewed = NOW + day * DAY, 0
        for hour in (0, 8):
            queue = day_of(session, alice, at=at + timedelta(hours=hour)).queue
            assert len(queue) <= DAILY_CAP
            if queue:
                certainty = rng.choice([GUESSING, THINK_SO, SURE])
                right = rng.random() < 0.75
                time = at + timedelta(hours=hour)
                given += practise(session, alice, due(len(queue)), at=time, right=right, certainty=certainty)
                reviewed += len(queue)
        assert reviewed <= DAILY_CAP
        if day < 4:
            given += practise(session, alice, NEW, at=at + timedelta(hours=10), right=bool(day % 2), certainty=SURE)
    errors = [answer for answer in sure_and_wrong(given) if answer.answered_at < NOW + 34 * DAY]
    assert len(errors) >= 24
    for error in errors:
        waits = [one.answered_at - error.answered_at for one in given if one.item_id == error.item_id]
        assert any(timedelta(0) < wait <= 7 * DAY for wait in waits)


def test_sure_and_wrong_comes_first_next_day_and_once_more_within_the_week(session: Session, alice: User) -> None:
    practise(session, alice, Wish("course", "accreditation", 12), at=NOW, certainty=GUESSING)
    wrong = practise(session, alice, Wish("course", "accreditation", 3), at=NOW, right=False, certainty=SURE)
    ids = {answer.item_id for answer in wrong}
    first = day_of(session, alice, at=NOW + DAY).queue
    assert {one.item_id for one in first[:3]} == ids
    practise(session, alice, due(3), at=NOW + DAY, certainty=SURE)
    again = day_of(session, alice, at=NOW + 7 * DAY).queue
    assert {one.item_id for one in again[:3]} == ids


def test_sixty_days_away_end_in_a_welcome_not_in_a_wall(page_at: Page, session: Session, alice: User) -> None:
    for day in range(3):
        practise(session, alice, NEW, at=NOW + day * DAY)
    back = NOW + 62 * DAY
    queue = day_of(session, alice, at=back).queue
    assert (len(queue), day_of(session, alice, at=back).more_waits) == (DAILY_CAP, True)
    page = page_at(back)
    head, _, cards = page.partition("review-cards")
    assert cards.count('class="review-reason"') == DAILY_CAP
    assert "by now it may have faded." in cards
    assert "Welcome back." in head
    assert "The rest waits quietly" in head
    assert "36" not in head.partition("<main")[2]


def test_day_is_done_after_its_share_and_the_next_day_goes_on(page_at: Page, session: Session, alice: User) -> None:
    for day in range(3):
        practise(session, alice, NEW, at=NOW + day * DAY)
    back = NOW + 62 * DAY
    practise(session, alice, due(DAILY_CAP), at=back)
    assert "Enough for today" in page_at(back + timedelta(hours=1))
    assert "Enough reviewed for today." in page_at(back + timedelta(hours=1), "/")
    assert 0 < len(day_of(session, alice, at=back + DAY).queue) <= DAILY_CAP


def test_day_is_the_readers_own(page_at: Page, session: Session, alice: User) -> None:
    """At two in the night in New York a new day has begun; in UTC it is the day on which she reviewed."""
    for day in range(3):
        practise(session, alice, NEW, at=NOW + day * DAY)
    evening = (NOW + 62 * DAY).replace(hour=3)
    practise(session, alice, due(DAILY_CAP), at=evening)
    next_day = evening + timedelta(hours=4)
    assert "Enough for today" in page_at(next_day)
    assert "Enough for today" not in page_at(next_day, zone="America/New_York")
