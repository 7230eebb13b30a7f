"""Whose team it is: each page and each deed, for those who lead it, learn in it, lead another, and everybody else."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW, make_person
from tests.teams.conftest import North
from trainer.accounts.models import User
from trainer.inbox.actions import ask_about_lesson
from trainer.library.queries import live_catalogue
from trainer.teams.actions import Duties, Place, put_in_team, save_role
from trainer.teams.inviting import invite_by_link
from trainer.teams.models import Invitation, JobRole, Membership, Team
from trainer.teams.queries import team_by_id
from trainer.training.actions import Audience, Planning, Terms, assign
from trainer.training.models import Assignment, Cycle, Ruling
from trainer.training.targets import targets

Sign = Callable[[User], Browser]
Look = Callable[[Executable], list[object]]

RULES = {
    "GET /teams/<team_id>/people",
    "GET /teams/<team_id>/people/<member_id>",
    "GET /teams/<team_id>/people/<member_id>/place",
    "POST /teams/<team_id>/people/<member_id>/place",
    "POST /teams/<team_id>/people/<member_id>/remove",
    "GET /teams/<team_id>",
    "POST /teams/<team_id>/aim",
    "GET /teams/<team_id>/effect",
    "GET /teams/<team_id>/reports",
    "GET /teams/<team_id>/reports/<slug>",
    "GET /teams/<team_id>/reports/<slug>.csv",
    "GET /teams/<team_id>/reports/<slug>.xlsx",
    "GET /teams/<team_id>/questions",
    "GET /teams/<team_id>/questions/<question_id>",
    "POST /teams/<team_id>/questions/<question_id>",
    "GET /teams/<team_id>/plan",
    "POST /teams/<team_id>/plan",
    "GET /teams/<team_id>/plan/new",
    "GET /teams/<team_id>/plan/<assignment_id>",
    "GET /teams/<team_id>/plan/<assignment_id>/change",
    "POST /teams/<team_id>/plan/<assignment_id>/change",
    "POST /teams/<team_id>/plan/<assignment_id>/end",
    "GET /teams/<team_id>/plan/<assignment_id>/people/<member_id>",
    "POST /teams/<team_id>/plan/<assignment_id>/people/<member_id>",
    "POST /teams/<team_id>/plan/<assignment_id>/people/<member_id>/require",
    "GET /teams/<team_id>/invite",
    "POST /teams/<team_id>/invite",
    "POST /teams/<team_id>/invite/link",
    "POST /teams/<team_id>/invite/list",
    "POST /teams/<team_id>/invitations/<invitation_id>/take-back",
    "GET /teams/<team_id>/roles",
    "POST /teams/<team_id>/roles",
    "GET /teams/<team_id>/roles/new",
    "GET /teams/<team_id>/roles/<role_id>",
    "POST /teams/<team_id>/roles/<role_id>",
    "POST /teams/<team_id>/roles/<role_id>/remove",
    "GET /teams/<team_id>/settings",
    "POST /teams/<team_id>/settings",
    "POST /teams/<team_id>/archive",
    "POST /teams/<team_id>/restore",
}
"""Every route below a team, but for leaving it, which is everybody's own."""


@pytest.fixture
def things(session: Session, north: North, lena: User, alice: User) -> dict[str, str]:
    """A thing of each kind in the team."""
    team = team_by_id(session, north.id)
    role = save_role(session, team, None, Duties("Technician", ["M01-O1"]), by=lena, now=NOW)
    invitation, _ = invite_by_link(session, team, 7, None, by=lena, now=NOW)
    planning = Planning(session, live_catalogue(session), team, lena, NOW)
    for name in ("Gus", "Hal", "Ida"):
        put_in_team(session, team, make_person(session, name), Place(), by=None, now=NOW)
    asked = ask_about_lesson(session, alice.id, "M01-L1", text="Why?", may_publish=False, now=NOW)
    ids = {
        "question_id": asked.public_id,
        "slug": "completion",
        "member_id": north.alice,
        "role_id": role.public_id,
        "assignment_id": assign(planning, targets(planning.catalogue)[0], Audience(), Terms()).public_id,
        "invitation_id": invitation.public_id,
    }
    session.commit()
    return ids


def address(rule: str, team: str, things: dict[str, str]) -> tuple[str, str]:
    """Method and path of a rule for these things."""
    method, _, path = rule.partition(" ")
    for name, id in {"team_id": team, **things}.items():
        path = path.replace(f"<{name}>", id)
    return method, path


def test_every_route_below_a_team_is_in_the_list(app: Flask) -> None:
    below = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if "team_id" in rule.arguments
    }
    assert below - {"POST /teams/<team_id>/leave"} == RULES


@pytest.mark.parametrize("rule", sorted(RULES))
def test_only_who_leads_the_team_and_administrators_find_it(
    browser_of: Sign,
    look: Look,
    rule: str,
    north: North,
    south: North,
    things: dict[str, str],
    *,
    alice: User,
    carol: User,
    otto: User,
) -> None:
    method, path = address(rule, north.id, things)
    before = state(look)
    for person in (alice, carol, otto):
        assert browser_of(person).open(path, method=method).status_code == 404, person.name
    assert state(look) == before
    assert browser_of(alice).application.test_client().open(path, method=method).status_code == 302  # type: ignore[union-attr]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_whoever_leads_it_and_administrators_are_let_in(
    browser_of: Sign, rule: str, north: North, things: dict[str, str], *, lena: User, ada: User
) -> None:
    method, path = address(rule, north.id, things)
    assert browser_of(ada).open(path, method=method).status_code != 404
    if not rule.endswith(("/remove", "/archive")):
        assert browser_of(lena).open(path, method=method).status_code != 404


@pytest.mark.parametrize("rule", sorted(rule for rule in RULES if rule.replace("<slug>", "").count("<") > 1))
def test_thing_of_another_team_is_not_found_through_ones_own(
    browser_of: Sign, look: Look, rule: str, south: North, things: dict[str, str], *, carol: User
) -> None:
    before = state(look)
    method, path = address(rule, south.id, things)
    assert browser_of(carol).open(path, method=method, data={"name": "Mine", "leads": "y"}).status_code == 404
    assert state(look) == before


def state(look: Look) -> list[object]:
    """All there is about teams."""
    return [
        [vars_of(row) for row in look(select(model).order_by(model.id))]
        for model in (Team, Membership, Invitation, JobRole, Assignment, Cycle, Ruling)
    ]


def vars_of(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_who_leads_no_more_sees_it_no_more(browser_of: Sign, north: North, lena: User, bob: User, ada: User) -> None:
    browser = browser_of(lena)
    assert browser.get(f"{north.path}/people").status_code == 200
    admin = browser_of(ada)
    place = f"{north.path}/people/{{}}/place"
    admin.post(place.format(north.bob), data={"leads": "y", "learns": "y", "job_role": ""})
    admin.post(place.format(north.lena), data={"learns": "y", "job_role": ""})
    assert browser.get(f"{north.path}/people").status_code == 404
    assert browser_of(bob).get(f"{north.path}/people").status_code == 200


def test_navigation_shows_teams_to_who_leads_one(browser_of: Sign, north: North, lena: User, alice: User) -> None:
    assert 'href="/teams" ' in browser_of(lena).get("/").get_data(as_text=True)
    assert 'class="wide-only" href="/teams"' not in browser_of(alice).get("/").get_data(as_text=True)
