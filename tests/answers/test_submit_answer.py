"""The spine: an answer is taken once, whatever browsers, networks and second tabs do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.published import form_for, item, right_choice, wrong_choice
from trainer.accounts.models import User
from trainer.answers.actions import AlreadyAnswered, Asked, KeyUsedElsewhere, NotAnAnswer, Reply, submit_answer
from trainer.answers.models import Answer, Standing
from trainer.content.store import content_hash, item_to_json
from trainer.learning.calibration import Certainty
from trainer.learning.errors import NotFound

pytestmark = pytest.mark.usefixtures("published")

ITEM = item("M03-SC-001")
ASKED = Asked(
    item_id=ITEM.id,
    item_hash=content_hash(item_to_json(ITEM)),
    objective=ITEM.objective,
    seed="5eed" * 8,
    place="practice",
    place_id="a-set",
    turn=1,
    mixed=True,
)
RIGHT = form_for(ITEM, ASKED.seed, right_choice(ITEM))
WRONG = form_for(ITEM, ASKED.seed, wrong_choice(ITEM))


def reply(form: dict[str, str], key: str = "k" * 20, certainty: Certainty | None = Certainty.SURE) -> Reply:
    return Reply(form, key, certainty)


def test_right_answer_scores_one_and_is_kept_as_given(session: Session, alice: User) -> None:
    answer = submit_answer(session, alice, ASKED, reply(RIGHT), now=NOW)
    assert (answer.score, answer.given, answer.certainty) == (1.0, right_choice(ITEM), 3)
    assert answer.rule == "one_right"


def test_wrong_answer_scores_zero_and_names_its_misconception(session: Session, alice: User) -> None:
    answer = submit_answer(session, alice, ASKED, reply(WRONG), now=NOW)
    assert answer.score == 0.0
    chosen = next(o for o in ITEM.question.options if o.id == answer.given["choice"])  # type: ignore[attr-defined]
    assert answer.misconceptions == [chosen.misconception]


def test_answer_sent_twice_is_recorded_once(session: Session, alice: User) -> None:
    first = submit_answer(session, alice, ASKED, reply(RIGHT), now=NOW)
    again = submit_answer(session, alice, ASKED, reply(RIGHT), now=NOW + timedelta(seconds=2))
    assert again.id == first.id
    assert session.scalar(select(func.count()).select_from(Answer)) == 1


def test_second_tab_is_told_what_counts(session: Session, alice: User) -> None:
    first = submit_answer(session, alice, ASKED, reply(RIGHT, "first-tab-first-tab"), now=NOW)
    with pytest.raises(AlreadyAnswered) as refused:
        submit_answer(session, alice, ASKED, reply(WRONG, "second-tab-second-tab"), now=NOW)
    assert refused.value.earlier.id == first.id
    assert session.scalar(select(func.count()).select_from(Answer)) == 1


def test_key_of_another_question_is_refused(session: Session, alice: User) -> None:
    submit_answer(session, alice, ASKED, reply(RIGHT), now=NOW)
    for elsewhere in (
        replace(ASKED, place_id="another-set"),
        replace(ASKED, place="lesson"),
        replace(ASKED, item_id="M03-SC-002"),
    ):
        with pytest.raises(KeyUsedElsewhere):
            submit_answer(session, alice, elsewhere, reply(RIGHT), now=NOW)


def test_answer_that_counts_is_told_whatever_the_key(session: Session, alice: User) -> None:
    """The key belongs to the answer to another question; this one is answered as well."""
    submit_answer(session, alice, replace(ASKED, turn=7, place_id="another-set"), reply(RIGHT, "one" * 7), now=NOW)
    counts = submit_answer(session, alice, ASKED, reply(RIGHT, "two" * 7), now=NOW)
    with pytest.raises(AlreadyAnswered) as refused:
        submit_answer(session, alice, ASKED, reply(WRONG, "one" * 7), now=NOW)
    assert refused.value.earlier.id == counts.id


def test_two_learners_may_use_the_same_key(session: Session, alice: User, bob: User) -> None:
    submit_answer(session, alice, ASKED, reply(RIGHT), now=NOW)
    assert submit_answer(session, bob, ASKED, reply(WRONG), now=NOW).score == 0.0


def test_incomplete_form_is_not_an_answer(session: Session, alice: User) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        submit_answer(session, alice, ASKED, reply({}), now=NOW)
    assert refused.value.why is not None
    assert refused.value.why.reason == "missing"
    assert not refused.value.lacks_certainty


def test_answer_without_certainty_is_asked_for_it(session: Session, alice: User) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        submit_answer(session, alice, ASKED, reply(RIGHT, certainty=None), now=NOW)
    assert refused.value.why is None
    assert refused.value.lacks_certainty


def test_all_that_is_missing_is_told_at_once(session: Session, alice: User) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        submit_answer(session, alice, ASKED, reply({}, certainty=None), now=NOW)
    assert refused.value.why is not None
    assert refused.value.lacks_certainty


def test_i_do_not_know_is_an_answer_of_its_own(session: Session, alice: User) -> None:
    answer = submit_answer(session, alice, ASKED, Reply({}, "k" * 20, Certainty.SURE, gave_up=True), now=NOW)
    assert (answer.score, answer.given, answer.certainty) == (0.0, {}, None)


def test_unknown_version_is_not_found(session: Session, alice: User) -> None:
    with pytest.raises(NotFound):
        submit_answer(session, alice, replace(ASKED, item_hash="0" * 64), reply(RIGHT), now=NOW)


def test_standing_moves_with_each_answer(session: Session, alice: User) -> None:
    submit_answer(session, alice, ASKED, reply(WRONG, "k" * 20), now=NOW)
    standing = session.get_one(Standing, (alice.id, ITEM.id))
    assert (standing.times, standing.last_score) == (1, 0.0)
    assert standing.due_at <= NOW + timedelta(days=1)
    later = NOW + timedelta(days=1)
    submit_answer(session, alice, replace(ASKED, turn=2), reply(RIGHT, "l" * 20), now=later)
    assert (standing.times, standing.last_score, standing.last_at) == (2, 1.0, later)


def test_answer_cannot_be_changed_in_the_database(session: Session, alice: User) -> None:
    submit_answer(session, alice, ASKED, reply(WRONG), now=NOW)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(update(Answer).values(score=1.0))
    session.rollback()
    assert session.scalar(select(Answer.score)) == 0.0


def test_erasing_a_person_takes_her_answers_along(session: Session, alice: User) -> None:
    submit_answer(session, alice, ASKED, reply(RIGHT), now=NOW)
    session.commit()
    session.execute(delete(User).where(User.id == alice.id))
    session.commit()
    assert session.scalar(select(func.count()).select_from(Answer)) == 0
