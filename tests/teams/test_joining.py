"""Coming into a team: by a link, by an invitation of one's own, from a list; and what does not let anybody in."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, Executable, func, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW, PASSWORD, make_person
from tests.pages import text_of
from tests.racing import many_at_once
from tests.teams.conftest import North
from trainer.accounts.actions import deactivate
from trainer.accounts.models import User
from trainer.audit.models import AuditEntry
from trainer.db import transaction
from trainer.learning.errors import TooMany
from trainer.mail import OutboxMail
from trainer.teams import inviting
from trainer.teams.actions import Duties, save_role
from trainer.teams.inviting import Guest, accept, invite_address, invite_by_link
from trainer.teams.models import Invitation, JobRole, Membership
from trainer.teams.queries import DeadInvitation, members_of, team_by_id

Sign = Callable[[User], Browser]
Look = Callable[[Executable], list[object]]
NEWCOMER = {"name": "Nina New", "password": PASSWORD}


@pytest.fixture(autouse=True)
def _now() -> None:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def outsider(session: Session) -> User:
    """Somebody with an account who is in no team."""
    return make_person(session, "Zoe")


def token_for(session: Session, north: North, lena: User, email: str = "", role: JobRole | None = None) -> str:
    """An invitation into Lena's team: for an address, or a link."""
    team = team_by_id(session, north.id)
    if email:
        token = invite_address(session, team, Guest(email, job_role=role), by=lena, now=NOW)
    else:
        _, token = invite_by_link(session, team, 7, role, by=lena, now=NOW)
    session.commit()
    return token


def in_team(session: Session, north: North) -> list[str]:
    """The names of those in Lena's team."""
    session.expire_all()
    names = [member.user.name for member in members_of(session, team_by_id(session, north.id))]
    session.rollback()
    return names


def test_who_opens_a_link_is_told_what_the_lead_will_see_and_joins(
    browser_of: Sign, session: Session, north: North, lena: User, outsider: User
) -> None:
    path = f"/join/{token_for(session, north, lena)}"
    browser = browser_of(outsider)
    page = text_of(browser.get(path))
    assert "Join the team Network North" in page
    assert "Lena invites you" in page
    assert "Your answers in practice and review, and your notes, stay yours alone." in page
    assert "Zoe" not in in_team(session, north), "looking does not join"
    assert browser.post(path).location == "/teams"
    assert "Zoe" in in_team(session, north)
    browser.post(path)
    assert in_team(session, north).count("Zoe") == 1, "twice is once"


def test_link_for_everybody_works_for_many_until_it_is_taken_back(
    browser_of: Sign, session: Session, north: North, lena: User, outsider: User, carol: User
) -> None:
    path = f"/join/{token_for(session, north, lena)}"
    assert browser_of(carol).post(path).status_code == 303
    invitation = session.scalars(select(Invitation.public_id)).one()
    session.rollback()
    leads = browser_of(lena)
    assert "Whoever has the link" in text_of(leads.get(f"{north.path}/people"))
    leads.post(f"{north.path}/invitations/{invitation}/take-back")
    assert "Whoever has the link" not in text_of(leads.get(f"{north.path}/people"))
    refused = browser_of(outsider).post(path)
    assert refused.status_code == 404
    assert "does not work any more" in text_of(refused)


def test_link_works_as_long_as_whoever_made_it_leads_the_team(
    browser_of: Sign, session: Session, north: North, lena: User, outsider: User, ada: User
) -> None:
    path = f"/join/{token_for(session, north, lena)}"
    admin, place = browser_of(ada), f"{north.path}/people/{{}}/place"
    admin.post(place.format(north.bob), data={"leads": "y", "learns": "y", "job_role": ""})
    assert "by it this person could come back" in text_of(admin.get(place.format(north.alice)))
    admin.post(place.format(north.lena), data={"learns": "y", "job_role": ""})
    assert browser_of(outsider).post(path).status_code == 404
    assert "could come back" not in text_of(admin.get(place.format(north.alice)))
    assert "Whoever has the link" not in text_of(admin.get(f"{north.path}/people"))
    of_admin = f"/join/{token_for(session, north, ada)}"
    assert browser_of(outsider).post(of_admin).status_code == 303


@pytest.mark.parametrize(("email", "lives"), [("", timedelta(days=7)), ("zoe@example.org", timedelta(days=14))])
def test_invitation_works_until_its_time_is_over(
    browser_of: Sign, session: Session, north: North, lena: User, outsider: User, email: str, lives: timedelta
) -> None:
    path = f"/join/{token_for(session, north, lena, email)}"
    browser = browser_of(outsider)
    with time_machine.travel(NOW + lives, tick=False):
        assert browser.get(path).status_code == 404
        assert browser.post(path).status_code == 404
    with time_machine.travel(NOW + lives - timedelta(seconds=1), tick=False):
        assert browser.post(path).status_code == 303


def test_archived_team_lets_nobody_in(
    browser_of: Sign, session: Session, north: North, lena: User, outsider: User
) -> None:
    path = f"/join/{token_for(session, north, lena)}"
    leads = browser_of(lena)
    leads.post(f"{north.path}/archive")
    assert browser_of(outsider).post(path).status_code == 404
    leads.post(f"{north.path}/restore")
    assert browser_of(outsider).post(path).status_code == 404, "what ended stays so"
    assert "Zoe" not in in_team(session, north)


def test_invitation_for_one_address_is_of_no_use_to_another(
    browser_of: Sign, session: Session, north: North, lena: User, outsider: User, carol: User
) -> None:
    path = f"/join/{token_for(session, north, lena, outsider.email)}"
    page = browser_of(carol).get(path)
    assert "for another address" in text_of(page)
    assert outsider.email not in page.get_data(as_text=True)
    assert browser_of(carol).post(path).status_code == 404
    assert "Carol" not in in_team(session, north)
    assert browser_of(outsider).post(path).location == "/teams"
    again = browser_of(outsider).post(path, follow_redirects=True)
    assert "You have joined already You are in the team Network North." in text_of(again), "it works once"
    assert in_team(session, north).count("Zoe") == 1
    assert browser_of(carol).get(path).status_code == 404, "nobody else is told so"


def test_who_taps_twice_or_opens_the_mail_again_is_told_that_she_is_in(
    app: Flask, nobody: Browser, session: Session, north: North, lena: User
) -> None:
    path = f"/join/{token_for(session, north, lena, 'nina@example.org')}"
    assert nobody.post(path, data=NEWCOMER).location == "/"
    second: Browser = app.test_client()  # type: ignore[assignment]
    assert second.post(path, data=NEWCOMER).location == path
    words = text_of(second.get(path))
    assert "You have joined already" in words
    assert "Sign in with the address that was invited" in words
    assert "Go to Today" in text_of(nobody.get(path))


def test_who_makes_an_account_in_two_windows_at_once_has_one(
    app: Flask, session: Session, north: North, lena: User
) -> None:
    path = f"/join/{token_for(session, north, lena, 'nina@example.org')}"

    def make(_number: int) -> int:
        browser: Browser = app.test_client()  # type: ignore[assignment]
        return browser.post(path, data=NEWCOMER).status_code

    assert many_at_once(4, make) == {303: 4}
    assert in_team(session, north).count("Nina New") == 1


def test_newcomer_makes_an_account_and_is_in_the_team(
    nobody: Browser, session: Session, north: North, lena: User
) -> None:
    role = save_role(session, team_by_id(session, north.id), None, Duties("Technician", []), by=lena, now=NOW)
    path = f"/join/{token_for(session, north, lena, 'nina@example.org', role)}"
    page = text_of(nobody.get(path))
    assert "Your account will have the address nina@example.org." in page
    assert nobody.post(path, data=NEWCOMER).location == "/"
    assert "Welcome to the team Network North." in nobody.get("/").get_data(as_text=True)
    nina = next(
        member for member in members_of(session, team_by_id(session, north.id)) if member.user.name == "Nina New"
    )
    assert nina.job_role is not None
    assert (nina.job_role.name, nina.membership.leads, nina.user.roles) == ("Technician", False, [])


@pytest.mark.parametrize("changes", [{"password": "short"}, {"password": ""}, {"name": ""}])
def test_newcomer_who_types_something_wrong_is_told_and_can_try_again(
    nobody: Browser, session: Session, north: North, lena: User, changes: dict[str, str]
) -> None:
    path = f"/join/{token_for(session, north, lena, 'nina@example.org')}"
    refused = nobody.post(path, data={**NEWCOMER, **changes})
    assert refused.status_code == 422
    assert "Please look at this again" in text_of(refused)
    assert nobody.post(path, data=NEWCOMER).location == "/"


def test_who_has_an_account_is_asked_to_sign_in_and_no_password_is_set(
    nobody: Browser, session: Session, north: North, lena: User, outsider: User, look: Look
) -> None:
    path = f"/join/{token_for(session, north, lena, outsider.email)}"
    before = look(select(User.password).where(User.email == outsider.email))
    page = text_of(nobody.get(path))
    assert "You have an account here. Sign in to join." in page
    assert nobody.post(path, data={"name": "Mallory", "password": "another good password"}).location == path
    assert look(select(User.password).where(User.email == outsider.email)) == before
    assert "Zoe" not in in_team(session, north)


def test_who_comes_by_a_link_without_an_account_gets_a_mail_of_her_own(
    nobody: Browser, app: Flask, session: Session, north: North, lena: User
) -> None:
    link = f"/join/{token_for(session, north, lena)}"
    assert "New here?" in text_of(nobody.get(link))
    assert nobody.post(link, data=NEWCOMER).location == link, "not by the link itself: nobody has proved an address"
    sent = nobody.post(f"{link}/address", data={"email": "Nina@Example.org"})
    assert "Look into your mail" in text_of(sent)
    (mail,) = session.scalars(select(OutboxMail)).all()
    assert mail.recipient == "nina@example.org"
    own = re.findall(r"/join/[\w-]+", mail.body)[0]
    session.rollback()
    assert nobody.post(own, data=NEWCOMER).location == "/"
    assert "Nina New" in in_team(session, north)


def test_link_does_not_tell_who_has_an_account(
    nobody: Browser, session: Session, north: North, lena: User, outsider: User
) -> None:
    link = f"/join/{token_for(session, north, lena)}"
    answers = [
        nobody.post(f"{link}/address", data={"email": email}).get_data(as_text=True).replace(email, "…")
        for email in (outsider.email, "new1@example.org")
    ]
    tokenless = [re.sub(r'(csrf_token" value="|X-CSRFToken": ")[^"]*', "", answer) for answer in answers]
    assert tokenless[0] == tokenless[1]


def test_mails_to_one_address_are_few_whoever_asks_for_them(
    nobody: Browser, browser_of: Sign, session: Session, north: North, lena: User
) -> None:
    link = f"/join/{token_for(session, north, lena)}/address"
    answers = [nobody.post(link, data={"email": "nina@example.org"}).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    roster = {"roster": "email,name,role\nnina@example.org,,\n"}
    assert browser_of(lena).post(f"{north.path}/invite", data=roster).status_code == 429
    others = [nobody.post(link, data={"email": f"n{number}@example.org"}).status_code for number in range(60)]
    assert set(others) == {200}, "a room full of people joins by one link"
    sent = {"email": "lena@example.org", "password": PASSWORD}
    assert nobody.post("/sign-in", data=sent).status_code == 302, "and nobody is locked out by that"


def test_stranger_with_a_link_does_not_end_what_was_sent_to_somebody(
    nobody: Browser, session: Session, north: North, lena: User
) -> None:
    role = save_role(session, team_by_id(session, north.id), None, Duties("Technician", []), by=lena, now=NOW)
    own = f"/join/{token_for(session, north, lena, 'nina@example.org', role)}"
    link = f"/join/{token_for(session, north, lena)}"
    nobody.post(f"{link}/address", data={"email": "nina@example.org"})
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (entry.action, entry.actor) == ("invitation.asked_for", ""), "Lena did not do it"
    session.rollback()
    assert nobody.post(own, data=NEWCOMER).location == "/"
    members = members_of(session, team_by_id(session, north.id))
    nina = next(member for member in members if member.user.name == "Nina New")
    assert nina.job_role is not None


def test_invitation_of_ones_own_sends_no_mails(nobody: Browser, session: Session, north: North, lena: User) -> None:
    own = f"/join/{token_for(session, north, lena, 'nina@example.org')}/address"
    assert nobody.post(own, data={"email": "victim@example.org"}).status_code == 404


def test_invitation_that_waits_is_shown_and_answered_without_the_mail(
    browser_of: Sign, session: Session, north: North, lena: User, outsider: User, carol: User
) -> None:
    token_for(session, north, lena, outsider.email)
    token_for(session, north, lena, carol.email)
    browser = browser_of(outsider)
    assert "You are invited to learn with the team Network North." in text_of(browser.get("/"))
    page = browser.get("/teams").get_data(as_text=True)
    accepts = re.findall(r"/invitations/[\w-]+/accept", page)
    assert len(accepts) == 1
    assert browser_of(carol).post(accepts[0]).status_code == 404, "it is not hers"
    assert browser.post(accepts[0]).status_code == 303
    assert "Zoe" in in_team(session, north)
    carols = browser_of(carol)
    decline = re.findall(r"/invitations/[\w-]+/decline", carols.get("/teams").get_data(as_text=True))[0]
    carols.post(decline)
    assert "You are invited" not in text_of(carols.get("/teams"))
    assert "Carol" not in in_team(session, north)


def test_newer_invitation_replaces_the_earlier_one(
    browser_of: Sign, session: Session, north: North, lena: User, outsider: User
) -> None:
    first, second = (token_for(session, north, lena, outsider.email) for _ in range(2))
    assert browser_of(outsider).get(f"/join/{first}").status_code == 404
    assert browser_of(outsider).post(f"/join/{second}").status_code == 303


def test_of_sixteen_who_use_one_invitation_at_once_one_does(
    engine: Engine, session: Session, north: North, lena: User, outsider: User
) -> None:
    token = token_for(session, north, lena, outsider.email)

    def use(_number: int) -> str:
        try:
            with transaction(engine) as own:
                accept(own, token, own.get_one(User, outsider.id), now=NOW)
        except DeadInvitation:
            return "dead"
        return "in"

    assert many_at_once(16, use) == {"in": 1, "dead": 15}
    theirs = select(func.count()).select_from(Membership).where(Membership.user_id == outsider.id)
    assert session.scalar(theirs) == 1


def test_who_may_not_sign_in_any_more_does_not_join(session: Session, north: North, lena: User, outsider: User) -> None:
    token = token_for(session, north, lena)
    user = session.get_one(User, outsider.id)
    deactivate(session, user, by=None, now=NOW)
    with pytest.raises(DeadInvitation):
        accept(session, token, user, now=NOW)


def test_lead_who_joins_learns_too_and_leads_still(
    browser_of: Sign, session: Session, north: North, lena: User
) -> None:
    path = f"/join/{token_for(session, north, lena)}"
    browser_of(lena).post(path)
    team = team_by_id(session, north.id)
    (member,) = (each for each in members_of(session, team) if each.user.name == "Lena")
    assert (member.membership.leads, member.membership.learns) == (True, True)


def test_list_is_looked_over_before_anything_is_written(
    browser_of: Sign, session: Session, north: North, lena: User, look: Look
) -> None:
    browser, before = browser_of(lena), look(select(func.count()).select_from(AuditEntry))
    file = (
        BytesIO("email;name\nnew@example.org;Nina Ñ\nwrong;Bob\nalice@example.org;Alice\n".encode("cp1252")),
        "p.csv",
    )
    page = browser.post(f"{north.path}/invite/list", data={"file": file}, content_type="multipart/form-data")
    words = text_of(page)
    assert "Nothing is sent yet." in words
    assert "Line 3, wrong: This is not an e-mail address." in words
    assert "1 person is in the team already and is left as she is: alice@example.org" in words
    assert "Send 1 invitation" in words
    assert look(select(func.count()).select_from(AuditEntry)) == before
    assert look(select(Invitation.id)) == []
    roster = re.findall(r'name="roster" type="hidden" value="([^"]*)"', page.get_data(as_text=True))
    assert browser.post(f"{north.path}/invite", data={"roster": roster[0]}).location == f"{north.path}/people"
    (mail,) = session.scalars(select(OutboxMail)).all()
    assert mail.recipient == "new@example.org"
    assert "Hello Nina Ñ," in mail.body
    session.rollback()
    assert "Nina Ñ new@example.org" in text_of(browser.get(f"{north.path}/people"))


def test_lines_that_were_typed_are_a_list_too(browser_of: Sign, north: North, lena: User) -> None:
    sent = {"text": "new@example.org, Nina New\nother@example.org"}
    page = text_of(browser_of(lena).post(f"{north.path}/invite/list", data=sent))
    assert "2 invitations" in page
    assert "new@example.org Nina New –" in page


@pytest.mark.parametrize("sent", [{}, {"text": "   "}, {"text": "name,role\nBob,\n"}])
def test_what_is_no_list_is_told_in_its_place(browser_of: Sign, north: North, lena: User, sent: dict[str, str]) -> None:
    refused = browser_of(lena).post(f"{north.path}/invite/list", data=sent)
    assert refused.status_code == 422
    assert "Please look at this again" in text_of(refused)


def test_list_that_was_changed_on_the_way_is_read_with_the_same_care(
    browser_of: Sign, north: North, lena: User, look: Look
) -> None:
    roster = "email,name,role\nwrong,,\nnew@example.org,Nina,Astronaut\nnew2@example.org,Nina,\nalice@example.org,,\n"
    assert browser_of(lena).post(f"{north.path}/invite", data={"roster": roster}).status_code == 303
    assert look(select(Invitation.email)) == ["new2@example.org"]


def test_lead_does_not_put_people_into_her_team_by_herself(
    browser_of: Sign, session: Session, north: North, lena: User, outsider: User
) -> None:
    """Or she could see what anybody on the site comes to."""
    browser_of(lena).post(f"{north.path}/invite", data={"roster": f"email,name,role\n{outsider.email},,\n"})
    assert "Zoe" not in in_team(session, north)


def test_invitations_of_a_day_are_limited(
    session: Session, north: North, lena: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "MOST_INVITATIONS", 2)
    for name in ("a", "b"):
        token_for(session, north, lena, f"{name}@example.org")
    with pytest.raises(TooMany):
        token_for(session, north, lena, "c@example.org")


def test_only_the_hash_of_a_token_is_kept(session: Session, north: North, lena: User) -> None:
    token = token_for(session, north, lena)
    kept = session.scalars(select(Invitation.token_hash)).one()
    assert token not in kept
    assert len(token) >= 40, "128 bits and more"
