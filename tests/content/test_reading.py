"""Reading all of it: what is sound stays, what is broken is named, and nothing makes it raise."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.conftest import BANK, FILES, TODAY, Shelf, seconds
from trainer.content.banks import read_bank
from trainer.content.courses import Asset
from trainer.content.reading import read_content
from trainer.content.store import (
    content_hash,
    course_from_json,
    course_to_json,
    item_from_json,
    item_to_json,
    lesson_from_json,
    lesson_to_json,
)
from trainer.content.yaml_files import read_yaml

SHARED = Path(__file__).parents[3] / "shared" / "course" / "exemplar_items.yaml"
HOUSE = Path(__file__).parents[2]


def test_broken_bank_is_left_out_and_the_good_one_stays(shelf: Shelf) -> None:
    good = BANK.replace("id: tea\n", "id: green\n").replace("T-", "G-")
    shelf.write("question_banks/green.yaml", good)
    shelf.spoil("question_banks/tea.yaml", "difficulty: 2", "difficulty: 9")
    content = shelf.read()
    assert [bank.id for bank in content.banks] == ["green"]
    assert content.broken_banks == ("tea",)
    assert [course.id for course in content.courses] == ["tea"]


def test_broken_course_is_left_out_and_its_sound_bank_stays(shelf: Shelf) -> None:
    shelf.spoil("courses/tea/status.yaml", "source: A thermometer", "sauce: A thermometer")
    content = shelf.read()
    assert content.courses == ()
    assert content.broken_courses == ("tea",)
    assert [bank.id for bank in content.banks] == ["tea"]
    assert {p.code for p in content.problems} == {"unknown-field", "missing-field"}


def test_unreadable_file_makes_no_follow_up_problems(shelf: Shelf) -> None:
    for name in ("glossary.yaml", "status.yaml", "sources.yaml"):
        shelf.write(f"courses/tea/{name}", "a: [\n")
    assert {p.code for p in shelf.problems()} == {"syntax"}


def test_unreadable_course_file_makes_no_follow_up_problems(shelf: Shelf) -> None:
    shelf.write("courses/tea/course.yaml", b"\xff\xfea")
    assert [p.code for p in shelf.problems()] == ["encoding"]


def test_unreadable_bank_makes_no_question_unknown(shelf: Shelf) -> None:
    shelf.write("question_banks/tea.yaml", "a: [\n")
    assert [p.code for p in shelf.problems()] == ["syntax"]


@pytest.mark.parametrize(
    "content", ["", "- a\n", "just words\n", "items: []\nschema: bank/1\nid: x\ntitle: y\ncourse: tea\n"]
)
def test_bank_without_items_is_told(shelf: Shelf, content: str) -> None:
    shelf.write("question_banks/other.yaml", content)
    problems = [p for p in shelf.problems() if p.path.endswith("other.yaml")]
    assert problems
    assert all(p.is_error for p in problems)


def test_item_that_is_no_mapping_is_told(shelf: Shelf) -> None:
    shelf.spoil("question_banks/tea.yaml", "items:\n", "items:\n- hello\n- {objective: M01-O1}\n")
    assert {"wrong-type", "missing-field"} <= {p.code for p in shelf.problems()}


def test_same_item_in_two_banks_is_told_in_the_second(shelf: Shelf) -> None:
    shelf.write("question_banks/zebra.yaml", BANK.replace("id: tea\n", "id: zebra\n"))
    assert {Path(p.path).name for p in shelf.problems()} == {"zebra.yaml"}
    assert {p.code for p in shelf.problems()} == {"duplicate-id"}


def test_same_lesson_in_two_files_is_told(shelf: Shelf) -> None:
    shelf.write("courses/tea/M01/zcopy.md", FILES["courses/tea/M01/M01-L1.md"])
    assert [(p.code, Path(p.path).name) for p in shelf.problems()] == [("duplicate-id", "zcopy.md")]


def test_file_that_nobody_reads_is_a_warning(shelf: Shelf) -> None:
    shelf.write("courses/tea/glosary.yaml", "a: b\n")
    problem = shelf.problems()[0]
    assert problem.severity == "warning"
    assert 'did you mean "glossary.yaml"?' in problem.message
    assert shelf.read().courses


def test_lesson_with_nothing_in_it_is_told(shelf: Shelf) -> None:
    text = FILES["courses/tea/M01/M01-L1.md"]
    shelf.write("courses/tea/M01/M01-L1.md", text[: text.index("One must")])
    assert [p.code for p in shelf.problems()] == ["empty"]


def test_link_out_of_the_course_is_not_followed(shelf: Shelf, tmp_path: Path) -> None:
    secret = shelf.write("secret.md", "---\nid: x\n---\nsecret\n")
    (tmp_path / "courses/tea/M01/link.md").symlink_to(secret)
    assert [p.code for p in shelf.problems()] == ["outside"]


def test_course_that_is_too_large_is_told(shelf: Shelf) -> None:
    shelf.write("courses/tea/glossary.yaml", "#" * 2_000_001)
    assert [p.code for p in shelf.problems()] == ["too-large"]


def test_course_needs_nothing_but_its_own_file_and_lessons(shelf: Shelf) -> None:
    for name in ("glossary.yaml", "status.yaml", "sources.yaml", "assets/kettle.svg"):
        (shelf.root / "courses/tea" / name).unlink()
    text = FILES["courses/tea/M01/M01-L1.md"]
    shelf.write("courses/tea/M01/M01-L1.md", text[: text.index("One must")] + "Boil it.\n")
    content = shelf.read()
    assert [course.id for course in content.courses] == ["tea"]
    assert content.broken_banks == ("tea",)


def test_folder_named_like_a_lesson_is_told(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "courses/tea/M01/odd.md").mkdir()
    (tmp_path / "courses/tea/assets/odd.svg").mkdir()
    assert [p.code for p in shelf.problems()] == ["unreadable", "unreadable"]


def test_item_to_json_and_back_is_the_identity(shelf: Shelf) -> None:
    for item in shelf.read().banks[0].items:
        text = item_to_json(item)
        assert item_from_json(text) == item
        assert item_to_json(item_from_json(text)) == text
        assert len(content_hash(text)) == 64


def test_item_json_is_the_same_whatever_the_order_of_fields(shelf: Shelf) -> None:
    before = item_to_json(shelf.read().banks[0].items[0])
    shelf.spoil(
        "question_banks/tea.yaml", "  bloom: understand\n  difficulty: 2\n", "  difficulty: 2\n  bloom: understand\n"
    )
    assert item_to_json(shelf.read().banks[0].items[0]) == before


def test_course_and_lesson_to_json_and_back_are_the_identity(shelf: Shelf) -> None:
    course = shelf.read().courses[0]
    lesson = course.lessons[0]
    assert lesson_from_json(lesson_to_json(lesson)) == lesson
    bare = course_from_json(course_to_json(course))
    assert (bare.lessons, bare.assets) == ((), ())
    assert bare.terms == course.terms
    assert course_to_json(bare) == course_to_json(course)
    assert lesson.module == "M01"


def test_course_finds_things_by_id(shelf: Shelf) -> None:
    course = shelf.read().courses[0]
    assert course.terms_by_id["boil"].not_for == "simmer"
    assert course.misconceptions_by_id["hot-tap"].correction
    assert course.objectives_by_id["M01-O1"].short == "Why boil"
    assert course.module_of_objective("M01-O1") == "M01"
    assert course.module_of_objective("M09-O1") is None
    assert isinstance(course.assets_by_name["kettle.svg"], Asset)
    assert hash(course) == hash(course_from_json(course_to_json(course)))


def test_item_knows_its_kind_and_whether_to_ask_certainty(shelf: Shelf) -> None:
    shelf.spoil("question_banks/tea.yaml", "  tags: [water]", "  confidence: {enabled: false}\n  tags: [water]")
    shelf.spoil("question_banks/tea.yaml", "{status: draft,", "{status: retired,")
    first, second, _ = shelf.read().banks[0].items
    assert (first.kind, first.asks_certainty, first.is_retired) == ("single_choice", False, True)
    assert (second.asks_certainty, second.is_retired) == (True, False)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mangled_files_never_raise(shelf: Shelf, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    text = FILES[name].encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 60)))
    junk = st.binary(max_size=10) | st.sampled_from(
        [b"::: ", b"{{ ", b"[^", b"](", b"---\n", b"\n\n", b"null", b"- ", b": ", b"[]"]
    )
    shelf.write(name, text[:start] + data.draw(junk) + text[end:])
    start = time.process_time()
    content = shelf.read(TODAY)
    assert time.process_time() - start < seconds()
    assert all(p.line >= 1 and p.column >= 1 and p.message for p in content.problems)
    shelf.write(name, text)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_mangled_shipped_bank_never_raises(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(sorted((HOUSE / "question_banks").glob("*.yaml")))).read_text()
    lines = text.split("\n")
    number = data.draw(st.integers(0, len(lines) - 1))
    change = data.draw(st.sampled_from(["", "  ", "- ", "x: ", "null", "{}", "[]", "'", "  - [", "# "]))
    lines[number] = change + lines[number] if data.draw(st.booleans()) else lines[number][: len(change)] + change
    start = time.process_time()
    document = read_yaml("\n".join(lines), "x")
    if document.value is not None:
        read_bank(document)
    assert time.process_time() - start < seconds()
    assert all(problem.line >= 1 and problem.column >= 1 for problem in document.problems)


def test_big_bank_is_read_in_time(shelf: Shelf) -> None:
    item = BANK[BANK.index("- id: T-SC-001") : BANK.index("- id: T-HS-001")]
    many = "".join(item.replace("T-SC-001", f"B-SC-{n:04}") for n in range(1500))
    shelf.write("question_banks/big.yaml", BANK[: BANK.index("- id: T-SC-001")].replace("id: tea", "id: big") + many)
    start = time.process_time()
    content = shelf.read(TODAY)
    assert time.process_time() - start < seconds()
    assert content.problems == ()
    assert len(content.banks[0].items) == 1500


@pytest.mark.skipif(not SHARED.exists(), reason="the exemplary items lie beside the repository")
def test_exemplary_items_have_no_problems_of_their_own(shelf: Shelf) -> None:
    text = SHARED.read_text()
    head = "schema: bank/1\nid: exemplar\ntitle: Exemplary items\ncourse: unknown\n"
    shelf.write("question_banks/exemplar.yaml", text.replace("schema: item/1\n", head))
    problems = [p for p in shelf.problems(TODAY) if p.path.endswith("exemplar.yaml")]
    assert [(p.code, p.message) for p in problems] == [
        ("unknown-course", 'There is no course "unknown"; choose from tea.')
    ]


def test_shipped_content_has_no_errors() -> None:
    content = read_content(HOUSE / "courses", HOUSE / "question_banks")
    assert [str(p) for p in content.problems if p.is_error] == []
    assert content.courses
    for bank in content.banks:
        for item in bank.items:
            assert item_from_json(item_to_json(item)) == item
