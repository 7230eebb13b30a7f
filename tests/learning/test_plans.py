"""When a training is due, for how long it holds, and which reminder comes on which day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.plans import (
    LEAD,
    OVERDUE,
    REMINDERS,
    RENEWAL_REMINDERS,
    Deadline,
    Stage,
    before,
    holds_until,
    reminder,
    renews_on,
    stage_of_done,
    stage_of_open,
    tells_lead,
)

MAY = date(2026, 5, 1)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def day(number: int) -> date:
    """A day counted from the first of May."""
    return MAY + timedelta(days=number)


def test_whoever_is_there_has_the_day_that_was_named() -> None:
    assert Deadline(day(10), 30).of(MAY, from_the_start=True) == day(10)


def test_whoever_comes_later_has_her_days_in_full() -> None:
    assert Deadline(day(10), 30).of(day(9), from_the_start=False) == day(39)


def test_whoever_comes_early_has_until_the_day_that_was_named() -> None:
    assert Deadline(day(60), 30).of(day(2), from_the_start=False) == day(60)


def test_without_a_day_it_is_due_some_days_after_it_was_given() -> None:
    assert Deadline(None, 14).of(day(3), from_the_start=True) == day(17)


@given(st.none() | DAYS, st.integers(1, 365), DAYS)
def test_nobody_who_comes_later_has_less_than_her_days(on: date | None, days: int, opened: date) -> None:
    assert Deadline(on, days).of(opened, from_the_start=False) >= opened + timedelta(days=days)


def test_a_month_without_such_a_day_ends_earlier() -> None:
    assert holds_until(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert holds_until(date(2024, 2, 29), 12) == date(2025, 2, 28)


def test_what_has_no_validity_holds_for_good() -> None:
    assert holds_until(MAY, None) is None
    assert stage_of_done(None, date(2999, 1, 1)) is Stage.DONE


def test_the_last_day_is_in_time_and_the_next_is_not() -> None:
    assert stage_of_open(day(8), MAY) is Stage.OPEN
    assert stage_of_open(day(7), MAY) is Stage.SOON
    assert stage_of_open(MAY, MAY) is Stage.SOON
    assert stage_of_open(MAY, day(1)) is Stage.OVERDUE
    assert stage_of_done(MAY, MAY) is Stage.DONE
    assert stage_of_done(MAY, day(1)) is Stage.EXPIRED


def test_renewal_opens_some_days_before_the_end() -> None:
    assert renews_on(day(-275), day(90), 90) == MAY


def test_what_holds_for_a_month_is_not_renewed_as_soon_as_it_is_done() -> None:
    assert renews_on(MAY, day(30), 90) == day(15)


def reminders_of(opened: date, due: date, until: date, *, is_renewal: bool = False) -> list[tuple[date, str]]:
    """What is sent to somebody who does nothing, looked after each day."""
    sent: list[tuple[date, str]] = []
    for number in range((until - opened).days + 1):
        today = opened + timedelta(days=number)
        name = reminder(opened, due, today, {name for _, name in sent}, is_renewal=is_renewal)
        if name:
            sent.append((today, name))
    return sent


def test_reminders_come_thirty_days_a_week_and_a_day_before_and_once_after() -> None:
    assert reminders_of(MAY, day(40), day(60)) == [
        (day(10), "due-30"), (day(33), "due-7"), (day(39), "due-1"), (day(41), OVERDUE),
    ]  # fmt: skip


def test_what_is_renewed_is_told_earlier() -> None:
    names = [name for _, name in reminders_of(MAY, day(100), day(120), is_renewal=True)]
    assert names == ["due-90", "due-60", "due-30", "due-7", "due-1", OVERDUE]


def test_a_reminder_whose_day_was_over_when_it_was_given_never_comes() -> None:
    assert [name for _, name in reminders_of(MAY, day(7), day(10))] == ["due-1", OVERDUE]
    assert [name for _, name in reminders_of(MAY, MAY, day(3))] == [OVERDUE]


def test_after_a_week_without_looking_only_the_last_reminder_comes() -> None:
    assert reminder(MAY, day(40), day(39), set()) == "due-1"
    assert reminder(MAY, day(40), day(39), {"due-1"}) is None
    assert reminder(MAY, day(40), day(41), {"due-1"}) == OVERDUE


@given(st.integers(0, 200), st.sets(st.integers(0, 260)), st.booleans())
def test_no_reminder_comes_twice_and_none_after_a_later_one(due: int, looked: set[int], is_renewal: bool) -> None:
    sent: list[str] = []
    for number in sorted(looked):
        name = reminder(MAY, day(due), day(number), set(sent), is_renewal=is_renewal)
        sent += [name] if name else []
    steps = [before(days) for days in (RENEWAL_REMINDERS if is_renewal else REMINDERS)] + [OVERDUE]
    order = [steps.index(name) for name in sent]
    assert order == sorted(set(order))


def test_those_who_lead_are_told_once_after_the_days_that_were_set() -> None:
    assert not tells_lead(MAY, day(6), 7, set())
    assert tells_lead(MAY, day(7), 7, set())
    assert not tells_lead(MAY, day(8), 7, {LEAD})
    assert not tells_lead(MAY, MAY, 0, set())
