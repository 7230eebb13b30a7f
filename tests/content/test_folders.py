"""What lies where nobody looks is told, and what is gone is missed: nothing leaves the learners without a word."""

import os
from pathlib import Path

import pytest

from tests.content.conftest import BANK, COURSE, Shelf
from trainer.content.problems import Problem, readable
from trainer.content.reading import read_content


def told(shelf: Shelf) -> list[tuple[str, str, str]]:
    """The problems: where, what, how bad."""
    return [(str(Path(p.path).relative_to(shelf.root)), p.code, p.severity) for p in shelf.problems()]


def test_missing_folders_are_errors_that_name_their_settings(tmp_path: Path) -> None:
    content = read_content(tmp_path / "courses", tmp_path / "banks")
    assert [(p.path, p.code, p.is_error) for p in content.problems] == [
        (str(tmp_path / "banks"), "no-folder", True),
        (str(tmp_path / "courses"), "no-folder", True),
    ]
    assert "TRAINER_BANKS" in content.problems[0].message
    assert "TRAINER_COURSES" in content.problems[1].message
    assert (content.courses, content.banks, content.course("tea")) == ((), (), None)


def test_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert {p.code for p in read_content(file, file).problems} == {"no-folder"}


def test_empty_folders_are_told(tmp_path: Path) -> None:
    (tmp_path / "courses").mkdir()
    (tmp_path / "banks").mkdir()
    problems = read_content(tmp_path / "courses", tmp_path / "banks").problems
    assert [(p.code, p.severity) for p in problems] == [("no-bank", "warning"), ("no-course", "error")]


def test_course_whose_own_file_is_gone_is_a_broken_course(shelf: Shelf) -> None:
    (shelf.root / "courses/tea/course.yaml").unlink()
    assert told(shelf) == [("courses/tea/course.yaml", "no-course-file", "error")]
    assert shelf.read().broken_courses == ("tea",)


def test_course_with_a_misspelt_file_is_told_the_right_name(shelf: Shelf) -> None:
    (shelf.root / "courses/tea/course.yaml").rename(shelf.root / "courses/tea/course.yml")
    assert told(shelf) == [
        ("courses/tea/course.yaml", "no-course-file", "error"),
        ("courses/tea/course.yml", "unread-file", "warning"),
    ]
    assert 'did you mean "course.yaml"?' in shelf.problems()[1].message


def test_empty_course_folder_is_told(shelf: Shelf) -> None:
    (shelf.root / "courses/coffee").mkdir()
    assert told(shelf) == [("courses/coffee/course.yaml", "no-course-file", "error")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_course_that_may_not_be_read_is_told(shelf: Shelf) -> None:
    (shelf.root / "courses/tea").chmod(0)
    content = shelf.read()
    (shelf.root / "courses/tea").chmod(0o700)
    assert content.broken_courses == ("tea",)


def test_hidden_folder_is_no_course(shelf: Shelf) -> None:
    shelf.write("courses/.git/config.yaml", "a: b\n")
    assert told(shelf) == []


def test_bank_in_a_folder_below_is_told_where_to_go(shelf: Shelf) -> None:
    shelf.write("question_banks/sub/deep/green.yaml", BANK)
    assert told(shelf) == [("question_banks/sub/deep/green.yaml", "unread-file", "warning")]
    assert "Move it there." in shelf.problems()[0].message


def test_file_name_that_is_not_utf8_is_told_and_can_be_written(shelf: Shelf) -> None:
    path = os.fsencode(shelf.root / "question_banks") + b"/\xff.yaml"
    Path(os.fsdecode(path)).write_bytes(BANK.encode())
    problems = shelf.problems()
    assert problems
    for problem in problems:
        str(problem).encode()
    assert {Path(problem.path).name for problem in problems} == {r"\xff.yaml"}


@pytest.mark.parametrize(
    ("path", "shown"), [("tea.yaml", "tea.yaml"), ("té.yaml", "té.yaml"), ("a\nb", r"a\nb"), ("\udcff", r"\xff")]
)
def test_path_is_one_line_that_can_be_read(path: str, shown: str) -> None:
    assert readable(path) == shown
    assert Problem(path, 1, 1, "x", "\udcff").message == r"\xff"


@pytest.mark.parametrize("kept", ["M01-O1", "hot-tap", "M01-L1"])
def test_two_courses_must_not_share_ids(shelf: Shelf, kept: str) -> None:
    """Answers go by an objective's id, misconceptions by theirs: those of two courses would be added together."""
    course = COURSE.replace("id: tea\n", "id: coffee\n")
    for id, other in (("M01-O1", "C01-O1"), ("hot-tap", "hot-pot"), ("M01-L1", "C01-L1")):
        course = course if id == kept else course.replace(id, other)
    shelf.write("courses/coffee/course.yaml", course)
    told_twice = [problem for problem in shelf.problems() if problem.code == "duplicate-id"]
    assert any(f'"{kept}" is also in the course' in problem.message for problem in told_twice), shelf.problems()
    assert all(problem.path.endswith("tea/course.yaml") for problem in told_twice)
