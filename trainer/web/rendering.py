"""One way to show a template: the page, or only its fragment when htmx asks."""

import secrets
from typing import Any

from flask import Response, g, make_response, redirect, render_template
from flask_htmx import HTMX

htmx = HTMX()
"""What htmx says of itself in a request. Its headers come from the browser: they choose a form, never a right."""


def is_htmx() -> bool:
    """Whether htmx asks for a part of a page. A history restore or a boosted link wants all of it."""
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def render(template: str, fragment: str | None = None, *, status: int = 200, **context: Any) -> Response:
    """The page, or to htmx its `fragment` where there is one."""
    chosen = fragment if fragment is not None and is_htmx() else template
    response = make_response(render_template(chosen, **context), status)
    response.vary.add("HX-Request")
    return response


def see_other(address: str) -> Response:
    """After a form was taken: look there, with GET."""
    return make_response(redirect(address, code=303))


def request_id() -> str:
    """A name for this request, in the log and on error pages."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(6)
    return str(g.request_id)
