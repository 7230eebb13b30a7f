"""`trainer check` and `trainer schema`: which files, in which form, with which ending."""

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from tests.content.conftest import BANK, FILES, GLOSSARY, LESSON, Shelf
from trainer.authoring.checking import check_paths
from trainer.authoring.commands import check, schema


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    for name, content in FILES.items():
        shelf.write(name, content)
    return shelf


def run(shelf: Shelf, *arguments: str) -> Result:
    settings = SimpleNamespace(courses=shelf.root / "courses", banks=shelf.root / "question_banks")
    return CliRunner().invoke(check, arguments, obj=settings, catch_exceptions=False)


def spoil_all(shelf: Shelf) -> None:
    shelf.spoil("question_banks/tea.yaml", "difficulty: 2", "difficulty: 9")
    shelf.spoil("courses/tea/M01/M01-L1.md", "## How", "#### How")


def test_check_of_sound_files_ends_with_0(shelf: Shelf) -> None:
    result = run(shelf)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No problems.\n")


def test_check_names_every_problem_and_ends_with_1(shelf: Shelf) -> None:
    spoil_all(shelf)
    result = run(shelf)
    assert result.exit_code == 1
    assert "M01-L1.md:11:1: error[heading-level]: " in result.stdout
    assert "tea.yaml:12:15: error[out-of-range]: " in result.stdout
    assert result.stderr == "2 problems in 2 files\n"


def test_check_shows_paths_as_seen_from_here(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil_all(shelf)
    monkeypatch.chdir(shelf.root)
    assert run(shelf).stdout.startswith("courses/tea/M01/M01-L1.md:11:1: error")


def test_check_of_one_file_speaks_of_that_file_only(shelf: Shelf) -> None:
    spoil_all(shelf)
    for name in (
        "question_banks/tea.yaml",
        "courses/tea/M01/M01-L1.md",
        "courses/tea/M01",
        "courses",
        "question_banks",
    ):
        assert run(shelf, str(shelf.root / name)).stderr == "1 problem in 1 file\n", name
    assert run(shelf, str(shelf.root / "courses/tea/glossary.yaml")).exit_code == 0


def test_check_of_a_bank_elsewhere_knows_the_courses(shelf: Shelf) -> None:
    bank = BANK.replace("id: tea\n", "id: mine\n").replace("T-", "Z-").replace("M01-O1", "M01-O7", 1)
    file = shelf.write("elsewhere/mine.yaml", bank)
    assert "error[unknown-objective]" in run(shelf, str(file)).stdout
    file.write_text(bank.replace("M01-O7", "M01-O1").replace("course: tea", "course: coffee"))
    result = run(shelf, str(file))
    assert "warning[unknown-course]" in result.stdout
    assert result.exit_code == 0


def test_check_of_a_copy_of_a_bank_is_no_duplicate(shelf: Shelf) -> None:
    file = shelf.write("elsewhere/tea.yaml", BANK)
    assert run(shelf, str(file)).exit_code == 0


def test_check_of_another_course_of_the_same_name_takes_that_one(shelf: Shelf) -> None:
    for name, content in FILES.items():
        shelf.write(f"elsewhere/{name}", content.replace("M01-O1", "M01-O5"))
    shelf.write("question_banks/tea.yaml", BANK)
    result = run(shelf, str(shelf.root / "elsewhere/courses/tea"))
    assert (result.stdout, result.exit_code) == ("", 0)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("loose/a.md", LESSON.replace("::: keep", "::: kep"), "unknown-block"),
        ("loose/a.svg", "<svg/>", "svg-viewbox"),
        ("loose/terms.yaml", GLOSSARY.replace("means:", "meens:"), "missing-field"),
        ("loose/course.txt", FILES["courses/tea/course.yaml"].replace("minutes: 10", "minutes: x"), "wrong-type"),
        ("loose/b.yaml", b"\xff\xfe", "encoding"),
        ("loose/b.svg", b"\xff", "encoding"),
    ],
)
def test_check_of_a_file_of_no_course_says_what_it_can(shelf: Shelf, name: str, content: str, code: str) -> None:
    file = shelf.write(name, content)
    result = run(shelf, str(file))
    assert result.exit_code == 1
    assert f"error[{code}]" in result.stdout
    assert "unknown-term" not in result.stdout


def test_check_without_the_folders_ends_with_1(shelf: Shelf) -> None:
    (shelf.root / "courses").rename(shelf.root / "elsewhere")
    (shelf.root / "question_banks").rename(shelf.root / "nowhere")
    result = run(shelf)
    assert result.exit_code == 1
    assert result.stdout.count("error[no-folder]") == 2


def test_check_of_a_folder_speaks_of_what_is_missing_in_it(shelf: Shelf) -> None:
    (shelf.root / "courses/tea/course.yaml").unlink()
    shelf.write("question_banks/sub/green.yaml", BANK)
    assert "error[no-course-file]" in run(shelf, str(shelf.root / "courses/tea")).stdout
    assert "warning[unread-file]" in run(shelf, str(shelf.root / "question_banks")).stdout
    assert run(shelf, str(shelf.root)).exit_code == 1


def test_check_of_a_folder_beside_the_courses_takes_no_folder_for_one(shelf: Shelf) -> None:
    shelf.write("elsewhere/notes/a.md", "A note.\n")
    assert run(shelf, str(shelf.root / "elsewhere")).exit_code == 0


def test_check_strict_lets_warnings_fail(shelf: Shelf) -> None:
    shelf.spoil("courses/tea/status.yaml", "recheck_after: 2027-11-01", "recheck_after: 2026-11-01")
    result = run(shelf)
    assert "warning[recheck]" in result.stdout
    assert result.exit_code == 0
    assert run(shelf, "--strict").exit_code == 1


def test_check_as_json_is_a_list_of_objects(shelf: Shelf) -> None:
    assert json.loads(run(shelf, "--format", "json").stdout) == []
    spoil_all(shelf)
    first = json.loads(run(shelf, "--format", "json").stdout)[0]
    assert (first["line"], first["column"], first["code"], first["severity"]) == (11, 1, "heading-level", "error")


def test_check_for_github_is_one_command_a_problem(shelf: Shelf) -> None:
    shelf.spoil("question_banks/tea.yaml", "title: Tea\n", "title: 12\n")
    line = run(shelf, "--format", "github").stdout.strip()
    assert line.startswith("::error file=")
    assert ",line=3,col=8,title=wrong-type::" in line


def test_exam_that_cannot_be_drawn_twice_is_an_error(shelf: Shelf) -> None:
    rules = "purpose: record, pool: open, pass: {overall: 0.5}"
    exam = f"- {{id: x, title: X, {rules}, blueprint: {{questions: 2, modules: {{M01: 1}}}}}}\n"
    shelf.write("courses/tea/exams.yaml", "schema: exams/1\nexams:\n" + exam)
    result = run(shelf)
    assert result.exit_code == 1
    assert "exams.yaml:3:" in result.stdout
    assert "error[blueprint]" in result.stdout
    assert "M01 needs 2 questions for each of 2 forms, 4 in all; there are 3." in result.stdout


def test_check_of_nothing_there_is_wrong_use(shelf: Shelf) -> None:
    assert run(shelf, str(shelf.root / "none")).exit_code == 2


@pytest.mark.parametrize(
    ("what", "title"), [("bank", "A question bank"), ("course", "A course"), ("exams", "The exams of a course")]
)
def test_schema_is_json(what: str, title: str) -> None:
    result = CliRunner().invoke(schema, [what])
    assert json.loads(result.stdout)["title"] == title


def test_link_that_leads_out_of_the_folder_is_told(tmp_path: Path) -> None:
    banks = tmp_path / "question_banks"
    banks.mkdir()
    (tmp_path / "elsewhere.yaml").write_text("schema: bank/1\n")
    (banks / "linked.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    problems = check_paths([banks], tmp_path / "courses", banks, date(2026, 11, 23))
    assert [Path(problem.path).name for problem in problems] == ["linked.yaml"]
