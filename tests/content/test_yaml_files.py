"""YAML: the values are those of YAML 1.2, and nothing an author can write makes the reader raise or dwell."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.conftest import BANK, seconds
from trainer.content.documents import Document
from trainer.content.text_files import LARGEST_FILE, decode, read_text
from trainer.content.yaml_files import MOST_NODES, read_yaml

GOLDEN = """\
norway: no
switch: on
yes: yes
noon: 12:30:00
ten: 010
eight: 0o10
hex: 0x1F
million: 1_000_000
half: .5
big: 1e3
empty:
tilde: ~
truth: true
lie: FALSE
day: 2026-11-23
version: 1.10
quoted: "1"
merge: <<
"""


def read(text: str) -> Document:
    return read_yaml(text, "x.yaml")


def codes(text: str) -> list[tuple[int, int, str]]:
    return [(p.line, p.column, p.code) for p in read(text).problems]


def test_yaml_values_are_those_of_yaml_1_2() -> None:
    document = read(GOLDEN)
    assert document.problems == []
    assert document.value == {
        "norway": "no",
        "switch": "on",
        "yes": "yes",
        "noon": "12:30:00",
        "ten": 10,
        "eight": 8,
        "hex": 31,
        "million": "1_000_000",
        "half": 0.5,
        "big": 1000.0,
        "empty": None,
        "tilde": None,
        "truth": True,
        "lie": False,
        "day": "2026-11-23",
        "version": 1.1,
        "quoted": "1",
        "merge": "<<",
    }


def test_yaml_places_are_those_of_keys_and_values() -> None:
    document = read("a:\n  - b: c\n    d: |\n      text\n")
    assert (document.place(("a", 0, "b")).line, document.place(("a", 0, "b")).column) == (2, 8)
    assert document.key_place(("a", 0, "d")).column == 5
    assert document.place(("a", 0, "missing", "deeper")) == document.place(("a", 0))
    assert document.get("a", 0, "d") == "text\n"
    assert document.get("a", 7) is None
    assert document.get("a", 0, "b", "c") is None


def test_yaml_duplicate_key_keeps_the_first_and_is_told_once() -> None:
    document = read("a: 1\nb:\n  c: 1\n  c: {d: 2}\na: [3]\n")
    assert document.value == {"a": 1, "b": {"c": 1}}
    assert [(p.line, p.column, p.code) for p in document.problems] == [(4, 3, "duplicate-key"), (5, 1, "duplicate-key")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: &x b\nc: *x\n", [(1, 4, "anchor"), (2, 4, "alias")]),
        ("a: !!python/object:os.system x\n", [(1, 4, "tag")]),
        ("a: b\n---\nc: d\n", [(2, 1, "many-documents")]),
        ("1: a\ntrue: b\n? [x]\n: c\n", [(1, 1, "key-not-text"), (2, 1, "key-not-text"), (3, 3, "key-not-text")]),
        ("a: [1, 2\n", [(1, 4, "syntax")]),
        ("a: 'b\n", [(1, 4, "syntax")]),
        ("\tb: c\n", [(1, 1, "syntax")]),
        ("a: @b\n", [(1, 4, "syntax")]),
        ("a: b\n c: d\n", [(2, 3, "syntax")]),
        ('a: "\\q"\n', [(1, 5, "syntax")]),
        ("a: .nan\n", [(1, 4, "number")]),
        ("a: 1e999\n", [(1, 4, "number")]),
        ('a: "\\u0000b"\n', [(1, 4, "control-character")]),
        ("a: \x01\n", [(1, 4, "control-character")]),
        ("", []),
    ],
)
def test_yaml_refuses_with_line_and_column(text: str, found: list[tuple[int, int, str]]) -> None:
    assert codes(text) == found


def test_yaml_goes_on_after_what_it_refuses() -> None:
    assert len(codes("a: &x b\na: c\nd: !t e\n1: f\n")) == 4


LAUGHS = "a: &a [x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 30_000,
        "{" * 30_000,
        "{a: " * 30_000,
        "- " * 30_000,
        "? " * 30_000,
        LAUGHS,
        "- a\n" * 400_000,
        "a: b\n" * 200_000,
        "x: '" + "a" * 1_900_000,
        "[" + "a," * 900_000 + "]",
        "&a " * 300_000,
        "- |\n  a\n" * 250_000,
        '"' * 1_900_000,
        "a: " + "9" * 1_900_000,
    ],
    ids=lambda text: text[:6],
)
def test_yaml_made_to_harm_is_refused_in_time(text: str) -> None:
    start = time.process_time()
    document = read(text)
    assert document.problems
    assert time.process_time() - start < seconds()


def test_yaml_stops_at_too_many_values() -> None:
    assert codes("- a\n" * (MOST_NODES + 5))[-1][2] == "too-many-values"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"a: b\xe9\n", (1, 5, "encoding")),
        (b"a: b\nc: \x93d\x94\n", (2, 4, "encoding")),
        ("a: b\n".encode("utf-16"), (1, 1, "encoding")),
        ("a: b\n".encode("utf-16-be"), (1, 1, "encoding")),
        (b"a: b\x00\n", (1, 5, "control-character")),
        (b"a: b\n" + "c\u2028d".encode(), (2, 2, "control-character")),
        (b"a" * (LARGEST_FILE + 1), (1, 1, "too-large")),
    ],
)
def test_decode_names_the_place_of_a_wrong_byte(content: bytes, found: tuple[int, int, str]) -> None:
    text, problems = decode(content, "x")
    assert text is None
    assert [(p.line, p.column, p.code) for p in problems] == [found]


def test_decode_takes_a_byte_order_mark_and_any_line_ends() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\n", "x") == ("a\nb\nc\n", [])


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=2000)
def test_yaml_of_any_bytes_never_raises(content: bytes) -> None:
    text, problems = decode(content, "x")
    if text is None:
        assert problems
    else:
        read(text)


@given(st.data())
@settings(max_examples=300, deadline=2000)
def test_yaml_of_a_mangled_bank_never_raises(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(BANK)))
    end = data.draw(st.integers(start, min(len(BANK), start + 40)))
    piece = data.draw(st.text(st.sampled_from("{}[]:-,&*!|>'\"%@`? \n\tab1~#\\"), max_size=12))
    document = read(BANK[:start] + piece + BANK[end:])
    assert all(p.line >= 1 and p.column >= 1 for p in document.problems)


def test_yaml_inside_a_file_has_the_places_of_the_file() -> None:
    document = read_yaml("a: 1\na: 2\n", "x.md", first_line=10)
    assert (document.problems[0].line, document.problems[0].column) == (11, 1)
    assert document.place(()).line == 10


def test_read_text_stays_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link").symlink_to(tmp_path / "secret")
    (inside / "loop").symlink_to(inside / "loop")
    (inside / "ok").write_text("fine")
    assert read_text(inside / "ok", inside) == ("fine", [])
    assert read_text(inside / "link", inside)[1][0].code == "outside"
    assert read_text(inside / "loop", inside)[1][0].code == "unreadable"
    assert read_text(inside / "none", inside)[1][0].code == "unreadable"
