"""Tests that place learners and measure the course: what is wrong with them, alone and together, is told."""

import pytest

from tests.content.conftest import Shelf
from tests.content.test_exams import ITEM

FILE = "courses/tea/exams.yaml"
POOL = "question_banks/tea-measure.yaml"
EXAMS = """\
schema: exams/1
exams:
- id: entry
  title: Where you stand
  purpose: pre_post
  blueprint: {questions: 3, objectives: {M01-O1: 1}}
  pool: measure
  reveal: {what: all, when: now}
  pass: {overall: 0.75}
  certainty: true
- id: later
  title: What has stayed
  purpose: delayed
  blueprint: {questions: 1, modules: {M01: 1}}
  pool: measure
  days: [30, 90]
  reveal: {what: all, when: now}
  pass: {overall: 0.6}
"""


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    """The shelf with a test before and after, two delayed checks, and just enough questions for all four."""
    items = [ITEM.format(id=f"X-{n}", difficulty=2) for n in range(8)]
    head = "schema: bank/1\nid: tea-measure\ntitle: Measuring\ncourse: tea\nuse: measure\nitems:\n"
    shelf.write(POOL, head + "".join(items))
    shelf.write(FILE, EXAMS)
    return shelf


def test_exams_that_measure_are_read(shelf: Shelf) -> None:
    content = shelf.read()
    assert content.problems == ()
    entry, later = content.courses[0].exams
    assert (entry.is_entry, entry.measures, entry.draws_from, entry.is_reserved) == (True, True, "measure", True)
    assert (later.is_entry, later.measures, later.days, later.open_days) == (False, True, (30, 90), 21)


def test_delayed_check_says_how_long_it_is_open(shelf: Shelf) -> None:
    shelf.spoil(FILE, "days: [30, 90]", "days: [30, 90]\n  open_days: 60")
    assert shelf.read().courses[0].exams[1].open_days == 60


WRONG = [
    ("  certainty: true", "  certainty: true\n  @attempts: 2", "not-needed", "`attempts` is for exams of record"),
    ("  certainty: true", "  certainty: true\n  @wait_hours: 2", "not-needed", "`wait_hours` is for exams of record"),
    ("  certainty: true", "  certainty: true\n  @validity_months: 2", "not-needed", "`validity_months` is for exams"),
    ("  certainty: true", "  certainty: true\n  @renewal_days: 9", "not-needed", "`renewal_days` is for exams"),
    ("overall: 0.75}", "overall: 0.75, module_floor: 0.5}", "not-needed", "`module_floor` is for exams of record"),
    ("  pass: {overall: 0.75}\n", "", "missing-field", "say before the course what is aimed at"),
    ("  pass: {overall: 0.6}\n", "", "missing-field", "say before the course what is aimed at"),
    (
        "  reveal: {what: all, when: now}\n  pass: {overall: 0.6}",
        "  @reveal: {what: all, when: 2027-01-31}\n  pass: {overall: 0.6}",
        "not-told",
        "is told at once",
    ),
    (
        "  reveal: {what: all, when: now}\n  pass: {overall: 0.6}",
        "  @reveal: {what: nothing, when: now}\n  pass: {overall: 0.6}",
        "not-told",
        "at least the score",
    ),
    ("  days: [30, 90]\n", "", "missing-field", '"days" is missing'),
    ("[30, 90]", "[]", "missing-field", '"days" is missing'),
    ("  days: [30, 90]", "  @days: [30, 50]", "overlap", "day 30 is open until day 51; day 50 is before"),
    ("  days: [30, 90]", "  @days: [90, 30]", "overlap", "day 90 is open until day 111; day 30 is before"),
    ("[30, 90]", "[@0, 90]", "out-of-range", "must be 1 or more"),
    ("  certainty: true", "  certainty: true\n  @days: [30]", "not-needed", "`days` is for `purpose: delayed`"),
    ("  certainty: true", "  certainty: true\n  @open_days: 30", "not-needed", "`open_days` is for `purpose: delayed`"),
    ("  certainty: true\n", "", "missing-field", '"certainty: true" is missing'),
    (
        "blueprint: {questions: 1, m",
        "@blueprint: {questions: 1, difficulty: {'2': 1}, m",
        "not-needed",
        "no mix of diff",
    ),
    ("purpose: pre_post", "purpose: diagnostic", "nothing-before", "There is no `purpose: pre_post`"),
    (
        "  purpose: delayed\n",
        "  @purpose: pre_post\n",
        "twice",
        '"later" cannot be: "entry" is asked before the course',
    ),
    (
        "  purpose: pre_post\n",
        "  purpose: delayed\n  days: [30]\n",
        "twice",
        '"later" cannot be: "entry" is delayed too',
    ),
    ("blueprint: {questions: 1", "@blueprint: {questions: 2", "blueprint", "M01 needs 4 for 2 checks beside 6 for"),
]


@pytest.mark.parametrize(("old", "new", "code", "words"), WRONG)
def test_problem_of_a_measure_is_told_with_its_place(shelf: Shelf, old: str, new: str, code: str, words: str) -> None:
    at = shelf.spoil(FILE, old, new)
    told = [p for p in shelf.problems() if p.code == code and words in p.message]
    assert told, shelf.problems()
    assert all(problem.is_error for problem in told)
    if "@" in new:
        assert at in {(p.line, p.column) for p in told}, told


def test_measure_that_shows_keys_takes_no_questions_of_assessments(shelf: Shelf) -> None:
    shelf.spoil(POOL, "use: measure", "use: exam")
    shelf.write(FILE, EXAMS.replace("pool: measure", "pool: reserved"))
    assert [problem.code for problem in shelf.problems()] == ["gives-away"] * 2
    shelf.write(FILE, EXAMS.replace("pool: measure", "pool: reserved").replace("what: all", "what: marks"))
    assert shelf.problems() == []


@pytest.mark.parametrize(
    ("before", "later", "fits"),
    [
        ("objectives: {M01-O1: 1}", "modules: {M01: 1}", True),
        ("modules: {M01: 1}", "modules: {M01: 1}", True),
        ("modules: {M01: 1}", "objectives: {M01-O1: 1}", True),
        ("objectives: {M01-O1: 1}", "objectives: {M01-O1: 1}", True),
        ("modules: {M01: 1}, difficulty: {'3': 1}", "modules: {M01: 1}", False),
    ],
)
def test_delayed_checks_need_what_before_and_after_leave(shelf: Shelf, before: str, later: str, fits: bool) -> None:
    exams = EXAMS.replace("objectives: {M01-O1: 1}", before).replace(
        "modules: {M01: 1}}\n  pool: measure\n  days", later + "}\n  pool: measure\n  days"
    )
    shelf.write(FILE, exams)
    assert (shelf.problems() == []) == fits
    if fits:
        shelf.spoil(POOL, "  sources: [{ref: F001}]\n", "  sources: [{ref: F001}]\n  review: {status: retired}\n")
        assert [problem.code for problem in shelf.problems()] == ["blueprint"]


@pytest.mark.parametrize(
    ("blueprint", "words"),
    [
        ("{questions: 2, objectives: {M01-O1: 1}}", "M01 can never be opened by this test, which has 2 of its"),
        ("{questions: 3, objectives: {M01-O1: 1}}", ""),
        ("{questions: 3, modules: {M01: 1}}", ""),
    ],
)
def test_module_that_an_entry_test_can_never_open_is_told(shelf: Shelf, blueprint: str, words: str) -> None:
    shelf.write(FILE, EXAMS.replace("{questions: 3, objectives: {M01-O1: 1}}", blueprint))
    told = shelf.problems()
    assert [(problem.code, problem.is_error) for problem in told] == ([("never-opens", False)] if words else [])
    assert all(words in problem.message for problem in told)


def test_module_with_an_objective_that_is_not_asked_about_is_never_opened(shelf: Shelf) -> None:
    first = "  - {id: M01-O1, verb: explain, text: Explain why water is boiled., short: Why boil}\n"
    second = "  - {id: M01-O2, verb: explain, text: Explain why tea is not., short: Why not tea}\n"
    shelf.spoil("courses/tea/course.yaml", first, first + second)
    told = [problem for problem in shelf.problems() if problem.code == "never-opens"]
    assert ["3 of its questions, on 1 of its 2 objectives" in problem.message for problem in told] == [True]


def test_questions_that_are_measured_with_elsewhere_do_not_count(shelf: Shelf) -> None:
    shelf.spoil(FILE, "  pool: measure\n  days", "  pool: open\n  days")
    assert {problem.code for problem in shelf.problems()} == set()
