"""For what decides who can sign in: only for who has given the password, or come by a link, a short while ago."""

from datetime import timedelta
from typing import Any

from flask import Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import auth_required

from trainer.accounts.configuration import BEHAVIOUR, WORDS
from trainer.web.guarding import place_to_return_to
from trainer.web.rendering import is_htmx

freshly = auth_required("session", within=lambda: BEHAVIOUR["FRESHNESS"])
"""Marks such a view. Its policy stands above it: whom it does not concern learns nothing of it."""


def ask_once_more(_within: timedelta, _grace: timedelta) -> Any:
    """Send somebody to give the password, and back. htmx would swap that page into the middle of the present one."""
    address = _where_to_ask()
    if is_htmx():
        return Response(status=401, headers={"HX-Redirect": address})
    return Response(status=302, headers={"Location": address})


def _where_to_ask() -> str:
    if current_user.password:
        text, kind = WORDS["MSG_REAUTHENTICATION_REQUIRED"]
        flash(_(text), kind)
        return url_for("security.verify", next=place_to_return_to(_own_page()))
    # Who was let in by a link has no password to be asked for.
    flash(
        _("You signed in a while ago. To change this, sign in anew by a link, or have a mail sent to set a password.")
    )
    return url_for("accounts.show_account")


def _own_page() -> str:
    can_be_opened = current_app.create_url_adapter(request).test(request.path, "GET")  # type: ignore[union-attr]
    return request.path if can_be_opened else ""
