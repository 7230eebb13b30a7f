"""Teams from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.teams.conftest import North
from trainer.accounts.models import User
from trainer.cli import trainer
from trainer.mail import OutboxMail
from trainer.settings import Settings
from trainer.teams.actions import Duties, save_role
from trainer.teams.queries import members_of, team_by_id


@pytest.fixture
def run(settings: Settings) -> "Run":
    return Run(settings)


class Run:
    """`trainer team …` on this database."""

    def __init__(self, settings: Settings) -> None:
        self.env = {"TRAINER_DATABASE_URL": settings.database_url, "TRAINER_DATA_DIR": str(settings.data_dir)}

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(trainer, ["team", *arguments], env=self.env)


def people(session: Session, team: str) -> list[tuple[str, bool, bool]]:
    """Who is in the team: name, leads, learns."""
    session.expire_all()
    found = members_of(session, team_by_id(session, team))
    return [(each.user.name or each.user.email, each.membership.leads, each.membership.learns) for each in found]


def test_team_is_made_and_listed_and_people_are_put_in(run: Run, session: Session, alice: User, lena: User) -> None:
    id = run("add", "Network North").output.strip()
    assert run("list").output == f"{id}     0  Network North\n"
    assert run("member", id, "lena@example.org", "--role", "lead").exit_code == 0
    assert run("member", id, "alice@example.org").exit_code == 0
    assert run("member", id, "lena@example.org").exit_code == 0, "she learns as well now"
    assert people(session, id) == [("Lena", True, True), ("Alice", False, True)]
    assert run("list").output.startswith(f"{id}     2  ")


@pytest.mark.parametrize(
    "arguments", [("member", "{}", "nobody@example.org"), ("member", "no-such-team", "alice@example.org")]
)
def test_what_is_not_there_is_said(run: Run, north: North, arguments: tuple[str, ...]) -> None:
    result = run(*(each.format(north.id) for each in arguments))
    assert result.exit_code == 1
    assert "There is no" in str(result.exception)


def test_list_of_people_is_brought_in(run: Run, session: Session, north: North, lena: User, tmp_path: Path) -> None:
    save_role(session, team_by_id(session, north.id), None, Duties("Technician", []), by=lena, now=NOW)
    session.commit()
    file = tmp_path / "people.csv"
    file.write_text("email;name;role\nnina@example.org;Nina New;Technician\nlena@example.org;;\n", encoding="utf-16")
    looked = run("import", north.id, str(file), "--dry-run")
    assert looked.output.splitlines() == ["nina@example.org  gets an account and joins", "lena@example.org  joins"]
    assert len(people(session, north.id)) == 3
    session.rollback()
    assert run("import", north.id, str(file)).exit_code == 0
    assert ("Nina New", False, True) in people(session, north.id)
    assert ("Lena", True, True) in people(session, north.id)
    mails = {mail.recipient: mail.body for mail in session.scalars(select(OutboxMail))}
    assert "/sign-in/link/" in mails["nina@example.org"]
    assert "/sign-in/link/" not in mails["lena@example.org"]


def test_list_with_a_problem_changes_nothing(run: Run, session: Session, north: North, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\nnina@example.org\nwrong\n")
    result = run("import", north.id, str(file))
    assert result.exit_code == 1
    assert f"{file}:3: This is not an e-mail address. wrong" in result.output
    assert len(people(session, north.id)) == 3
