"""Who is in a team and what becomes of it: people, leads, job roles, the archive; and all of it in the audit log."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from sqlalchemy import Engine, Executable, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW, make_person
from tests.pages import text_of
from tests.racing import many_at_once
from tests.statements import statements
from tests.teams.conftest import LEADS, North, team_with
from trainer.accounts.actions import deactivate
from trainer.accounts.models import User
from trainer.audit.models import AuditEntry
from trainer.audit.queries import verify
from trainer.db import transaction
from trainer.learning.errors import Conflict, Invalid, NotFound
from trainer.teams.actions import (
    Duties,
    Place,
    archive_team,
    change_place,
    clean_name,
    create_team,
    put_in_team,
    remove_from_team,
    restore_team,
    save_role,
)
from trainer.teams.models import Membership
from trainer.teams.queries import (
    leads_any,
    learners_in,
    member_of,
    members_of,
    membership_of,
    team_by_id,
    team_led,
    teams_of,
)

Sign = Callable[[User], Browser]
Look = Callable[[Executable], list[object]]


def done(session: Session) -> list[str]:
    """What the audit log says was done."""
    assert verify(session) is None
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def test_administrator_makes_a_team_and_leads_it(adas: Browser, ada: User, session: Session) -> None:
    assert "No team yet" in text_of(adas.get("/teams"))
    made = adas.post("/teams", data={"name": "  Network \t North "})
    assert made.location.endswith("/invite")
    assert "Network North you lead it 0 people learn here" in text_of(adas.get("/teams"))
    assert leads_any(session, ada.id)
    assert done(session) == ["team.created", "member.added"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_team_needs_a_name(adas: Browser, name: str) -> None:
    assert adas.post("/teams", data={"name": name}).status_code == 422


def test_name_is_one_line_of_what_can_be_read() -> None:
    assert clean_name(" a\nb\u200b\x07 c ") == "a b c"
    with pytest.raises(Invalid):
        clean_name("\u200b")


def test_page_lists_leads_first_and_says_what_people_do(browser_of: Sign, north: North, lena: User) -> None:
    page = text_of(browser_of(lena).get(f"{north.path}/people"))
    assert "2 people learn here" in page
    assert page.index("Lena leads") < page.index("Alice alice@example.org") < page.index("Bob bob@example.org")


def test_person_can_be_in_several_teams(session: Session, north: North, south: North, alice: User) -> None:
    put_in_team(session, team_by_id(session, south.id), alice, Place(), by=None, now=NOW)
    assert [row.team.name for row in teams_of(session, alice)] == ["Depot South", "Network North"]


def test_several_can_lead_and_the_last_one_stays(session: Session, north: North, lena: User, bob: User) -> None:
    team = team_by_id(session, north.id)
    lenas, bobs = (member_of(session, team, id) for id in (north.lena, north.bob))
    with pytest.raises(Conflict, match="Nobody else leads"):
        change_place(session, team, lenas, Place(), by=lena, now=NOW)
    with pytest.raises(Conflict, match="Nobody else leads"):
        remove_from_team(session, team, lenas, by=lena, now=NOW)
    change_place(session, team, bobs, Place(leads=True), by=lena, now=NOW)
    remove_from_team(session, team, lenas, by=lena, now=NOW)
    with pytest.raises(Conflict, match="Nobody else leads"):
        change_place(session, team, bobs, Place(), by=bob, now=NOW)
    assert [member.user.name for member in members_of(session, team)] == ["Bob", "Alice"]


def test_lead_who_cannot_sign_in_leads_nobody(session: Session, north: North, lena: User, bob: User) -> None:
    team = team_by_id(session, north.id)
    change_place(session, team, member_of(session, team, north.bob), Place(leads=True), by=lena, now=NOW)
    deactivate(session, session.get_one(User, bob.id), by=None, now=NOW)
    with pytest.raises(Conflict, match="Nobody else leads"):
        remove_from_team(session, team, member_of(session, team, north.lena), by=lena, now=NOW)


def test_learning_with_the_team_is_for_her_to_say(
    browser_of: Sign, session: Session, north: North, lena: User, ada: User, bob: User
) -> None:
    """Who leads could else see what another lead comes to, or take somebody out of a count and put her in again."""
    leads, place = browser_of(lena), f"{north.path}/people/{north.bob}/place"
    leads.post(place, data={"leads": "y", "job_role": ""})
    refused = leads.post(place, data={"leads": "y", "learns": "y", "job_role": ""})
    assert refused.status_code == 422
    assert "for her to say" in text_of(refused)
    assert 'name="learns"' not in leads.get(place).get_data(as_text=True)
    assert leads.get(f"{north.path}/people/{north.bob}").status_code == 404, "she sees no figures of a lead"
    assert browser_of(ada).post(place, data={"leads": "y", "learns": "y", "job_role": ""}).status_code == 303


def test_lead_who_steps_down_or_out_lands_where_she_may_be(
    browser_of: Sign, session: Session, north: North, lena: User
) -> None:
    leads, own = browser_of(lena), f"{north.path}/people/{north.lena}"
    assert leads.post(f"{own}/remove", follow_redirects=True).status_code == 200
    assert "Nobody else leads" in leads.post(f"{own}/remove", follow_redirects=True).get_data(as_text=True)
    leads.post(f"{north.path}/people/{north.bob}/place", data={"leads": "y", "learns": "y", "job_role": ""})
    assert leads.post(f"{own}/remove").location == "/teams"


def test_who_is_taken_out_while_her_deed_waits_does_it_no_more(
    engine: Engine, session: Session, north: North, lena: User, bob: User, alice: User
) -> None:
    """She read that she leads before she could lock the team."""
    team = team_by_id(session, north.id)
    change_place(session, team, member_of(session, team, north.bob), Place(leads=True), by=lena, now=NOW)
    session.commit()
    with transaction(engine) as own:
        held = team_led(own, own.get_one(User, bob.id), north.id, to_change=True)
        remove_from_team(own, held, member_of(own, held, north.lena), by=bob, now=NOW)
        if own.get_bind().dialect.name == "postgresql":
            with ThreadPoolExecutor(1) as thread:
                waiting = thread.submit(_lead_anew, engine, north, lena.id)
                sleep(0.3)
                assert not waiting.done(), "she waits for the team"
                own.commit()
                with pytest.raises(NotFound):
                    waiting.result(timeout=10)
            return
    with pytest.raises(NotFound):
        _lead_anew(engine, north, lena.id)


def _lead_anew(engine: Engine, north: North, user_id: int) -> None:
    with transaction(engine) as own:
        team_led(own, own.get_one(User, user_id), north.id, to_change=True)


def test_of_two_leads_who_leave_at_once_one_stays(engine: Engine, session: Session, alice: User, bob: User) -> None:
    team, _ = team_with(session, "Two", (alice, LEADS), (bob, LEADS))
    id, people = team.public_id, (alice.id, bob.id)

    def leave(number: int) -> str:
        try:
            with transaction(engine) as own:
                found, user = team_by_id(own, id), own.get_one(User, people[number])
                membership = membership_of(own, found, user.id)
                assert membership is not None
                member = member_of(own, found, membership.public_id)
                remove_from_team(own, found, member, by=user, now=NOW)
        except Conflict:
            return "stays"
        return "left"

    assert many_at_once(2, leave) == {"left": 1, "stays": 1}


def test_nobody_is_in_a_team_to_do_nothing(session: Session, north: North, lena: User) -> None:
    team = team_by_id(session, north.id)
    with pytest.raises(Invalid):
        change_place(session, team, member_of(session, team, north.bob), Place(learns=False), by=lena, now=NOW)


def test_who_is_taken_out_leaves_her_time_there_and_comes_back_anew(
    session: Session, north: North, lena: User, alice: User
) -> None:
    team = team_by_id(session, north.id)
    remove_from_team(session, team, member_of(session, team, north.alice), by=lena, now=NOW + timedelta(days=1))
    assert alice.id not in learners_in(session, team)
    put_in_team(session, team, alice, Place(), by=lena, now=NOW + timedelta(days=2))
    rows = session.scalars(select(Membership).where(Membership.user_id == alice.id).order_by(Membership.id)).all()
    assert [(row.joined_at - NOW, row.left_at and row.left_at - NOW) for row in rows] == [
        (timedelta(0), timedelta(days=1)),
        (timedelta(days=2), None),
    ]
    assert done(session)[-2:] == ["member.removed", "member.added"]


def test_leaving_is_ones_own_affair(hers: Browser, look: Look, north: North, session: Session) -> None:
    assert "Leave this team" in text_of(hers.get("/teams"))
    page = hers.post(f"{north.path}/leave", follow_redirects=True).get_data(as_text=True)
    assert "You left Network North. Your records stay." in page
    assert "You are in no team" in page
    assert hers.post(f"{north.path}/leave").status_code == 404
    assert done(session)[-1] == "member.left"


def test_last_lead_is_told_why_she_cannot_leave(browser_of: Sign, north: North, lena: User) -> None:
    page = browser_of(lena).post(f"{north.path}/leave", follow_redirects=True).get_data(as_text=True)
    assert "Nobody else leads this team." in page


def test_team_is_renamed_and_put_away_and_taken_out_again(
    browser_of: Sign, session: Session, north: North, lena: User
) -> None:
    browser = browser_of(lena)
    browser.post(f"{north.path}/settings", data={"name": "Network West"})
    assert "Network West" in text_of(browser.get(f"{north.path}/people"))
    browser.post(f"{north.path}/archive")
    page = text_of(browser.get(f"{north.path}/people"))
    assert "in the archive since" in page
    assert "Invite people" not in page
    assert browser.post(f"{north.path}/settings", data={"name": "No"}).status_code == 404
    assert browser.post(f"{north.path}/people/{north.bob}/remove").status_code == 404
    assert 'href="/teams" ' not in browser.get("/").get_data(as_text=True), "she leads no team that is at work"
    browser.post(f"{north.path}/restore")
    assert "Invite people" in text_of(browser.get(f"{north.path}/people"))
    assert done(session)[-3:] == ["team.renamed", "team.archived", "team.restored"]


def test_doing_it_twice_is_logged_once(session: Session, north: North, lena: User) -> None:
    team = team_by_id(session, north.id)
    for _ in range(2):
        archive_team(session, team, by=lena, now=NOW)
    for _ in range(2):
        restore_team(session, team, by=lena, now=NOW)
    assert done(session)[-2:] == ["team.archived", "team.restored"]


def test_job_role_says_what_it_requires(browser_of: Sign, session: Session, north: North, lena: User) -> None:
    browser = browser_of(lena)
    assert "No job roles yet" in text_of(browser.get(f"{north.path}/roles"))
    sent = {"name": "Technician", "objectives": ["M01-O1", "M02-O3"]}
    browser.post(f"{north.path}/roles", data=sent)
    (role,) = (each["role"] for each in details(session, "role.saved"))
    assert "Technician" in text_of(browser.get(f"{north.path}/roles"))
    page = browser.get(f"{north.path}/roles/{role}").get_data(as_text=True)
    assert 'value="M02-O3" checked' in page
    assert 'value="M02-O1" checked' not in page
    browser.post(f"{north.path}/people/{north.bob}/place", data={"job_role": role, "learns": "y"})
    assert "Bob bob@example.org Technician" in text_of(browser.get(f"{north.path}/people"))
    browser.post(f"{north.path}/roles/{role}/remove")
    assert "Bob bob@example.org –" in text_of(browser.get(f"{north.path}/people"))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": ""}, "Enter a name."),
        ({"name": "technician"}, "There is a job role of this name already."),
        ({"name": "Auditor", "objectives": ["M99-O1"]}, "not a valid"),
    ],
)
def test_senseless_job_role_is_refused(
    browser_of: Sign, session: Session, north: North, lena: User, sent: dict[str, object], words: str
) -> None:
    save_role(session, team_by_id(session, north.id), None, Duties("Technician", []), by=lena, now=NOW)
    session.commit()
    refused = browser_of(lena).post(f"{north.path}/roles", data=sent)
    assert refused.status_code == 422
    assert words in text_of(refused)


def test_job_role_of_another_team_cannot_be_given(
    browser_of: Sign, session: Session, north: North, south: North, lena: User, carol: User
) -> None:
    role = save_role(session, team_by_id(session, south.id), None, Duties("Driver", []), by=carol, now=NOW)
    session.commit()
    sent = {"job_role": role.public_id, "learns": "y"}
    assert browser_of(lena).post(f"{north.path}/people/{north.bob}/place", data=sent).status_code == 422


def test_log_names_nobody_and_no_address(
    browser_of: Sign, session: Session, north: North, lena: User, alice: User
) -> None:
    browser = browser_of(lena)
    browser.post(f"{north.path}/invite", data={"roster": "email,name,role\nnew@example.org,Nina New,\n"})
    browser.post(f"{north.path}/people/{north.alice}/remove")
    rows = session.scalars(select(AuditEntry)).all()
    said = json.dumps([[row.action, row.actor, row.team, row.person, row.details] for row in rows]).lower()
    for word in ("alice", "lena", "nina", "example.org"):
        assert word not in said
    removed = rows[-1]
    assert (removed.actor, removed.team, removed.person) == (lena.public_id, north.id, alice.public_id)


def details(session: Session, action: str) -> list[dict[str, str]]:
    """What the log says beside each deed of this kind."""
    rows = session.scalars(select(AuditEntry.details).where(AuditEntry.action == action).order_by(AuditEntry.number))
    found = [json.loads(row) for row in rows]
    session.rollback()
    return found


def test_many_teams_and_many_people_are_listed_by_one_question(session: Session, ada: User, north: North) -> None:
    def asked() -> int:
        with statements() as seen:
            assert teams_of(session, ada)
            assert members_of(session, team_by_id(session, north.id))
        return len(seen)

    before = asked()
    team = create_team(session, "Another", by=None, now=NOW)
    for name in ("Gus", "Hal", "Ida"):
        put_in_team(session, team, make_person(session, name), Place(), by=None, now=NOW)
        put_in_team(session, team_by_id(session, north.id), make_person(session, f"{name}2"), Place(), by=None, now=NOW)
    session.commit()
    session.expire_all()
    assert asked() == before
