"""How many statements a page takes."""

from collections.abc import Callable

import pytest

from tests.browser_client import Browser
from tests.statements import statements


@pytest.fixture
def counted() -> Callable[[Browser, str], int]:
    """Count the statements of a page once everything that hangs on a hash is in memory."""

    def count(browser: Browser, address: str) -> int:
        browser.get(address)
        with statements() as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    return count
