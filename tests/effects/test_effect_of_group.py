"""What a course has brought to a group: means of those who can be compared, and no word where they are too few."""

import pytest
from sqlalchemy.orm import Session

from tests.effects.measuring import DAY, programme, publish_measured, take, take_the_course
from tests.factories import NOW, make_person
from trainer.accounts.models import User
from trainer.effects.group import GroupEffect, effect_of_group
from trainer.learning.effect import AFTER, BEFORE, delayed
from trainer.study.actions import finish_lesson


@pytest.fixture(autouse=True)
def measured_course(session: Session) -> None:
    publish_measured(session)


@pytest.fixture
def team(session: Session) -> list[User]:
    return [make_person(session, name) for name in ("Gus", "Hal", "Ida", "Jan", "Kim", "Lou")]


def group(session: Session, people: list[User]) -> GroupEffect:
    return effect_of_group(session, [person.id for person in people], programme(session))


def test_group_of_which_nobody_was_measured_says_so(session: Session, team: list[User]) -> None:
    found = group(session, team)
    assert (found.people, found.in_all) == ([], 6)
    assert [(column.share, column.gain) for column in found.columns] == [(None, None)] * 4


def test_means_are_those_of_the_people(session: Session, team: list[User]) -> None:
    for nth, person in enumerate(team):
        take_the_course(session, person, before=2, after=6 + nth % 3)
    before, after, *later = group(session, team).columns
    assert before.share is not None
    assert before.share.value == pytest.approx(2 / 11)
    assert after.gain is not None
    assert after.gain.value == pytest.approx(5 / 11)
    assert after.gain.is_enough
    assert after.gain.verdict == "more"
    assert after.gain.low < 5 / 11 < after.gain.high
    assert [column.share for column in later] == [None, None]


def test_fewer_than_five_are_not_judged(session: Session, team: list[User]) -> None:
    for person in team[:4]:
        take_the_course(session, person, before=2, after=9)
    gain = group(session, team).columns[1].gain
    assert gain is not None
    assert (gain.people, gain.is_enough) == (4, False)


def test_gain_counts_only_who_took_both_tests(session: Session, team: list[User]) -> None:
    take(session, team[0], BEFORE, right=11)
    take_the_course(session, team[1], before=2, after=9)
    before, after = group(session, team).columns[:2]
    assert before.share is not None
    assert before.share.people == 2
    assert after.gain is not None
    assert (after.gain.people, after.gain.value) == (1, pytest.approx(7 / 11))


def test_test_before_that_came_too_late_is_left_out(session: Session, team: list[User]) -> None:
    finish_lesson(session, team[0], "M01-L1", now=NOW - DAY)
    take_the_course(session, team[0], before=2, after=9)
    (person,) = group(session, team).people
    assert set(person.measured) == {AFTER}
    assert person.gain(AFTER) is None
    assert group(session, team).columns[1].gain is None


def test_how_many_reached_the_aim_is_told(session: Session, team: list[User]) -> None:
    for after, person in zip((8, 9, 11), team, strict=False):
        take_the_course(session, person, before=2, after=after)
    take(session, team[0], delayed(30), right=3, at=NOW + 41 * DAY)
    before, after_it, month, _ = group(session, team).columns
    assert (before.reached, after_it.reached, month.reached) == (None, 2, 1)


def test_only_the_group_counts(session: Session, team: list[User]) -> None:
    take_the_course(session, team[0], before=2, after=9)
    assert group(session, team[1:]).people == []
