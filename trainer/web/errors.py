"""Every error becomes a page (or a fragment, to htmx) here and nowhere else."""

import logging
from urllib.parse import quote

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from trainer.db import db, is_unavailable
from trainer.learning.errors import Conflict, DomainError, Invalid, NotFound, TooMany, Unavailable
from trainer.web.guarding import ask_to_sign_in
from trainer.web.headers import ALWAYS, HSTS
from trainer.web.policy import Policy
from trainer.web.rendering import is_htmx, request_id

log = logging.getLogger(__name__)

STATUS: dict[type[DomainError], int] = {NotFound: 404, Conflict: 409, Invalid: 422, TooMany: 429, Unavailable: 503}
SOON = 5
"""Seconds after which it is worth while to ask again, where nobody knows better."""

WRONG_NAME = (
    "This site does not go by that name.\n"
    "Whoever runs it: set TRAINER_BASE_URL to the address people use, and TRAINER_TRUSTED_HOSTS to further names.\n"
)

PAGES = frozenset({403, 404, 405, 409, 413, 422, 429, 500, 503})
"""The codes with a page of their own; others take the nearest of these."""


def show_errors(app: Flask) -> None:
    """Register what turns errors into responses."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(PoolTimeout, _database_error)


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error: that of its nearest kind."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)


def said(error: DomainError) -> str:
    """What the error says, in the reader's language."""
    return str(_(error.message, **error.values)) if error.message else ""


def error_response(code: int, message: str = "", retry_after: int | None = None) -> Response:
    """The error as a page, or as a fragment to htmx."""
    db.session.rollback()
    page = code if code in PAGES else (404 if code < 500 else 500)
    template = "errors/_fragment.html" if is_htmx() else f"errors/{page}.html"
    body = render_template(template, code=code, message=message, retry_after=retry_after, request_id=request_id())
    response = make_response(body, code)
    response.vary.add("HX-Request")
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if message:
        response.headers["X-Trainer-Message"] = quote(message, safe=" ,.:;!?()'")
    return response


def turn_into_error(response: Response, error: DBAPIError | PoolTimeout) -> None:
    """Make of an answer that is drawn already, headers and all, the one that says what its end failed for."""
    failed = _database_error(error)
    kept = {name: response.headers[name] for name in (*ALWAYS, HSTS) if name in response.headers}
    vary = response.vary.to_header()
    response.status_code = failed.status_code
    response.headers.clear()
    response.headers.update({**kept, **failed.headers, "Vary": vary, "Cache-Control": "no-store"})
    response.direct_passthrough = False
    response.set_data(failed.get_data())


def _domain_error(error: DomainError) -> Response:
    # A thing of somebody else's and one that never was get the very same answer, word for word.
    message = "" if isinstance(error, NotFound) else said(error)
    code = status_of(error)
    return error_response(code, message, getattr(error, "retry_after", SOON if code == 503 else None))


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if isinstance(error, SecurityError):
        # Asked for under a foreign name: no address can be made from it, so there is no page either.
        return Response(WRONG_NAME, code, mimetype="text/plain")
    if code < 400:
        return make_response(error.get_response())
    if isinstance(error, InternalServerError):
        log.error("Request %s failed.", request_id())
    if isinstance(error, CSRFError) and _session_has_ended():
        return ask_to_sign_in()
    response = error_response(code, _message(code))
    if code == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def _session_has_ended() -> bool:
    # The token went with the session it belonged to. "Your form is too old" would be true and of no help.
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "policy", Policy.PUBLIC) is not Policy.PUBLIC and not current_user.is_authenticated


def _message(code: int) -> str:
    if code == 400:
        return str(_("The form was too old or came from somewhere else. Load the page again and send it once more."))
    return ""


def _database_error(error: DBAPIError | PoolTimeout) -> Response:
    # The layout asks who is signed in; the database that just failed is not asked again for that.
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login keeps it
    if isinstance(error, DBAPIError) and not is_unavailable(error):
        # Flask would log it with its traceback if it were not handled; so it is logged here.
        log.error("Request %s failed in the database.", request_id(), exc_info=error)
        return error_response(500)
    log.warning("Request %s: the database did not answer in time.", request_id(), exc_info=error)
    return error_response(503, _("The database is busy. Nothing was lost; try again in a moment."), SOON)
