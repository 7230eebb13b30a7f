"""People, as an administrator sees them."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from tests.accounts.test_change_email import stale
from tests.browser_client import Browser
from tests.factories import PASSWORD, make_person
from tests.statements import statements
from trainer.accounts import queries
from trainer.accounts.models import User

Look = Callable[[Executable], list[Any]]
Sign = Callable[[User], Browser]


@pytest.fixture
def admin(browser_of: Sign, ada: User) -> Browser:
    """Ada's browser."""
    return browser_of(ada)


def test_people_are_listed_with_what_they_may_do(admin: Browser, alice: User, otto: User) -> None:
    page = admin.get("/admin/people").get_data(as_text=True)
    for words in ("Alice", "alice@example.org", "Otto", "Author", "Ada", "Administrator", "never"):
        assert words in page


@pytest.mark.parametrize(("search", "found"), [("ali", True), ("EXAMPLE.ORG", True), ("zzz", False), ("%", False)])
def test_people_are_found_by_name_or_address(admin: Browser, alice: User, search: str, *, found: bool) -> None:
    page = admin.get("/admin/people", query_string={"q": search}).get_data(as_text=True)
    assert ("alice@example.org" in page) is found
    assert ("Nobody found" in page) is not found


def test_everybody_is_listed_however_many_they_are(
    admin: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PEOPLE_A_PAGE", 3)
    for name in ("Bea", "Cleo", "Dora", "Emma", "Fay", "Gwen"):
        make_person(session, name)
    seen, path = [], "/admin/people?q=example.org"
    while path:
        page = admin.get(path).get_data(as_text=True)
        assert "7 people" in page
        seen += re.findall(r"<td>(\w+)@example.org</td>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = html.unescape(following[1]) if following else ""
    assert seen == ["ada", "bea", "cleo", "dora", "emma", "fay", "gwen"]
    assert admin.get("/admin/people?page=9&q=example").location == "/admin/people?q=example&page=3"


def test_administrator_is_led_to_the_pages_for_authors(admin: Browser, browser_of: Sign, alice: User) -> None:
    """She may open them, though she is no author."""
    assert 'href="/author"' in admin.get("/admin/people").get_data(as_text=True)
    assert admin.get("/author").status_code == 200
    assert 'href="/author"' not in browser_of(alice).get("/account").get_data(as_text=True)


def test_search_by_htmx_gets_the_list_only(admin: Browser, alice: User) -> None:
    fragment = admin.get("/admin/people?q=alice", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "alice@example.org" in fragment
    assert "<html" not in fragment


def test_list_takes_as_many_queries_for_three_as_for_one(admin: Browser, session: Session) -> None:
    def queries() -> int:
        with statements() as seen:
            admin.get("/admin/people")
        return len(seen)

    queries()  # the first opens the connection
    one = queries()
    for name in ("Alice", "Bob", "Otto"):
        make_person(session, name, "author")
    assert queries() == one


def test_added_person_gets_in_by_the_link_that_is_shown(admin: Browser, nobody: Browser, look: Look) -> None:
    data = {"name": "Eve Evans", "email": "Eve@example.org", "role": "author"}
    page = admin.post("/admin/people", data=data).get_data(as_text=True)
    link = re.search(r'value="http://localhost(/sign-in/link/[^"]+)"', page)
    assert link
    assert nobody.post(link[1]).status_code == 303
    assert nobody.get("/author").status_code == 200
    assert look(select(User.name).where(User.email == "eve@example.org")) == ["Eve Evans"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": "ada@example.org", "role": "learner"}, "There is already somebody with the address"),
        ({"email": "no address", "role": "learner"}, "This is not an e-mail address."),
        ({"email": "", "role": "learner"}, "Enter an e-mail address."),
        ({"email": "eve@example.org", "role": "owner"}, "Not a valid choice"),
    ],
)
def test_person_that_cannot_be_added_is_explained(admin: Browser, look: Look, data: dict[str, str], words: str) -> None:
    response = admin.post("/admin/people", data=data)
    assert response.status_code == 422
    assert words in response.get_data(as_text=True)
    assert len(look(select(User.id))) == 1


def test_person_has_a_page(admin: Browser, alice: User) -> None:
    page = admin.get(f"/admin/people/{alice.public_id}").get_data(as_text=True)
    assert "alice@example.org" in page
    assert "Deactivate" in page
    assert admin.get("/admin/people/no-such-person").status_code == 404


def test_roles_are_given_and_taken(admin: Browser, browser_of: Sign, alice: User) -> None:
    hers, path = browser_of(alice), f"/admin/people/{alice.public_id}/roles"
    assert hers.get("/author").status_code == 404
    assert admin.post(path, data={"role": ["author", "admin"]}).status_code == 303
    assert (hers.get("/author").status_code, hers.get("/admin/people").status_code) == (200, 200)
    assert admin.post(path, data={}).status_code == 303
    assert hers.get("/author").status_code == 404


def test_unknown_role_is_refused(admin: Browser, alice: User) -> None:
    assert admin.post(f"/admin/people/{alice.public_id}/roles", data={"role": "owner"}).status_code == 422


def test_last_administrator_cannot_leave(admin: Browser, ada: User) -> None:
    for path, data in (("roles", {"role": "author"}), ("deactivate", {})):
        response = admin.post(f"/admin/people/{ada.public_id}/{path}", data=data)
        assert response.status_code == 409
        assert "last administrator" in response.get_data(as_text=True)
    assert admin.get("/admin/people").status_code == 200


def test_nobody_makes_himself_an_administrator(browser_of: Sign, alice: User, otto: User, look: Look) -> None:
    """20"""
    for person in (alice, otto):
        path = f"/admin/people/{person.public_id}/roles"
        assert browser_of(person).post(path, data={"role": "admin"}).status_code == 404


def test_deactivated_person_is_out_and_can_come_back(admin: Browser, browser_of: Sign, alice: User) -> None:
    hers, path = browser_of(alice), f"/admin/people/{alice.public_id}"
    assert admin.post(f"{path}/deactivate").status_code == 303
    assert hers.get("/account").status_code == 302
    assert "not active" in admin.get("/admin/people").get_data(as_text=True)
    assert admin.post(f"{path}/link").status_code == 404
    assert admin.post(f"{path}/activate").status_code == 303
    assert admin.post(f"{path}/link").status_code == 200


def test_second_step_can_be_taken_away(admin: Browser, session: Session, alice: User, look: Look) -> None:
    user = session.merge(alice)
    user.tf_primary_method, user.tf_totp_secret, user.tf_last_counter = "authenticator", "{}", 7
    user.mf_recovery_codes = ["written down"]
    session.commit()
    path = f"/admin/people/{alice.public_id}"
    assert "Take the second step away" in admin.get(path).get_data(as_text=True)
    assert admin.post(f"{path}/second-step/remove").status_code == 303
    (kept,) = look(select(User).where(User.id == alice.id))
    assert (kept.tf_primary_method, kept.tf_totp_secret, kept.tf_last_counter) == (None, None, None)
    assert not kept.mf_recovery_codes, "a code that was written down opens nothing once the step is taken away"


DECIDING = ("link", "roles", "deactivate", "activate", "second-step/remove")
"""What an administrator can do that decides who can sign in, and as what."""


@pytest.mark.parametrize("action", DECIDING)
def test_what_decides_who_can_sign_in_asks_for_the_password_again(
    admin: Browser, alice: User, look: Look, action: str
) -> None:
    """An administrator's browser that was left open makes nobody an administrator."""
    stale(admin)
    page = f"/admin/people/{alice.public_id}"
    asked = admin.post(f"{page}/{action}", data={"role": "admin"}, headers={"Referer": f"http://localhost{page}"})
    assert (asked.status_code, asked.location) == (302, f"/account/confirm?next={page}")
    assert "Please give your password once more." in admin.get(asked.location).get_data(as_text=True)
    assert [user.roles for user in look(select(User).where(User.id == alice.id))] == [[]]
    assert admin.post(asked.location, data={"password": PASSWORD, "next": page}).location == page
    assert admin.post(f"{page}/{action}", data={}).status_code in (200, 303)


@pytest.mark.parametrize("action", DECIDING)
def test_htmx_is_sent_to_give_the_password_too(admin: Browser, alice: User, action: str) -> None:
    page = f"/admin/people/{alice.public_id}"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{page}"}
    response = stale(admin).post(f"{page}/{action}", data={}, headers=headers)
    assert (response.status_code, response.data) == (401, b"")
    assert response.headers["HX-Redirect"] == f"/account/confirm?next={page}"


def test_adding_a_person_asks_for_the_password_before_anything_is_typed(admin: Browser, look: Look) -> None:
    stale(admin)
    assert admin.get("/admin/people/new").location == "/account/confirm?next=/admin/people/new"
    data = {"name": "Eve", "email": "eve@example.org", "role": "admin"}
    headers = {"Referer": "http://localhost/admin/people/new"}
    asked = admin.post("/admin/people", data=data, headers=headers)
    assert asked.location == "/account/confirm?next=/admin/people/new"
    assert len(look(select(User.id))) == 1


def test_browser_that_does_not_say_where_it_comes_from_is_led_to_a_page_that_opens(admin: Browser, alice: User) -> None:
    assert stale(admin).post(f"/admin/people/{alice.public_id}/link").location == "/account/confirm?next=/"


def test_names_are_shown_as_they_are(admin: Browser, session: Session) -> None:
    """34"""
    make_person(session, "Eve")
    session.execute(User.__table__.update().values(name="<img src=x onerror=alert(1)>").where(User.name == "Eve"))
    session.commit()
    page = admin.get("/admin/people").get_data(as_text=True)
    assert "<img" not in page
    assert "&lt;img" in page
