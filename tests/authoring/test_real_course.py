"""The authors' pages on the real course: every question can be looked at in every state."""

from collections.abc import Callable

import pytest

from tests.browser_client import Browser
from tests.published import real_content
from trainer.accounts.models import User

pytestmark = pytest.mark.usefixtures("published")


def test_every_real_question_has_a_sound_page(browser_of: Callable[[User], Browser], otto: User) -> None:
    his = browser_of(otto)
    for bank in real_content().banks:
        assert his.get(f"/author/banks/{bank.id}").status_code == 200
        for item in bank.items:
            response = his.get(f"/author/items/{item.id}")
            assert response.status_code == 200, item.id
            assert "Answered right" in response.get_data(as_text=True), item.id


def test_real_course_is_covered_and_in_order(browser_of: Callable[[User], Browser], otto: User) -> None:
    his = browser_of(otto)
    assert ">none<" not in his.get("/author").get_data(as_text=True)
    assert "All files are in order." in his.get("/author/check").get_data(as_text=True)
