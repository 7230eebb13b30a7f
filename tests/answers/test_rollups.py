"""Roll-ups: whatever is answered in whatever order, they are what a rebuild from the spine makes of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as within
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, inspect, select, update
from sqlalchemy.orm import Session

from tests.answers.test_concurrency import ROUNDS, THREADS
from tests.answers.test_submit_answer import ASKED, RIGHT, WRONG, reply
from tests.factories import NOW
from tests.published import form_for, item, right_choice
from tests.racing import many_at_once
from trainer.accounts.models import User
from trainer.answers.actions import Asked, Graded, Reply, record, submit_answer
from trainer.answers.commands import rebuild as rebuild_command
from trainer.answers.mastery import known_of, mastery_of
from trainer.answers.misconceptions import beliefs_of, misconceptions_of_group
from trainer.answers.models import EXAM, Answer, AnsweredWeek, Knowledge, Misbelief, RebuildDue, Sureness
from trainer.answers.queries import certainty_of
from trainer.answers.rollups import ROLL_UPS, rebuild
from trainer.content.store import content_hash, item_to_json
from trainer.db import transaction
from trainer.learning import forecast
from trainer.learning.calibration import Certainty, calibrate
from trainer.learning.forecast import Known
from trainer.learning.mastery import Evidence, level
from trainer.serving import make_ready
from trainer.settings import Settings

pytestmark = pytest.mark.usefixtures("published")

ITEMS = [item(id) for id in ("M02-SC-001", "M02-SC-002", "M02-SC-005", "M03-SC-001")]
"""The first two share an objective and a misconception, the second and third another misconception."""
OBJECTIVES = {item.objective for item in ITEMS}
DAY = timedelta(days=1)
RIGHT_ONE, GIVE_UP = 0, 1


@dataclass(frozen=True)
class Step:
    """One answer of a history: `what` is right, giving up, or one of the wrong options (2 and up)."""

    which: int
    what: int
    certainty: Certainty
    hours: int
    mixed: bool = True
    exam: bool = False


def asked(step: Step, turn: int) -> Asked:
    found = ITEMS[step.which]
    return Asked(
        item_id=found.id,
        item_hash=content_hash(item_to_json(found)),
        objective=found.objective,
        seed="5eed" * 8,
        place=EXAM if step.exam else "practice",
        place_id="a-set",
        turn=turn,
        mixed=step.mixed,
    )


def given_in(step: Step) -> dict[str, str]:
    found = ITEMS[step.which]
    if step.what == RIGHT_ONE:
        return dict(right_choice(found))
    wrong = [option.id for option in found.question.options if not option.correct]  # type: ignore[attr-defined]
    return {} if step.what == GIVE_UP else {"choice": wrong[step.what % len(wrong)]}


def answer(session: Session, user: User, step: Step, turn: int, at: datetime) -> Answer:
    """Give it as practice or an assessment does."""
    put, given, key = asked(step, turn), given_in(step), f"key-{turn:>020}"
    if step.exam:
        graded = Graded(given, ITEMS[step.which].question.grade(given), step.certainty)
        return record(session, user.id, put, graded, key=key, at=at)
    if not given:
        return submit_answer(session, user, put, Reply({}, key, gave_up=True), now=at)
    form = form_for(ITEMS[step.which], put.seed, given)
    return submit_answer(session, user, put, Reply(form, key, step.certainty), now=at)


def live_through(session: Session, user: User, history: Sequence[Step]) -> list[Answer]:
    """The answers, each so many hours after the one before; fewer than none where clocks differ or results are told
    later."""
    at, answers = NOW, []
    for turn, step in enumerate(history):
        at += timedelta(hours=step.hours)
        answers.append(answer(session, user, step, turn, at))
    return answers


def rows_of(session: Session, user_id: int) -> dict[str, list[dict[str, object]]]:
    """All roll-ups of a learner, as they are in the database."""
    session.flush()
    session.expire_all()
    found = {}
    for table in ROLL_UPS:
        columns = [column.key for column in inspect(table).columns]
        rows = session.scalars(select(table).where(table.user_id == user_id).order_by(*inspect(table).primary_key))
        found[table.__tablename__] = [{name: getattr(row, name) for name in columns} for row in rows]
    return found


steps = st.builds(
    Step,
    which=st.integers(0, len(ITEMS) - 1),
    what=st.integers(0, 4),
    certainty=st.sampled_from(Certainty),
    hours=st.sampled_from((-30, -1, 0, 0, 1, 12, 17, 40, 200)),
    mixed=st.booleans(),
    exam=st.sampled_from((False, False, False, True)),
)


@within(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(history=st.lists(steps, max_size=25))
def test_roll_ups_are_what_a_rebuild_makes(session: Session, alice: User, history: list[Step]) -> None:
    live_through(session, alice, history)
    kept = rows_of(session, alice.id)
    rebuild(session, alice.id)
    assert rows_of(session, alice.id) == kept
    session.rollback()


@within(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(history=st.lists(steps, max_size=25))
def test_roll_ups_say_what_the_answers_say(session: Session, alice: User, history: list[Step]) -> None:
    answers = live_through(session, alice, history)
    later = NOW + 400 * DAY
    in_order = sorted(answers, key=lambda answer: (answer.answered_at, answer.id))
    for objective in {found.objective for found in ITEMS}:
        evidence = [evidence_in(each) for each in in_order if each.objective == objective]
        assert mastery_of(session, alice.id, objective, later) == level(evidence, later)
        known = Known()
        for each in evidence:
            known = forecast.after(known, each)
        assert known_of(session, alice.id, [objective]) == {objective: known}
    sure = [(Certainty(each.certainty), each.score) for each in answers if each.certainty]
    assert certainty_of(session, alice.id) == calibrate(sure)
    weeks = {row.monday: row.right + row.partly + row.not_yet for row in session.scalars(select(AnsweredWeek))}
    assert weeks == Counter(monday(each.answered_at) for each in answers)
    times = Counter(id for each in answers if each.place != EXAM for id in each.misconceptions)
    assert {id: belief.times for id, belief in beliefs_of(session, alice.id).items()} == times
    session.rollback()


def evidence_in(answer: Answer) -> Evidence:
    sure = Certainty(answer.certainty) if answer.certainty else None
    return Evidence(answer.item_id, answer.score, sure, answer.answered_at, answer.mixed)


def monday(at: datetime) -> date:
    return date.fromisocalendar(*at.date().isocalendar()[:2], 1)


def test_answer_sent_twice_is_counted_once(session: Session, alice: User) -> None:
    submit_answer(session, alice, ASKED, reply(WRONG), now=NOW)
    kept = rows_of(session, alice.id)
    submit_answer(session, alice, ASKED, reply(WRONG), now=NOW + DAY)
    assert rows_of(session, alice.id) == kept
    assert [row["times"] for row in kept["misbelief"]] == [1]


def test_week_begins_on_monday_in_utc(session: Session, alice: User) -> None:
    sunday = datetime.fromisoformat("2026-11-22T23:59:59+00:00")
    submit_answer(session, alice, ASKED, reply(RIGHT, "a" * 20), now=sunday)
    submit_answer(session, alice, replace(ASKED, turn=2), reply(RIGHT, "b" * 20), now=sunday + timedelta(seconds=1))
    weeks = session.scalars(select(AnsweredWeek.monday).order_by(AnsweredWeek.monday)).all()
    assert weeks == [date(2026, 11, 16), date(2026, 11, 23)]


def test_misconception_is_overcome_by_another_question_that_could_show_it(session: Session, alice: User) -> None:
    shared = min(ITEMS[0].misconceptions & ITEMS[1].misconceptions)
    wrong = next(n for n in (2, 3) if given_in(Step(0, n, Certainty.SURE, 0))["choice"] == option_showing(shared))
    live_through(session, alice, [Step(0, wrong, Certainty.SURE, 0), Step(1, RIGHT_ONE, Certainty.SURE, 24)])
    assert beliefs_of(session, alice.id)[shared].is_held
    answer(session, alice, Step(1, RIGHT_ONE, Certainty.GUESSING, 0), 8, NOW + 3 * DAY)
    assert beliefs_of(session, alice.id)[shared].is_held, "a guess shows nothing"
    answer(session, alice, Step(0, RIGHT_ONE, Certainty.THINK_SO, 0), 9, NOW + 4 * DAY)
    assert beliefs_of(session, alice.id)[shared].overcome_at == NOW + 4 * DAY


def option_showing(misconception: str) -> str:
    options = ITEMS[0].question.options  # type: ignore[attr-defined]
    return str(next(option.id for option in options if option.misconception == misconception))


def test_assessment_counts_for_the_bars_and_tells_no_misconception(session: Session, alice: User) -> None:
    answer(session, alice, Step(0, 2, Certainty.SURE, 0, exam=True), 1, NOW)
    kept = rows_of(session, alice.id)
    assert kept["misbelief"] == []
    assert [len(kept[name]) for name in ("knowledge", "answered_week", "sureness")] == [1, 1, 1]


def test_learners_are_counted_apart(session: Session, alice: User, bob: User) -> None:
    submit_answer(session, alice, ASKED, reply(WRONG), now=NOW)
    hers = rows_of(session, alice.id)
    submit_answer(session, bob, ASKED, reply(RIGHT), now=NOW)
    rebuild(session, bob.id)
    assert rows_of(session, alice.id) == hers
    assert rows_of(session, bob.id)["misbelief"] == []


def test_no_answer_is_lost_among_sixteen_at_once(engine: Engine, session: Session, alice: User) -> None:
    def send(number: int) -> str:
        for turn in range(ROUNDS):
            with transaction(engine) as own:
                put = replace(ASKED, turn=number * ROUNDS + turn)
                form = WRONG if turn % 2 else RIGHT
                submit_answer(own, alice, put, reply(form, f"key-{number}-{turn:>020}"), now=NOW)
        return "done"

    many_at_once(THREADS, send)
    every = THREADS * ROUNDS
    assert session.scalars(select(Knowledge.answers)).one() == every
    assert session.execute(select(AnsweredWeek.right, AnsweredWeek.not_yet)).one() == (every // 2, every // 2)
    assert session.execute(select(Sureness.answers, Sureness.right)).one() == (every, every // 2)
    assert session.scalars(select(Misbelief.times)).one() == every // 2
    kept = rows_of(session, alice.id)
    rebuild(session, alice.id)
    assert rows_of(session, alice.id) == kept


def test_what_was_read_before_the_lock_is_read_again(engine: Engine, session: Session, alice: User) -> None:
    submit_answer(session, alice, ASKED, reply(WRONG), now=NOW)
    session.commit()
    tables = (Knowledge, AnsweredWeek, Sureness, Misbelief)
    stale = [session.scalars(select(table)).one() for table in tables]
    session.commit()
    with transaction(engine) as other:
        submit_answer(other, alice, replace(ASKED, turn=2), reply(WRONG, "b" * 20), now=NOW)
    submit_answer(session, alice, replace(ASKED, turn=3), reply(WRONG, "c" * 20), now=NOW)
    assert [row["answers"] for row in rows_of(session, alice.id)["knowledge"]] == [3]
    assert (stale[1].not_yet, stale[2].answers, stale[3].times) == (3, 3, 3)  # type: ignore[attr-defined]


def forget(session: Session, user: User) -> None:
    """As a migration leaves it: answers, no roll-ups, and word of it."""
    for table in ROLL_UPS:
        session.execute(delete(table))
    session.add(RebuildDue(user_id=user.id))
    session.commit()


HISTORY = [Step(0, 2, Certainty.SURE, 0), Step(1, RIGHT_ONE, Certainty.SURE, 24), Step(3, GIVE_UP, Certainty.SURE, 1)]


def test_start_rebuilds_for_whom_the_migration_left_word(settings: Settings, session: Session, alice: User) -> None:
    live_through(session, alice, HISTORY)
    kept = rows_of(session, alice.id)
    forget(session, alice)
    make_ready(settings, "trainer")
    assert rows_of(session, alice.id) == kept
    assert session.scalar(select(func.count()).select_from(RebuildDue)) == 0


def test_answer_given_before_that_counts_all_before_it(session: Session, alice: User) -> None:
    live_through(session, alice, HISTORY[:2])
    forget(session, alice)
    answer(session, alice, HISTORY[2], 2, NOW + timedelta(hours=25))
    kept = rows_of(session, alice.id)
    assert sum(row["answers"] for row in kept["knowledge"]) == 3  # type: ignore[misc]
    rebuild(session, alice.id)
    assert rows_of(session, alice.id) == kept


def test_command_rebuilds_what_was_spoilt(settings: Settings, session: Session, alice: User) -> None:
    live_through(session, alice, HISTORY)
    kept = rows_of(session, alice.id)
    session.execute(update(Knowledge).values(answers=99))
    session.commit()
    result = CliRunner().invoke(rebuild_command, obj=settings)
    assert (result.exit_code, result.output) == (0, "Rebuilt for 1 people.\n")
    assert rows_of(session, alice.id) == kept


def test_group_is_told_from_five_people_who_practised_on(session: Session, alice: User, bob: User) -> None:
    answer(session, alice, Step(3, 2, Certainty.SURE, 0), 1, NOW)
    answer(session, bob, Step(3, RIGHT_ONE, Certainty.SURE, 0), 1, NOW)
    session.commit()
    assert misconceptions_of_group(session, [alice.id, bob.id], OBJECTIVES) is None
    assert misconceptions_of_group(session, [alice.id, bob.id, alice.id, 901, 902, 903], OBJECTIVES) is None
    assert misconceptions_of_group(session, [], OBJECTIVES) is None


def test_group_of_five_hears_how_many_and_nobodys_name(
    session: Session, alice: User, bob: User, lena: User, carol: User, otto: User
) -> None:
    team = [alice, bob, lena, carol, otto]
    for user in team[:2]:
        answer(session, user, Step(3, 2, Certainty.SURE, 0), 1, NOW)
    for turn, user in enumerate([*team[1:], bob], 2):
        answer(session, user, Step(3, RIGHT_ONE, Certainty.SURE, 0), turn, NOW + turn * DAY)
    told = misconceptions_of_group(session, [user.id for user in team], OBJECTIVES)
    assert told is not None
    assert [(spread.held, spread.overcome) for spread in told.values()] == [(1, 1)]
    assert misconceptions_of_group(session, [user.id for user in team[:4]], OBJECTIVES) is None
