"""Thirty-two at once: one attempt, one save, one winner, one result; and two tabs against an oracle (risks 4 to 7)."""

import os
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.exams.sitting_exams import FREE, MINUTE, begun, live, publish_exams, questions, right_form
from tests.factories import NOW, make_person
from tests.racing import many_at_once
from trainer.accounts.models import User
from trainer.db import transaction
from trainer.exams.actions import Elsewhere, Over, Sent, save_answer
from trainer.exams.grading import hand_in
from trainer.exams.models import ExamAttempt, ExamResult, ExamSave
from trainer.exams.queries import results_of
from trainer.exams.starting import start_attempt
from trainer.learning.question_types.base import Form

THREADS = 32
ROUNDS = int(os.environ.get("TRAINER_TEST_ROUNDS", "12"))
"""More rounds, 200 say, find rarer things: TRAINER_TEST_ROUNDS=200."""


@pytest.fixture(autouse=True)
def _exams(session: Session) -> None:
    publish_exams(session)


def test_of_many_who_begin_at_once_all_get_the_one_attempt(engine: Engine, session: Session, alice: User) -> None:
    for number in range(1, 4):

        def begin(_: int, day: timedelta = timedelta(days=2 * number)) -> str:
            with transaction(engine) as own:
                return start_attempt(own, alice, live(own), now=NOW + day).public_id

        assert len(many_at_once(THREADS, begin)) == 1
        with transaction(engine) as own:
            open_one = own.scalars(select(ExamAttempt).where(ExamAttempt.submitted_at.is_(None))).one()
            assert open_one.number == number
            hand_in(own, open_one, now=NOW + timedelta(days=2 * number, minutes=1))


def test_request_sent_many_times_is_kept_once(engine: Engine, session: Session, alice: User) -> None:
    attempt, forms = _ready(session, alice)
    for turn in range(ROUNDS):
        form = forms if turn % 2 == 0 else {}

        def send(_: int, form: Form = form, turn: int = turn) -> str:
            with transaction(engine) as own:
                return str(save_answer(own, attempt, 1, Sent(form, f"key-{turn:016}", turn), now=NOW + MINUTE).version)

        assert many_at_once(THREADS, send) == {str(turn + 1): THREADS}
    assert session.scalar(select(func.count()).select_from(ExamSave)) == ROUNDS


def test_of_many_tabs_one_wins_and_the_others_are_told(engine: Engine, session: Session, alice: User) -> None:
    attempt, form = _ready(session, alice)
    for turn in range(ROUNDS):

        def send(number: int, turn: int = turn) -> str:
            sent = Sent(form if number % 2 else {}, f"tab-{number:04}-{turn:012}", turn)
            try:
                with transaction(engine) as own:
                    save_answer(own, attempt, 1, sent, now=NOW + MINUTE)
            except Elsewhere:
                return "told"
            return "won"

        assert many_at_once(THREADS, send) == {"won": 1, "told": THREADS - 1}


def test_save_that_races_the_end_counts_or_is_told_so(engine: Engine, session: Session) -> None:
    for turn in range(ROUNDS):
        person = make_person(session, f"Racer{turn}")
        attempt, form = _ready(session, person)

        def act(number: int, attempt: ExamAttempt = attempt, form: Form = form) -> str:
            with transaction(engine) as own:
                if number == 7:
                    hand_in(own, attempt, now=NOW + MINUTE)
                    return "handed in"
                try:
                    save_answer(own, attempt, 1, Sent(form, f"key-{number:016}", 0), now=NOW + MINUTE)
                except Over:
                    return "late"
                except Elsewhere:
                    return "told"
                return "saved"

        found = many_at_once(THREADS, act)
        assert found["saved"] <= 1
        with transaction(engine, read_only=True) as own:
            (result,) = results_of(own, attempt)
            late = own.scalar(select(func.count()).where(ExamSave.attempt_id == attempt.id, ExamSave.late))
        assert result.marks[0]["score"] == found["saved"]
        assert late == found["late"]


def test_handed_in_many_times_there_is_one_result(engine: Engine, session: Session, alice: User) -> None:
    attempt, _ = _ready(session, alice)

    def end(_: int) -> str:
        with transaction(engine) as own:
            return str(hand_in(own, attempt, now=NOW + MINUTE).id)

    assert len(many_at_once(THREADS, end)) == 1
    assert session.scalar(select(func.count()).select_from(ExamResult)) == 1


def _ready(session: Session, person: User) -> tuple[ExamAttempt, Form]:
    """A committed attempt, and the right answer to its first question."""
    attempt = begun(session, person)
    form = right_form(session, questions(session, attempt)[0])
    session.commit()
    session.expunge(attempt)
    return attempt, form


# --- two tabs and an oracle ---------------------------------------------------------------------------------------

TABS, POSITIONS = st.sampled_from(["left", "right"]), st.sampled_from([1, 2])


def machine(engine: Engine, session: Session) -> type[RuleBasedStateMachine]:  # noqa: C901 - one class
    numbers = count()

    class TwoTabs(RuleBasedStateMachine):
        """What two tabs of one person may do to two questions, and what must then be stored."""

        @initialize()
        def begin(self) -> None:
            self.attempt, _ = _ready(session, make_person(session, f"Tabs{next(numbers)}"))
            self.right = {n: right_form(session, questions(session, self.attempt)[n - 1]) for n in (1, 2)}
            session.rollback()
            self.now, self.ended, self.late = NOW, False, 0
            self.form: dict[int, Form] = {1: {}, 2: {}}
            self.version, self.last = {1: 0, 2: 0}, {1: ("", 0), 2: ("", 0)}
            self.shown: dict[tuple[str, int], tuple[str, int, int]] = {}
            self.log: set[tuple[int, str, tuple[tuple[str, str], ...]]] = set()

        @rule(tab=TABS, position=POSITIONS)
        def look(self, tab: str, position: int) -> None:
            self.shown[tab, position] = (f"{tab}-{next(numbers):020}", self.version[position], 0)

        @rule(
            tab=TABS,
            position=POSITIONS,
            answers=st.booleans(),
            reply_arrives=st.booleans(),
            turns_on=st.integers(-1, 2),
        )
        def save(self, tab: str, position: int, answers: bool, reply_arrives: bool, turns_on: int) -> None:
            """A turn that does not go on is of a page without a script; one that goes back was overtaken on its way."""
            if (tab, position) not in self.shown:
                return
            key, version, before = self.shown[tab, position]
            turn = max(0, before + turns_on)
            form = self.right[position] if answers else {}
            expected = self._expected(position, key, turn, version, form)
            assert self._send(position, Sent(form, key, version, turn=turn)) == expected
            self.shown[tab, position] = (key, version, max(turn, before))
            if expected == "saved":
                self.form[position], self.last[position] = form, (key, turn)
                self.version[position] += 1
                if reply_arrives:
                    self.shown[tab, position] = (key, self.version[position], max(turn, before))
            if expected == "known":
                self.last[position] = (key, max(turn, self.last[position][1]))
            if expected == "late":
                self.log.add(_entry(position, key, form))
            self.late = len(self.log)

        @rule(minutes=st.sampled_from([1, 10, 29]))
        def wait(self, minutes: int) -> None:
            self.now += minutes * MINUTE

        @rule()
        def end(self) -> None:
            with transaction(engine) as own:
                result = hand_in(own, self.attempt, now=self.now)
                scores = [result.marks[n - 1]["score"] for n in (1, 2)]
            assert scores == [float(self.form[n] == self.right[n]) for n in (1, 2)]
            self.ended = True

        @invariant()
        def stored_is_what_the_oracle_says(self) -> None:
            with transaction(engine, read_only=True) as own:
                stored = {q.position: (q.form, q.version) for q in questions(own, self.attempt)[:2]}
                late = own.scalar(select(func.count()).where(ExamSave.attempt_id == self.attempt.id, ExamSave.late))
                results = len(results_of(own, self.attempt))
            assert stored == {n: (self.form[n], self.version[n]) for n in (1, 2)}
            assert (late, results) == (self.late, int(self.ended))

        def _expected(self, position: int, key: str, turn: int, version: int, form: Form) -> str:
            last_key, last_turn = self.last[position]
            if key == last_key and (form == self.form[position] or turn < last_turn):
                return "known"
            if self.ended or self.now > NOW + 30 * MINUTE + timedelta(seconds=FREE.grace_seconds):
                return "late"
            return "saved" if version == self.version[position] or key == last_key else "told"

        def _send(self, position: int, sent: Sent) -> str:
            before = self.version[position]
            own = Session(engine, expire_on_commit=False)
            try:
                after = save_answer(own, self.attempt, position, sent, now=self.now).version
                own.commit()
            except Over:
                own.commit()  # as the edge does: what came late is kept
                return "late"
            except Elsewhere:
                return "told"
            finally:
                own.close()
            return "saved" if after == before + 1 else "known"

    return TwoTabs


def _entry(position: int, key: str, form: Form) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    return position, key, tuple(sorted(form.items()))


def test_two_tabs_do_what_the_oracle_says(engine: Engine, session: Session) -> None:
    quick: Any = settings(
        max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine(engine, session), settings=quick)
