"""The day's review and the forecast, as a browser sees them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.published import real_content
from tests.review.studying import SURE, day_of, practise, publish_clear_cut
from tests.statements import statements
from trainer.accounts.models import User
from trainer.answers.forecasting import forecasts_of
from trainer.answers.mastery import known_of
from trainer.answers.models import Standing
from trainer.answers.queries import standings_of
from trainer.answers.reviewing import review_queue
from trainer.content.courses import ReviewRule
from trainer.learning.forecast import ENOUGH
from trainer.learning.scheduling import Memory
from trainer.library.actions import publish
from trainer.library.queries import live_catalogue
from trainer.practice.models import PracticeSet
from trainer.practice.pool import Wish

pytestmark = pytest.mark.usefixtures("clear_cut_course")

DAY = timedelta(days=1)
Page = Callable[..., str]
COURSE = Wish("course", "accreditation", 12)


def test_review_without_any_answer_says_what_will_come(page_at: Page) -> None:
    assert "Nothing to review yet" in page_at(NOW)


def test_review_with_nothing_due_says_when_the_next_comes(page_at: Page, session: Session, alice: User) -> None:
    practise(session, alice, COURSE, at=NOW)
    assert "The next question comes back in 2 days." in page_at(NOW + timedelta(hours=1))


def test_review_gives_a_reason_for_each_question(page_at: Page, session: Session, alice: User) -> None:
    practise(session, alice, COURSE, at=NOW, right=False, certainty=SURE)
    page = page_at(NOW + 6 * DAY)
    assert page.count("You were sure and wrong 6 days ago.") == 12


def test_review_takes_no_more_queries_for_many_questions_than_for_one(
    page_at: Page, session: Session, alice: User
) -> None:
    counts = []
    for count in (1, 11):
        practise(session, alice, replace(COURSE, count=count), at=NOW, right=False)
        page_at(NOW + 2 * DAY)
        with statements() as seen:
            page_at(NOW + 2 * DAY)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_review_starts_a_set_of_exactly_its_questions(page_at: Page, session: Session, alice: User) -> None:
    practise(session, alice, COURSE, at=NOW, right=False)
    practise(session, alice, COURSE, at=NOW)
    later = NOW + 3 * DAY
    queue = [one.item_id for one in day_of(session, alice, at=later).queue]
    assert f'name="count" value="{len(queue)}"' in page_at(later)
    started = practise(session, alice, Wish("due", "", len(queue)), at=later)
    assert [answer.item_id for answer in started] == queue


def test_look_back_on_a_review_leads_back_to_it_and_offers_no_more_of_it(
    page_at: Page, session: Session, alice: User
) -> None:
    practise(session, alice, COURSE, at=NOW, right=False)
    practise(session, alice, Wish("due", "", 3), at=NOW + 2 * DAY)
    newest = session.scalars(select(PracticeSet.public_id).order_by(PracticeSet.id.desc())).first()
    session.rollback()
    page = page_at(NOW + 2 * DAY, f"/practice/{newest}/summary")
    assert "Back to the review" in page
    assert 'value="due"' not in page


def test_today_leads_to_the_review(page_at: Page, session: Session, alice: User) -> None:
    practise(session, alice, COURSE, at=NOW, right=False)
    page = page_at(NOW + 2 * DAY, "/")
    assert "12 questions are due to come back." in page
    assert 'href="/review"' in page


def test_review_shows_nothing_that_is_reserved_since(page_at: Page, session: Session, alice: User) -> None:
    practise(session, alice, COURSE, at=NOW, right=False)
    content = real_content()
    publish(session, replace(content, banks=tuple(replace(b, use="exam") for b in content.banks)), NOW, by="a test")
    session.commit()
    assert "review-reason" not in page_at(NOW + 2 * DAY)
    assert "There are no questions to practise yet." in page_at(NOW + 2 * DAY, "/review/forecast")


def test_review_of_others_is_not_mixed_in(page_at: Page, session: Session, bob: User) -> None:
    practise(session, bob, COURSE, at=NOW, right=False)
    assert "Nothing to review yet" in page_at(NOW + 2 * DAY)


def test_course_sets_its_own_cap(page_at: Page, session: Session, alice: User) -> None:
    practise(session, alice, COURSE, at=NOW, right=False)
    publish_clear_cut(session, daily_cap=5)
    assert page_at(NOW + 2 * DAY).count("review-reason") == 5
    assert len(practise(session, alice, Wish("due", "", 12), at=NOW + 2 * DAY)) == 5


def test_each_course_keeps_its_cap_beside_another(session: Session, alice: User) -> None:
    practise(session, alice, COURSE, at=NOW, right=False)
    catalogue = live_catalogue(session)
    small = replace(catalogue.courses["accreditation"], id="small", review=ReviewRule(daily_cap=2))
    items = {id: replace(row, course="small") if row.module == "M01" else row for id, row in catalogue.items.items()}
    two = replace(catalogue, courses={**catalogue.courses, "small": small}, items=items)
    queue = review_queue(standings_of(session, alice.id), two, most=20, now=NOW + 9 * DAY)
    assert sum(two.items[one.item_id].course == "small" for one in queue) == 2
    assert len(queue) > 2


def test_course_sets_how_much_is_to_be_kept(session: Session, alice: User) -> None:
    publish_clear_cut(session, desired_retention=0.97)
    practise(session, alice, COURSE, at=NOW, certainty=SURE)
    assert {standing.due_at for standing in session.scalars(select(Standing))} == {NOW + 2 * DAY}


def test_forecast_looks_thirty_days_ahead_and_admits_that_few_answers_say_little(
    page_at: Page, session: Session, alice: User
) -> None:
    for day in range(3):
        practise(session, alice, Wish("objective", "M03-O1", 4), at=NOW + day * DAY)
    page = page_at(NOW + 3 * DAY, "/review/forecast")
    assert 'value="2026-12-26"' in page
    assert "between" in page
    assert f"Too few answers to judge: 0 of the {ENOUGH} it takes." in page


def test_forecast_falls_with_time(session: Session, alice: User) -> None:
    for day in range(3):
        practise(session, alice, Wish("objective", "M03-O1", 4), at=NOW + day * DAY)
    catalogue = live_catalogue(session)
    shares = [
        forecasts_of(session, alice.id, catalogue, ["M03-O1"], at=NOW + days * DAY)["M03-O1"].share
        for days in (3, 30, 300)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[2]


def test_forecast_rests_on_her_own_answers_alone(session: Session, alice: User, bob: User) -> None:
    given = practise(session, bob, Wish("objective", "M03-O1", 4), at=NOW)
    known = known_of(session, alice.id, ["M03-O1"]) | {"his": known_of(session, bob.id, ["M03-O1"])["M03-O1"]}
    assert (known["M03-O1"].answers, known["his"].answers) == (0, len(given))
    assert known["his"].met == {answer.item_id for answer in given}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-22", "That day is over."),
        ("2027-11-24", "Name a day within a year."),
        ("next week", "That is not a day."),
        ("2026-13-01", "That is not a day."),
        ("", "Name a day, as in"),
    ],
)
def test_forecast_refuses_other_days_kindly(page_at: Page, day: str, words: str) -> None:
    page = page_at(NOW, f"/review/forecast?on={day}", status=422)
    assert page.count(words) == 2
    assert "Not a valid" not in page


@pytest.mark.parametrize("day", ["2026-11-23", "2027-11-23"])
def test_forecast_takes_today_and_the_day_in_a_year(page_at: Page, day: str) -> None:
    assert f'value="{day}"' in page_at(NOW, f"/review/forecast?on={day}")


def test_today_in_the_forecast_is_the_readers_own(page_at: Page) -> None:
    evening = NOW + timedelta(hours=5)
    page_at(evening, "/review/forecast?on=2026-11-23", zone="Europe/Berlin")
    page_at(evening, "/review/forecast?on=2026-11-23", zone="Pacific/Auckland", status=422)


def test_memory_tells_nothing_of_the_retention_it_was_scheduled_by(session: Session, alice: User) -> None:
    """So courses may change it at any time."""
    practise(session, alice, COURSE, at=NOW)
    publish_clear_cut(session, desired_retention=0.8)
    practise(session, alice, Wish("course", "accreditation", 40), at=NOW)
    standings = session.scalars(select(Standing)).all()
    assert len({standing.due_at for standing in standings}) == 2
    assert len({Memory.from_json(standing.memory).stability for standing in standings}) == 1


def test_course_is_stored_with_its_rule_and_comes_back(session: Session) -> None:
    publish_clear_cut(session, daily_cap=7, desired_retention=0.85)
    course = live_catalogue(session).courses["accreditation"]
    assert course.review == ReviewRule(daily_cap=7, desired_retention=0.85)
