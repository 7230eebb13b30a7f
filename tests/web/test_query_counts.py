"""Pages ask the database a fixed number of times, however much a learner has before her."""

import re

import pytest

from tests.browser_client import Browser
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("published")

BUDGET = {
    "/": 15,
    "/courses": 8,
    "/courses/accreditation": 8,
    "/effect/accreditation": 8,
    "/lessons/M01-L1": 11,
    "/plan": 6,
    "/practice": 9,
    "/review": 5,
    "/review/forecast": 6,
    "/progress": 7,
    "/progress/misconceptions": 9,
}
QUESTION, ANSWER = 10, 25
"""Session, person and release are three of each."""


def start(hers: Browser, count: int) -> str:
    """Begin a practice set; its address."""
    sent = {"source": "course", "source_id": "accreditation", "count": count}
    return hers.post("/practice", data=sent).location.rpartition("/")[0]


def asked_for(hers: Browser, address: str) -> int:
    """How many statements a page takes once everything that hangs on a hash is in memory."""
    hers.get(address)
    with statements() as seen:
        assert hers.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", BUDGET)
def test_page_keeps_to_its_budget_of_queries(hers: Browser, address: str) -> None:
    start(hers, 10)
    assert asked_for(hers, address) <= BUDGET[address]


def test_question_of_a_long_set_takes_no_more_queries_than_of_a_short_one(hers: Browser) -> None:
    short, long = (asked_for(hers, f"{start(hers, count)}/1") for count in (1, 40))
    assert short == long <= QUESTION


def test_answer_keeps_to_its_budget_of_queries(hers: Browser) -> None:
    address = f"{start(hers, 40)}/1"
    token = re.search(r'name="csrf_token" value="([^"]+)"', hers.get(address).get_data(as_text=True))
    assert token
    sent = {"csrf_token": token[1], "key": "k" * 20, "gave_up": "1"}
    with statements() as seen:
        assert hers.post(address, data=sent, headers={"HX-Request": "true"}, forged=True).status_code == 200
    assert len(seen) <= ANSWER
