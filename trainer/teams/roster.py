"""Read a list of people as spreadsheets save it, whatever encoding and separator; every problem is told by its row."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from urllib.parse import quote_plus

from trainer.accounts.emails import normal_email
from trainer.learning.errors import N_, Invalid
from trainer.teams.actions import LONGEST_NAME, clean_name

MOST_ROWS = 500
MOST_BYTES = 200_000
"""What is looked over comes back in a form, in which a letter can take six bytes: web.intake.LARGEST_BODY."""
MOST_AGAIN = 200_000
SEPARATORS = (",", ";", "\t")
COLUMNS: Mapping[str, frozenset[str]] = {
    "email": frozenset({"email", "e-mail", "mail", "address", "e-mail address", "email address"}),
    "name": frozenset({"name", "full name", "person"}),
    "role": frozenset({"role", "job role", "function", "job"}),
}
"""What a column may be called, in any case."""


@dataclass(frozen=True)
class Row:
    """Somebody in a list: the line of the file she stands in (from 1), a normal address, a name and a job role, either
    of which may be empty."""

    line: int
    email: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row, and what to do; `found` is the text it is about."""

    line: int
    message: str
    found: str = ""


@dataclass(frozen=True)
class Roster:
    """A list of people as far as it can be read, and what is wrong with the rest."""

    rows: Sequence[Row]
    problems: Sequence[RowProblem]


def read_roster(file: bytes, roles: Sequence[str]) -> Roster:
    """The people in a file. `roles` are the names of the job roles there are. Raises Invalid where it is no list.

    The first row may name the columns; without that they are address, name and job role. Of two rows with one address,
    the second is a problem.
    """
    table = list(_cells(text_of(file)))
    if not table:
        raise Invalid(N_("There is nobody in this list."))
    columns = _columns(table[0][1])
    body = table[1:] if columns else table
    if len(body) > MOST_ROWS:
        raise Invalid(N_("A list has at most 500 rows. Please send it in parts."))
    if columns is not None and "email" not in columns:
        raise Invalid(N_("No column holds the addresses. Call one “email”."))
    places = columns or {"email": 0, "name": 1, "role": 2}
    found = list(_read(body, places, {role.casefold(): role for role in roles}))
    rows = [each for each in found if isinstance(each, Row)]
    if not found:
        raise Invalid(N_("There is nobody in this list."))
    if len(quote_plus(as_csv(rows))) > MOST_AGAIN:
        raise Invalid(N_("This list is too long to be looked over at once. Please send it in parts."))
    return Roster(rows, [each for each in found if isinstance(each, RowProblem)])


def text_of(file: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16, or else in Windows-1252, in which every file can be read. Raises Invalid
    for what is no text."""
    if len(file) > MOST_BYTES:
        raise Invalid(N_("This file is too large for a list of people: at most 200 kB. Please send it in parts."))
    if file.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Invalid(N_("This is not a text file. Save the sheet as CSV and send that."))
    if file.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_like_utf16(file):
        return _decoded(file, "utf-16" if file[:2] in (b"\xff\xfe", b"\xfe\xff") else _utf16_order(file))
    try:
        return _without_nul(file.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _without_nul(file.decode("cp1252", errors="replace"))


def as_csv(rows: Sequence[Row]) -> str:
    """These people as a list that `read_roster` reads again."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["email", "name", "role"])
    writer.writerows([row.email, row.name, row.role] for row in rows)
    return out.getvalue()


def _decoded(file: bytes, encoding: str) -> str:
    try:
        return _without_nul(file.decode(encoding).removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise Invalid(N_("This file is damaged: its text cannot be read.")) from error


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise Invalid(N_("This is not a text file. Save the sheet as CSV and send that."))
    return text


def _looks_like_utf16(file: bytes) -> bool:
    """Whether every other byte of the beginning is nothing, as in Western text without a mark of its order."""
    head = file[:64]
    return len(head) >= 4 and (not any(head[1::2]) or not any(head[0::2]))


def _utf16_order(file: bytes) -> str:
    return "utf-16-le" if not any(file[1:64:2]) else "utf-16-be"


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with its line."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.lower().startswith("sep="):
        separator, text = first[4:5], text.replace(first, "", 1)
    else:
        separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(N_("Line %(line)s cannot be read: look at its quotation marks."), line=line) from error
        if any(cell.strip() for cell in row):
            yield line, [" ".join(cell.split()) for cell in row]
        line = reader.line_num + 1


def _columns(head: Sequence[str]) -> Mapping[str, int] | None:
    """Which column is which, where the first row says so; None where it holds somebody already."""
    if any("@" in cell for cell in head):
        return None
    names = [cell.casefold() for cell in head]
    return {
        column: next(place for place, name in enumerate(names) if name in called)
        for column, called in COLUMNS.items()
        if any(name in called for name in names)
    }


def _read(
    body: Sequence[tuple[int, list[str]]], places: Mapping[str, int], roles: Mapping[str, str]
) -> Iterator[Row | RowProblem]:
    seen: dict[str, int] = {}
    for line, cells in body:
        told = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
        found = _row(line, told, roles)
        if isinstance(found, Row) and found.email in seen:
            yield RowProblem(line, N_("This address stands in an earlier row already."), found.email)
            continue
        if isinstance(found, Row):
            seen[found.email] = line
        yield found


def _row(line: int, told: Mapping[str, str], roles: Mapping[str, str]) -> Row | RowProblem:
    email, name, role = told["email"], told.get("name", ""), told.get("role", "")
    try:
        address = normal_email(email)
        if name:
            name = clean_name(name)
    except Invalid as problem:
        about = email if not email or len(name) <= LONGEST_NAME else name
        return RowProblem(line, problem.message % problem.values if problem.values else problem.message, about)
    if any(sign in name for sign in ("@", "://", "www.")):
        return RowProblem(line, N_("This is no name. One person in each row: address, name, job role."), name)
    if role and role.casefold() not in roles:
        return RowProblem(line, N_("The team has no such job role. Add it under “Job roles”, or leave it out."), role)
    return Row(line, address, name, roles[role.casefold()] if role else "")
