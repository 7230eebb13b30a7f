"""Lists of people as spreadsheets save them: any encoding, any separator, every problem by its row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.errors import Invalid
from trainer.teams.roster import MOST_BYTES, MOST_ROWS, Row, as_csv, read_roster

PEOPLE = "email,name,role\nalice@example.org,Zoë Añes,Technician\nbob@example.org,Bob,\n"
READ = [Row(2, "alice@example.org", "Zoë Añes", "Technician"), Row(3, "bob@example.org", "Bob")]
ROLES = ["Technician"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_people_are_read_however_a_spreadsheet_saves_them(encoding: str, separator: str, ends: str) -> None:
    file = PEOPLE.replace(",", separator).replace("\n", ends).encode(encoding)
    roster = read_roster(file, ROLES)
    assert (roster.rows, roster.problems) == (READ, [])


@pytest.mark.parametrize(
    "text",
    [
        "E-Mail;Name;Function\nalice@example.org;Zoë Añes;technician\nbob@example.org;Bob;\n",
        "name,email,age,role\nZoë Añes,alice@example.org,41,Technician\nBob,bob@example.org,,\n",
        "\nalice@example.org,Zoë Añes,TECHNICIAN\nbob@example.org,Bob\n",
        'sep=;\nalice@example.org;"Zoë Añes";Technician\nbob@example.org;Bob\n',
        '"email","name","role"\n"ALICE@Example.ORG ","Zoë  Añes","Technician"\n bob@example.org, Bob ,\n,,\n\n',
    ],
)
def test_columns_may_have_other_names_and_places(text: str) -> None:
    roster = read_roster(text.encode(), ROLES)
    assert [(row.email, row.name, row.role) for row in roster.rows] == [(r.email, r.name, r.role) for r in READ]
    assert roster.problems == []


def test_every_problem_is_told_with_its_line() -> None:
    text = "\n".join([
        "email,name,role",
        "alice@example.org,Alice,",
        "not an address,Bob,",
        "carol@example.org,Carol,Astronaut",
        "",
        "ALICE@example.org,Alice again,",
        f"dora@example.org,{'x' * 101},",
        ",Nobody,",
    ])  # fmt: skip
    roster = read_roster(text.encode(), ROLES)
    assert [row.email for row in roster.rows] == ["alice@example.org"]
    assert [(problem.line, problem.found[:20]) for problem in roster.problems] == [
        (3, "not an address"),
        (4, "Astronaut"),
        (6, "alice@example.org"),
        (7, "x" * 20),
        (8, ""),
    ]
    assert "at most 100 characters" in roster.problems[3].message


@pytest.mark.parametrize(
    "name", ["bob@example.org", "Your account is locked: https://evil.example", "www.evil.example"]
)
def test_name_that_is_none_is_told(name: str) -> None:
    roster = read_roster(f"alice@example.org,{name}\n".encode(), [])
    assert [problem.found for problem in roster.problems] == [name]


def test_line_of_a_row_is_that_of_the_file_where_a_name_has_two() -> None:
    roster = read_roster(b'email,name\nalice@example.org,"Alice\nAmes"\nwrong\n', [])
    assert roster.rows == [Row(2, "alice@example.org", "Alice Ames")]
    assert [problem.line for problem in roster.problems] == [4]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "nobody in this list"),
        (b"\n , \n", "nobody in this list"),
        (b"email,name\n", "nobody in this list"),
        (b"name,role\nAlice,Technician\n", "No column holds the addresses"),
        (b"PK\x03\x04" + b"x" * 50, "Save the sheet as CSV"),
        (b"alice@example.org\0", "Save the sheet as CSV"),
        (b"\xff\xfea", "damaged"),
        (b'alice@example.org,"Alice\n', "quotation marks"),
        (b"x" * (MOST_BYTES + 1), "too large"),
        ("".join(f"a{n}@example.org,{'ж' * 90}\n" for n in range(400)).encode(), "too long to be looked over"),
        (b"".join(b"a%d@example.org\n" % n for n in range(MOST_ROWS + 1)), "at most 500 rows"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(file: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_roster(file, [])


@given(st.binary(max_size=300))
def test_no_file_breaks_it(file: bytes) -> None:
    try:
        roster = read_roster(file, [])
    except Invalid:
        return
    assert all(problem.line >= 1 for problem in roster.problems)


WORDS = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="@:."), max_size=20)


@given(st.lists(st.tuples(st.integers(0, 10**6), WORDS), unique_by=lambda row: row[0], min_size=1, max_size=20))
def test_list_that_was_looked_over_is_read_again_as_it_was(people: list[tuple[int, str]]) -> None:
    rows = [Row(n, f"p{number}@example.org", name) for n, (number, name) in enumerate(people, 2)]
    assert read_roster(as_csv(rows).encode(), []).rows == rows
