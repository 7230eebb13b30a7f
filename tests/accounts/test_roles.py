"""Roles: risk 20. Nobody takes more than he was given, and the last administrator stays."""

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import NOW, make_person
from tests.racing import at_once
from trainer.accounts.actions import activate, add_user, change_roles, deactivate, end_session
from trainer.accounts.models import ADMIN, AUTHOR, LEARNER, ROLES, User
from trainer.accounts.queries import has_admin
from trainer.db import transaction
from trainer.learning.errors import Conflict, Invalid, NotFound


def test_everybody_is_a_learner(session: Session) -> None:
    for role in ROLES:
        assert add_user(session, f"{role}@example.org", role, role, by=None, now=NOW).has_role(LEARNER)


def test_person_can_hold_several_roles(session: Session) -> None:
    user = add_user(session, "otto@example.org", "Otto", AUTHOR, by=None, now=NOW)
    change_roles(session, user, {LEARNER, AUTHOR, ADMIN}, by=None, now=NOW)
    assert [user.has_role(role) for role in ROLES] == [True, True, True]
    change_roles(
        session, add_user(session, "ada@example.org", "Ada", ADMIN, by=None, now=NOW), {ADMIN, AUTHOR}, by=None, now=NOW
    )
    change_roles(session, user, set(), by=None, now=NOW)
    assert [user.has_role(role) for role in ROLES] == [True, False, False]


def test_unknown_role_is_refused(session: Session) -> None:
    user = add_user(session, "otto@example.org", "Otto", AUTHOR, by=None, now=NOW)
    with pytest.raises(Invalid, match="owner"):
        change_roles(session, user, {"owner"}, by=None, now=NOW)
    with pytest.raises(Invalid):
        add_user(session, "x@example.org", "X", "owner", by=None, now=NOW)


def test_same_address_twice_is_refused(session: Session) -> None:
    add_user(session, "otto@example.org", "Otto", AUTHOR, by=None, now=NOW)
    with pytest.raises(Conflict):
        add_user(session, " OTTO@example.org", "Otto", AUTHOR, by=None, now=NOW)


@pytest.mark.parametrize("address", ["", "otto", "otto@", "@example.org", "a b@example.org", "a@b\r\nBcc: c@d.org"])
def test_no_address_is_refused(session: Session, address: str) -> None:
    with pytest.raises(Invalid):
        add_user(session, address, "Otto", LEARNER, by=None, now=NOW)


def test_address_inside_a_company_is_fine(session: Session) -> None:
    assert add_user(session, "ada@intranet", "Ada", LEARNER, by=None, now=NOW).email == "ada@intranet"


def test_last_administrator_stays(session: Session) -> None:
    ada = add_user(session, "ada@example.org", "Ada", ADMIN, by=None, now=NOW)
    inactive = add_user(session, "x@example.org", "X", ADMIN, by=None, now=NOW)
    deactivate(session, inactive, by=None, now=NOW)
    with pytest.raises(Conflict):
        change_roles(session, ada, {AUTHOR}, by=None, now=NOW)
    with pytest.raises(Conflict):
        deactivate(session, ada, by=None, now=NOW)
    activate(session, inactive, by=None, now=NOW)
    deactivate(session, ada, by=None, now=NOW)


def test_two_administrators_cannot_both_leave_at_the_same_moment(engine: Engine, session: Session) -> None:
    people = [make_person(session, name, ADMIN) for name in ("Ada", "Bea")]

    def leave(user: User) -> bool:
        try:
            with transaction(engine) as own:
                change_roles(own, own.get_one(User, user.id), set(), by=None, now=NOW)
        except Conflict:
            return False
        return True

    assert sorted(at_once(*[partial(leave, person) for person in people])) == [False, True]


def test_session_that_is_not_there_cannot_be_ended(session: Session) -> None:
    user = add_user(session, "ada@example.org", "Ada", LEARNER, by=None, now=NOW)
    with pytest.raises(NotFound):
        end_session(session, user, "no-such-session")


CHANGE = st.tuples(
    st.integers(0, 2), st.sampled_from(["deactivate", "activate", "roles"]), st.sets(st.sampled_from(ROLES))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGE, max_size=12))
def test_whatever_is_changed_somebody_can_administer(
    session: Session, changes: list[tuple[int, str, set[str]]]
) -> None:
    people = [
        add_user(session, f"{n}@example.org", str(n), ADMIN if n == 0 else LEARNER, by=None, now=NOW) for n in range(3)
    ]
    for who, what, roles in changes:
        try:
            _change(session, people[who], what, roles)
        except Conflict:
            session.expire_all()
        assert has_admin(session)
    session.rollback()


def _change(session: Session, user: User, what: str, roles: set[str]) -> None:
    if what == "roles":
        change_roles(session, user, roles, by=None, now=NOW)
    else:
        {"deactivate": deactivate, "activate": activate}[what](session, user, by=None, now=NOW)
