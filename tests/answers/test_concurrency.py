"""Sixteen threads at once: nothing is lost and nothing is doubled, on either database."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.answers.test_submit_answer import ASKED, RIGHT, WRONG, reply
from tests.factories import NOW
from tests.racing import many_at_once
from trainer.accounts.models import User
from trainer.answers.actions import AlreadyAnswered, submit_answer
from trainer.answers.models import Answer, Standing
from trainer.db import transaction
from trainer.notebook.actions import NoteChangedElsewhere, keep_note
from trainer.notebook.models import Note

pytestmark = pytest.mark.usefixtures("published")

THREADS = 16
ROUNDS = 10


def test_same_request_sent_sixteen_times_is_one_answer(engine: Engine, session: Session, alice: User) -> None:
    for turn in range(ROUNDS):
        asked = replace(ASKED, turn=turn)

        def send(_: int, asked: object = asked, turn: int = turn) -> str:
            with transaction(engine) as own:
                return str(submit_answer(own, alice, asked, reply(RIGHT, f"key-{turn:>020}"), now=NOW).id)  # type: ignore[arg-type]

        assert len(many_at_once(THREADS, send)) == 1
    assert session.scalar(select(func.count()).select_from(Answer)) == ROUNDS
    assert session.scalars(select(Standing.times)).one() == ROUNDS


def test_of_sixteen_tabs_one_wins_and_the_others_are_told(engine: Engine, session: Session, alice: User) -> None:
    for turn in range(ROUNDS):
        asked = replace(ASKED, turn=turn)

        def send(number: int, asked: object = asked, turn: int = turn) -> str:
            form = RIGHT if number % 2 else WRONG
            try:
                with transaction(engine) as own:
                    submit_answer(own, alice, asked, reply(form, f"tab-{number}-{turn:>020}"), now=NOW)  # type: ignore[arg-type]
            except AlreadyAnswered:
                return "told"
            return "won"

        assert many_at_once(THREADS, send) == {"won": 1, "told": THREADS - 1}
    assert session.scalar(select(func.count()).select_from(Answer)) == ROUNDS


def test_no_answer_is_lost_between_read_and_write(engine: Engine, session: Session, alice: User) -> None:
    """Each answer adds one to a number that it read before: the classic lost update."""

    def send(number: int) -> str:
        for turn in range(ROUNDS):
            with transaction(engine) as own:
                asked = replace(ASKED, turn=number * ROUNDS + turn)
                submit_answer(own, alice, asked, reply(RIGHT, f"key-{number}-{turn:>020}"), now=NOW)
        return "done"

    many_at_once(THREADS, send)
    assert session.scalars(select(Standing.times)).one() == THREADS * ROUNDS


def test_of_sixteen_writers_of_a_note_one_is_kept(engine: Engine, session: Session, alice: User) -> None:
    with transaction(engine) as own:
        keep_note(own, alice.id, ASKED.item_id, "first", version=0, now=NOW)

    def write(number: int) -> str:
        try:
            with transaction(engine) as own:
                keep_note(own, alice.id, ASKED.item_id, f"from {number}", version=1, now=NOW)
        except NoteChangedElsewhere:
            return "told"
        return "kept"

    assert many_at_once(THREADS, write) == {"kept": 1, "told": THREADS - 1}
    assert session.scalars(select(Note.version)).one() == 2
