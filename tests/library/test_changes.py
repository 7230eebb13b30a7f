"""What differs between releases."""

from sqlalchemy.orm import Session

from tests.library.conftest import NOON, Shelf
from trainer.library.actions import changes_by_publishing, changes_by_rollback, publish


def told(session: Session, shelf: Shelf) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(c.what, c.kind, c.id, c.fields) for c in changes_by_publishing(session, shelf.read())]


def test_first_release_adds_everything(session: Session, shelf: Shelf) -> None:
    assert [change[:3] for change in told(session, shelf)] == [
        ("added", "course", "tea"),
        ("added", "lesson", "M01-L1"),
        ("added", "lesson", "M01-L2"),
        ("added", "bank", "tea-1"),
        ("added", "question", "T-1"),
        ("added", "question", "T-2"),
    ]


def test_same_files_change_nothing(session: Session, shelf: Shelf) -> None:
    publish(session, shelf.read(), NOON, by="a test")
    assert told(session, shelf) == []


def test_changed_pieces_name_their_fields(session: Session, shelf: Shelf) -> None:
    publish(session, shelf.read(), NOON, by="a test")
    shelf.write_course(title="Tea for two")
    shelf.write_lesson("M01-L2", title="Pouring", body="Slowly.")
    shelf.write_bank("What rises?", "What is smelt?", "What is heard?")
    assert told(session, shelf) == [
        ("changed", "course", "tea", ("title",)),
        ("changed", "lesson", "M01-L2", ("body",)),
        ("changed", "question", "T-2", ("stem",)),
        ("added", "question", "T-3", ()),
    ]


def test_renamed_bank_is_a_changed_bank(session: Session, shelf: Shelf) -> None:
    publish(session, shelf.read(), NOON, by="a test")
    shelf.write(shelf.bank, shelf.bank.read_text().replace("Questions on tea", "Tea"))
    assert told(session, shelf) == [("changed", "bank", "tea-1", ())]


def test_bank_that_is_reserved_for_exams_is_a_changed_bank(session: Session, shelf: Shelf) -> None:
    publish(session, shelf.read(), NOON, by="a test")
    shelf.write(shelf.bank, shelf.bank.read_text().replace("course: tea\n", "course: tea\nuse: exam\n"))
    assert told(session, shelf) == [("changed", "bank", "tea-1", ())]


def test_broken_bank_changes_nothing(session: Session, shelf: Shelf) -> None:
    publish(session, shelf.read(), NOON, by="a test")
    shelf.write(shelf.bank, shelf.bank.read_text().replace("difficulty: 2", "difficulty: 9"))
    assert told(session, shelf) == []


def test_rollback_is_told_the_other_way_round(session: Session, shelf: Shelf) -> None:
    publish(session, shelf.read(), NOON, by="a test")
    shelf.write_bank("What rises?")
    publish(session, shelf.read(), NOON, by="a test")
    assert [(c.what, c.id) for c in changes_by_rollback(session, 1)] == [("added", "T-2")]
