"""Flask-Security, set up for this house: its views at our addresses, with our forms, pages, mails, and policies."""

import base64
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, cast

from flask import Flask, Response, flash, g, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from flask_login import current_user, user_logged_in
from flask_security import (
    FSQLALiteUserDatastore,
    MailUtil,
    PasswordUtil,
    Security,
    Totp,
    UserMixin,
    password_changed,
    password_reset,
    reset_password_instructions_sent,
)
from flask_wtf import FlaskForm
from itsdangerous import URLSafeTimedSerializer
from passlib.totp import TOTP, AppWallet

from trainer import clock
from trainer.accounts import actions, forms
from trainer.accounts.configuration import ADDRESSES, BEHAVIOUR, MAILS, PAGES, POLICIES, WORDS
from trainer.accounts.freshness import ask_once_more
from trainer.accounts.models import User, UserRole
from trainer.accounts.passwords import LONGEST, SHORTEST, Passwords, why_guessable
from trainer.accounts.queries import DeadLink, has_admin, usable_link
from trainer.accounts.second_step import switch_on
from trainer.accounts.sessions import ServerSessions
from trainer.db import db
from trainer.mail import put_in_outbox
from trainer.settings import Settings
from trainer.web import see_other, with_policies


def set_up_sign_in(app: Flask, settings: Settings) -> None:
    """Sessions, Flask-Security and its policies. After the protection against forgery, which it looks for."""
    https = settings.base_url.startswith("https:")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        # The prefix makes browsers refuse the cookie from a neighbouring host name or from an unsafe connection.
        SESSION_COOKIE_NAME="__Host-trainer" if https else "trainer",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Off: it would bind a session to an address, and phones change theirs all day.
        SESSION_PROTECTION=None,
        **{f"SECURITY_{key}": value for key, value in _all(settings).items()},
    )
    app.session_interface = ServerSessions()
    security = Security(app, FSQLALiteUserDatastore(db, User, UserRole), **_parts())
    security.pwd_context = Passwords.cheap() if settings.testing else Passwords()
    security.want_json(lambda _request: False)
    # No token in a header or query signs anybody in; without this, Flask-Security looks for one.
    security.login_manager.request_loader(lambda _request: None)
    keys = [*reversed(settings.secret_key_fallbacks), settings.secret_key]
    security.reset_serializer = OwnLinks(keys, salt=security.reset_serializer.salt)
    security.reauthn_handler(ask_once_more)
    security.login_context_processor(_whether_site_is_new)
    app.view_functions["security.two_factor_setup_validate"] = switch_on
    with_policies(app, POLICIES)
    app.after_request(_clear_at_sign_out)
    app.before_request(_refuse_without_sessions)
    app.before_request(_only_while_signing_in)
    app.before_request(_only_with_a_second_step)
    app.before_request(_only_the_latest_reset_link)
    user_logged_in.connect(_new_secret_for_forms, app)
    password_reset.connect(_forget_ways_in, app)
    password_changed.connect(_forget_ways_in, app)
    reset_password_instructions_sent.connect(_note_reset_link, app)


def _all(settings: Settings) -> dict[str, Any]:
    keys = [settings.secret_key, *settings.secret_key_fallbacks]
    return {
        **BEHAVIOUR,
        **ADDRESSES,
        **PAGES,
        **MAILS,
        **WORDS,
        "TOTP_SECRETS": {_tag(key): _derived(key, "second step") for key in reversed(keys)},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [_derived(key, "recovery codes").encode() for key in keys],
        "PASSWORD_SALT": _derived(settings.secret_key, "passwords"),
    }


def _derived(key: str, purpose: str) -> str:
    """A key of its own for each purpose, so that none helps with another."""
    return base64.urlsafe_b64encode(sha256(f"trainer {purpose} {key}".encode()).digest()).decode()


def _tag(key: str) -> str:
    return sha256(f"trainer tag {key}".encode()).hexdigest()[:8]


def _parts() -> dict[str, Any]:
    return {
        "login_form": forms.SignInForm,
        "verify_form": forms.ConfirmForm,
        "forgot_password_form": forms.ForgotForm,
        "reset_password_form": forms.ResetForm,
        "change_password_form": forms.ChangePassword,
        "two_factor_setup_form": forms.SecondStepSetup,
        "two_factor_rescue_form": forms.NoRescueForm,
        "two_factor_verify_code_form": forms.CodeForm,
        "mf_recovery_form": forms.RecoveryForm,
        "mail_util_cls": OutboxMails,
        "password_util_cls": HousePasswords,
        "totp_cls": OnceOnlyCodes,
        "render_template": _show,
    }


def _show(template: str, **context: Any) -> str | Response:
    """A page of Flask-Security; one whose form was not in order is a 422."""
    text = render_template(template, **context)
    wrong = any(isinstance(value, FlaskForm) and value.errors for value in context.values())
    return make_response(text, 422) if wrong and request.method == "POST" else text


class OutboxMails(MailUtil):
    """Mails through our outbox."""

    def send_mail(  # noqa: PLR0917 - as Flask-Security calls it
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Put the mail into the outbox, in the transaction of what it is about."""
        put_in_outbox(db.session, str(recipient), str(subject), body or "", now=clock.now())


class HousePasswords(PasswordUtil):
    """What a new password must be: long, and not the first that somebody would try."""

    def validate(self, password: str, is_register: bool, **context: Any) -> tuple[list[str] | None, str]:
        """What is wrong, or nothing; and the password in the form in which it is hashed."""
        plain = self.normalize(password)
        user = context.get("user")
        reason = why_guessable(plain, user.email if user else str(context.get("email", "")))
        return ([_(reason, shortest=SHORTEST, longest=LONGEST)] if reason else None), plain


class OwnLinks(URLSafeTimedSerializer):
    """Signs links to set a new password, each its own: the time in them tells apart only what seconds lie between."""

    def dumps(self, obj: Any, salt: str | bytes | None = None) -> str:
        """A token that was never made before."""
        return super().dumps([*obj, token_urlsafe(8)], salt)


class OnceOnlyCodes(Totp):
    """Codes of an authenticator app: none is taken twice, and the newest key encrypts what is stored."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        newest = list(secrets)[-1]
        self._totp = TOTP.using(issuer=issuer, wallet=AppWallet(secrets=secrets, default_tag=newest))

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The code that was used last."""
        return cast("User", user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:
        """Remember the code."""
        cast("User", user).tf_last_counter = tmatch.counter


SIGN_OUT = ("security.logout", "accounts.end_all_sessions")
"""Where somebody leaves this browser: nothing of hers stays behind in it."""


def _clear_at_sign_out(response: Response) -> Response:
    if request.endpoint in SIGN_OUT and 300 <= response.status_code < 400:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _whether_site_is_new() -> dict[str, bool]:
    return {"is_new_site": not has_admin(db.session)}


def _refuse_without_sessions() -> None:
    # Who cannot be recognised because the database does not answer is not signed out: he is told to try again.
    trouble = getattr(session, "trouble", None)
    if trouble is not None and request.endpoint not in ("healthz", "readyz", "static", "asset"):
        raise trouble


def _only_while_signing_in() -> Response | None:
    # Flask-Security signs out who opens these when signed in already: any page could do that to somebody with a link.
    if request.endpoint in ("security.two_factor_token_validation", "security.mf_recovery"):
        return see_other("/") if current_user.is_authenticated else None
    return None


def _only_with_a_second_step() -> Response | None:
    if request.endpoint != "security.mf_recovery_codes" or not current_user.is_authenticated:
        return None
    if current_user.tf_primary_method:
        return None
    flash(_("Recovery codes belong to the second step. Set it up first; the codes come with it."))
    return see_other(ADDRESSES["TWO_FACTOR_SETUP_URL"])


def _only_the_latest_reset_link() -> Response | None:
    if request.endpoint != "security.reset_password":
        return None
    try:
        usable_link(db.session, actions.RESET, str((request.view_args or {})["token"]), clock.now())
    except DeadLink:
        text, kind = WORDS["MSG_INVALID_RESET_PASSWORD_TOKEN"]
        flash(_(text), kind)
        return make_response(redirect(ADDRESSES["RESET_URL"]))
    return None


def _note_reset_link(_app: Flask, user: User, token: str, **_rest: Any) -> None:
    actions.note_reset_link(db.session, user, token, clock.now())


def _new_secret_for_forms(_app: Flask, **_rest: Any) -> None:
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def _forget_ways_in(_app: Flask, user: User, **_rest: Any) -> None:
    # The present session gets a new row when the answer is sent: its owner has a new `fs_uniquifier`.
    actions.forget_ways_in(db.session, user)
