"""What two requests do at once to a learner's place, reading, notes and marks: nothing fails, nothing is lost."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.racing import at_once, many_at_once
from trainer.accounts.models import User
from trainer.answers.actions import Asked, Reply
from trainer.answers.models import Answer
from trainer.db import transaction
from trainer.library.queries import live_catalogue
from trainer.notebook.actions import NoteChangedElsewhere, keep_note, set_revisit
from trainer.notebook.models import Note, Revisit
from trainer.study.actions import answer_check, finish_lesson, remember_place
from trainer.study.models import Reading

pytestmark = pytest.mark.usefixtures("published")
THREADS, ROUNDS = 16, 10
LESSON, ITEM = "M01-L1", "M01-SC-001"


@pytest.fixture
def own(engine: Engine) -> Callable[[Callable[[Session], object]], Callable[[], object]]:
    """The deed in a transaction of its own."""

    def deed(act: Callable[[Session], object]) -> Callable[[], object]:
        def run() -> object:
            with transaction(engine) as session:
                act(session)
            return "done"

        return run

    return deed


Own = Callable[[Callable[[Session], object]], Callable[[], object]]


def test_lesson_finished_while_its_place_is_remembered_is_finished(own: Own, session: Session, alice: User) -> None:
    for _ in range(ROUNDS):
        session.execute(delete(Reading))
        session.commit()
        places = [own(lambda its: remember_place(its, alice, LESSON, "s", now=NOW))] * 4
        finishes = [own(lambda its: finish_lesson(its, alice, LESSON, now=NOW))] * 4
        assert at_once(*places, *finishes) == ["done"] * 8
        assert session.scalars(select(Reading.finished_at)).one() == NOW
        session.commit()


def test_lesson_is_read_and_answered_at_once(own: Own, session: Session, alice: User) -> None:
    """Both take the learner first and then the lesson, so neither waits for the other for ever."""
    (row,) = (row for row in live_catalogue(session).items.values() if row.id == "M01-SC-002")
    session.commit()
    for turn in range(ROUNDS):
        asked = Asked(row.id, row.hash, row.objective, "seed", "lesson", LESSON, turn, mixed=False)
        reply = Reply({}, f"key-{turn:016}", gave_up=True)
        places = [own(lambda its: remember_place(its, alice, LESSON, "s", now=NOW))] * 4
        answers = [own(partial(answer_check, user=alice, asked=asked, reply=reply, now=NOW))] * 4
        assert at_once(*places, *answers) == ["done"] * 8
    assert len(session.scalars(select(Answer.id)).all()) == ROUNDS


def test_mark_set_many_times_at_once_is_one(engine: Engine, session: Session, alice: User) -> None:
    for turn in range(ROUNDS):

        def mark(_: int, item_id: str = f"{ITEM}-{turn}") -> str:
            with transaction(engine) as its:
                set_revisit(its, alice.id, item_id, True, now=NOW)
            return "done"

        assert many_at_once(THREADS, mark) == {"done": THREADS}
    assert len(session.scalars(select(Revisit.item_id)).all()) == ROUNDS


def test_of_many_first_notes_one_is_kept_and_the_others_are_told(engine: Engine, session: Session, alice: User) -> None:
    for turn in range(ROUNDS):

        def write(number: int, item_id: str = f"{ITEM}-{turn}") -> str:
            try:
                with transaction(engine) as its:
                    keep_note(its, alice.id, item_id, f"Note {number}", version=0, now=NOW)
            except NoteChangedElsewhere:
                return "told"
            return "kept"

        assert many_at_once(THREADS, write) == {"kept": 1, "told": THREADS - 1}
    assert set(session.scalars(select(Note.version))) == {1}
