"""`trainer publish`, `releases`, `rollback`, as typed."""

from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from tests.audit.reading import NOBODY, Logged, logged
from tests.library.conftest import Shelf
from trainer.learning.errors import NotFound
from trainer.library.commands import publish, releases, rollback
from trainer.library.models import Release
from trainer.settings import Settings

Type = Callable[..., Result]


@pytest.fixture
def typed(settings: Settings, shelf: Shelf) -> Type:
    """Types a command."""
    mine = Settings(**{**vars(settings), "courses": shelf.courses, "banks": shelf.banks})

    def run(command: click.Command, *arguments: str) -> Result:
        return CliRunner().invoke(command, arguments, obj=mine)

    return run


def test_publish_tells_the_number_and_whether_anything_changed(typed: Type, shelf: Shelf) -> None:
    assert typed(publish, "--note", "first").stdout == "Release 1 is live.\n"
    assert typed(publish).stdout == "Nothing has changed; release 1 is live.\n"
    shelf.write_bank("Another?")
    assert typed(publish).stdout == "Release 2 is live.\n"
    newest, oldest = typed(releases).stdout.splitlines()
    assert newest.startswith("2  ")
    assert newest.endswith("  live")
    assert oldest.startswith("1  ")
    assert oldest.endswith("trainer publish  first")


def test_publish_of_a_broken_bank_tells_where_and_fails(typed: Type, shelf: Shelf) -> None:
    typed(publish)
    shelf.write(shelf.bank, "nonsense")
    result = typed(publish)
    assert result.exit_code == 1
    assert result.stdout == "Nothing has changed; release 1 is live.\n"
    assert "tea-1.yaml:1:1: error[" in result.stderr


def test_publish_of_nothing_says_so(settings: Settings, shelf: Shelf) -> None:
    nothing = Settings(**{**vars(settings), "courses": shelf.courses / "none", "banks": shelf.banks / "none"})
    result = CliRunner().invoke(publish, [], obj=nothing)
    assert (result.exit_code, result.stdout) == (1, "There is nothing to publish.\n")
    assert "Is TRAINER_COURSES right?" in result.stderr


def test_rollback_makes_an_earlier_release_live(typed: Type, shelf: Shelf) -> None:
    typed(publish)
    shelf.write_bank("Another?")
    typed(publish)
    assert typed(rollback, "1").stdout == "Release 1 is live.\n"
    assert typed(releases).stdout.splitlines()[1].endswith("  live")


def test_rollback_to_no_release_is_a_known_problem(typed: Type) -> None:
    assert isinstance(typed(rollback, "9").exception, NotFound)


def test_what_is_published_or_rolled_back_on_the_machine_is_logged_as_done_by_nobody(
    typed: Type, shelf: Shelf, session: Session
) -> None:
    typed(publish)
    typed(publish)
    shelf.write_bank("Another?")
    typed(publish)
    typed(rollback, "1")
    typed(rollback, "1")
    first, second = (session.get_one(Release, number).digest for number in (1, 2))
    assert logged(session) == [
        Logged("release.published", NOBODY, details={"release": 1, "digest": first, "instead_of": None}),
        Logged("release.published", NOBODY, details={"release": 2, "digest": second, "instead_of": 1}),
        Logged("release.rolled_back", NOBODY, details={"release": 1, "digest": first, "instead_of": 2}),
    ]


def test_publish_of_nothing_is_not_logged(settings: Settings, shelf: Shelf, session: Session) -> None:
    nothing = Settings(**{**vars(settings), "courses": shelf.courses / "none", "banks": shelf.banks / "none"})
    CliRunner().invoke(publish, [], obj=nothing)
    assert logged(session) == []
