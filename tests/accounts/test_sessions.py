"""Sessions on the server: risks 19 and 25, and what finding 6 says about htmx."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, Executable, select, text, update
from sqlalchemy.orm import Session

from tests.accounts.test_at_once import at_once
from tests.browser_client import Browser
from tests.factories import NOW, PASSWORD, settings_for
from trainer import clock
from trainer.accounts.actions import change_roles, deactivate
from trainer.accounts.browsers import browser_of as browser_words
from trainer.accounts.models import BrowserSession, User
from trainer.accounts.sessions import HALF_SIGNED_IN, IDLE, LONGEST, MOST
from trainer.db import transaction
from trainer.settings import Settings

Sign = Callable[[User], Browser]
Look = Callable[[Executable], list[Any]]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def status(browser: Browser, path: str = "/account") -> int:
    return browser.get(path).status_code


def test_deactivation_ends_every_session_at_once(browser_of: Sign, session: Session, alice: User) -> None:
    first, second = browser_of(alice), browser_of(alice)
    assert (status(first), status(second)) == (200, 200)
    deactivate(session, session.merge(alice), by=None, now=NOW)
    session.commit()
    assert (status(first), status(second)) == (302, 302)


def test_inactive_person_is_nobody_even_with_a_session(browser_of: Sign, session: Session, alice: User) -> None:
    browser = browser_of(alice)
    session.execute(update(User).where(User.id == alice.id).values(active=False))
    session.commit()
    assert status(browser) == 302


def test_role_taken_away_is_gone_at_the_next_request(browser_of: Sign, session: Session, ada: User, otto: User) -> None:
    browser = browser_of(ada)
    assert status(browser, "/admin/people") == 200
    change_roles(session, session.merge(otto), {"admin"}, by=None, now=NOW)
    change_roles(session, session.merge(ada), set(), by=None, now=NOW)
    session.commit()
    assert status(browser, "/admin/people") == 404


def test_role_given_is_there_at_the_next_request(browser_of: Sign, session: Session, alice: User) -> None:
    browser = browser_of(alice)
    assert status(browser, "/admin/people") == 404
    change_roles(session, session.merge(alice), {"admin"}, by=None, now=NOW)
    session.commit()
    assert status(browser, "/admin/people") == 200


@pytest.mark.parametrize("pause", [IDLE, LONGEST], ids=["unused", "too long"])
def test_session_ends_by_itself(browser_of: Sign, alice: User, pause: timedelta) -> None:
    browser = browser_of(alice)
    with time_machine.travel(clock.now() + pause + timedelta(minutes=1)):
        assert status(browser) == 302


def test_session_in_use_lives_on_but_not_for_ever(browser_of: Sign, alice: User) -> None:
    browser, start = browser_of(alice), clock.now()
    for day in range(10, 60, 10):
        with time_machine.travel(start + timedelta(days=day)):
            assert status(browser) == 200
    with time_machine.travel(start + timedelta(days=61)):
        assert status(browser) == 302


def test_session_is_touched_every_ten_minutes_only(browser_of: Sign, look: Look, alice: User) -> None:
    browser = browser_of(alice)
    seen = select(BrowserSession.last_seen_at)
    first = look(seen)
    status(browser)
    assert look(seen) == first
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        status(browser)
    assert look(seen) > first


def test_ended_sessions_are_swept_away_at_the_next_sign_in(
    browser_of: Sign, look: Look, alice: User, bob: User
) -> None:
    browser_of(alice)
    with time_machine.travel(clock.now() + IDLE + timedelta(days=1)):
        browser_of(bob)
    assert look(select(BrowserSession.user_id)) == [bob.id]


def test_half_signed_in_session_ends_soon(nobody: Browser, look: Look, alice: User) -> None:
    with nobody.session_transaction() as kept:
        kept["tf_user_id"] = alice.fs_uniquifier
        kept["tf_state"] = "ready"
    assert look(select(BrowserSession.user_id)) == [None]
    assert status(nobody, "/sign-in/code") == 200
    with time_machine.travel(clock.now() + HALF_SIGNED_IN + timedelta(minutes=1)):
        assert status(nobody, "/sign-in/code") == 302


def test_anonymous_visitor_leaves_no_row(nobody: Browser, look: Look) -> None:
    nobody.get("/sign-in")
    assert look(select(BrowserSession.id)) == []


def test_unknown_cookie_is_nobodys(nobody: Browser) -> None:
    for value in ("~", "~unknown", "~~", "rubbish", "." * 4000):
        nobody.set_cookie("trainer", value)
        assert status(nobody) == 302


def test_https_cookie_has_the_host_prefix(make_app: Callable[[Settings], Flask], settings: Settings) -> None:
    app = make_app(settings_for(settings.database_url, settings.data_dir, base_url="https://localhost"))
    header = app.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    assert header.startswith("__Host-trainer=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in header.split(";")}
    assert "Domain" not in header


def test_sessions_survive_a_change_of_the_secret_key(
    make_app: Callable[[Settings], Flask], settings: Settings, nobody: Browser
) -> None:
    """58: forms of visitors too, as long as the old key is named as a fallback."""
    nobody.get("/sign-in")
    changes = {"secret_key": "another-key-for-tests-9876543210-zyxwv", "secret_key_fallbacks": (settings.secret_key,)}
    app = make_app(settings_for(settings.database_url, settings.data_dir, **changes))
    browser = app.test_client()
    browser.set_cookie("trainer", nobody.cookie)
    with browser.session_transaction() as kept:
        assert kept["csrf_token"]


def test_htmx_request_of_an_ended_session_keeps_the_page(nobody: Browser) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/practice/7?x=1"}
    for send in (nobody.get, nobody.post):
        response = send("/account", headers=headers)
        assert response.status_code == 401
        assert response.headers["HX-Redirect"] == "/sign-in?next=%2Fpractice%2F7%3Fx%3D1&ended=1"
        assert response.data == b""


def test_htmx_request_does_not_lead_to_another_site(nobody: Browser) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/x"}
    assert nobody.get("/account", headers=headers).headers["HX-Redirect"] == "/sign-in?next=%2F&ended=1"


def test_form_of_an_ended_session_leads_back_to_its_page(nobody: Browser) -> None:
    response = nobody.post("/account", headers={"Referer": "http://localhost/account?x=2"})
    assert response.location == "/sign-in?next=%2Faccount%3Fx%3D2"


def test_form_of_an_ended_session_shows_what_was_typed(nobody: Browser) -> None:
    """Without a script there is no draft: what the form held would be gone."""
    form = {
        "f0123456789ab": "Because <b>audits</b>\nare announced.",
        "f0123456789ac": "v0123456789ab",
        "f0123456789ad": "yes",
        "csrf_token": "secret-token",
        "key": "secret-key",
        "password": "secret-password",
        "certainty": "2",
    }
    response = nobody.post("/practice/no-such-set/1", data=form, headers={"Referer": "http://localhost/practice/x/1"})
    page = response.get_data(as_text=True)
    assert response.status_code == 401
    assert "Your session has ended" in page
    assert "Because &lt;b&gt;audits&lt;/b&gt;\nare announced.</textarea>" in page
    assert page.count("<textarea") == 1
    assert 'href="/sign-in?next=%2Fpractice%2Fx%2F1"' in page
    for secret in ("secret", "v0123456789ab", ">yes<"):
        assert secret not in page


def test_form_whose_token_went_with_its_session_shows_what_was_typed(nobody: Browser) -> None:
    response = nobody.post("/questions/x/note", data={"text": "Ask Lena."}, forged=True)
    assert response.status_code == 401
    assert "Ask Lena." in response.get_data(as_text=True)


def test_form_without_text_leads_to_sign_in_at_once(nobody: Browser) -> None:
    for form in ({"f0123456789ab": "v0123456789ab"}, {"password": "secret"}, {"text": " "}):
        assert nobody.post("/account", data=form).status_code == 302


@pytest.mark.parametrize("path", ["/sign-out", "/account/sessions/end"])
def test_signing_out_clears_what_the_browser_kept(browser_of: Sign, alice: User, path: str) -> None:
    browser = browser_of(alice)
    page = browser.get("/account").get_data(as_text=True)
    assert re.search(rf'<form[^>]* action="{path}"[^>]* data-signs-out', page), "static/js/drafts.js looks for it"
    assert browser.post(path).headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/account").status_code == 302


def test_signing_out_elsewhere_clears_nothing_here(browser_of: Sign, look: Look, alice: User) -> None:
    browser_of(alice)
    (other,) = look(select(BrowserSession.public_id))
    response = browser_of(alice).post(f"/account/sessions/{other}/end")
    assert response.status_code == 303
    assert "Clear-Site-Data" not in response.headers


def test_shortcuts_are_switched_off_and_on_under_account(browser_of: Sign, alice: User) -> None:
    browser = browser_of(alice)
    for form, kept in (({}, "off"), ({"keys": "on"}, "on")):
        response = browser.post("/keys", data={"next": "/account#keyboard", **form})
        assert (response.status_code, response.location) == (303, "/account#keyboard")
        page = browser.get("/account").get_data(as_text=True)
        assert f'data-keys="{kept}"' in page
        assert ("data-keys-switch checked" in page) is (kept == "on")


def test_own_sessions_are_listed_with_the_present_one_marked(app: Flask, browser_of: Sign, alice: User) -> None:
    browser_of(alice)
    here = app.test_client()
    here.post("/sign-in", data={"email": alice.email, "password": PASSWORD}, headers={"User-Agent": FIREFOX})
    page = here.get("/account").get_data(as_text=True)
    assert page.count("this browser") == 1
    assert page.count("Sign out this one") == 1
    assert "127.0.0.0/24" in page
    assert "Firefox on Linux" in page


def test_one_own_session_can_be_ended(browser_of: Sign, look: Look, alice: User) -> None:
    there, here = browser_of(alice), browser_of(alice)
    other = look(select(BrowserSession.public_id).order_by(BrowserSession.id))[0]
    assert here.post(f"/account/sessions/{other}/end").status_code == 303
    assert (status(there), status(here)) == (302, 200)


def test_session_of_somebody_else_cannot_be_ended(browser_of: Sign, look: Look, alice: User, bob: User) -> None:
    hers = browser_of(alice)
    (public_id,) = look(select(BrowserSession.public_id))
    response = browser_of(bob).post(f"/account/sessions/{public_id}/end")
    unknown = browser_of(bob).post("/account/sessions/no-such-session/end")
    assert (response.status_code, unknown.status_code, status(hers)) == (404, 404, 200)


def test_sign_out_everywhere(browser_of: Sign, look: Look, alice: User, bob: User) -> None:
    there, here, bobs = browser_of(alice), browser_of(alice), browser_of(bob)
    assert here.post("/account/sessions/end").location == "/sign-in"
    assert (status(there), status(here), status(bobs)) == (302, 302, 200)
    assert look(select(BrowserSession.user_id)) == [bob.id]


def test_database_that_does_not_answer_signs_nobody_out(browser_of: Sign, session: Session, alice: User) -> None:
    browser = browser_of(alice)
    session.execute(text("ALTER TABLE browser_session RENAME TO away"))
    session.commit()
    assert status(browser) >= 500
    assert status(browser, "/healthz") == 200
    session.execute(text("ALTER TABLE away RENAME TO browser_session"))
    session.commit()
    assert status(browser) == 200


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("Firefox", "Firefox"),
        ("<script>alert(1)</script>", "scriptalert(1)/script"),
        ("", "Unknown browser"),
    ],
)
def test_browser_is_named_in_a_few_words(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words


def test_sessions_of_one_person_are_few_and_the_one_unused_for_longest_goes(
    app: Flask, browser_of: Sign, engine: Engine, alice: User, bob: User, look: Look
) -> None:
    his = browser_of(bob)
    first, second = browser_of(alice), browser_of(alice)
    assert [status(browser) for browser in (his, first, second)] == [200] * 3
    with transaction(engine) as session:
        hers = select(BrowserSession).where(BrowserSession.user_id == alice.id).order_by(BrowserSession.id)
        (of_first, *_others) = session.scalars(hers).all()
        of_first.last_seen_at += timedelta(minutes=5)  # used since
    for _ in range(MOST - 1):
        app.test_client().post("/sign-in", data={"email": "alice@example.org", "password": PASSWORD})
    assert len(look(select(BrowserSession.id).where(BrowserSession.user_id == alice.id))) == MOST
    assert [status(browser) for browser in (his, first, second)] == [200, 200, 302]


def test_sessions_begun_at_the_same_moment_are_counted_too(app: Flask, engine: Engine, alice: User, look: Look) -> None:
    with transaction(engine) as session:
        seen = {"created_at": clock.now(), "last_seen_at": clock.now()}
        same = {"user_id": alice.id, "data": "", "browser": "", "network": "", **seen}
        session.add_all(BrowserSession(public_id=f"{n}", token_hash=f"{n}", **same) for n in range(MOST - 1))
    data = {"email": "alice@example.org", "password": PASSWORD}
    at_once(*[lambda: app.test_client().post("/sign-in", data=data).status_code] * 6)
    assert len(look(select(BrowserSession.id))) == MOST
