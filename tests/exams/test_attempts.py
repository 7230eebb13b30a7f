"""An attempt: it begins at once or not at all, keeps every answer, ends once, and is judged by its own rules."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.exams.sitting_exams import (
    FREE,
    LONG,
    MINUTE,
    UNTIMED,
    answer_all,
    begun,
    live,
    publish_exams,
    questions,
    right_form,
    send,
    with_the_key_elsewhere,
)
from tests.factories import NOW
from trainer.accounts.models import User
from trainer.answers.models import Answer, Standing
from trainer.content.exams import Reveal
from trainer.exams import actions, grading
from trainer.exams.actions import Elsewhere, Extra, Over, Sent, save_answer
from trainer.exams.commands import end_exams, tell_results
from trainer.exams.grading import hand_in
from trainer.exams.models import ExamAttempt, ExamResult, ExamSave
from trainer.exams.queries import finished_of, offer_of, results_of, sitting
from trainer.exams.starting import MayNotStart, start_attempt
from trainer.learning.assessment import Shown
from trainer.learning.calibration import Certainty
from trainer.learning.errors import Conflict, Invalid
from trainer.library.queries import item_version

DEADLINE = NOW + 30 * MINUTE
SECOND = timedelta(seconds=1)
Look = Callable[..., list[object]]


@pytest.fixture(autouse=True)
def _exams(session: Session) -> None:
    publish_exams(session)


# --- begin --------------------------------------------------------------------------------------------------------


def test_attempt_fixes_questions_versions_and_deadline_when_it_begins(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    asked = questions(session, attempt)
    assert attempt.deadline == DEADLINE
    assert Counter(question.module for question in asked) == {"M01": 3, "M02": 5, "M03": 4}
    catalogue = live(session).catalogue
    assert [catalogue.items[q.item_id].hash for q in asked] == [q.item_hash for q in asked]
    assert len({question.seed for question in asked}) == 12


def test_begun_twice_is_one_attempt(session: Session, alice: User) -> None:
    assert begun(session, alice).id == begun(session, alice).id
    assert session.scalar(select(func.count()).select_from(ExamAttempt)) == 1


def test_database_refuses_a_second_open_attempt(session: Session, alice: User) -> None:
    first = begun(session, alice)
    columns = {c.name: getattr(first, c.name) for c in ExamAttempt.__table__.columns if c.name not in ("id",)}
    session.add(ExamAttempt(**{**columns, "public_id": "another", "number": 2}))
    with pytest.raises(DBAPIError):
        session.flush()


def test_next_attempt_asks_nothing_of_the_last_one_while_the_pool_allows(session: Session, alice: User) -> None:
    first = begun(session, alice)
    hand_in(session, first, now=NOW + MINUTE)
    second = start_attempt(session, alice, live(session), now=NOW + timedelta(hours=25))
    asked = [{q.item_id for q in questions(session, attempt)} for attempt in (first, second)]
    assert not asked[0] & asked[1]
    tables = [Counter(q.module for q in questions(session, attempt)) for attempt in (first, second)]
    assert tables[0] == tables[1]


def test_what_another_exam_asked_is_left_alone_while_the_pool_allows(session: Session, alice: User) -> None:
    asked = [{q.item_id for q in questions(session, begun(session, alice, exam))} for exam in ("final", "untimed")]
    assert not asked[0] & asked[1]


def test_what_was_practised_lately_is_left_to_rest_while_the_pool_allows(session: Session, alice: User) -> None:
    catalogue = live(session).catalogue
    practised = [row for row in catalogue.items.values() if row.module == "M01"][:6]
    session.add_all(
        Standing(
            user_id=alice.id, item_id=row.id, objective=row.objective, times=1, last_score=1.0,
            last_at=NOW - timedelta(days=1), due_at=NOW, memory="{}",
        )
        for row in practised
    )  # fmt: skip
    session.flush()
    asked = {question.item_id for question in questions(session, begun(session, alice))}
    assert not asked & {row.id for row in practised}


def test_next_attempt_waits_and_says_until_when(session: Session, alice: User) -> None:
    hand_in(session, begun(session, alice), now=NOW + MINUTE)
    with pytest.raises(MayNotStart) as refused:
        start_attempt(session, alice, live(session), now=NOW + timedelta(hours=24))
    assert refused.value.offer.start.not_before == NOW + MINUTE + timedelta(hours=24)


def test_after_the_last_attempt_there_is_none(session: Session, alice: User) -> None:
    for day in range(3):
        attempt = start_attempt(session, alice, live(session), now=NOW + timedelta(days=2 * day))
        hand_in(session, attempt, now=NOW + timedelta(days=2 * day, minutes=1))
    with pytest.raises(MayNotStart, match="All attempts are used"):
        start_attempt(session, alice, live(session), now=NOW + timedelta(days=10))


def test_extra_time_and_attempts_are_granted_with_a_reason(session: Session, alice: User, ada: User) -> None:
    hand_in(session, begun(session, alice, "strict"), now=NOW + MINUTE)
    strict = live(session, "strict")
    actions.grant(session, alice, strict, Extra(15, 1, "dyslexia"), by=ada, now=NOW)
    attempt = start_attempt(session, alice, strict, now=NOW + timedelta(hours=1))
    assert attempt.deadline == NOW + timedelta(hours=1, minutes=45)
    offer = offer_of(session, alice.id, "accreditation", strict.exam, now=NOW)
    granted = offer.allowances[0]
    assert (granted.reason, granted.granted_by, offer.minutes) == ("dyslexia", "Ada", 45)


@pytest.mark.parametrize(
    ("extra", "exam_id"),
    [(Extra(15, 0, "  "), "final"), (Extra(0, 0, "why"), "final"), (Extra(5, 0, "why"), "untimed")],
)
def test_nothing_is_granted_without_a_reason_or_sense(
    session: Session, alice: User, ada: User, extra: Extra, exam_id: str
) -> None:
    with pytest.raises(Invalid):
        actions.grant(session, alice, live(session, exam_id), extra, by=ada, now=NOW)


# --- save ---------------------------------------------------------------------------------------------------------


def test_answer_is_kept_as_it_is_given_and_comes_back(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    form = right_form(session, questions(session, attempt)[0])
    saved = send(session, attempt, 1, form)
    assert (saved.form, saved.state, saved.version) == (form, "complete", 1)
    assert saved.saved_at == NOW + MINUTE


def test_unfinished_answer_is_kept_too(session: Session, alice: User) -> None:
    attempt = begun(session, alice, LONG.id)
    many = next(q for q in questions(session, attempt) if len(right_form(session, q)) > 1 and _needs_all(session, q))
    form = dict(list(right_form(session, many).items())[:1])
    assert send(session, attempt, many.position, form).state == "begun"


def _needs_all(session: Session, question: object) -> bool:
    asked = item_version(session, question.item_hash).question  # type: ignore[attr-defined]
    return all(slot.required for slot in asked.form_slots())


def test_answer_can_be_taken_back(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    send(session, attempt, 1, right_form(session, questions(session, attempt)[0]))
    assert send(session, attempt, 1, {}).state == "open"


def test_foreign_fields_are_not_kept(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    form = right_form(session, questions(session, attempt)[0])
    assert send(session, attempt, 1, {**form, "score": "1", "deadline": "2099"}).form == form


def test_answer_sent_again_is_kept_once(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    form = right_form(session, questions(session, attempt)[0])
    sent = Sent(form, "k" * 20, 0)
    for _ in range(3):
        save_answer(session, attempt, 1, sent, now=NOW + MINUTE)
    assert questions(session, attempt)[0].version == 1
    assert session.scalar(select(func.count()).select_from(ExamSave)) == 1


def test_save_that_was_overtaken_by_a_newer_one_of_its_page_changes_nothing(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    form, key = right_form(session, questions(session, attempt)[0]), "one-page-one-page-one"
    save_answer(session, attempt, 1, Sent({}, key, 0, turn=1), now=NOW)
    save_answer(session, attempt, 1, Sent(form, key, 0, turn=3), now=NOW)
    save_answer(session, attempt, 1, Sent({}, key, 1, turn=2), now=NOW)
    assert questions(session, attempt)[0].form == form
    save_answer(session, attempt, 1, Sent(form, key, 1, turn=5), now=NOW)
    save_answer(session, attempt, 1, Sent({}, key, 1, turn=4), now=NOW)
    assert questions(session, attempt)[0].form == form


def test_page_that_is_left_while_it_saves_is_no_other_tab(session: Session, alice: User) -> None:
    """What is sent by the button that leads on was filled in before the reply to the last save had come."""
    attempt = begun(session, alice)
    form, key = right_form(session, questions(session, attempt)[0]), "one-page-one-page-one"
    for version, turn, given in ((0, 1, form), (1, 2, {}), (0, 3, form)):
        save_answer(session, attempt, 1, Sent(given, key, version, turn=turn), now=NOW)
    assert (questions(session, attempt)[0].form, questions(session, attempt)[0].version) == (form, 3)


def test_second_tab_is_told_and_changes_nothing(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    form = right_form(session, questions(session, attempt)[0])
    save_answer(session, attempt, 1, Sent(form, "first-tab-first-tab", 0), now=NOW)
    with pytest.raises(Elsewhere):
        save_answer(session, attempt, 1, Sent({}, "second-tab-second-tab", 0), now=NOW)
    assert questions(session, attempt)[0].form == form


def test_tab_whose_last_reply_was_lost_may_go_on(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    form = right_form(session, questions(session, attempt)[0])
    save_answer(session, attempt, 1, Sent(form, "only-tab-only-tab", 0), now=NOW)
    assert save_answer(session, attempt, 1, Sent({}, "only-tab-only-tab", 0), now=NOW).form == {}


def test_tab_without_replies_that_changes_her_mind_twice_is_believed_last(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    form = right_form(session, questions(session, attempt)[0])
    for sent in (form, {}, form):
        save_answer(session, attempt, 1, Sent(sent, "only-tab-only-tab", 0), now=NOW + MINUTE)
    assert questions(session, attempt)[0].form == form


def test_changed_certainty_is_a_change(session: Session, alice: User) -> None:
    attempt = begun(session, alice, "strict")
    form = right_form(session, questions(session, attempt)[0])
    for certainty in (Certainty.GUESSING, Certainty.SURE):
        save_answer(session, attempt, 1, Sent(form, "only-tab-only-tab", 0, certainty), now=NOW + MINUTE)
    assert questions(session, attempt)[0].certainty == Certainty.SURE


def test_late_answer_sent_again_is_late_again_and_kept_once(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    form = right_form(session, questions(session, attempt)[0])
    for _ in range(3):
        with pytest.raises(Over):
            save_answer(session, attempt, 1, Sent(form, "k" * 20, 0), now=DEADLINE + MINUTE)
    assert session.scalar(select(func.count()).select_from(ExamSave)) == 1


def test_no_more_is_taken_away_than_was_granted(session: Session, alice: User, ada: User) -> None:
    final = live(session)
    actions.grant(session, alice, final, Extra(15, 0, "reads slowly"), by=ada, now=NOW)
    with pytest.raises(Invalid, match="more than was granted"):
        actions.grant(session, alice, final, Extra(-16, 0, "a slip"), by=ada, now=NOW)
    actions.grant(session, alice, final, Extra(-15, 0, "was for somebody else"), by=ada, now=NOW)
    assert begun(session, alice).deadline == DEADLINE


def test_saves_are_never_changed(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    send(session, attempt, 1, right_form(session, questions(session, attempt)[0]))
    session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(update(ExamSave).values(late=True))
    session.rollback()
    assert session.execute(delete(ExamSave)).rowcount == 1  # type: ignore[attr-defined]


def test_endless_text_is_refused(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    with pytest.raises(Invalid):
        send(session, attempt, 1, {"f000000000000": "x" * 20_001})


def test_endless_saving_is_refused(session: Session, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SAVES", 3)
    attempt = begun(session, alice)
    forms = [right_form(session, questions(session, attempt)[0]), {}] * 2
    for form in forms[:3]:
        send(session, attempt, 1, form)
    with pytest.raises(Invalid, match="too often"):
        send(session, attempt, 1, forms[3])


# --- the end ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (DEADLINE - SECOND, True),
        (DEADLINE, True),
        (DEADLINE + 30 * SECOND, True),
        (DEADLINE + 31 * SECOND, False),
        (DEADLINE + timedelta(days=400), False),
    ],
)
def test_answer_counts_up_to_the_end_of_the_grace(session: Session, alice: User, at: object, *, counts: bool) -> None:
    attempt = begun(session, alice)
    form = right_form(session, questions(session, attempt)[0])
    if counts:
        assert send(session, attempt, 1, form, at=at).form == form  # type: ignore[arg-type]
        return
    with pytest.raises(Over):
        send(session, attempt, 1, form, at=at)  # type: ignore[arg-type]
    assert questions(session, attempt)[0].form == {}
    late = session.scalars(select(ExamSave)).one()
    assert (late.late, late.form) == (True, form)


def test_without_a_time_limit_no_answer_is_late(session: Session, alice: User) -> None:
    attempt = begun(session, alice, UNTIMED.id)
    form = right_form(session, questions(session, attempt)[0])
    assert send(session, attempt, 1, form, at=NOW + timedelta(days=300)).form == form


def test_after_handing_in_nothing_changes(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    form = right_form(session, questions(session, attempt)[0])
    result = hand_in(session, attempt, now=NOW + MINUTE)
    with pytest.raises(Over):
        send(session, attempt, 1, form, at=NOW + 2 * MINUTE)
    actions.flag(session, attempt, 1, wanted=True)
    assert hand_in(session, attempt, now=NOW + 3 * MINUTE).id == result.id
    assert not questions(session, attempt)[0].flagged
    assert session.scalar(select(func.count()).select_from(ExamResult)) == 1


def test_handed_in_after_the_grace_it_ended_at_the_deadline(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    hand_in(session, attempt, now=DEADLINE + timedelta(hours=3))
    assert (attempt.submitted_at, attempt.ended_by) == (DEADLINE, "deadline")


def test_attempts_that_are_over_are_handed_in_by_a_job(
    engine: object, settings: object, session: Session, alice: User, bob: User
) -> None:
    over, running = begun(session, alice), start_attempt(session, bob, live(session), now=NOW + 20 * MINUTE)
    answer_all(session, over, right=12)
    session.commit()
    end_exams(engine, settings, DEADLINE + 31 * SECOND)  # type: ignore[arg-type]
    session.expire_all()
    assert (over.ended_by, over.submitted_at) == ("deadline", DEADLINE)
    assert results_of(session, over)[0].passed
    assert running.submitted_at is None


def test_job_leaves_the_grace_alone(engine: object, settings: object, session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    session.commit()
    end_exams(engine, settings, DEADLINE + 30 * SECOND)  # type: ignore[arg-type]
    session.expire_all()
    assert attempt.submitted_at is None


# --- the result ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("right", "passed"), [(0, False), (8, False), (12, True)])
def test_result_follows_the_rule(session: Session, alice: User, right: int, *, passed: bool) -> None:
    attempt = begun(session, alice)
    answer_all(session, attempt, right=right)
    result = hand_in(session, attempt, now=NOW + 2 * MINUTE)
    assert result.share == pytest.approx(right / 12)
    assert result.passed is passed
    assert [mark["score"] for mark in result.marks] == [1.0] * right + [0.0] * (12 - right)


def test_attempt_keeps_the_rules_and_versions_it_began_with(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    answer_all(session, attempt, right=12)
    publish_exams(session, replace(FREE, time_limit_minutes=1, pass_rule=None, reveal=Reveal(what="nothing")))
    assert hand_in(session, attempt, now=NOW + 20 * MINUTE).passed
    its = sitting(session, attempt)
    assert its.exam == FREE
    assert finished_of(session, its, NOW + 21 * MINUTE).may_see is Shown.ALL


def test_result_is_never_changed(session: Session, alice: User) -> None:
    hand_in(session, begun(session, alice), now=NOW + MINUTE)
    session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(update(ExamResult).values(share=1.0))


def test_graded_again_there_are_two_results_with_the_reason(session: Session, alice: User) -> None:
    attempt = begun(session, alice, LONG.id)
    answer_all(session, attempt, right=64)
    single = next(q for q in questions(session, attempt) if _kind(session, q) == "single_choice")
    first = hand_in(session, attempt, now=NOW + MINUTE)
    hash = with_the_key_elsewhere(session, single.item_hash)
    again = grading.grade_again(
        session, attempt, {single.item_id: hash}, reason="Key was wrong", by="otto@example.org", now=NOW + 5 * MINUTE
    )
    assert again is not None
    assert (first.number, again.number, again.reason, again.made_by) == (1, 2, "Key was wrong", "otto@example.org")
    assert again.share == pytest.approx(63 / 64)
    assert results_of(session, attempt) == [first, again]
    assert again.marks[single.position - 1]["hash"] == hash
    assert again.marks[single.position - 1]["score"] == 0.0


def test_nothing_is_graded_again_where_nothing_would_change(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    with pytest.raises(Conflict):
        grading.grade_again(session, attempt, {"M01-SC-001": "x"}, reason="why", by="otto", now=NOW)
    hand_in(session, attempt, now=NOW + MINUTE)
    same = {q.item_id: q.item_hash for q in questions(session, attempt)}
    assert grading.grade_again(session, attempt, same, reason="why", by="otto", now=NOW) is None
    with pytest.raises(Invalid):
        grading.grade_again(session, attempt, same, reason=" ", by="otto", now=NOW)


def _kind(session: Session, question: object) -> str:
    return item_version(session, question.item_hash).kind  # type: ignore[attr-defined]


# --- what it tells, and when --------------------------------------------------------------------------------------


def test_answers_enter_the_spine_once_the_score_may_be_seen_and_never_the_review(session: Session, alice: User) -> None:
    attempt = begun(session, alice)
    answer_all(session, attempt, right=7)
    assert session.scalar(select(func.count()).select_from(Answer)) == 0
    hand_in(session, attempt, now=NOW + MINUTE)
    answers = session.scalars(select(Answer)).all()
    assert {(a.place, a.score, a.mixed) for a in answers} == {("exam", 1.0, True)}
    assert len(answers) == 7
    assert session.scalar(select(func.count()).select_from(Standing)) == 0


def test_answers_wait_for_the_day_on_which_the_score_is_shown(
    engine: object, settings: object, session: Session, alice: User
) -> None:
    day = (NOW + timedelta(days=3)).date()
    publish_exams(session, replace(FREE, reveal=Reveal(what="score", when=day)))
    attempt = begun(session, alice)
    answer_all(session, attempt, right=2)
    hand_in(session, attempt, now=NOW + MINUTE)
    session.commit()
    for later, told in ((2, 0), (3, 2), (4, 2)):
        tell_results(engine, settings, NOW + timedelta(days=later))  # type: ignore[arg-type]
        assert session.scalar(select(func.count()).select_from(Answer)) == told
        session.commit()


def test_what_cannot_be_graded_is_kept_and_earns_nothing(session: Session, alice: User) -> None:
    attempt = begun(session, alice, LONG.id)
    numeric = next(q for q in questions(session, attempt) if _kind(session, q) == "numeric")
    form = dict.fromkeys(right_form(session, numeric), "about a dozen")
    assert send(session, attempt, numeric.position, form).form == form
    result = hand_in(session, attempt, now=NOW + 2 * MINUTE)
    assert result.marks[numeric.position - 1]["score"] == 0
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_answer_is_complete_only_with_how_sure_she_is_where_that_is_asked(session: Session, alice: User) -> None:
    attempt = begun(session, alice, "strict")
    form = right_form(session, questions(session, attempt)[0])
    assert send(session, attempt, 1, form).state == "begun"
    assert send(session, attempt, 1, form, certainty=Certainty.GUESSING).state == "complete"
    assert send(session, attempt, 1, {}, certainty=Certainty.GUESSING).state == "open"
