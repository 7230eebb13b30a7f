"""What a course has brought to a group: means of those who can be compared, and no word where they are too few."""

import pytest
from sqlalchemy.orm import Session

from tests.effects.measuring import DAY, DIAGNOSTIC, programme, publish_measured, take, take_the_course
from tests.exams.sitting_exams import FREE, publish_exams
from tests.factories import NOW, make_person
from trainer.accounts.models import User
from trainer.answers.models import Standing
from trainer.content.exams import Exam
from trainer.effects.group import GroupEffect, effect_of_group
from trainer.exams.occasions import programmes
from trainer.learning.effect import AFTER, BEFORE, delayed
from trainer.library.queries import live_catalogue
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


def test_who_was_told_that_nobody_else_sees_her_result_is_left_out(session: Session, team: list[User]) -> None:
    """Her test only proposed a path; now the course is measured by it."""
    publish_measured(session, DIAGNOSTIC)
    take(session, team[0], BEFORE, right=3)
    publish_measured(session)
    take(session, team[1], BEFORE, right=3)
    found = group(session, team)
    assert [person.user.id for person in found.people] == [team[1].id]
    assert found.columns[0].share is not None
    assert found.columns[0].share.people == 1


@pytest.mark.parametrize("exams", [(DIAGNOSTIC,), ()])
def test_what_was_measured_is_shown_also_where_nothing_is_any_more(
    session: Session, team: list[User], exams: tuple[Exam, ...]
) -> None:
    take_the_course(session, team[0], before=2, after=9)
    publish_exams(session, FREE, *exams)
    (still,) = programmes(session, live_catalogue(session))
    found = effect_of_group(session, [person.id for person in team], still)
    assert [person.user.id for person in found.people] == [team[0].id]
    assert found.people[0].gain(AFTER) is not None


def test_gain_that_may_be_judged_is_told_before_a_later_one_that_may_not(session: Session, team: list[User]) -> None:
    for person in team[:5]:
        take_the_course(session, person, before=2, after=9)
    take(session, team[0], delayed(30), right=5, at=NOW + 45 * DAY)
    told = group(session, team).told
    assert told is not None
    assert told.occasion == AFTER


def test_misconceptions_are_told_of_five_who_practised_that_course(session: Session, team: list[User]) -> None:
    """Five have practised, but only one of them these objectives."""
    first, *_ = live_catalogue(session).practice_items.values()
    for person in team[:5]:
        practised(session, person, first.id, "another-course-O1")
    practised(session, team[0], "X-1", first.objective)
    session.flush()
    assert group(session, team).believed is None


def practised(session: Session, user: User, item_id: str, objective: str) -> None:
    """Somebody has met a question."""
    session.add(
        Standing(
            user_id=user.id, item_id=item_id, objective=objective, times=1, last_score=0, last_certainty=None,
            last_at=NOW, due_at=NOW, memory="{}",
        )
    )  # fmt: skip
