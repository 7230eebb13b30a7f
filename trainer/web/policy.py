"""Who may call a view. Every view says so itself; one that does not stops the app from starting (see guarding)."""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import wraps
from typing import Any, Protocol, TypeVar

from flask import Flask, Request

View = TypeVar("View", bound=Callable[..., Any])


class Person(Protocol):
    """What a policy needs to know of whoever is asking: a user, or Flask-Login's anonymous one."""

    @property
    def is_authenticated(self) -> bool: ...

    def has_role(self, role: str) -> bool: ...


class Policy(Enum):
    """The kinds of access there are. Whose thing it is (one's own, one's team's) is asked in the query."""

    PUBLIC = "everybody"
    SIGNED_IN = "everybody who is signed in"
    AUTHOR = "authors and administrators"
    ADMIN = "administrators"
    OPERATOR = "administrators, and whoever is on the machine itself"
    CLOSED = "nobody: a page that a library brings along and that this product does not use"


class Verdict(Enum):
    """What becomes of a request. HIDE answers as if there were no such page."""

    ALLOW = "allow"
    SIGN_IN = "sign in"
    HIDE = "hide"


def verdict(policy: Policy, person: Person, request: Request) -> Verdict:
    """Whether this person may go on."""
    if policy is Policy.PUBLIC:
        return Verdict.ALLOW
    if policy is Policy.CLOSED:
        return Verdict.HIDE
    if policy is Policy.OPERATOR:
        return Verdict.ALLOW if _is_operator(person, request) else Verdict.HIDE
    if not person.is_authenticated:
        return Verdict.SIGN_IN
    return Verdict.ALLOW if _ROLES[policy](person) else Verdict.HIDE


def _is_operator(person: Person, request: Request) -> bool:
    return _is_admin(person) or _is_from_here(request)


def _is_from_here(request: Request) -> bool:
    # A proxy on the same machine also calls from a loopback address. Most say where a request came from; as one may
    # not, nobody is taken for the operator where proxies are expected (TRAINER_PROXY_HOPS).
    if "werkzeug.proxy_fix.orig" in request.environ:
        return False
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"))
    return request.remote_addr in ("127.0.0.1", "::1") and not forwarded


def _is_admin(person: Person) -> bool:
    return person.is_authenticated and person.has_role("admin")


def _is_author(person: Person) -> bool:
    return person.has_role("author") or person.has_role("admin")


_ROLES: Mapping[Policy, Callable[[Person], bool]] = {
    Policy.SIGNED_IN: lambda _: True,
    Policy.AUTHOR: _is_author,
    Policy.ADMIN: _is_admin,
}


def _marks(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]  # a function takes attributes; Callable cannot say so
        return view

    return mark


public = _marks(Policy.PUBLIC)
signed_in = _marks(Policy.SIGNED_IN)
author_only = _marks(Policy.AUTHOR)
admin_only = _marks(Policy.ADMIN)
operator_only = _marks(Policy.OPERATOR)
closed = _marks(Policy.CLOSED)


def without_token(view: View) -> View:
    """Let a view be sent a form without the token against forgery: its address itself holds a secret that only whom it
    is for can know, and it does nothing by the right of whoever is signed in. Another site is still refused."""
    view.needs_no_token = True  # type: ignore[attr-defined]
    return view


def with_policies(app: Flask, policies: Mapping[str, Policy]) -> None:
    """Give views that come from libraries their policies, by endpoint. An endpoint that is not there is an error."""
    for endpoint, policy in policies.items():
        app.view_functions[endpoint] = _marked_copy(app.view_functions[endpoint], policy)


def _marked_copy(view: Callable[..., Any], policy: Policy) -> Callable[..., Any]:
    # A copy: the library's function is shared by all apps of a process.
    @wraps(view)
    def own(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return _marks(policy)(own)
