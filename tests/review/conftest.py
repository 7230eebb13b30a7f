"""What tests of review share."""

from collections.abc import Callable
from datetime import datetime

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.review.studying import publish_clear_cut
from trainer.accounts.models import User


@pytest.fixture
def clear_cut_course(session: Session) -> None:
    """The real course, live, with those questions that tests can answer right and wrong."""
    publish_clear_cut(session)


@pytest.fixture
def page_at(browser_of: Callable[[User], Browser], alice: User) -> Callable[..., str]:
    """What Alice sees at a time: an address, the status it must have, the zone her browser says."""

    def page(at: datetime, address: str = "/review", *, status: int = 200, zone: str = "") -> str:
        with time_machine.travel(at, tick=False):
            hers = browser_of(alice)
            hers.set_cookie("zone", zone)
            response = hers.get(address)
        assert response.status_code == status
        return response.get_data(as_text=True)

    return page
