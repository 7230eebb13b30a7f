"""What a course brings one person: which test is open when, what it came to, what is compared."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.effects.measuring import (
    DAY,
    DIAGNOSTIC,
    ENTRY,
    LATER,
    asked,
    effect,
    programme,
    publish_measured,
    read_all,
    take,
    take_the_course,
)
from tests.exams.sitting_exams import (
    COURSE,
    FREE,
    MINUTE,
    WHOLE,
    answer_all,
    begun,
    content_with,
    form_of,
    live,
    publish_exams,
    questions,
    send,
    with_the_key_elsewhere,
)
from tests.factories import NOW
from tests.racing import many_at_once
from trainer.accounts.models import User
from trainer.answers.misconceptions import beliefs_of
from trainer.answers.models import MEASURE, Answer, Standing
from trainer.content.exams import PassRule, Reveal, Weights
from trainer.db import transaction
from trainer.effects.actions import begin
from trainer.effects.group import effect_of_group
from trainer.exams.commands import end_exams
from trainer.exams.grading import grade_again, hand_in
from trainer.exams.models import ExamAttempt, ExamQuestion
from trainer.exams.occasions import programme_of
from trainer.exams.queries import offer_of
from trainer.exams.starting import start_attempt
from trainer.learning.calibration import Certainty
from trainer.learning.effect import AFTER, BEFORE, State, delayed
from trainer.learning.errors import Conflict
from trainer.library.actions import publish, rollback
from trainer.library.queries import item_version, live_catalogue, live_number
from trainer.settings import Settings
from trainer.study.actions import finish_lesson, remember_place

SECOND = timedelta(seconds=1)
FIVE = {"M01-O2": 1.0, "M02-O2": 1.0, "M02-O4": 1.0, "M03-O2": 1.0, "M03-O4": 1.0}
ENDED = NOW + 10 * DAY + 2 * MINUTE
"""When the test after the course is handed in by `take_the_course`."""


@pytest.fixture(autouse=True)
def measured_course(session: Session) -> None:
    publish_measured(session)


def states(session: Session, user: User, at: datetime) -> list[str]:
    return [step.state.value for step in effect(session, user, at).steps]


def test_before_anything_the_entry_test_is_open_and_all_else_ahead(session: Session, alice: User) -> None:
    assert states(session, alice, NOW) == ["open", "ahead", "ahead", "ahead"]
    step = effect(session, alice).next
    assert step is not None
    assert step.occasion == BEFORE


def test_test_after_the_course_waits_for_the_path_to_be_read(session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=0)
    rows = live_catalogue(session).lessons_of(COURSE)
    for row in rows[:-1]:
        finish_lesson(session, alice, row.id, now=NOW + DAY)
    assert [row.id for row in effect(session, alice, NOW + DAY).unread] == [rows[-1].id]
    assert states(session, alice, NOW + DAY) == ["done", "ahead", "ahead", "ahead"]
    finish_lesson(session, alice, rows[-1].id, now=NOW + DAY)
    assert states(session, alice, NOW + DAY) == ["done", "open", "ahead", "ahead"]


def test_modules_that_the_entry_test_opens_need_not_be_read(session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=["M01-O1", "M01-O2", "M01-O3"])
    left = effect(session, alice).unread
    assert {row.module for row in left} == {"M02", "M03"}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (30 * DAY - SECOND, ["waits", "waits"]),
        (30 * DAY, ["open", "waits"]),
        (51 * DAY - SECOND, ["open", "waits"]),
        (51 * DAY, ["missed", "waits"]),
        (90 * DAY - SECOND, ["missed", "waits"]),
        (90 * DAY, ["missed", "open"]),
        (111 * DAY - SECOND, ["missed", "open"]),
        (111 * DAY, ["missed", "missed"]),
    ],
)
def test_delayed_checks_are_open_at_their_time_only(
    session: Session, alice: User, after: timedelta, expected: list[str]
) -> None:
    take_the_course(session, alice, before=3, after=9)
    assert states(session, alice, ENDED + after) == ["done", "done", *expected]
    for occasion, state in zip((delayed(30), delayed(90)), expected, strict=True):
        if state != "open":
            with pytest.raises(Conflict):
                begin(session, alice, programme(session), occasion, now=ENDED + after)


def test_check_begun_in_time_may_be_ended_when_its_window_is_over(session: Session, alice: User) -> None:
    take_the_course(session, alice, before=3, after=9)
    attempt = begin(session, alice, programme(session), delayed(30), now=ENDED + 51 * DAY - SECOND)
    assert states(session, alice, ENDED + 51 * DAY) == ["done", "done", "open", "waits"]
    hand_in(session, attempt, now=ENDED + 51 * DAY + MINUTE)
    assert states(session, alice, ENDED + 52 * DAY) == ["done", "done", "done", "waits"]


def test_gain_is_told_with_its_interval(session: Session, alice: User) -> None:
    take_the_course(session, alice, before=3, after=9)
    before, after = effect(session, alice, ENDED).steps[:2]
    assert before.gain is None
    assert after.gain is not None
    assert after.gain.value == pytest.approx(6 / 11)
    assert after.gain.low < 6 / 11 < after.gain.high
    assert (before.meets_criterion, after.meets_criterion) == (None, True)


def test_gain_goes_on_over_the_delayed_checks(session: Session, alice: User) -> None:
    """Each compared with what was known before of the same objectives."""
    publish_measured(session, ENTRY, replace(LATER, blueprint=Weights(questions=5, objectives=FIVE)))
    take(session, alice, BEFORE, right=["M01-O1", "M01-O2", "M01-O3"])
    read_all(session, alice, NOW + 5 * DAY)
    take(session, alice, AFTER, right=9, at=NOW + 10 * DAY)
    take(session, alice, delayed(30), right=4, at=ENDED + 31 * DAY)
    take(session, alice, delayed(90), right=2, at=ENDED + 92 * DAY)
    gains = [step.gain.value if step.gain else None for step in effect(session, alice, ENDED + 95 * DAY).steps]
    assert gains == [None, pytest.approx(6 / 11), pytest.approx(4 / 5 - 1 / 5), pytest.approx(2 / 5 - 1 / 5)]
    reached = [step.meets_criterion for step in effect(session, alice, ENDED + 95 * DAY).steps]
    assert reached == [None, True, True, False]


def test_no_question_comes_twice_on_the_four_occasions(session: Session, alice: User) -> None:
    take_the_course(session, alice, before=3, after=9)
    take(session, alice, delayed(30), right=4, at=ENDED + 31 * DAY)
    take(session, alice, delayed(90), right=2, at=ENDED + 92 * DAY)
    assert len(asked(session, alice)) == 11 + 11 + 5 + 5
    assert len(set(asked(session, alice))) == 32


def test_forms_are_parallel(session: Session, alice: User) -> None:
    take_the_course(session, alice, before=3, after=9)
    attempts = session.scalars(select(ExamAttempt).order_by(ExamAttempt.id)).all()
    assert [attempt.occasion for attempt in attempts] == [BEFORE, AFTER]
    forms = [sorted(question.objective for question in questions(session, attempt)) for attempt in attempts]
    assert forms[0] == forms[1] == sorted(ENTRY.blueprint.objectives)


@pytest.mark.parametrize("begins", ["lesson", "practice"])
def test_entry_test_taken_too_late_is_compared_with_nothing(session: Session, alice: User, begins: str) -> None:
    if begins == "lesson":
        finish_lesson(session, alice, "M01-L1", now=NOW - DAY)
    else:
        _practise(session, alice, NOW - DAY)
    assert effect(session, alice).next is None
    take(session, alice, BEFORE, right=3)
    read_all(session, alice, NOW + DAY)
    take(session, alice, AFTER, right=9, at=NOW + 2 * DAY)
    before, after = effect(session, alice, NOW + 2 * DAY).steps[:2]
    assert (before.counts, after.gain) == (False, None)
    assert effect(session, alice).path is not None


def _practise(session: Session, user: User, at: datetime) -> None:
    row = next(iter(live_catalogue(session).practice_items.values()))
    session.add(
        Answer(
            public_id="practice", user_id=user.id, key="practice-answer", place="practice", place_id="p", turn=0,
            mixed=False, item_id=row.id, item_hash=row.hash, objective=row.objective, seed="s", given={},
            certainty=None, score=0.0, rule="", misconceptions=[], answered_at=at,
        )
    )  # fmt: skip
    session.flush()


def test_who_has_ended_the_course_cannot_take_the_test_before_it(session: Session, alice: User) -> None:
    read_all(session, alice, NOW)
    take(session, alice, AFTER, right=9, at=NOW + DAY)
    assert states(session, alice, NOW + DAY)[:2] == ["missed", "done"]
    with pytest.raises(Conflict, match="is over"):
        begin(session, alice, programme(session), BEFORE, now=NOW + DAY)


def test_test_is_taken_once_on_each_occasion(session: Session, alice: User) -> None:
    first = take(session, alice, BEFORE, right=3)
    assert begin(session, alice, programme(session), BEFORE, now=NOW + DAY).id == first.id


def test_test_begun_in_sixteen_tabs_is_one(session: Session, alice: User, engine: Engine) -> None:
    session.commit()

    def work(_: int) -> str:
        with transaction(engine) as own:
            return begin(own, own.get_one(User, alice.id), programme(own), BEFORE, now=NOW).public_id

    assert len(set(many_at_once(16, work))) == 1
    assert len(session.scalars(select(ExamAttempt)).all()) == 1


def test_test_that_nobody_ends_is_ended_by_its_deadline(
    session: Session, alice: User, engine: Engine, settings: Settings
) -> None:
    begin(session, alice, programme(session), BEFORE, now=NOW)
    session.commit()
    end_exams(engine, settings, NOW + 3 * DAY)
    session.rollback()
    assert effect(session, alice, NOW + 3 * DAY).steps[0].state is State.DONE
    assert effect(session, alice, NOW + 3 * DAY).path is not None


def test_test_that_is_open_is_ended_before_another_begins(session: Session, alice: User) -> None:
    first = begin(session, alice, programme(session), BEFORE, now=NOW)
    read_all(session, alice, NOW + DAY)
    assert states(session, alice, NOW + DAY) == ["open", "ahead", "ahead", "ahead"]
    with pytest.raises(Conflict, match="comes before"):
        begin(session, alice, programme(session), AFTER, now=NOW + DAY)
    hand_in(session, first, now=NOW + DAY)
    assert states(session, alice, NOW + DAY)[:2] == ["done", "open"]


def test_test_that_was_opened_and_left_is_compared_with_nothing(session: Session, alice: User) -> None:
    left = begin(session, alice, programme(session), BEFORE, now=NOW)
    hand_in(session, left, now=NOW + DAY)
    read_all(session, alice, NOW + 5 * DAY)
    take(session, alice, AFTER, right=9, at=NOW + 10 * DAY)
    before, after = effect(session, alice, NOW + 11 * DAY).steps[:2]
    assert (before.counts, after.counts, after.gain) == (False, True, None)


def test_what_is_under_way_is_proposed_first(session: Session, alice: User) -> None:
    take_the_course(session, alice, before=3, after=9)
    begin(session, alice, programme(session), delayed(30), now=ENDED + 31 * DAY)
    step = effect(session, alice, ENDED + 91 * DAY).next
    assert step is not None
    assert step.occasion == delayed(30)


def test_who_has_read_nothing_is_not_asked_what_the_course_has_brought(session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=11)
    assert effect(session, alice).unread == []
    assert states(session, alice, NOW + DAY)[:2] == ["done", "ahead"]
    finish_lesson(session, alice, "M01-L1", now=NOW + DAY)
    assert states(session, alice, NOW + DAY)[:2] == ["done", "open"]


def test_assessment_before_the_entry_test_is_a_beginning_too(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    answer_all(session, attempt, right=12)
    hand_in(session, attempt, now=NOW + MINUTE)
    take(session, alice, BEFORE, right=3, at=NOW + DAY)
    assert not effect(session, alice, NOW + DAY).steps[0].counts


def test_test_handed_in_as_the_course_begins_still_comes_before(session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=3)
    finish_lesson(session, alice, "M01-L1", now=NOW + 2 * MINUTE)
    assert effect(session, alice).steps[0].counts


def test_lesson_that_was_only_opened_begins_nothing(session: Session, alice: User) -> None:
    remember_place(session, alice, "M01-L1", "", now=NOW - DAY)
    assert not effect(session, alice).has_begun
    finish_lesson(session, alice, "of-another-course", now=NOW - DAY)
    assert not effect(session, alice).has_begun


def test_share_exactly_at_the_aim_reaches_it(session: Session, alice: User) -> None:
    publish_measured(session, replace(ENTRY, pass_rule=PassRule(overall=6 / 11)))
    take_the_course(session, alice, before=3, after=6)
    assert effect(session, alice, ENDED).steps[1].meets_criterion is True


def test_aims_and_days_stay_as_they_were_told(session: Session, alice: User, bob: User) -> None:
    """What an author changes later counts for those who come later."""
    take(session, alice, BEFORE, right=3)
    changed = replace(ENTRY, pass_rule=PassRule(overall=0.1)), replace(LATER, days=(60,), open_days=3)
    publish_measured(session, *changed)
    read_all(session, alice, NOW + 5 * DAY)
    take(session, alice, AFTER, right=5, at=NOW + 10 * DAY)
    take(session, alice, delayed(30), right=5, at=NOW + 45 * DAY)
    found = effect(session, alice, NOW + 60 * DAY)
    assert [step.occasion for step in found.steps] == [BEFORE, AFTER, delayed(30), delayed(90)]
    assert [step.meets_criterion for step in found.steps] == [None, False, True, None]
    assert [step.occasion for step in effect(session, bob).steps] == [BEFORE, AFTER, delayed(60)]


def test_what_was_told_last_is_not_what_was_told_first(session: Session, alice: User) -> None:
    """Release 2 is live when she begins, and rolled back to release 1 before she goes on."""
    publish_measured(session, ENTRY, replace(LATER, days=(60,)))
    second = live_number(session)
    assert second is not None
    take(session, alice, BEFORE, right=3)
    rollback(session, second - 1, NOW, by="an author")
    read_all(session, alice, NOW + 5 * DAY)
    take(session, alice, AFTER, right=9, at=NOW + 10 * DAY)
    assert [step.occasion for step in effect(session, alice, NOW + 11 * DAY).steps][2:] == [delayed(60)]


@pytest.mark.parametrize("what", ["score", "marks", "all"])
def test_own_answers_of_a_test_never_begin_the_course(session: Session, alice: User, what: str) -> None:
    publish_measured(session, replace(ENTRY, reveal=Reveal(what=what, when="now")), LATER)
    take(session, alice, BEFORE, right=3)
    read_all(session, alice, NOW + 5 * DAY)
    take(session, alice, AFTER, right=9, at=NOW + 10 * DAY)
    before, after, *_ = effect(session, alice, NOW + 11 * DAY).steps
    assert before.counts
    assert after.gain is not None


def test_assessment_begins_the_course_also_where_its_result_is_not_told(session: Session, alice: User) -> None:
    publish_exams(session, replace(FREE, attempts=1, reveal=Reveal(what="nothing", when="now")), ENTRY, LATER)
    answer_all(session, begun(session, alice), right=6)
    take(session, alice, BEFORE, right=3, at=NOW + DAY)
    assert not effect(session, alice, NOW + 2 * DAY).steps[0].counts


def test_lesson_that_was_taken_out_still_began_the_course(session: Session, alice: User) -> None:
    finish_lesson(session, alice, "M01-L1", now=NOW - DAY)
    take(session, alice, BEFORE, right=3)
    content = content_with(FREE, ENTRY, LATER)
    (course,) = content.courses
    first, *others = course.modules
    rest = replace(first, lessons=tuple(id for id in first.lessons if id != "M01-L1"))
    without = tuple(lesson for lesson in course.lessons if lesson.id != "M01-L1")
    publish(
        session, replace(content, courses=(replace(course, modules=(rest, *others), lessons=without),)), NOW, by="x"
    )
    assert not effect(session, alice).steps[0].counts
    (hers,) = effect_of_group(session, [alice.id], programme(session)).people
    assert (hers.taken, [*hers.left_out]) == ({}, [BEFORE])


def test_check_whose_questions_were_taken_away_says_so(session: Session, alice: User) -> None:
    take_the_course(session, alice, before=3, after=9)
    content = content_with(FREE, ENTRY, replace(LATER, days=(60,)))
    kept = tuple(bank for bank in content.banks if bank.use != "practice")
    publish(session, replace(content, banks=kept), NOW, by="an author")
    with pytest.raises(Conflict, match="taken away"):
        begin(session, alice, programme(session), delayed(30), now=ENDED + 31 * DAY)


def test_id_that_changes_its_purpose_passes_nobody(session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=11)
    record = replace(FREE, id="entry")
    publish_exams(session, record)
    offer = offer_of(session, alice.id, COURSE, record, now=NOW + DAY)
    assert (offer.finished, offer.start.is_open) == ([], True)
    attempt = start_attempt(session, alice, live(session, "entry"), now=NOW + DAY)
    assert (attempt.number, attempt.occasion) == (2, "record")


def test_id_that_was_of_record_may_place_and_measure(session: Session, alice: User) -> None:
    publish_exams(session, replace(FREE, id="entry"))
    hand_in(session, begun(session, alice, "entry"), now=NOW + MINUTE)
    publish_measured(session)
    take(session, alice, BEFORE, right=3, at=NOW + DAY)
    assert effect(session, alice, NOW + DAY).steps[0].state is State.DONE


def test_answers_of_a_test_count_for_bars_and_come_back_nowhere(session: Session, alice: User) -> None:
    take(session, alice, BEFORE, right=11, certainty=Certainty.THINK_SO)
    answers = session.scalars(select(Answer)).all()
    assert {(answer.place, answer.mixed) for answer in answers} == {(MEASURE, True)}
    assert len(answers) == 11
    assert session.scalars(select(Standing)).all() == []


def test_test_that_only_proposes_a_path_measures_nothing(session: Session, alice: User) -> None:
    publish_measured(session, DIAGNOSTIC)
    assert list(programme(session).occasions) == [BEFORE]
    take(session, alice, BEFORE, right=11)
    found = effect(session, alice)
    assert (found.next, found.programme.measures) == (None, False)
    assert found.path is not None
    assert found.path.opened == {"M01", "M02", "M03"}


def test_course_without_an_entry_test_has_no_programme(session: Session) -> None:
    publish_exams(session, FREE)
    assert programme_of(live_catalogue(session), COURSE) is None
    assert programme_of(live_catalogue(session), "nothing") is None


def test_corrected_key_moves_the_path_and_the_figures(session: Session, alice: User) -> None:
    attempt = take(session, alice, BEFORE, right=list(ENTRY.blueprint.objectives))
    single = next(q for q in questions(session, attempt) if _kind_of(session, q) == "single_choice")
    assert effect(session, alice).path.opened == {"M01", "M02", "M03"}  # type: ignore[union-attr]
    hash = with_the_key_elsewhere(session, single.item_hash)
    grade_again(session, attempt, {single.item_id: hash}, reason="Key was wrong", by="otto", now=NOW + DAY)
    found = effect(session, alice, NOW + DAY)
    assert found.path is not None
    assert single.module not in found.path.opened
    assert len(found.path.opened) == 2
    assert found.steps[0].measured is not None
    assert found.steps[0].measured.points == pytest.approx(10)


def _kind_of(session: Session, question: ExamQuestion) -> str:
    return item_version(session, question.item_hash).kind


def test_misconception_shown_in_a_test_that_tells_all_is_among_hers(session: Session, alice: User) -> None:
    publish_measured(session, replace(DIAGNOSTIC, blueprint=WHOLE))
    attempt = begin(session, alice, programme(session), BEFORE, now=NOW)
    shown = _answer_with_a_misconception(session, attempt)
    assert beliefs_of(session, alice.id) == {}
    hand_in(session, attempt, now=NOW + MINUTE)
    belief = beliefs_of(session, alice.id)[shown]
    assert (belief.times, belief.times_sure) == (1, 1)


def test_test_that_shows_only_marks_tells_of_no_misconception(session: Session, alice: User) -> None:
    publish_measured(session, replace(DIAGNOSTIC, blueprint=WHOLE, reveal=Reveal(what="marks", when="now")))
    attempt = begin(session, alice, programme(session), BEFORE, now=NOW)
    _answer_with_a_misconception(session, attempt)
    hand_in(session, attempt, now=NOW + MINUTE)
    assert beliefs_of(session, alice.id) == {}


def _answer_with_a_misconception(session: Session, attempt: ExamAttempt) -> str:
    """Choose, sure of it, an option that names one; which."""
    for question in questions(session, attempt):
        item = item_version(session, question.item_hash)
        options = item.question.options if item.kind == "single_choice" else ()  # type: ignore[attr-defined]
        for option in options:
            if option.misconception:
                form = form_of(session, question, {"choice": option.id})
                send(session, attempt, question.position, form, certainty=Certainty.SURE)
                return str(option.misconception)
    raise AssertionError("no option with a misconception")
