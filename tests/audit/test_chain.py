"""The audit log: appended in the transaction of the deed, in one chain; whatever is done to it afterwards is found."""

import random
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.audit.rows import Row, log_of
from tests.factories import NOW
from tests.racing import many_at_once
from trainer.audit.actions import Deed, record
from trainer.audit.chain import BEGINNING, Break, Head, first_break
from trainer.audit.queries import entries_page, head, verify
from trainer.cli import trainer
from trainer.db import transaction
from trainer.settings import Settings

MUTATIONS = 10_000


def test_log_that_nobody_touched_is_whole() -> None:
    log = log_of(50)
    assert first_break(log) is None
    assert first_break(log, Head(20, log[19].hash)) is None
    assert first_break([]) is None


def test_any_single_change_is_found_at_its_row() -> None:
    """10,000 random changes of one field of one row, among them those that look harmless."""
    rng = random.Random(7)
    log = log_of(200)
    names = [field.name for field in fields(Row)]
    for _ in range(MUTATIONS):
        at, name = rng.randrange(len(log)), rng.choice(names)
        before = getattr(log[at], name)
        after = before + rng.choice([-1, 1, 1000]) if name == "number" else _changed(rng, before)
        mutated = sorted([*log[:at], replace(log[at], **{name: after}), *log[at + 1 :]], key=lambda row: row.number)
        found = first_break(mutated)
        assert found is not None, (at, name, before, after)
        assert found.number == min(at + 1, mutated[at].number) or name == "number", (at, name, found)


def _changed(rng: random.Random, value: str) -> str:
    """The text with a character changed, put in or taken out."""
    where, what = rng.randrange(len(value) + 1), rng.choice('0123456789abcdef Zé"\\\0')
    found = rng.choice([value[:where] + what + value[where:], value[:where] + what + value[where + 1 :], value[1:]])
    return found if found != value else value + "x"


@given(st.integers(0, 29))
def test_row_that_was_taken_out_is_found(at: int) -> None:
    log = log_of(31)
    assert first_break([*log[:at], *log[at + 1 :]]) == Break(at + 1, "it is missing")


@given(st.integers(0, 29), st.integers(0, 29))
def test_rows_that_changed_places_are_found(one: int, other: int) -> None:
    log = log_of(30)
    log[one], log[other] = replace(log[other], number=one + 1), replace(log[one], number=other + 1)
    assert (first_break(log) is None) == (one == other)


@given(st.integers(0, 29))
def test_end_that_was_cut_off_is_found_by_a_head_kept_elsewhere(left: int) -> None:
    log = log_of(30)
    kept = Head(30, log[-1].hash)
    assert first_break(log[:left]) is None, "by itself a shorter log looks whole"
    assert first_break(log[:left], kept) == Break(left + 1, "the log ends before entry 30")


def test_log_that_was_written_anew_is_found_by_a_head_kept_elsewhere() -> None:
    forged = log_of(30, actor="somebody else")
    assert first_break(forged) is None
    assert first_break(forged, Head(30, log_of(30)[-1].hash)) == Break(30, "it is not the one that was kept elsewhere")


def test_entries_are_read_as_they_were_recorded(session: Session) -> None:
    record(session, Deed("team.created", actor="a", team="t", details={"name": "Nörth “A”"}), now=NOW)
    record(session, Deed("team.archived", team="t"), now=NOW + timedelta(seconds=1))
    record(session, Deed("person.erased", person="p"), now=NOW + timedelta(days=1))
    session.commit()
    session.expire_all()
    newest, count = entries_page(session, 1, 2)
    assert ([entry.action for entry in newest], count) == (["person.erased", "team.archived"], 3)
    (first,) = entries_page(session, 2, 2)[0]
    assert (first.number, first.previous, first.time) == (1, BEGINNING, NOW)
    assert first.details == '{"name":"Nörth “A”"}'
    assert [entry.action for entry in entries_page(session, 1, 9, team="t")[0]] == ["team.archived", "team.created"]
    assert verify(session, head(session)) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x' WHERE number = 2",
        "UPDATE audit_entry SET number = 9 WHERE number = 2",
        "DELETE FROM audit_entry WHERE number = 3",
        "DELETE FROM audit_entry",
    ],
)
def test_database_refuses_to_change_the_log(session: Session, statement: str) -> None:
    for _ in range(3):
        record(session, Deed("team.created"), now=NOW)
    session.commit()
    with pytest.raises(DBAPIError, match="only ever added to"):
        session.execute(text(statement))
    session.rollback()
    assert head(session).number == 3


def test_what_was_undone_is_not_in_the_log(session: Session) -> None:
    record(session, Deed("team.created"), now=NOW)
    session.rollback()
    assert head(session) == Head()


def test_chain_holds_where_many_append_at_once(engine: Engine, session: Session) -> None:
    session.commit()

    def append(number: int) -> int:
        with transaction(engine) as own:
            return record(own, Deed("team.created", details={"by": number}), now=NOW).number

    numbers = many_at_once(16, append)
    assert sorted(numbers) == list(range(1, 17))
    assert verify(session) is None


def test_command_says_that_the_log_is_whole_and_names_the_first_entry_that_is_not(
    session: Session, settings: Settings
) -> None:
    for number in range(5):
        record(session, Deed("team.created", details={"n": number}), now=NOW)
    session.commit()
    whole = CliRunner().invoke(trainer, ["audit", "verify"], env=env(settings))
    assert (whole.exit_code, whole.output.split(",")[0]) == (0, "5 entries")
    kept = CliRunner().invoke(trainer, ["audit", "head"], env=env(settings)).output.strip()
    assert CliRunner().invoke(trainer, ["audit", "verify", "--head", kept], env=env(settings)).exit_code == 0
    without_the_guard(session, "UPDATE audit_entry SET details = '{}' WHERE number = 3")
    broken = CliRunner().invoke(trainer, ["audit", "verify"], env=env(settings))
    assert (broken.exit_code, broken.output) == (1, "Entry 3: it was changed.\n")
    without_the_guard(session, "DELETE FROM audit_entry WHERE number > 2")
    assert CliRunner().invoke(trainer, ["audit", "verify"], env=env(settings)).exit_code == 0
    cut = CliRunner().invoke(trainer, ["audit", "verify", "--head", kept], env=env(settings))
    assert (cut.exit_code, cut.output) == (1, "Entry 3: the log ends before entry 5.\n")


@pytest.mark.parametrize("head", ["5", "x:y", "5:abc", ":"])
def test_head_that_can_be_none_is_wrong_use(settings: Settings, head: str) -> None:
    refused = CliRunner().invoke(trainer, ["audit", "verify", "--head", head], env=env(settings))
    assert refused.exit_code == 2
    assert "it looks like 123:9f2c…" in refused.output


def test_entry_that_is_no_text_any_more_is_named(session: Session) -> None:
    """What SQLite takes for a text need not be one."""
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL stores no such thing")
    for _ in range(3):
        record(session, Deed("team.created"), now=NOW)
    session.commit()
    without_the_guard(session, "UPDATE audit_entry SET details = CAST(x'ff00' AS TEXT) WHERE number = 2")
    assert verify(session) == Break(2, "it cannot be read")


def without_the_guard(session: Session, statement: str) -> None:
    """What somebody can do who may change the tables themselves."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    names = ("no_update", "no_delete") if is_sqlite else ("no_change",)
    for name in names:
        session.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_{name}" + ("" if is_sqlite else " ON audit_entry")))
    session.execute(text(statement))
    session.commit()


def env(settings: Settings) -> dict[str, str]:
    """The environment in which the command finds this database."""
    return {"TRAINER_DATABASE_URL": settings.database_url, "TRAINER_DATA_DIR": str(settings.data_dir)}


def test_row_is_not_replaced_either(session: Session) -> None:
    """SQLite asks no trigger for deleting when it replaces."""
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL knows no REPLACE")
    record(session, Deed("team.created"), now=NOW)
    session.commit()
    columns = "number, at, action, actor, team, person, details, previous, hash"
    with pytest.raises(DBAPIError, match="only ever added to"):
        session.execute(
            text(f"INSERT OR REPLACE INTO audit_entry ({columns}) VALUES (1,'','forged','','','','','','')")
        )
    session.rollback()
    assert verify(session) is None
