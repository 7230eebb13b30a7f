"""Backups keep the head of the audit log; a restore compares, says and logs what it does to the log."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.audit.reading import NOBODY, logged
from tests.audit.test_chain import env, without_the_guard
from tests.factories import NOW, settings_for
from trainer.audit.actions import Deed, record
from trainer.audit.chain import Head
from trainer.audit.queries import head as head_of
from trainer.cli import trainer
from trainer.db import back_up, make_engine, migrate
from trainer.learning.errors import Invalid
from trainer.settings import Settings

EMPTY = str(Head())


class Typed:
    """The command on this database, with a folder for backups."""

    def __init__(self, session: Session, settings: Settings, folder: Path) -> None:
        self.session, self.settings, self.folder = session, settings, folder

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(trainer, words, env=env(self.settings))

    def backup(self, name: str) -> str:
        """Makes one; where it is."""
        file = str(self.folder / name)
        assert self("backup", file).exit_code == 0
        return file

    def restore(self, file: str) -> Result:
        """Puts it back."""
        return self("restore", file, "--yes")

    def do(self, deeds: int) -> str:
        """So many deeds; the head afterwards."""
        for _ in range(deeds):
            record(self.session, Deed("team.created", details={"name": "Nörth\t“A”\n\\."}), now=NOW)
        self.session.commit()
        return self.head()

    def head(self) -> str:
        """Of the log as it is now."""
        self.session.expire_all()
        found = str(head_of(self.session))
        self.session.rollback()
        return found

    def holds(self, head: str) -> bool:
        """Whether the log is whole and still has this entry."""
        return self("audit", "verify", "--head", head).exit_code == 0


@pytest.fixture
def typed(session: Session, settings: Settings, tmp_path: Path) -> Typed:
    """The command."""
    return Typed(session, settings, tmp_path)


def test_backup_tells_the_head_of_its_log_by_which_the_log_is_verified_later(typed: Typed, session: Session) -> None:
    head = typed.do(12)
    said = typed("backup", str(typed.folder / "one.backup")).output
    assert said.endswith(f"The audit log in it ends with {head}\n")
    typed.do(1)
    told = typed("audit", "head", str(typed.folder / "one.backup")).output.strip()
    assert told == head, "the one of the backup, not the one of now"
    assert typed.holds(told)
    without_the_guard(session, "DELETE FROM audit_entry WHERE number > 11")
    assert typed("audit", "verify").exit_code == 0, "by itself nobody sees that its end is missing"
    assert not typed.holds(told)


def test_backup_that_is_older_than_the_log_has_an_empty_one(
    typed: Typed, empty_database_url: str, tmp_path: Path
) -> None:
    engine = make_engine(empty_database_url)
    migrate(engine, "0001")
    engine.dispose()
    back_up(settings_for(empty_database_url, tmp_path), tmp_path / "old.backup")
    assert typed("audit", "head", str(tmp_path / "old.backup")).output == f"{EMPTY}\n"


def test_file_that_is_no_backup_has_no_head(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "junk").write_text("junk")
    assert isinstance(typed("audit", "head", str(tmp_path / "junk")).exception, Invalid)


def test_restore_says_which_entries_are_gone_and_is_logged(typed: Typed, session: Session) -> None:
    head = typed.do(3)
    file = typed.backup("one.backup")
    later = typed.do(2)
    done = typed.restore(file)
    assert done.exit_code == 0
    assert f"The audit log in the backup ends with {head}\n" in done.output
    assert f"It is the log that was here, without its entries 4 to 5; that one ended with {later}\n" in done.output
    assert done.output.endswith(f"Keep its new head: {typed.head()}\n")
    restored = logged(session)[-1]
    assert (restored.action, restored.by) == ("database.restored", NOBODY)
    assert restored.details == {"head": head, "instead_of": later, "shared": 3}
    assert typed.holds(head)
    assert not typed.holds(later), "what came after the backup is missed"


def test_way_back_after_a_restore_says_up_to_where_both_logs_are_the_same(typed: Typed) -> None:
    typed.do(2)
    file = typed.backup("one.backup")
    typed.do(3)
    newer = typed.backup("two.backup")
    typed.restore(file)
    here = typed.head()
    said = typed.restore(newer).output
    assert f"It is the log that was here up to entry 2 only; that one ended with {here}\n" in said


def test_restore_of_a_log_that_is_here_changes_none_of_its_entries(typed: Typed) -> None:
    typed.do(2)
    file = typed.backup("one.backup")
    assert "It is the log that was here, entry for entry.\n" in typed.restore(file).output


def test_restore_of_a_newer_log_says_that_it_goes_on_from_the_one_here(typed: Typed, session: Session) -> None:
    head = typed.do(2)
    typed.do(1)
    file = typed.backup("one.backup")
    without_the_guard(session, "DELETE FROM audit_entry WHERE number > 2")
    assert f"It goes on from the log that was here, which ended with {head}\n" in typed.restore(file).output


def test_restore_where_no_log_was_says_so(typed: Typed) -> None:
    file = typed.backup("one.backup")
    said = typed.restore(file).output
    assert f"The audit log in the backup ends with {EMPTY}\n" in said
    assert "There was no audit log here to compare it with.\n" in said


def test_restored_log_that_was_changed_in_the_backup_is_named(typed: Typed, session: Session, engine: Engine) -> None:
    typed.do(4)
    without_the_guard(session, "UPDATE audit_entry SET actor = 'somebody' WHERE number = 2")
    done = typed.restore(typed.backup("one.backup"))
    assert done.exit_code == 1
    assert "Entry 2 of the restored audit log: it was changed.\n" in done.stderr
    assert "The restore is its newest entry." in done.stdout


def test_restore_over_a_damaged_database_compares_with_nothing(
    typed: Typed, settings: Settings, engine: Engine
) -> None:
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("speaks of SQLite's files")
    typed.do(2)
    file = typed.backup("one.backup")
    site = settings_for(f"sqlite:///{typed.folder / 'site.sqlite3'}", typed.folder)
    (typed.folder / "site.sqlite3").write_bytes(b"x" * 9000)
    done = CliRunner().invoke(trainer, ["restore", file, "--yes"], env=env(site))
    assert done.exit_code == 0, done.output
    assert "There was no audit log here to compare it with.\n" in done.output
