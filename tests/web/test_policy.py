"""Who may call a view: risk 16, deny by default."""

from dataclasses import dataclass

import pytest
from flask import Flask, Request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import EnvironBuilder

from trainer.web import (
    Policy,
    admin_only,
    author_only,
    closed,
    guard,
    operator_only,
    public,
    signed_in,
    with_policies,
)
from trainer.web.policy import Verdict, verdict

ALLOW, SIGN_IN, HIDE = Verdict.ALLOW, Verdict.SIGN_IN, Verdict.HIDE


@dataclass(frozen=True)
class Somebody:
    """A person with roles; nobody has none and is not authenticated."""

    roles: frozenset[str] = frozenset()
    is_authenticated: bool = True

    def has_role(self, role: str) -> bool:
        """Whether it is one of them."""
        return role in self.roles


NOBODY = Somebody(is_authenticated=False)
# Has roles and is not signed in: roles count for nothing then.
GHOST = Somebody(frozenset({"admin", "author"}), is_authenticated=False)
LEARNER = Somebody()
AUTHOR = Somebody(frozenset({"author"}))
ADMIN = Somebody(frozenset({"admin"}))


def request_from(address: str, **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(EnvironBuilder(headers=named, environ_base={"REMOTE_ADDR": address}).get_environ())


FAR = request_from("192.0.2.7")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy.PUBLIC, (ALLOW, ALLOW, ALLOW, ALLOW, ALLOW)),
        (Policy.SIGNED_IN, (SIGN_IN, SIGN_IN, ALLOW, ALLOW, ALLOW)),
        (Policy.AUTHOR, (SIGN_IN, SIGN_IN, HIDE, ALLOW, ALLOW)),
        (Policy.ADMIN, (SIGN_IN, SIGN_IN, HIDE, HIDE, ALLOW)),
        (Policy.OPERATOR, (HIDE, HIDE, HIDE, HIDE, ALLOW)),
        (Policy.CLOSED, (HIDE, HIDE, HIDE, HIDE, HIDE)),
    ],
)
def test_policy_decides_for_every_kind_of_person(policy: Policy, expected: tuple[Verdict, ...]) -> None:
    people = (NOBODY, GHOST, LEARNER, AUTHOR, ADMIN)
    assert tuple(verdict(policy, person, FAR) for person in people) == expected


def test_every_policy_is_in_the_table_above() -> None:
    assert len(Policy) == 6


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_operator_on_the_machine_itself_needs_no_account(address: str) -> None:
    assert verdict(Policy.OPERATOR, NOBODY, request_from(address)) is ALLOW


@pytest.mark.parametrize("address", ["127.0.0.2", "192.168.0.1", "10.0.0.1", "::2", ""])
def test_machine_next_door_is_not_the_operator(address: str) -> None:
    assert verdict(Policy.OPERATOR, NOBODY, request_from(address)) is HIDE


def test_nobody_is_the_operator_where_proxies_are_expected() -> None:
    """One that adds no header would let the whole world look like this machine."""
    environ = request_from("127.0.0.1").environ
    ProxyFix(lambda _environ, _start: [], x_for=1)(environ, lambda *_: None)  # type: ignore[arg-type, return-value]
    assert verdict(Policy.OPERATOR, NOBODY, Request(environ)) is HIDE


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_Ip", "Via"])
def test_proxy_on_the_same_machine_is_not_the_operator(header: str) -> None:
    assert verdict(Policy.OPERATOR, NOBODY, request_from("127.0.0.1", **{header: "192.0.2.7"})) is HIDE


@pytest.mark.parametrize(
    ("decorator", "policy"),
    [
        (public, Policy.PUBLIC),
        (signed_in, Policy.SIGNED_IN),
        (author_only, Policy.AUTHOR),
        (admin_only, Policy.ADMIN),
        (operator_only, Policy.OPERATOR),
        (closed, Policy.CLOSED),
    ],
)
def test_decorator_marks_the_view_and_leaves_it_as_it_is(decorator, policy: Policy) -> None:
    def view() -> str:
        return "x"

    assert decorator(view) is view
    assert view.policy is policy  # type: ignore[attr-defined]


def test_app_with_a_view_without_a_policy_does_not_start() -> None:
    app = Flask("x", static_folder=None)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with pytest.raises(RuntimeError, match="'forgotten' does not say who may call it"):
        guard(app)


def test_app_whose_views_all_have_policies_starts() -> None:
    app = Flask("x", static_folder=None)
    app.add_url_rule("/fine", "fine", public(lambda: "x"))
    guard(app)
    assert app.view_functions["fine"].policy is Policy.PUBLIC  # type: ignore[attr-defined]


def test_policy_for_a_view_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        with_policies(Flask("x"), {"gone": Policy.PUBLIC})


def test_policy_for_a_librarys_view_leaves_the_librarys_function_alone() -> None:
    def theirs() -> str:
        return "x"

    app = Flask("x", static_folder=None)
    app.add_url_rule("/x", "theirs", theirs)
    with_policies(app, {"theirs": Policy.CLOSED})
    assert not hasattr(theirs, "policy")
    assert app.view_functions["theirs"].policy is Policy.CLOSED  # type: ignore[attr-defined]
    assert app.view_functions["theirs"]() == "x"
