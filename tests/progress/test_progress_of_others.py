"""What others do changes nothing for Alice."""

from collections.abc import Callable

import pytest

from tests.browser_client import Browser
from tests.others import study_everything, unchanged
from trainer.accounts.models import User

pytestmark = pytest.mark.usefixtures("published")
PATHS = ("/", "/progress", "/progress/answers", "/progress/notes")


@pytest.mark.parametrize("path", PATHS)
def test_page_is_as_if_nobody_else_were_there(
    browser_of: Callable[[User], Browser], bob: User, alice: User, path: str
) -> None:
    hers = browser_of(alice)
    with unchanged(hers, path):
        study_everything(browser_of(bob))


@pytest.mark.parametrize("path", PATHS)
def test_page_is_hers_although_others_did_as_much(
    browser_of: Callable[[User], Browser], bob: User, alice: User, path: str
) -> None:
    hers = browser_of(alice)
    study_everything(hers)
    with unchanged(hers, path):
        study_everything(browser_of(bob))
