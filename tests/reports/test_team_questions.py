"""What people of a team asked about lessons: read without a name, and replied to by who leads it or by an author."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW, make_person
from tests.pages import text_of
from tests.teams.conftest import North
from trainer.accounts.models import User
from trainer.inbox.actions import ask_about_lesson, reply_to
from trainer.mail import OutboxMail
from trainer.teams.actions import Place, put_in_team
from trainer.teams.queries import team_by_id

Sign = Callable[[User], Browser]


@pytest.fixture
def question(session: Session, north: North, alice: User, carol: User) -> str:
    """Alice asked, in a team of six; so did Carol, who is not in it. The address of Alice's question for her lead."""
    team = team_by_id(session, north.id)
    for name in ("Gus", "Hal", "Ida"):
        put_in_team(session, team, make_person(session, name), Place(), by=None, now=NOW)
    before = NOW - timedelta(days=1)
    ask_about_lesson(session, alice.id, "M01-L1", text="Before I was here?", may_publish=False, now=before)
    asked = ask_about_lesson(session, alice.id, "M01-L1", text="Who pays for it?", may_publish=True, now=NOW)
    ask_about_lesson(session, carol.id, "M01-L1", text="And who does not?", may_publish=False, now=NOW)
    session.commit()
    return f"{north.path}/questions/{asked.public_id}"


def test_lead_replies_and_the_asker_gets_a_mail_with_her_name(
    browser_of: Sign, session: Session, north: North, question: str, lena: User, hers: Browser
) -> None:
    leads = browser_of(lena)
    body = leads.get(f"{north.path}/questions").get_data(as_text=True)
    assert "Who pays for it?" in body
    assert "And who does not?" not in body
    assert "Before I was here?" not in body
    assert "waits" in text_of(leads.get(f"{north.path}/questions"))
    assert leads.post(question, data={"text": "The company does."}).location == f"{north.path}/questions"
    mail = session.scalars(select(OutboxMail)).one()
    assert (mail.recipient, "Lena replies:" in mail.body) == ("alice@example.org", True)
    session.rollback()
    assert "Lena replied:" in text_of(hers.get("/progress/questions"))
    assert "replied" in text_of(leads.get(f"{north.path}/questions"))


def test_nobodys_name_is_shown(browser_of: Sign, question: str, north: North, lena: User) -> None:
    for path in (question, f"{north.path}/questions"):
        assert not re.search("alice", browser_of(lena).get(path).get_data(as_text=True), re.I)


def test_of_author_and_lead_the_second_sees_what_the_first_replied(
    browser_of: Sign, session: Session, question: str, lena: User
) -> None:
    reply_to(session, question.rpartition("/")[2], text="It does.", by="Otto", now=NOW)
    session.commit()
    late = browser_of(lena).post(question, data={"text": "The company does."})
    assert late.status_code == 409
    words = text_of(late)
    assert "Somebody else has replied to this already." in words
    assert "The company does." in words, "her text is not lost"
    assert "It does. Otto" in words


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001])
def test_reply_that_says_nothing_is_refused(browser_of: Sign, question: str, lena: User, text: str) -> None:
    assert browser_of(lena).post(question, data={"text": text}).status_code == 422


def test_of_fewer_than_five_nothing_is_told(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    """Everybody would know who asks."""
    asked = ask_about_lesson(session, alice.id, "M01-L1", text="Who pays for it?", may_publish=False, now=NOW)
    session.commit()
    leads = browser_of(lena)
    assert "Too few people to tell" in text_of(leads.get(f"{north.path}/questions"))
    assert leads.get(f"{north.path}/questions/{asked.public_id}").status_code == 404


def test_who_left_takes_her_questions_along_after_a_month(
    browser_of: Sign, question: str, north: North, lena: User, hers: Browser
) -> None:
    """Not at once: taking somebody out and looking again would tell what was hers."""
    with time_machine.travel(NOW, tick=False):
        hers.post(f"{north.path}/leave")
        assert browser_of(lena).get(question).status_code == 200
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert browser_of(lena).get(question).status_code == 404
