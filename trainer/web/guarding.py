"""The one gate before every view and the one commit after it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, make_response, render_template, request, url_for
from flask_login import current_user

from trainer.db import begin_writing, end_writing
from trainer.web.policy import Policy, Verdict, verdict
from trainer.web.redirects import path_of, safe_next
from trainer.web.rendering import is_htmx
from trainer.web.typed import typed_texts

ENDED = "ended=1"
"""In the address of the sign-in page: whoever comes was at work in a session that has ended."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask) -> None:
    """Wrap every view, and have no token asked where a view says so. Called last in create_app; raises RuntimeError
    where a view has no policy."""
    for endpoint, view in app.view_functions.items():
        policy: Policy | None = getattr(view, "policy", None)
        if policy is None:
            raise RuntimeError(f"The view {endpoint!r} does not say who may call it. Add a policy from trainer.web.")
        app.view_functions[endpoint] = _guarded(view, policy)
        if getattr(view, "needs_no_token", False):
            app.extensions["csrf"].exempt(view)


def _guarded(view: Callable[..., Any], policy: Policy) -> Callable[..., Response]:
    @wraps(view)
    def gate(*args: Any, **kwargs: Any) -> Response:
        # current_user is asked for only where it matters: a public page works while the database does not.
        person = None if policy is Policy.PUBLIC else current_user
        decision = verdict(policy, person, request) if person is not None else Verdict.ALLOW
        if decision is Verdict.SIGN_IN:
            return ask_to_sign_in()
        if decision is Verdict.HIDE:
            abort(404)
        return _in_one_transaction(view, args, kwargs)

    return gate


def _in_one_transaction(view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Response:
    # Committed before the response says yes: an answer that was acknowledged is on disk.
    try:
        if request.method not in SAFE_METHODS:
            begin_writing()
        response = make_response(view(*args, **kwargs))
        end_writing(keep=response.status_code < 400)
    finally:
        end_writing(keep=False)
    return response


def settle() -> None:
    """Commit what this request has done. From here on it only reads, so that drawing a page holds no lock.

    Rendering feedback takes several times as long as recording the answer; meanwhile nobody else could write.
    """
    end_writing(keep=True)


def go_on_writing() -> None:
    """Commit what this request has done so far, let others write, and go on: for long work that is done in parts."""
    end_writing(keep=True)
    begin_writing()


def ask_to_sign_in() -> Response:
    """Send somebody who is signed out to the sign-in page and back again afterwards.

    htmx would follow a redirect and swap the sign-in page into the middle of a half-written answer; so it gets a
    401, which it does not swap, with the address in a header. Without a script the redirect would lose what was typed;
    so a page shows it.
    """
    address = url_for("security.login") + "?" + urlencode({"next": place_to_return_to()})
    if is_htmx():
        # A mark and not the words themselves: nobody can make a link that lets the sign-in page say what he likes.
        return Response(status=401, headers={"HX-Redirect": f"{address}&{ENDED}"})
    if request.method not in SAFE_METHODS and (texts := typed_texts(request.form)):
        return make_response(render_template("errors/401.html", code=401, address=address, texts=texts), 401)
    return Response(status=302, headers={"Location": address})


def place_to_return_to(unknown: str = "") -> str:
    """Where somebody goes on who is sent away for a moment: the page she is on, or `unknown`: some browsers do not say
    where a form was sent from."""
    if is_htmx():
        return safe_next(path_of(request.headers.get("HX-Current-URL", "")))
    if request.method not in SAFE_METHODS:
        return safe_next(path_of(request.referrer or "") or unknown)
    return safe_next(request.full_path.rstrip("?"))
