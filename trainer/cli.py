"""The `trainer` command: every feature's commands under one name."""

import logging
import os
import sys
import tomllib
from importlib import metadata
from tempfile import TemporaryDirectory

import click

from trainer import db
from trainer.accounts.commands import COMMANDS as ACCOUNTS
from trainer.admin.commands import COMMANDS as ADMIN
from trainer.admin.troubles import MISTAKES, TROUBLES, in_one_line
from trainer.answers.commands import COMMANDS as ANSWERS
from trainer.audit.commands import COMMANDS as AUDIT
from trainer.authoring.commands import COMMANDS as AUTHORING
from trainer.db import make_engine
from trainer.learning.errors import DomainError
from trainer.library.commands import COMMANDS as LIBRARY
from trainer.paths import HOUSE
from trainer.serving import COMMANDS as SERVING
from trainer.settings import SettingsError, load_settings
from trainer.teams.commands import COMMANDS as TEAMS

PROBLEM, WRONG_USE = 1, 2
PRIVATE = 0o077
"""What is written belongs to whoever runs this: nobody else reads databases, backups, mails."""


def _version() -> str:
    try:
        return metadata.version("trainer")
    except metadata.PackageNotFoundError:  # a checkout: nothing is installed
        return str(tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), message="%(version)s")
@click.pass_context
def trainer(context: click.Context) -> None:
    """Self-study training and quizzes for teams.

    Settings come from TRAINER_… variables or from the file that TRAINER_CONFIG names.
    Example: trainer serve
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    context.obj = load_settings()


@trainer.command(hidden=True)
@click.argument("name")
def new_migration(name: str) -> None:
    """Write migrations/versions/NNNN_NAME.py from the difference between code and migrations. For developers."""
    with TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/new.sqlite3")
        db.new_migration(engine, name)
        engine.dispose()


for command in (*SERVING, *AUTHORING, *LIBRARY, *ACCOUNTS, *ANSWERS, *TEAMS, *ADMIN, *AUDIT):
    trainer.add_command(command)


def main() -> None:
    """Run the command; what goes wrong in a way we know is one line on stderr, never a traceback."""
    os.umask(PRIVATE)
    try:
        trainer(prog_name="trainer")
    except SettingsError as error:
        _end(str(error), WRONG_USE)
    except DomainError as error:
        _end(str(error), PROBLEM)
    except TROUBLES as error:
        if isinstance(error, MISTAKES):
            raise
        _end(in_one_line(error), PROBLEM)


def _end(says: str, code: int) -> None:
    click.echo(f"Error: {says}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
