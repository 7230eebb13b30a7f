"""A link in a mail switches such mails off: signed, by a button or by a mail program, and by nobody else."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from sqlalchemy import Executable, delete, select, update
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import SECRET
from trainer.accounts.models import User
from trainer.learning.quiet import QuietHours
from trainer.notices.actions import save_wishes
from trainer.notices.links import switch_off_path
from trainer.notices.models import NoticeWish, Topic
from trainer.notices.queries import Wishes, wishes_of
from trainer.settings import Settings

Look = Callable[[Executable], list[Any]]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
REMINDERS, DIGEST = {Topic.REMINDERS}, {Topic.DIGEST}


@pytest.fixture
def link(settings: Settings, alice: User) -> Callable[..., str]:
    """A link of Alice's."""
    return lambda topics=REMINDERS: switch_off_path(settings, alice.public_id, topics)


Link = Callable[..., str]


def off(session: Session, user: User) -> Collection[Topic]:
    found = wishes_of(session, user.id).off
    session.rollback()
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing(nobody: Browser, link: Link, look: Look, method: str) -> None:
    """Mail scanners open every link."""
    answer = nobody.open(link(), method=method)
    assert answer.status_code == 200
    assert look(select(NoticeWish)) == []


def test_button_switches_off_and_says_what(nobody: Browser, link: Link, session: Session, alice: User) -> None:
    before = nobody.get(link()).get_data(as_text=True)
    assert "Switch them off" in before
    assert "reminders of trainings that are not mandatory" in before
    assert "weekly summaries" not in before
    assert nobody.post(link()).location == link()
    after = nobody.get(link()).get_data(as_text=True)
    assert "These mails are off" in after
    assert "Mails about trainings that your team requires still come." in after
    assert 'href="/account/notices"' in after
    assert "Switch them off" not in after
    assert off(session, alice) == REMINDERS


def test_mail_program_switches_off_by_itself(
    nobody: Browser, link: Link, session: Session, alice: User, bob: User
) -> None:
    """RFC 8058: no cookie, no token of a form, no redirect; either kind of form."""
    answer = nobody.post(link(), data=ONE_CLICK, forged=True)
    assert (answer.status_code, answer.location) == (200, None)
    assert "These mails are off" in answer.get_data(as_text=True)
    both = link({*REMINDERS, *DIGEST})
    answer = nobody.post(both, data=ONE_CLICK, forged=True, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert off(session, alice) == {*REMINDERS, *DIGEST}
    assert off(session, bob) == set()


def test_rest_of_her_wishes_stays(nobody: Browser, link: Link, session: Session, alice: User) -> None:
    save_wishes(session, alice.id, Wishes(QuietHours(1, 2), wants_reminders=True, wants_digest=False))
    session.commit()
    for _ in range(2):
        assert "These mails are off" in nobody.post(link(), data=ONE_CLICK, forged=True).get_data(as_text=True)
        assert wishes_of(session, alice.id) == Wishes(QuietHours(1, 2), wants_reminders=False, wants_digest=False)
        session.rollback()


def test_switched_on_again_by_herself(hers: Browser, link: Link, session: Session, alice: User) -> None:
    hers.post(link(DIGEST))
    assert off(session, alice) == DIGEST
    on = {"quiet_from": "20", "quiet_until": "7", "wants_reminders": "y", "wants_digest": "y"}
    assert hers.post("/account/notices", data=on).status_code == 303
    assert off(session, alice) == set()
    assert "Switch them off" in hers.get(link(DIGEST)).get_data(as_text=True), "and the link works again"


def test_link_is_hers_whoever_opens_it(bobs: Browser, link: Link, session: Session, alice: User, bob: User) -> None:
    """A mail that was passed on: what it switches off is what she gets, not he."""
    bobs.post(link())
    assert (off(session, alice), off(session, bob)) == (REMINDERS, set())


def test_link_works_for_who_cannot_sign_in(nobody: Browser, link: Link, session: Session, alice: User) -> None:
    session.execute(update(User).values(active=False))
    session.commit()
    assert nobody.post(link(), data=ONE_CLICK, forged=True).status_code == 200
    assert off(session, alice) == REMINDERS


def test_link_from_before_a_change_of_the_key_works(
    make_app: Callable[[Settings], Flask], settings: Settings, link: Link, session: Session, alice: User
) -> None:
    new = replace(settings, secret_key="another-secret-0123456789-abcdefghijk", secret_key_fallbacks=(SECRET,))
    assert make_app(new).test_client().post(link(), data=ONE_CLICK).status_code == 200
    assert off(session, alice) == REMINDERS
    leaked = replace(new, secret_key_fallbacks=())
    assert make_app(leaked).test_client().get(link()).status_code == 404


def forged(public_id: str, salt: str = "switch off notices", key: str = SECRET) -> str:
    return f"/unsubscribe/{URLSafeSerializer(key, salt=salt).dumps([public_id, ['reminders']])}"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_wrong_links_are_told_plainly_and_change_nothing(
    nobody: Browser, link: Link, look: Look, alice: User, method: str
) -> None:
    good = link()
    for wrong in (
        good[:-1],
        good[:-5] + ("A" if good[-5] != "A" else "B") + good[-4:],
        good + "A",
        good.replace(".", ""),
        good.rpartition(".")[0],
        "/unsubscribe/." + good.rpartition(".")[2],
        good[:13] + good[13:].swapcase(),
        "/unsubscribe/" + "A" * 5000,
        "/unsubscribe/.",
        "/unsubscribe/%E2%82%AC.%F0%9F%98%80",
        "/unsubscribe/%22%3E%3Cscript%3Ealert(1)",
        forged(alice.public_id, salt="itsdangerous"),
        forged(alice.public_id, key="x" * 40),
        forged(alice.public_id),
    ):
        answer = nobody.open(wrong, method=method, data=ONE_CLICK if method == "POST" else None, forged=True)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 404, wrong
        assert "This link does not work" in page, wrong
        assert "<script>alert" not in page
    assert look(select(NoticeWish)) == []


@hypothesis(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1, max_size=80))
def test_no_text_is_a_link(nobody: Browser, token: str) -> None:
    assert nobody.get("/unsubscribe/" + quoted(token)).status_code in (404, 308)


def quoted(token: str) -> str:
    return "".join(f"%{byte:02X}" for byte in token.encode())


def test_link_of_somebody_who_is_gone_is_a_wrong_one(nobody: Browser, link: Link, session: Session) -> None:
    address = link()
    session.execute(delete(User))
    session.commit()
    answer = nobody.post(address, data=ONE_CLICK, forged=True)
    assert answer.status_code == 404
    assert "This link does not work" in answer.get_data(as_text=True)


def test_another_site_cannot_press_the_button(nobody: Browser, link: Link, look: Look) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert nobody.post(link(), data=ONE_CLICK, headers=headers, forged=True).status_code == 403
    assert look(select(NoticeWish)) == []


def test_link_tells_nobody_who_she_is(link: Link, nobody: Browser, alice: User) -> None:
    page = nobody.get(link()).get_data(as_text=True)
    assert alice.email not in page
    assert not re.search(r"\bAlice\b", page)
