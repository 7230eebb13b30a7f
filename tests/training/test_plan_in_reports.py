"""What the pages of a team and of a person say of the plan."""

from collections.abc import Callable

import pytest
import time_machine

from tests.browser_client import Browser
from tests.pages import text_of
from tests.teams.conftest import North
from tests.training.planning import Plan, after, day
from trainer.accounts.models import User


@pytest.fixture
def lenas(browser_of: Callable[[User], Browser], lena: User) -> Browser:
    """Lena's browser."""
    return browser_of(lena)


def read(browser: Browser, path: str, days: float) -> str:
    with time_machine.travel(after(days), tick=False):
        return text_of(browser.get(path))


def test_who_is_late_with_a_training_needs_the_lead_first(
    plan: Plan, north: North, alice: User, lenas: Browser
) -> None:
    given = plan.give(due_on=day(5))
    plan.read(alice)
    plan.pass_days(given, 1)
    words = read(lenas, north.path, 8)
    assert "Bob overdue for 3 days Marketing, sales and web editors" in words
    assert words.index("Bob overdue for 3 days") < words.index("Alice not begun")


def test_page_of_a_person_says_what_is_to_do_and_what_is_done(
    plan: Plan, north: North, alice: User, lenas: Browser
) -> None:
    first = plan.give(due_on=day(5), validity_months=12)
    plan.read(alice)
    plan.pass_days(first, 1)
    plan.give("course/accreditation/", due_on=day(12))
    words = read(lenas, f"{north.path}/people/{north.alice}", 8)
    assert "due in 4 days 8 of 11 lessons read due on 5 Dec 2026" in words
    assert "Marketing, sales and web editors done done on 23 Nov 2026, holds until 23 Nov 2027" in words
