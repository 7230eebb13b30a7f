"""Publishing: all or nothing, only what changed, never what is broken; and the way back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.library.conftest import Shelf
from trainer.content.reading import Content, read_content
from trainer.learning.errors import NotFound
from trainer.library.actions import publish, publish_folders, rollback
from trainer.library.models import ContentDocument
from trainer.library.queries import item_version, last_check, live_catalogue, live_number, live_release, releases


def stems(session: Session) -> list[str]:
    """What learners are asked now."""
    return [item_version(session, row.hash).question.prompt for row in live_catalogue(session).items.values()]


def documents(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ContentDocument)) or 0


def test_first_release_makes_everything_live(session: Session, shelf: Shelf, noon: datetime) -> None:
    release = publish(session, shelf.read(), noon, by="otto@example.org", note="first")
    assert release is not None
    assert live_number(session) == release.number
    assert stems(session) == ["What rises?", "What is seen?"]
    row = releases(session)[0]
    assert (row.number, row.by, row.note, row.live_since) == (release.number, "otto@example.org", "first", noon)


def test_publishing_nothing_makes_no_release(session: Session, noon: datetime) -> None:
    assert publish(session, Content(), noon, by="x") is None
    assert live_release(session) is None


def test_publishing_the_same_again_changes_nothing(session: Session, shelf: Shelf, noon: datetime) -> None:
    first = publish(session, shelf.read(), noon, by="x")
    again = publish(session, shelf.read(), noon + timedelta(days=1), by="x")
    assert first is again
    assert len(releases(session)) == 1


def test_changed_item_adds_one_version_and_keeps_the_old(session: Session, shelf: Shelf, noon: datetime) -> None:
    publish(session, shelf.read(), noon, by="x")
    before, hashes = documents(session), [row.hash for row in live_catalogue(session).items.values()]
    shelf.write_bank("What rises then?", "What is seen?")
    publish(session, shelf.read(), noon, by="x")
    assert stems(session) == ["What rises then?", "What is seen?"]
    assert documents(session) == before + 1
    assert item_version(session, hashes[0]).question.prompt == "What rises?", (
        "a running attempt still finds its version"
    )
    assert live_catalogue(session).items["T-2"].hash == hashes[1]


def test_changed_lesson_stores_that_lesson_only(session: Session, shelf: Shelf, noon: datetime) -> None:
    publish(session, shelf.read(), noon, by="x")
    before = documents(session)
    shelf.write_lesson("M01-L2", title="Pouring", body="Pour slowly.")
    publish(session, shelf.read(), noon, by="x")
    assert documents(session) == before + 1
    assert live_catalogue(session).courses["tea"].lessons_by_id["M01-L2"].body.strip() == "Pour slowly."


def test_item_that_was_taken_out_is_asked_no_more(session: Session, shelf: Shelf, noon: datetime) -> None:
    publish(session, shelf.read(), noon, by="x")
    shelf.write_bank("What rises?")
    publish(session, shelf.read(), noon, by="x")
    assert stems(session) == ["What rises?"]


def test_retired_item_is_kept_but_not_asked(session: Session, shelf: Shelf, noon: datetime) -> None:
    shelf.write_bank("What rises?", status="retired")
    publish(session, shelf.read(), noon, by="x")
    assert stems(session) == []
    kinds = session.scalars(select(ContentDocument.kind)).all()
    assert kinds.count("item") == 1


def test_broken_bank_takes_nothing_down_and_is_told(session: Session, shelf: Shelf, noon: datetime) -> None:
    publish(session, shelf.read(), noon, by="x")
    shelf.write(shelf.bank, shelf.bank.read_text(encoding="utf-8") + "  nonsense\n")
    shelf.write_course(title="Better tea")
    publish(session, shelf.read(), noon, by="x")
    assert stems(session) == ["What rises?", "What is seen?"]
    assert live_catalogue(session).courses["tea"].title == "Better tea", "what is sound is published"
    check = last_check(session)
    assert check is not None
    assert any(problem.is_error and problem.path.endswith("tea-1.yaml") for problem in check.problems)


def test_broken_course_takes_nothing_down(session: Session, shelf: Shelf, noon: datetime) -> None:
    publish(session, shelf.read(), noon, by="x")
    shelf.write(shelf.course / "course.yaml", "schema: course/1\nid: tea\n")
    shelf.write_bank("Anything else?")
    release = publish(session, shelf.read(), noon, by="x")
    assert release is not None
    assert stems(session) == ["What rises?", "What is seen?"], "a bank follows its course"
    assert live_catalogue(session).courses["tea"].title == "Tea"
    assert len(releases(session)) == 1


def test_mended_bank_is_live_again_and_its_problems_gone(session: Session, shelf: Shelf, noon: datetime) -> None:
    publish(session, shelf.read(), noon, by="x")
    shelf.write(shelf.bank, "nonsense")
    publish(session, shelf.read(), noon, by="x")
    shelf.write_bank("Mended?")
    publish(session, shelf.read(), noon, by="x")
    assert stems(session) == ["Mended?"]
    check = last_check(session)
    assert check is not None
    assert not [problem for problem in check.problems if problem.is_error]


def test_bank_that_was_broken_from_the_start_is_not_live(session: Session, shelf: Shelf, noon: datetime) -> None:
    shelf.write(shelf.bank, "nonsense")
    publish(session, shelf.read(), noon, by="x")
    assert stems(session) == []
    assert "tea" in live_catalogue(session).courses


def test_removed_course_goes_with_its_banks(session: Session, shelf: Shelf, noon: datetime) -> None:
    publish(session, shelf.read(), noon, by="x")
    coffee = shelf.courses / "coffee"
    shelf.course.rename(coffee)
    shelf.write(coffee / "course.yaml", (coffee / "course.yaml").read_text("utf-8").replace("id: tea", "id: coffee"))
    publish(session, shelf.read(), noon, by="x")
    assert set(live_catalogue(session).courses) == {"coffee"}
    assert stems(session) == []


@pytest.mark.parametrize("gone", ["courses", "banks", "both", "head"])
def test_files_that_are_gone_take_nothing_down(session: Session, shelf: Shelf, noon: datetime, gone: str) -> None:
    publish(session, shelf.read(), noon, by="x")
    courses = shelf.courses.with_name("nowhere") if gone in ("courses", "both") else shelf.courses
    banks = shelf.banks.with_name("nowhere") if gone in ("banks", "both") else shelf.banks
    if gone == "head":
        (shelf.course / "course.yaml").unlink()
    publish(session, read_content(courses, banks, noon.date()), noon, by="x")
    assert publish_folders(session, courses, banks, noon, by="x") is live_release(session)
    assert stems(session) == ["What rises?", "What is seen?"]
    assert set(live_catalogue(session).courses) == {"tea"}
    assert len(releases(session)) == 1
    check = last_check(session)
    assert check is not None
    assert any(problem.is_error for problem in check.problems), "the authors are told"


@pytest.mark.parametrize("folder", ["courses", "banks"])
def test_empty_folder_takes_nothing_down(session: Session, shelf: Shelf, noon: datetime, folder: str) -> None:
    publish(session, shelf.read(), noon, by="x")
    empty = shelf.courses.with_name("empty")
    empty.mkdir()
    folders = {"courses": shelf.courses, "banks": shelf.banks} | {folder: empty}
    publish(session, read_content(**folders, today=noon.date()), noon, by="x")
    assert stems(session) == ["What rises?", "What is seen?"]


def test_setting_that_points_into_a_course_takes_nothing_down(session: Session, shelf: Shelf, noon: datetime) -> None:
    publish(session, shelf.read(), noon, by="x")
    publish(session, read_content(shelf.course, shelf.banks, noon.date()), noon, by="x")
    assert set(live_catalogue(session).courses) == {"tea"}
    assert stems(session) == ["What rises?", "What is seen?"]


def test_rollback_brings_the_earlier_release_back(session: Session, shelf: Shelf, noon: datetime) -> None:
    first = publish(session, shelf.read(), noon, by="x")
    shelf.write_bank("New?")
    publish(session, shelf.read(), noon, by="x")
    assert first is not None
    rollback(session, first.number, noon, by="x")
    assert stems(session) == ["What rises?", "What is seen?"]
    assert [bool(row.live_since) for row in releases(session)] == [False, True]


def test_rollback_to_what_is_live_changes_nothing(session: Session, shelf: Shelf, noon: datetime) -> None:
    first = publish(session, shelf.read(), noon, by="x")
    assert first is not None
    rollback(session, first.number, noon + timedelta(days=1), by="x")
    assert releases(session)[0].live_since == noon


def test_rollback_to_no_release_is_refused(session: Session, noon: datetime) -> None:
    with pytest.raises(NotFound, match="no release 7"):
        rollback(session, 7, noon, by="x")


def test_start_keeps_what_was_rolled_back(session: Session, shelf: Shelf, noon: datetime) -> None:
    first = publish_folders(session, shelf.courses, shelf.banks, noon, by="start")
    shelf.write_bank("New?")
    publish_folders(session, shelf.courses, shelf.banks, noon, by="start")
    assert first is not None
    rollback(session, first.number, noon, by="x")
    publish_folders(session, shelf.courses, shelf.banks, noon, by="start")
    assert live_number(session) == first.number, "the files did not change, so the decision stands"
    shelf.write_bank("Newer?")
    publish_folders(session, shelf.courses, shelf.banks, noon, by="start")
    assert stems(session) == ["Newer?"]


def test_explicit_publish_ends_a_rollback(session: Session, shelf: Shelf, noon: datetime) -> None:
    first = publish(session, shelf.read(), noon, by="x")
    shelf.write_bank("New?")
    publish(session, shelf.read(), noon, by="x")
    assert first is not None
    rollback(session, first.number, noon, by="x")
    publish(session, shelf.read(), noon, by="x")
    assert stems(session) == ["New?"]
