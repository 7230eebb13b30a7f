"""Who gets what from every route by every method: risks 15, 16, 17.

A route that is not in the table fails the test. To add one, add a line: method, rule, and what nobody, a learner, an
author and an administrator get when it is called with nothing in it and, where it has a part that varies, for a thing
that does not exist. Whose thing it is when it does exist is the matter of OWNED below.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW
from tests.published import real_content
from tests.web.routes_of import address
from trainer import clock
from trainer.accounts.models import BrowserSession, User
from trainer.answers.actions import Reply
from trainer.exams.queries import live_exams
from trainer.exams.starting import start_attempt
from trainer.library.actions import publish
from trainer.library.queries import live_catalogue
from trainer.practice import queries
from trainer.practice.actions import answer_question, start_practice
from trainer.practice.pool import Wish
from trainer.settings import Settings
from trainer.teams.actions import Place, create_team, put_in_team
from trainer.training.actions import Audience, Planning, Terms, assign
from trainer.training.models import Cycle
from trainer.training.targets import targets

Look = Callable[[Executable], list[Any]]

NOBODY, LEARNER, AUTHOR, ADMIN = range(4)
WHO = ("nobody", "a learner", "an author", "an administrator")

EXPECTED: Mapping[str, tuple[int, int, int, int]] = {
    # the edge
    "GET /static/<path:filename>": (404, 404, 404, 404),
    "GET /assets/<name>": (404, 404, 404, 404),
    "GET /healthz": (200, 200, 200, 200),
    "GET /readyz": (200, 200, 200, 200),
    "GET /metrics": (404, 404, 404, 200),
    "POST /theme": (422, 422, 422, 422),
    "POST /keys": (303, 303, 303, 303),
    # signing in
    "GET /sign-in": (200, 302, 302, 302),
    "POST /sign-in": (422, 302, 302, 302),
    "POST /sign-out": (302, 302, 302, 302),
    "GET /sign-in/code": (302, 303, 303, 303),
    "POST /sign-in/code": (302, 303, 303, 303),
    "GET /sign-in/recovery": (302, 303, 303, 303),
    "POST /sign-in/recovery": (302, 303, 303, 303),
    "GET /sign-in/rescue": (404, 404, 404, 404),
    "POST /sign-in/rescue": (404, 404, 404, 404),
    "GET /sign-in/select": (404, 404, 404, 404),
    "POST /sign-in/select": (404, 404, 404, 404),
    "GET /sign-in/link/<token>": (404, 404, 404, 404),
    "POST /sign-in/link/<token>": (404, 404, 404, 404),
    "GET /welcome/<token>": (404, 404, 404, 404),
    "POST /welcome/<token>": (404, 404, 404, 404),
    "GET /reset": (200, 200, 200, 200),
    "POST /reset": (200, 200, 200, 200),
    "GET /reset/<token>": (302, 302, 302, 302),
    "POST /reset/<token>": (302, 302, 302, 302),
    # one's own account
    "GET /account": (302, 200, 200, 200),
    "POST /account": (302, 303, 303, 303),
    "GET /account/confirm": (302, 200, 200, 200),
    "POST /account/confirm": (302, 422, 422, 422),
    "GET /account/password": (302, 200, 200, 200),
    "POST /account/password": (302, 422, 422, 422),
    "GET /account/email": (302, 200, 200, 200),
    "POST /account/email": (302, 422, 422, 422),
    "GET /account/email/<token>": (404, 404, 404, 404),
    "POST /account/email/<token>": (404, 404, 404, 404),
    "GET /account/second-step": (302, 200, 200, 200),
    "POST /account/second-step": (302, 422, 422, 422),
    "POST /account/second-step/<token>": (302, 303, 303, 303),
    "GET /account/recovery-codes": (302, 303, 303, 303),
    "POST /account/recovery-codes": (302, 303, 303, 303),
    "GET /account/notices": (302, 200, 200, 200),
    "POST /account/notices": (302, 422, 422, 422),
    "GET /unsubscribe/<token>": (404, 404, 404, 404),
    "POST /unsubscribe/<token>": (404, 404, 404, 404),
    "POST /account/sessions/end": (302, 303, 303, 303),
    "POST /account/sessions/<public_id>/end": (302, 404, 404, 404),
    # administration
    "GET /admin": (302, 404, 404, 303),
    "GET /admin/people": (302, 404, 404, 200),
    "POST /admin/people": (302, 404, 404, 422),
    "GET /admin/people/new": (302, 404, 404, 200),
    "GET /admin/people/<public_id>": (302, 404, 404, 404),
    "POST /admin/people/<public_id>/link": (302, 404, 404, 404),
    "POST /admin/people/<public_id>/roles": (302, 404, 404, 404),
    "POST /admin/people/<public_id>/activate": (302, 404, 404, 404),
    "POST /admin/people/<public_id>/deactivate": (302, 404, 404, 404),
    "POST /admin/people/<public_id>/second-step/remove": (302, 404, 404, 404),
    "GET /admin/system": (302, 404, 404, 200),
    # studying
    "GET /": (302, 200, 200, 200),
    "GET /courses": (302, 200, 200, 200),
    "GET /courses/<course_id>": (302, 404, 404, 404),
    "GET /lessons/<lesson_id>": (302, 404, 404, 404),
    "POST /lessons/<lesson_id>/place": (302, 404, 404, 404),
    "POST /lessons/<lesson_id>/finish": (302, 404, 404, 404),
    "POST /lessons/<lesson_id>/checks/<item_id>": (302, 404, 404, 404),
    "POST /lessons/<lesson_id>/questions": (302, 404, 404, 404),
    # practising
    "GET /practice": (302, 200, 200, 200),
    "POST /practice": (302, 422, 422, 422),
    "GET /practice/<public_id>": (302, 404, 404, 404),
    "GET /practice/<public_id>/<int:position>": (302, 404, 404, 404),
    "POST /practice/<public_id>/<int:position>": (302, 404, 404, 404),
    "POST /practice/<public_id>/<int:position>/draft": (302, 404, 404, 404),
    "GET /practice/<public_id>/summary": (302, 404, 404, 404),
    "POST /questions/<item_id>/mark": (302, 422, 422, 422),
    "POST /questions/<item_id>/note": (302, 422, 422, 422),
    "POST /questions/<item_id>/challenge": (302, 422, 422, 422),
    # reviewing
    "GET /review": (302, 200, 200, 200),
    "GET /review/forecast": (302, 200, 200, 200),
    # assessments
    "GET /exams": (302, 200, 200, 200),
    "GET /exams/<course_id>/<exam_id>": (302, 404, 404, 404),
    "POST /exams/<course_id>/<exam_id>": (302, 404, 404, 404),
    "GET /exams/attempts/<public_id>": (302, 404, 404, 404),
    "GET /exams/attempts/<public_id>/<int:position>": (302, 404, 404, 404),
    "POST /exams/attempts/<public_id>/<int:position>": (302, 404, 404, 404),
    "POST /exams/attempts/<public_id>/<int:position>/doubt": (302, 404, 404, 404),
    "GET /exams/attempts/<public_id>/hand-in": (302, 404, 404, 404),
    "POST /exams/attempts/<public_id>/hand-in": (302, 404, 404, 404),
    "GET /exams/attempts/<public_id>/result": (302, 404, 404, 404),
    "GET /exams/attempts/<public_id>/result/<int:position>": (302, 404, 404, 404),
    "GET /admin/people/<public_id>/allowances": (302, 404, 404, 404),
    "POST /admin/people/<public_id>/allowances": (302, 404, 404, 404),
    "GET /author/items/<item_id>/correction": (302, 404, 404, 404),
    "POST /author/items/<item_id>/correction": (302, 404, 404, 404),
    # what a course brings
    "GET /effect/<course_id>": (302, 404, 404, 404),
    "POST /effect/<course_id>/<occasion>": (302, 404, 404, 404),
    "POST /courses/<course_id>/path/<module_id>": (302, 404, 404, 404),
    "GET /admin/effect": (302, 404, 404, 200),
    # teams
    "GET /join/<token>": (404, 404, 404, 404),
    "POST /join/<token>": (404, 404, 404, 404),
    "POST /join/<token>/address": (404, 404, 404, 404),
    "POST /invitations/<invitation_id>/accept": (302, 404, 404, 404),
    "POST /invitations/<invitation_id>/decline": (302, 404, 404, 404),
    "GET /teams": (302, 200, 200, 200),
    "POST /teams": (302, 404, 404, 422),
    "GET /teams/new": (302, 404, 404, 200),
    "GET /teams/<team_id>/questions": (302, 404, 404, 404),
    "GET /teams/<team_id>/questions/<question_id>": (302, 404, 404, 404),
    "POST /teams/<team_id>/questions/<question_id>": (302, 404, 404, 404),
    "GET /teams/<team_id>/reports": (302, 404, 404, 404),
    "GET /teams/<team_id>/reports/<slug>": (302, 404, 404, 404),
    "GET /teams/<team_id>/reports/<slug>.csv": (302, 404, 404, 404),
    "GET /teams/<team_id>/reports/<slug>.xlsx": (302, 404, 404, 404),
    "GET /teams/<team_id>/people": (302, 404, 404, 404),
    "GET /teams/<team_id>/people/<member_id>": (302, 404, 404, 404),
    "GET /teams/<team_id>/people/<member_id>/place": (302, 404, 404, 404),
    "POST /teams/<team_id>/people/<member_id>/place": (302, 404, 404, 404),
    "POST /teams/<team_id>/people/<member_id>/remove": (302, 404, 404, 404),
    "GET /teams/<team_id>": (302, 404, 404, 404),
    "POST /teams/<team_id>/aim": (302, 404, 404, 404),
    "GET /teams/<team_id>/effect": (302, 404, 404, 404),
    "GET /teams/<team_id>/plan": (302, 404, 404, 404),
    "POST /teams/<team_id>/plan": (302, 404, 404, 404),
    "GET /teams/<team_id>/plan/new": (302, 404, 404, 404),
    "GET /teams/<team_id>/plan/<assignment_id>": (302, 404, 404, 404),
    "GET /teams/<team_id>/plan/<assignment_id>/change": (302, 404, 404, 404),
    "POST /teams/<team_id>/plan/<assignment_id>/change": (302, 404, 404, 404),
    "POST /teams/<team_id>/plan/<assignment_id>/end": (302, 404, 404, 404),
    "GET /teams/<team_id>/plan/<assignment_id>/people/<member_id>": (302, 404, 404, 404),
    "POST /teams/<team_id>/plan/<assignment_id>/people/<member_id>": (302, 404, 404, 404),
    "POST /teams/<team_id>/plan/<assignment_id>/people/<member_id>/require": (302, 404, 404, 404),
    "GET /teams/<team_id>/invite": (302, 404, 404, 404),
    "POST /teams/<team_id>/invite": (302, 404, 404, 404),
    "POST /teams/<team_id>/invite/link": (302, 404, 404, 404),
    "POST /teams/<team_id>/invite/list": (302, 404, 404, 404),
    "POST /teams/<team_id>/invitations/<invitation_id>/take-back": (302, 404, 404, 404),
    "GET /teams/<team_id>/roles": (302, 404, 404, 404),
    "POST /teams/<team_id>/roles": (302, 404, 404, 404),
    "GET /teams/<team_id>/roles/new": (302, 404, 404, 404),
    "GET /teams/<team_id>/roles/<role_id>": (302, 404, 404, 404),
    "POST /teams/<team_id>/roles/<role_id>": (302, 404, 404, 404),
    "POST /teams/<team_id>/roles/<role_id>/remove": (302, 404, 404, 404),
    "GET /teams/<team_id>/settings": (302, 404, 404, 404),
    "POST /teams/<team_id>/settings": (302, 404, 404, 404),
    "POST /teams/<team_id>/archive": (302, 404, 404, 404),
    "POST /teams/<team_id>/restore": (302, 404, 404, 404),
    "POST /teams/<team_id>/leave": (302, 404, 404, 404),
    # one's own plan
    "GET /plan": (302, 200, 200, 200),
    "POST /plan/<cycle_id>/refresher": (302, 404, 404, 404),
    "POST /plan/calendar": (302, 200, 200, 200),
    "POST /plan/calendar/end": (302, 303, 303, 303),
    "GET /calendar/<token>.ics": (404, 404, 404, 404),
    # progress
    "GET /progress": (302, 200, 200, 200),
    "GET /progress/answers": (302, 200, 200, 200),
    "GET /progress/answers/<public_id>": (302, 404, 404, 404),
    "GET /progress/misconceptions": (302, 200, 200, 200),
    "GET /progress/notes": (302, 200, 200, 200),
    "GET /progress/questions": (302, 200, 200, 200),
    # authoring
    "GET /author": (302, 404, 200, 200),
    "GET /author/banks/<bank_id>": (302, 404, 404, 404),
    "GET /author/check": (302, 404, 200, 200),
    "GET /author/inbox": (302, 404, 200, 200),
    "GET /author/inbox/done": (302, 404, 200, 200),
    "GET /author/inbox/doubts/<public_id>": (302, 404, 404, 404),
    "POST /author/inbox/doubts/<public_id>": (302, 404, 404, 404),
    "GET /author/inbox/questions/<public_id>": (302, 404, 404, 404),
    "POST /author/inbox/questions/<public_id>": (302, 404, 404, 404),
    "POST /author/inbox/questions/<public_id>/show": (302, 404, 404, 404),
    "POST /author/inbox/questions/<public_id>/take-back": (302, 404, 404, 404),
    "GET /author/items/<item_id>": (302, 404, 404, 404),
    "POST /author/publish": (302, 404, 303, 303),
    "GET /author/releases/<int(max=2147483647):number>": (302, 404, 200, 200),
    "POST /author/releases/<int(max=2147483647):number>": (302, 404, 303, 303),
}
FAR = {"REMOTE_ADDR": "192.0.2.1"}


@pytest.fixture
def app(make_app: Callable[[Settings], Flask], settings: Settings, session: Session) -> Flask:
    """The app with something published, and errors as the world sees them."""
    publish(session, real_content(), NOW, by="test")
    session.commit()
    app = make_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def routes(app: Flask) -> dict[str, tuple[str, str]]:
    """Every route by method: its name in the table, the method and an address."""
    return {
        f"{method} {rule.rule}": (method, address(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def test_every_route_is_in_the_table_and_no_other(app: Flask) -> None:
    assert set(routes(app)) == set(EXPECTED)


@pytest.mark.parametrize("who", range(4), ids=WHO)
def test_every_cell_of_the_table(app: Flask, look: Look, alice: User, otto: User, ada: User, who: int) -> None:
    surprises = {}
    for name, (method, path) in routes(app).items():
        browser: Browser = app.test_client()  # type: ignore[assignment]
        if who != NOBODY:
            person = (None, alice, otto, ada)[who]
            assert person is not None
            # Asked for anew: signing out everywhere, which is one of the routes, changes it.
            browser.sign_in(look(select(User.fs_uniquifier).where(User.id == person.id))[0])
        found = browser.open(path, method=method, environ_overrides=FAR).status_code
        if found != EXPECTED.get(name, (0, 0, 0, 0))[who]:
            surprises[name] = found
    assert surprises == {}


@pytest.mark.parametrize("who", [NOBODY, ADMIN], ids=(WHO[NOBODY], WHO[ADMIN]))
def test_nul_is_refused_everywhere(app: Flask, browser_of: Callable[[User], Browser], ada: User, who: int) -> None:
    """PostgreSQL keeps no text with it, so it would be an error of the server's."""
    browser: Browser = browser_of(ada) if who == ADMIN else app.test_client()  # type: ignore[assignment]
    surprises = {}
    for name, (method, path) in routes(app).items():
        found = [
            browser.open(path.replace("no-such", "no%00such"), method=method).status_code if "no-such" in path else 404,
            browser.open(f"{path}?q=a%00b", method=method).status_code,
            browser.open(f"{path}?a%00b=q", method=method).status_code,
        ]
        if method != "GET":
            found += [browser.open(path, method=method, data=form).status_code for form in ({"x": "\0"}, {"\0": "x"})]
        if found != [404, 404, 404, 422, 422][: len(found)]:
            surprises[name] = found
    assert surprises == {}


def test_head_says_what_get_says(app: Flask, browser_of: Callable[[User], Browser], ada: User) -> None:
    browser = browser_of(ada)
    for name, (method, path) in routes(app).items():
        if method == "GET":
            get, head = browser.get(path), browser.head(path)
            assert head.status_code == get.status_code, name
            assert head.data == b"", name


def test_reading_changes_nothing(app: Flask, browser_of: Callable[[User], Browser], look: Look, ada: User) -> None:
    """17: a GET is refused by the database itself where it tries to write; the touched session apart."""
    browser = browser_of(ada)
    for name, (method, path) in routes(app).items():
        if method == "GET":
            assert browser.get(path).status_code < 500, name
    assert len(look(select(BrowserSession.id))) == 1


def practice_of(session: Session, user: User) -> str:
    """A practice set of hers."""
    wish = Wish("course", "accreditation", 3)
    return f"/practice/{start_practice(session, user, live_catalogue(session), wish, now=NOW).public_id}"


def session_of(session: Session, user: User) -> str:
    """A browser of hers."""
    seen = {"created_at": clock.now(), "last_seen_at": clock.now()}
    row = BrowserSession(public_id="s", token_hash="t", user_id=user.id, data="{}", browser="", network="", **seen)
    session.add(row)
    return "/account/sessions/s"


def answer_of(session: Session, user: User) -> str:
    """An answer of hers."""
    practice = practice_of(session, user).rpartition("/")[2]
    run = queries.practice_of(session, user.id, practice)
    assert run is not None
    reply = Reply({}, "k" * 20, gave_up=True)
    given = answer_question(session, user, run.practice, run.steps[0].question, reply=reply, now=NOW)
    return f"/progress/answers/{given.public_id}"


def attempt_of(session: Session, user: User) -> str:
    """An attempt at an assessment of hers."""
    (live,) = live_exams(live_catalogue(session))
    return f"/exams/attempts/{start_attempt(session, user, live, now=clock.now()).public_id}"


def turn_of(session: Session, user: User) -> str:
    """Her turn at a training."""
    catalogue, team = live_catalogue(session), create_team(session, "North", by=None, now=NOW)
    put_in_team(session, team, user, Place(), by=None, now=NOW)
    planning = Planning(session, catalogue, team, None, NOW)
    assign(planning, targets(catalogue)[0], Audience(), Terms())
    return f"/plan/{session.scalars(select(Cycle.public_id)).one()}"


OWNED: Mapping[str, tuple[Callable[[Session, User], str], str]] = {
    "GET /practice/<public_id>": (practice_of, ""),
    "GET /practice/<public_id>/<int:position>": (practice_of, "/1"),
    "POST /practice/<public_id>/<int:position>": (practice_of, "/1"),
    "POST /practice/<public_id>/<int:position>/draft": (practice_of, "/1/draft"),
    "GET /practice/<public_id>/summary": (practice_of, "/summary"),
    "GET /progress/answers/<public_id>": (answer_of, ""),
    "GET /exams/attempts/<public_id>": (attempt_of, ""),
    "GET /exams/attempts/<public_id>/<int:position>": (attempt_of, "/1"),
    "POST /exams/attempts/<public_id>/<int:position>": (attempt_of, "/1"),
    "POST /exams/attempts/<public_id>/<int:position>/doubt": (attempt_of, "/1/doubt"),
    "GET /exams/attempts/<public_id>/hand-in": (attempt_of, "/hand-in"),
    "POST /exams/attempts/<public_id>/hand-in": (attempt_of, "/hand-in"),
    "GET /exams/attempts/<public_id>/result": (attempt_of, "/result"),
    "POST /account/sessions/<public_id>/end": (session_of, "/end"),
    "POST /plan/<cycle_id>/refresher": (turn_of, "/refresher"),
}
"""Routes to things that belong to one person: what makes one for her and gives its address, and the rest of that.
Others, an administrator too, get the 404 of a thing that does not exist."""

NOT_YET = {"GET /exams/attempts/<public_id>/result/<int:position>"}
"""Owned as well, and not even the owner's before it is finished: tests/exams."""


OF_NOBODY = {
    "course_id": "content is everybody's",
    "lesson_id": "content is everybody's",
    "exam_id": "content is everybody's",
    "module_id": "content is everybody's; the path it belongs to is that of whoever sends it: tests/effects",
    "occasion": "content is everybody's; what is begun is begun for whoever sends it: tests/effects",
    "bank_id": "content is every author's",
    "number": "a release is every author's",
    "filename": "a file",
    "name": "a file",
    "token": "who has the link may use it: tests/accounts, tests/notices",
    "slug": "every team has the same reports, each of its own people: tests/teams/test_team_access.py, tests/reports",
    "team_id": "a team is that of whoever leads it: tests/teams/test_team_access.py",
    "member_id": "is found in her team only: tests/teams/test_team_access.py",
    "question_id": "is found in the asker's team only: tests/teams/test_team_access.py",
    "assignment_id": "is found in its team only: tests/teams/test_team_access.py",
    "role_id": "is found in its team only: tests/teams/test_team_access.py",
    "invitation_id": "is found in its team only, or for its address: tests/teams",
    "item_id": "a question is everybody's; what is kept beside it is under whoever sends it: tests/notebook",
}
"""Parts of addresses that belong to no single person, with the reason."""


def test_every_thing_in_an_address_is_owned_or_has_a_reason(app: Flask) -> None:
    owned = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.arguments - OF_NOBODY.keys() and not rule.rule.startswith(("/admin/", "/author/"))
    }
    assert owned - NOT_YET == set(OWNED), "administrators see everybody, authors what is asked of them"


@pytest.mark.parametrize("name", sorted(OWNED))
def test_thing_of_somebody_else_is_not_there(
    app: Flask,
    browser_of: Callable[[User], Browser],
    session: Session,
    name: str,
    *,
    alice: User,
    bob: User,
    otto: User,
    ada: User,
) -> None:
    """Own, other's and deleted; for a learner, an author, an administrator and nobody."""
    make, rest = OWNED[name]
    path = make(session, alice) + rest
    session.commit()
    method = name.partition(" ")[0]
    assert [browser_of(person).open(path, method=method).status_code for person in (bob, otto, ada)] == [404, 404, 404]
    assert app.test_client().open(path, method=method).status_code == 302
    assert browser_of(alice).open(path, method=method).status_code != 404
    session.execute(delete(User).where(User.id == alice.id))
    session.commit()
    assert browser_of(bob).open(path, method=method).status_code == 404
