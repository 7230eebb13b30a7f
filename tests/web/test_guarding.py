"""The gate before every view and the commit after it: risks 16 and 17, and that "yes" is said after the commit."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, g
from sqlalchemy import Executable, select

from tests.browser_client import Browser
from trainer.accounts.models import User

Look = Callable[[Executable], list[Any]]


@pytest.mark.parametrize(("status", "kept"), [(200, True), (303, True), (399, True), (400, False), (422, False)])
def test_post_is_committed_if_it_answers_below_400(quiet: Browser, look: Look, status: int, *, kept: bool) -> None:
    assert quiet.post(f"/test/write?status={status}").status_code == status
    assert bool(look(select(User.id))) is kept


@pytest.mark.parametrize(("status", "answer"), [(999, 500), (998, 422), (997, 409)])
def test_post_that_raises_is_rolled_back(quiet: Browser, look: Look, status: int, answer: int) -> None:
    assert quiet.post(f"/test/write?status={status}").status_code == answer
    assert look(select(User.id)) == []


def test_what_a_view_wrote_before_it_failed_is_undone_before_anything_else(quiet: Browser, look: Look) -> None:
    """Whatever draws the page about the failure sees nothing of it, and holds no lock."""
    assert quiet.post("/test/write?status=996").data == b"0"
    assert look(select(User.id)) == []


def test_get_cannot_write(quiet: Browser, look: Look) -> None:
    assert quiet.get("/test/write?status=200").status_code == 500
    assert quiet.head("/test/write?status=200").status_code == 500
    assert look(select(User.id)) == []


def test_nothing_is_left_open_after_a_request(quiet: Browser, look: Look) -> None:
    """A transaction left open would hold the write lock: the next write would wait and fail."""
    for status in (422, 999, 998, 200):
        quiet.post(f"/test/write?status={status}")
    assert len(look(select(User.id))) == 1


def test_page_for_the_signed_in_sends_others_to_sign_in_and_back(nobody: Browser) -> None:
    response = nobody.get("/test/mine?x=1&y=%C3%A9")
    assert (response.status_code, response.location) == (302, "/sign-in?next=%2Ftest%2Fmine%3Fx%3D1%26y%3D%25C3%25A9")


def test_page_for_the_signed_in_is_there_for_them(browser_of: Callable[[User], Browser], alice: User) -> None:
    assert browser_of(alice).get("/test/mine").data == b"mine"


def test_header_of_htmx_opens_nothing(nobody: Browser) -> None:
    """17: the checks are the same, whatever asks."""
    for headers in ({"HX-Request": "true"}, {"HX-Boosted": "true"}, {"X-HTTP-Method-Override": "POST"}):
        response = nobody.get("/test/mine", headers=headers)
        assert response.status_code in (302, 401)
        assert b"mine" not in response.data


def test_forbidden_and_missing_are_the_same_page(browser_of: Callable[[User], Browser], alice: User) -> None:
    browser = browser_of(alice)
    forbidden, missing = browser.get("/admin/people"), browser.get("/no-such-page")
    assert (forbidden.status_code, missing.status_code) == (404, 404)
    assert _bare(forbidden.get_data(as_text=True)) == _bare(missing.get_data(as_text=True))


def _bare(page: str) -> list[str]:
    changing = ("csrf", 'name="next"', "hx-headers", "request", "Request", "aria-current", 'href="/admin', "number")
    return [line for line in page.splitlines() if not any(word in line for word in changing)]


def test_fragment_for_htmx_page_for_others(nobody: Browser) -> None:
    page, fragment = nobody.get("/test/page"), nobody.get("/test/page", headers={"HX-Request": "true"})
    assert b"<html" in page.data
    assert b"<html" not in fragment.data
    assert "HX-Request" in page.headers["Vary"]
    assert "HX-Request" in fragment.headers["Vary"]


@pytest.mark.parametrize("header", ["HX-History-Restore-Request", "HX-Boosted"])
def test_whole_page_for_htmx_that_wants_a_whole_page(nobody: Browser, header: str) -> None:
    assert b"<html" in nobody.get("/test/page", headers={"HX-Request": "true", header: "true"}).data


@pytest.mark.parametrize("status", [200, 409, 997, 998, 999])
def test_nothing_more_is_written_once_the_view_has_ended(app: Flask, quiet: Browser, status: int) -> None:
    """Drawing an error page, or what comes after each request, is in no writing transaction."""
    may_write: list[bool] = []

    def look(response: Response) -> Response:
        may_write.append(g.may_write)
        return response

    app.after_request(look)
    quiet.post(f"/test/write?status={status}")
    assert may_write == [False]
