"""exams.yaml: read into values, and every reason told why an exam could not be held as it is written."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.content.conftest import BANK, COURSE, Shelf
from tests.content.test_schema import accepts
from trainer.content.exams import Exam
from trainer.content.loose_files import check_loose
from trainer.content.problems import Problem
from trainer.content.schema import exams_schema
from trainer.content.store import content_hash, course_from_json, course_to_json
from trainer.content.yaml_files import read_yaml
from trainer.learning.blueprint import Blueprint

FILE = "courses/tea/exams.yaml"
EMBEDDING = "courses/tea/M01/M01-L1.md"
RESERVED = "question_banks/tea-exam.yaml"

EXAMS = """\
schema: exams/1
exams:
- id: final
  title: The final exam
  purpose: record
  blueprint:
    questions: 4
    modules: {M01: 1}
    difficulty: {"2": 0.25, "3": 0.75}
  pool: reserved
  time_limit_minutes: 45
  attempts: 3
  wait_hours: 24
  navigation: sequential
  reveal: {what: marks, when: after_last_attempt}
  pass: {overall: 0.75, module_floor: 0.5}
  validity_months: 24
  grace_seconds: 60
- id: first
  title: Where to begin
  purpose: diagnostic
  blueprint:
    questions: 1
    objectives: {M01-O1: 100}
  pool: open
  rested_days: 14
  reveal: {what: all, when: now}
  certainty: true
"""

ITEM = """\
- id: {id}
  type: single_choice
  objective: M01-O1
  bloom: understand
  difficulty: {difficulty}
  stem: Question {id}?
  options:
  - {{id: a, text: For the leaves of {id}, correct: true, feedback: Yes.}}
  - {{id: b, text: For the cup of {id}, feedback: No.}}
  rationale: Because.
  sources: [{{ref: F001}}]
"""


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    """The shelf with two exams, and a reserved bank that can fill the first of them twice."""
    items = [ITEM.format(id=f"X-{n}", difficulty=2 if n < 2 else 3) for n in range(8)]
    head = "schema: bank/1\nid: tea-exam\ntitle: Reserved\ncourse: tea\nuse: exam\nitems:\n"
    shelf.write(RESERVED, head + "".join(items))
    shelf.write(FILE, EXAMS)
    return shelf


def exams(shelf: Shelf) -> tuple[Exam, ...]:
    """The exams of the course, which has no problems."""
    content = shelf.read()
    assert problems(shelf) == []
    return content.courses[0].exams


def problems(shelf: Shelf) -> list[Problem]:
    """What is wrong but for this: the second exam has one question, which opens no module."""
    return [problem for problem in shelf.problems() if problem.code != "never-opens"]


def test_exam_is_read_whole(shelf: Shelf) -> None:
    final, first = exams(shelf)
    assert (final.id, final.title, final.purpose, final.navigation) == (
        "final",
        "The final exam",
        "record",
        "sequential",
    )
    assert (final.time_limit_minutes, final.attempts, final.wait_hours, final.grace_seconds) == (45, 3, 24, 60)
    assert (final.reveal.what, final.reveal.when) == ("marks", "after_last_attempt")
    assert final.pass_rule is not None
    assert (final.pass_rule.overall, final.pass_rule.module_floor) == (0.75, 0.5)
    assert (final.validity_months, final.is_reserved, final.certainty) == (24, True, False)
    assert (first.is_reserved, first.rested_days, first.certainty) == (False, 14, True)
    assert (first.reveal.what, first.reveal.when) == ("all", "now")


def test_result_may_be_shown_from_a_day_on(shelf: Shelf) -> None:
    shelf.spoil(FILE, "attempts: 3", "attempts: 1")
    shelf.spoil(FILE, "when: after_last_attempt", "when: 2027-01-31")
    assert exams(shelf)[0].reveal.when == date(2027, 1, 31)


def test_exam_says_what_is_not_written(shelf: Shelf) -> None:
    first = exams(shelf)[1]
    assert (first.attempts, first.wait_hours, first.navigation, first.grace_seconds) == (1, 0, "free", 30)
    assert (first.time_limit_minutes, first.pass_rule, first.validity_months) == (None, None, None)


def test_weights_become_a_blueprint(shelf: Shelf) -> None:
    final, first = exams(shelf)
    assert final.blueprint.blueprint() == Blueprint(4, {"M01": 1}, {}, {2: 0.25, 3: 0.75})
    assert first.blueprint.blueprint() == Blueprint(1, {}, {"M01-O1": 100}, {})


def test_course_finds_its_exams_by_id(shelf: Shelf) -> None:
    course = shelf.read().courses[0]
    assert list(course.exams_by_id) == ["final", "first"]
    assert course.exams_by_id["first"] is course.exams[1]


def test_course_with_exams_to_json_and_back_is_the_identity(shelf: Shelf) -> None:
    course = shelf.read().courses[0]
    text = course_to_json(course)
    again = course_from_json(text)
    assert again.exams == course.exams
    assert course_to_json(again) == text


def test_exam_is_part_of_the_version_of_its_course(shelf: Shelf) -> None:
    course = shelf.read().courses[0]
    shelf.spoil(FILE, "overall: 0.75", "overall: 0.8")
    assert content_hash(course_to_json(shelf.read().courses[0])) != content_hash(course_to_json(course))


def test_course_without_exams_has_the_version_it_always_had(shelf: Shelf) -> None:
    course = replace(shelf.read().courses[0], exams=())
    assert "exams" not in course_to_json(course)


def test_bank_reserved_for_exams_says_so(shelf: Shelf) -> None:
    assert {bank.id: bank.use for bank in shelf.read().banks} == {"tea": "practice", "tea-exam": "exam"}


WRONG = [
    # --- shapes
    (FILE, "purpose: record", "purpose: @recrod", "not-offered", 'did you mean "record"?'),
    (FILE, "pool: reserved", "pool: @secret", "not-offered", "choose from measure, open, reserved"),
    (FILE, "attempts: 3", "attempts: @11", "out-of-range", "must be 10 or less"),
    (FILE, "overall: 0.75", "overall: @75", "out-of-range", "or less"),
    (FILE, "pass: {overall: 0.75, module_floor: 0.5}", "pass: @{module_floor: 0.5}", "missing-field", '"overall"'),
    (
        FILE,
        "when: after_last_attempt",
        "when: @later",
        "wrong-type",
        "a date like 2026-11-23 or 'now' or 'after",
    ),
    (FILE, "when: now", "when: @2027-02-31", "wrong-type", "a date like 2026-11-23"),
    (FILE, "navigation: sequential", "@navigate: sequential", "unknown-field", 'did you mean "navigation"?'),
    (FILE, "questions: 4", "questions: @0", "out-of-range", "must be 1 or more"),
    (FILE, "modules: {M01: 1}", "modules: {M01: @0}", "out-of-range", "must be more than 0"),
    (FILE, '"2": 0.25', '"7": @0.25', "not-offered", "choose from 1, 2, 3, 4, 5"),
    (FILE, '"2": 0.25', "@2: 0.25", "key-not-text", "Put it in quotes"),
    (FILE, "schema: exams/1", "schema: @exams/2", "not-offered", 'did you mean "exams/1"?'),
    (RESERVED, "use: exam", "use: @exams", "not-offered", 'did you mean "exam"?'),
    # --- what they refer to
    (FILE, "modules: {M01: 1}", "modules: {@M02: 1}", "unknown-module", 'did you mean "M01"?'),
    (FILE, "objectives: {M01-O1: 100}", "objectives: {@M01-O2: 100}", "unknown-objective", 'did you mean "M01-O1"?'),
    (FILE, "id: first", "id: @final", "duplicate-id", "twice"),
    # --- weights
    (FILE, '"3": 0.75', '"3": 0.7', "weights", "sum to 0.95; they must sum to 1"),
    (FILE, "    modules: {M01: 1}\n", "", "weights", "Give weights to modules or to objectives"),
    (FILE, "modules: {M01: 1}", "modules: {M01: 1}\n    objectives: {@M01-O1: 2}", "weights", 'its module "M01"'),
    (FILE, '{"2": 0.25, "3"', '{@"1": 0.1, "2": 0.15, "3"', "weights", "none is of difficulty 1"),
    # --- rules
    (FILE, "  pass: {overall: 0.75, module_floor: 0.5}\n", "", "missing-field", "an exam of record"),
    (FILE, "  pool: reserved\n", "  pool: reserved\n  @rested_days: 3\n", "not-needed", "`pool: open`"),
    # --- what can be drawn
    (
        FILE,
        "questions: 4",
        "questions: 6",
        "blueprint",
        "M01 needs 6 questions of difficulty 2 or 3 for each",
    ),
    (
        FILE,
        "questions: 1\n",
        "questions: 2\n",
        "blueprint",
        "practice are too few: M01-O1 needs 2 questions for",
    ),
    (
        FILE,
        '  blueprint:\n    questions: 4\n    modules: {M01: 1}\n    difficulty: {"2": 0.25',
        '  @blueprint:\n    questions: 4\n    modules: {M01: 1}\n    difficulty: {"4": 0.25',
        "blueprint",
        "The mix needs 1 question of difficulty 4 for each of 2 forms, 2 in all; there are 0.",
    ),
    (
        "courses/tea/M01/M01-L1.md",
        "::: question T-SC-001",
        "::: question @X-1",
        "reserved-question",
        "reserved for exams",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "code", "words"), WRONG)
def test_problem_of_an_exam_is_told_with_its_place(
    shelf: Shelf, name: str, old: str, new: str, code: str, words: str
) -> None:
    at = shelf.spoil(name, old, new)
    told = [p for p in shelf.problems() if p.path.endswith(name) and p.code == code and words in p.message]
    assert told, shelf.problems()
    assert all(problem.is_error for problem in told)
    if "@" in new:
        assert at in {(p.line, p.column) for p in told}, told
    assert shelf.read().courses == () or name == RESERVED


def test_area_to_which_no_question_falls_is_told(shelf: Shelf) -> None:
    two = COURSE.replace("misconceptions:", "- id: M02\n  title: Cups\n  minutes: 5\n  summary: Then the cup.\n"
                         "  objectives: [{id: M02-O1, verb: hold, text: Hold it., short: Hold}]\n  lessons: [M01-L1]\n"
                         "misconceptions:")  # fmt: skip
    shelf.write("courses/tea/course.yaml", two)
    shelf.spoil(FILE, "modules: {M01: 1}", "modules: {M01: 100, M02: 3}")
    assert 'Of 4 questions none falls to "M02"' in " ".join(p.message for p in shelf.problems())


def test_retired_question_fills_no_blueprint(shelf: Shelf) -> None:
    shelf.spoil(RESERVED, "  sources: [{ref: F001}]\n", "  sources: [{ref: F001}]\n  review: {status: retired}\n")
    assert {p.code for p in shelf.problems()} == {"blueprint"}


def test_unreadable_bank_makes_no_blueprint_too_large(shelf: Shelf) -> None:
    shelf.write(RESERVED, "a: [\n")
    assert [p.code for p in shelf.problems()] == ["syntax"]


def test_mistake_in_the_text_of_a_question_makes_no_blueprint_too_large(shelf: Shelf) -> None:
    shelf.spoil(RESERVED, "rationale: Because.", "rationale: [Because.]")
    assert {p.path.rpartition("/")[2] for p in problems(shelf)} == {"tea-exam.yaml"}


def test_unreadable_course_makes_no_module_unknown(shelf: Shelf) -> None:
    shelf.write("courses/tea/course.yaml", b"\xff\xfea")
    assert [p.code for p in shelf.problems()] == ["encoding"]


@pytest.mark.parametrize("text", ["", "- a\n", "schema: exams/1\nexams: []\n", "schema: exams/1\nexams: [hello]\n"])
def test_file_without_exams_is_told(shelf: Shelf, text: str) -> None:
    shelf.write(FILE, text)
    assert {Path(p.path).name for p in shelf.problems()} == {"exams.yaml"}


def test_blueprint_that_is_no_mapping_is_told(shelf: Shelf) -> None:
    shelf.spoil(FILE, "modules: {M01: 1}", "modules: [M01]")
    assert {p.code for p in shelf.problems()} == {"wrong-type"}


def test_exams_outside_a_course_are_checked_for_their_shape(tmp_path: Path) -> None:
    file = tmp_path / "exams.yaml"
    file.write_text(EXAMS.replace("attempts: 3", "attempts: many"))
    assert [p.code for p in check_loose(file)] == ["wrong-type"]


def schema_accepts(text: str) -> bool:
    """Whether an editor would call this text right."""
    schema: Any = exams_schema()
    return accepts(schema, read_yaml(text, "x").value, schema)


def test_exams_schema_accepts_exams() -> None:
    assert schema_accepts(EXAMS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("attempts: 3", "attempts: 11"),
        ("purpose: record", "purpose: fun"),
        ("navigation:", "navigate:"),
        ("overall: 0.75, ", ""),
        ("questions: 4", "questions: 0"),
        ('"2": 0.25', '"7": 0.25'),
        ("M01: 1", "M01: 0"),
    ],
)
def test_exams_schema_refuses_a_mistake(old: str, new: str) -> None:
    assert len(re.findall(re.escape(old), EXAMS)) == 1
    assert not schema_accepts(EXAMS.replace(old, new))


def test_bank_of_practice_may_say_so(shelf: Shelf) -> None:
    shelf.write("question_banks/tea.yaml", BANK.replace("course: tea\n", "course: tea\nuse: practice\n"))
    assert problems(shelf) == []
