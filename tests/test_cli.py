"""The `trainer` command as a whole: help for everything, one line for every known problem."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError

from trainer import cli, serving
from trainer.learning.errors import Conflict
from trainer.paths import HOUSE
from trainer.settings import SettingsError


def all_commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield (*path, name)
            yield from all_commands(command, (*path, name))
        elif not command.hidden:
            yield (*path, name)


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """The one of this process; `main` sets its own."""
    usual = os.umask(0o022)
    os.umask(usual)
    yield
    os.umask(usual)


@pytest.mark.parametrize("path", list(all_commands(cli.trainer)), ids=" ".join)
def test_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli.trainer, [*path, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"trainer {' '.join(path)}" in result.output


def test_contract_is_kept() -> None:
    promised = {"serve", "worker", "check", "schema", "publish", "releases", "rollback", "user", "backup", "restore"}
    assert promised | {"doctor"} <= set(cli.trainer.commands)


def test_version_is_that_of_the_project() -> None:
    assert CliRunner().invoke(cli.trainer, ["--version"]).output == "0.1.0\n"


@pytest.mark.parametrize(("error", "code"), [(SettingsError("no such setting"), 2), (Conflict("there is one"), 1)])
def test_known_problem_is_one_line_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "trainer", fail)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert capsys.readouterr().err == f"Error: {error}\n"


def run(tmp_path: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """As typed, in a data folder of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRAINER_")}
    environ = clean | {"TRAINER_DATA_DIR": str(tmp_path / "data")} | environ
    command = [sys.executable, "-m", "trainer.cli", *arguments]
    return subprocess.run(command, check=False, cwd=HOUSE, env=environ, capture_output=True, text=True)


def test_known_trouble_is_one_line(tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"x" * 9000)
    nobody = "postgresql://u:secret@127.0.0.1:1/none"
    for arguments, environ, code, says in (
        (("restore", str(junk), "--yes"), {}, 1, "is not an SQLite database"),
        (("backup", str(junk / "x")), {}, 1, f"File exists: {junk}"),
        (("user", "link", "x@example.org"), {"TRAINER_DATA_DIR": str(junk / "data")}, 1, "Not a directory"),
        (("releases",), {"TRAINER_DATABASE_URL": nobody}, 1, "The database cannot be used: connection failed"),
        (("backup", str(tmp_path / "x")), {"TRAINER_DATABASE_URL": nobody}, 1, "The database cannot be used"),
        (("releases",), {"TRAINER_DATABASE_URL": f"sqlite:///{junk}"}, 1, "Restore a backup: trainer restore FILE"),
        (("releases",), {"TRAINER_DATABASE_URL": "sqlite:///:memory:"}, 2, "must name a file on disk"),
    ):
        done = run(tmp_path, *arguments, **environ)
        assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
        assert done.stderr.startswith("Error: ")
        assert says in done.stderr
        assert "secret" not in done.stderr


def test_what_commands_write_is_its_owners(tmp_path: Path) -> None:
    assert run(tmp_path, "backup", str(tmp_path / "new" / "x.backup")).returncode == 0
    written = [*(tmp_path / "data").rglob("*"), *(tmp_path / "new").rglob("*")]
    assert {path.stat().st_mode & 0o077 for path in [tmp_path / "data", tmp_path / "new", *written]} == {0}


def test_mistake_in_the_code_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise IntegrityError("x", {}, Exception("UNIQUE"))

    monkeypatch.setattr(cli, "trainer", fail)
    with pytest.raises(IntegrityError):
        cli.main()


def test_unknown_setting_is_refused_before_anything_happens(tmp_path: Path) -> None:
    environ = os.environ | {"TRAINER_PORT": "80", "TRAINER_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "trainer.cli", "doctor"]
    done = subprocess.run(command, check=False, cwd=HOUSE, env=environ, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: There is no setting TRAINER_PORT.")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("host", "address", "url"),
    [
        ("127.0.0.1", "127.0.0.1:80", "http://127.0.0.1:80"),
        ("0.0.0.0", "0.0.0.0:80", "http://127.0.0.1:80"),
        ("::", "[::]:80", "http://[::1]:80"),
        ("::1", "[::1]:80", "http://[::1]:80"),
        ("learn", "learn:80", "http://learn:80"),
    ],
)
def test_listening_address_and_its_url(host: str, address: str, url: str) -> None:
    listening = serving.Listening(host, 80)
    assert (listening.address, listening.url) == (address, url)
