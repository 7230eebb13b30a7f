"""Whatever decides who may do what is in the audit log, with who did it; twice done, it is there once."""

from collections.abc import Callable
from functools import partial

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.audit.reading import NOBODY, Logged, id_of, logged
from tests.browser_client import Browser
from tests.factories import NOW, PASSWORD, make_person
from tests.racing import many_at_once
from trainer import clock
from trainer.accounts.actions import activate, change_roles, deactivate, first_admin_token
from trainer.accounts.commands import user as command
from trainer.accounts.models import User
from trainer.db import transaction
from trainer.settings import Settings

GIVEN, TAKEN = "account.role_given", "account.role_taken"


def test_administrator_who_makes_an_account_is_logged(adas: Browser, ada: User, session: Session) -> None:
    adas.post("/admin/people", data={"name": "Eve Evans", "email": "eve@example.org", "role": "author"})
    eve = id_of(session, "eve@example.org")
    assert logged(session) == [
        Logged("account.created", ada.public_id, eve),
        Logged(GIVEN, ada.public_id, eve, {"role": "author"}),
    ]


def test_account_that_is_not_made_is_not_logged(adas: Browser, session: Session) -> None:
    assert adas.post("/admin/people", data={"email": "ada@example.org", "role": "learner"}).status_code == 422
    assert logged(session) == []


def test_account_made_on_the_machine_is_logged_as_done_by_nobody(settings: Settings, session: Session) -> None:
    CliRunner().invoke(command, ["add", "eve@example.org", "--name", "Eve", "--role", "admin"], obj=settings)
    eve = id_of(session, "eve@example.org")
    assert logged(session) == [
        Logged("account.created", NOBODY, eve),
        Logged(GIVEN, NOBODY, eve, {"role": "admin"}),
    ]


def test_first_administrator_is_logged_as_having_made_herself(nobody: Browser, session: Session) -> None:
    path = f"/welcome/{first_admin_token(session, clock.now())}"
    session.commit()
    sent = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD, "password_confirm": PASSWORD}
    assert nobody.post(path, data=sent).status_code == 303
    ada = id_of(session, "ada@example.org")
    assert logged(session) == [
        Logged("account.created", ada, ada),
        Logged(GIVEN, ada, ada, {"role": "admin"}),
        Logged(GIVEN, ada, ada, {"role": "author"}),
    ]


def test_roles_given_and_taken_are_logged_one_by_one_and_not_twice(
    adas: Browser, session: Session, ada: User, alice: User
) -> None:
    path = f"/admin/people/{alice.public_id}/roles"
    for roles in (["author", "admin"], ["author", "admin"], ["author"], []):
        adas.post(path, data={"role": roles})
    assert logged(session) == [
        Logged(GIVEN, ada.public_id, alice.public_id, {"role": "admin"}),
        Logged(GIVEN, ada.public_id, alice.public_id, {"role": "author"}),
        Logged(TAKEN, ada.public_id, alice.public_id, {"role": "admin"}),
        Logged(TAKEN, ada.public_id, alice.public_id, {"role": "author"}),
    ]


def test_account_switched_off_and_on_is_logged_and_not_twice(
    adas: Browser, session: Session, ada: User, alice: User
) -> None:
    for what in ("deactivate", "deactivate", "activate", "activate"):
        assert adas.post(f"/admin/people/{alice.public_id}/{what}").status_code == 303
    assert logged(session) == [
        Logged("account.deactivated", ada.public_id, alice.public_id),
        Logged("account.activated", ada.public_id, alice.public_id),
    ]


@pytest.mark.parametrize(("path", "data"), [("roles", {"role": "author"}), ("deactivate", {})])
def test_what_the_last_administrator_may_not_do_is_not_logged(
    adas: Browser, session: Session, ada: User, path: str, data: dict[str, str]
) -> None:
    assert adas.post(f"/admin/people/{ada.public_id}/{path}", data=data).status_code == 409
    assert logged(session) == []


def test_second_step_taken_away_from_somebody_is_logged(
    adas: Browser, session: Session, ada: User, alice: User
) -> None:
    path = f"/admin/people/{alice.public_id}/second-step/remove"
    adas.post(path)
    assert logged(session) == [], "she had none"
    session.merge(alice).tf_totp_secret = "{}"
    session.commit()
    adas.post(path)
    assert logged(session) == [Logged("account.second_step_removed", ada.public_id, alice.public_id)]


def test_link_that_would_sign_in_as_somebody_is_logged(
    adas: Browser, settings: Settings, session: Session, ada: User, alice: User
) -> None:
    adas.post(f"/admin/people/{alice.public_id}/link")
    CliRunner().invoke(command, ["link", "alice@example.org"], obj=settings)
    assert logged(session) == [
        Logged("account.link_made", ada.public_id, alice.public_id),
        Logged("account.link_made", NOBODY, alice.public_id),
    ]


Deed = Callable[[Session, User], None]


@pytest.mark.parametrize(
    ("deed", "action"),
    [
        (partial(deactivate, by=None, now=NOW), "account.deactivated"),
        (partial(activate, by=None, now=NOW), "account.activated"),
        (partial(change_roles, roles={"author"}, by=None, now=NOW), GIVEN),
    ],
    ids=["off", "on", "role"],
)
def test_of_many_who_do_the_same_at_once_one_is_logged(
    engine: Engine, session: Session, deed: Deed, action: str
) -> None:
    eve = make_person(session, "Eve")
    if action == "account.activated":
        session.merge(eve).active = False
        session.commit()

    def do(_: int) -> None:
        with transaction(engine) as own:
            deed(own, own.get_one(User, eve.id))

    many_at_once(6, do)
    assert [entry.action for entry in logged(session)] == [action]
