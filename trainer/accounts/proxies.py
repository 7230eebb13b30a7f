"""What hangs on the running app."""

from typing import TYPE_CHECKING, Any, cast

from flask import current_app
from flask_login import current_user
from werkzeug.local import LocalProxy

from trainer.accounts.models import User
from trainer.accounts.passwords import Passwords

if TYPE_CHECKING:
    from flask_security import Security


def _security() -> "Security":
    return cast("Security", current_app.extensions["security"])


security: Any = LocalProxy(_security)
passwords = cast("Passwords", LocalProxy(lambda: _security().pwd_context))


def plain(password: str | None) -> str:
    """A password in the one form in which it is hashed, however a keyboard composes its letters."""
    return str(_security().password_util.normalize(password or ""))


def me() -> User:
    """Who is signed in."""
    return cast("User", current_user._get_current_object())  # noqa: SLF001 - how a proxy is asked for what it stands for
