"""`trainer user add` and `trainer user link`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Executable, select

from tests.browser_client import Browser
from trainer.accounts.commands import user as command
from trainer.accounts.models import User
from trainer.learning.errors import Conflict, NotFound
from trainer.settings import DEFAULT_BASE_URL, Settings, remember_address

Look = Callable[[Executable], list[Any]]


def run(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(command, words, obj=settings)


def test_add_prints_a_link_that_signs_in(settings: Settings, nobody: Browser, look: Look) -> None:
    result = run(settings, "add", "Alice@example.org", "--name", "Alice Ames", "--role", "author")
    assert result.exit_code == 0, result.output
    (user,) = look(select(User))
    assert (user.email, user.name, user.has_role("author")) == ("alice@example.org", "Alice Ames", True)
    assert nobody.post(result.output.strip()).location == "/account/password"


def test_link_prints_a_new_link_and_kills_the_old(settings: Settings, nobody: Browser, alice: User) -> None:
    first = run(settings, "link", "alice@example.org").output.strip()
    second = run(settings, "link", "alice@example.org").output.strip()
    assert second.startswith("http://localhost/sign-in/link/")
    assert (nobody.post(first).status_code, nobody.post(second).status_code) == (404, 303)


def test_links_lead_to_where_the_site_was_last_served(settings: Settings, alice: User) -> None:
    default = replace(settings, base_url=DEFAULT_BASE_URL)
    words = ("link", "alice@example.org")
    assert run(default, *words).output.startswith("http://127.0.0.1:8000/sign-in/link/")
    remember_address(replace(settings, base_url="http://127.0.0.1:8123"))
    assert run(default, *words).output.startswith("http://127.0.0.1:8123/sign-in/link/")
    assert run(settings, *words).output.startswith("http://localhost/sign-in/link/"), "what is set wins"


def test_link_for_nobody_is_an_error(settings: Settings) -> None:
    assert isinstance(run(settings, "link", "eve@example.org").exception, NotFound)


def test_add_twice_is_an_error(settings: Settings, alice: User) -> None:
    assert isinstance(run(settings, "add", "alice@example.org").exception, Conflict)


def test_unknown_role_is_wrong_use(settings: Settings) -> None:
    assert run(settings, "add", "x@example.org", "--role", "owner").exit_code == 2


@pytest.mark.parametrize("verb", ["add", "link"])
def test_help_has_an_example(settings: Settings, verb: str) -> None:
    assert "Example: trainer user" in run(settings, verb, "--help").output
