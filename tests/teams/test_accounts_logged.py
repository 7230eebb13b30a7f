"""Accounts that come into being with a team are logged like those that an administrator makes."""

from pathlib import Path

from click.testing import CliRunner
from sqlalchemy.orm import Session

from tests.audit.reading import NOBODY, Logged, id_of, logged
from tests.browser_client import Browser
from tests.factories import NOW, PASSWORD
from tests.teams.conftest import North
from trainer.accounts.models import User
from trainer.cli import trainer
from trainer.settings import Settings
from trainer.teams.inviting import Guest, invite_address
from trainer.teams.queries import team_by_id


def test_newcomer_who_joins_by_an_invitation_has_made_her_account_herself(
    nobody: Browser, session: Session, north: North, lena: User
) -> None:
    token = invite_address(session, team_by_id(session, north.id), Guest("nina@example.org"), by=lena, now=NOW)
    session.commit()
    assert nobody.post(f"/join/{token}", data={"name": "Nina New", "password": PASSWORD}).location == "/"
    nina = id_of(session, "nina@example.org")
    *_, joined, created = logged(session)
    assert (joined.action, joined.by, joined.person) == ("member.joined", nina, nina)
    assert created == Logged("account.created", nina, nina)


def test_import_logs_the_accounts_it_makes_and_no_others(
    settings: Settings, session: Session, north: North, tmp_path: Path
) -> None:
    file, before = tmp_path / "people.csv", len(logged(session))
    file.write_text("email,name\nnina@example.org,Nina\nalice@example.org,Alice\nomar@example.org,Omar\n")
    env = {"TRAINER_DATABASE_URL": settings.database_url, "TRAINER_DATA_DIR": str(settings.data_dir)}
    typed = ["team", "import", north.id, str(file)]
    assert CliRunner().invoke(trainer, [*typed, "--dry-run"], env=env).exit_code == 0
    assert len(logged(session)) == before
    assert CliRunner().invoke(trainer, typed, env=env).exit_code == 0
    new = [id_of(session, f"{name}@example.org") for name in ("nina", "omar")]
    entries = logged(session)[before:]
    assert entries[:2] == [Logged("account.created", NOBODY, person) for person in new]
    assert [(entry.action, entry.person) for entry in entries[2:]] == [("member.added", person) for person in new]
