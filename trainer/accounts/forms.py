"""The forms of signing in and of one's own account. Those of Flask-Security, with limits on guessing."""

from typing import Any, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_login import current_user
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.forms import Form
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional, ValidationError

from trainer import clock
from trainer.accounts.actions import RESET, hold, use_link
from trainer.accounts.emails import normal_email
from trainer.accounts.guesses import count_guess, count_rarely, take_back
from trainer.accounts.models import User
from trainer.accounts.passwords import LONGEST, SHORTEST
from trainer.accounts.proxies import passwords, plain
from trainer.accounts.queries import user_with_email
from trainer.db import db
from trainer.learning.errors import Invalid, NotFound
from trainer.web import safe_next, said
from trainer.web.zones import ZONES, zone_of_browser

EMAIL, PASSWORD, NEW_PASSWORD = __("E-mail address"), __("Password"), __("New password")
PASSWORD_HINT = __("At least %(shortest)s characters. A few words in a row are good.", shortest=SHORTEST)


def email_field() -> EmailField:
    """An address that somebody types about herself."""
    return EmailField(
        EMAIL,
        [InputRequired(__("Enter an e-mail address.")), Length(max=254), _is_address],
        render_kw={"autocomplete": "email"},
    )


def _is_address(_form: FlaskForm, field: Field) -> None:
    try:
        normal_email(text_of(field))
    except Invalid as error:
        raise ValidationError(said(error)) from error


def password_field(label: str = PASSWORD) -> PasswordField:
    """The password somebody has."""
    return PasswordField(
        label,
        [InputRequired(__("Enter your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )


def new_password_field(label: str = NEW_PASSWORD) -> PasswordField:
    """The password somebody shall have."""
    return PasswordField(
        label,
        [InputRequired(__("Choose a password.")), Length(max=LONGEST)],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )


def code_field() -> StringField:
    """The six digits of an authenticator app."""
    return StringField(
        __("Six-digit code"),
        [InputRequired(__("Enter the code.")), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class SignInForm(LoginForm):
    """Address and password. Whatever is wrong, the answer is the same and takes as long."""

    email = email_field()
    password = password_field()
    remember = None  # type: ignore[assignment]  # how WTForms drops a field of its parent

    def validate_next(self, field: Any) -> None:
        """Where to go afterwards; home, where the form names no place of ours."""
        field.data = safe_next(field.data)

    def validate(self, **kwargs: Any) -> bool:
        """Whether this is somebody's password. Raises TooMany."""
        if not Form.validate(self, **kwargs):
            # Flask-Security would put one and the same sentence in the place of each.
            self.email.errors = self.password.errors = []
            self.form_errors.append(_("Enter your address and your password."))
            return False
        email = normal_email(text_of(self.email))
        attempt = count_guess(email)
        self.user = _who_has(email, plain(text_of(self.password)))
        if self.user is None:
            self.form_errors.append(_("The address and the password do not belong together."))
            return False
        take_back(attempt)
        return True


class ConfirmForm(VerifyForm):
    """The password once more, before something that matters."""

    password = password_field()

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is the password of who is signed in. Raises TooMany."""
        return Form.validate(self, **kwargs) and _is_own_password(self.password)


class ForgotForm(ForgotPasswordForm):
    """The address to send a link to."""

    email = email_field()

    def validate(self, **kwargs: Any) -> bool:
        """Whether there is somebody to send it to; the page does not say. Raises TooMany."""
        if not Form.validate(self, **kwargs):
            return False
        email = normal_email(text_of(self.email))
        count_rarely(f"reset {email}")
        self.user = user_with_email(db.session, email)
        if self.user is None or not self.user.active:
            self.email.errors = ["unknown"]  # taken away again by the view, which then answers as for the known
            return False
        # Flask-Security makes a hash for the unknown, so that neither answer comes sooner. Now both have one to make.
        db.session.commit()
        passwords.hash("not a password")
        return True


class ResetForm(ResetPasswordForm):
    """A new password, by a link."""

    password = new_password_field()
    password_confirm = PasswordField(
        __("New password again"),
        [InputRequired(__("Type it once more.")), EqualTo("password", __("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate(self, **kwargs: Any) -> bool:
        """Whether the new password is good; then the link is used up, by one of those who try at the same moment."""
        if not super().validate(**kwargs):
            return False
        try:
            use_link(db.session, RESET, str((request.view_args or {})["token"]), clock.now())
        except NotFound:
            self.form_errors.append(_("This link was used or is not complete. Ask for a new one."))
        return not self.form_errors


class ChangePassword(ChangePasswordForm):
    """A new password for who knows the old one."""

    password = password_field(__("Present password"))
    new_password = new_password_field()
    new_password_confirm = PasswordField(
        __("New password again"),
        [InputRequired(__("Type it once more.")), EqualTo("new_password", __("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not current_user.password:
            # Let in by a link: there is no old password to ask for.
            self.password.validators = []

    def validate(self, **kwargs: Any) -> bool:
        """Whether the old one is right and the new one good. Raises TooMany."""
        attempt = count_guess(current_user.email)
        good = super().validate(**kwargs)
        if not self.password.errors:
            # The guess was right, though the new password may not be good enough: kept even if the form is shown again.
            take_back(attempt)
            db.session.commit()
        return bool(good) and _is_held(cast("User", current_user), self.password)


class SecondStepSetup(TwoFactorSetupForm):
    """Turn the second step on or off: a button each, which says what it does in a hidden field."""

    setup = StringField(validators=[InputRequired(), Length(max=20)])  # type: ignore[assignment]  # not radio buttons


class NoRescueForm(TwoFactorRescueForm):
    """Flask-Security makes this form beside the one for the code. Nothing here shows it."""

    help_setup = RadioField(choices=[], validate_choice=False)


class CodeForm(TwoFactorVerifyCodeForm):
    """The code from the authenticator app."""

    code = code_field()

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is right. Raises TooMany."""
        user = cast("User", self.user)
        attempt = count_rarely(f"code {user.email}")
        self.code.data = "".join(text_of(self.code).split())
        if not _is_held(user, self.code):
            return False
        if not self.is_setup:
            self.primary_method, self.tf_totp_secret = user.tf_primary_method or "", user.tf_totp_secret or ""
        if not super().validate(**kwargs):
            return False
        take_back(attempt)
        return True


class RecoveryForm(MfRecoveryForm):
    """One of the codes that were written down."""

    code = StringField(__("Recovery code"), [InputRequired(__("Enter the code.")), Length(max=40)])

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is one of those left. Raises TooMany."""
        user = cast("User", self.user)
        attempt = count_rarely(f"code {user.email}")
        self.code.data = text_of(self.code).strip().lower()
        if not _is_held(user, self.code) or not super().validate(**kwargs):
            return False
        take_back(attempt)
        return True


class WelcomeForm(FlaskForm):  # type: ignore[misc]
    """The first administrator."""

    name = StringField(__("Your name"), [InputRequired(__("Enter a name.")), Length(max=100)])
    email = email_field()
    password = new_password_field(PASSWORD)


def _zones() -> list[tuple[str, str]]:
    browser = zone_of_browser()
    as_browser = _("As this device has it (%(zone)s)", zone=browser) if browser else _("As this device has it")
    return [("", as_browser), *((name, name.replace("_", " ")) for name in ZONES)]


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """What others see of somebody, and by which clock she is told times."""

    name = StringField(__("Your name"), [Optional(), Length(max=100)], render_kw={"autocomplete": "name"})
    time_zone = SelectField(__("Time zone"), [Optional()], choices=_zones)


class ChangeEmailForm(FlaskForm):  # type: ignore[misc]
    """The new address."""

    email = email_field()


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """Nothing to fill in: only the token against forgery."""


def text_of(field: Field) -> str:
    """What was typed; nothing where the field was not sent."""
    return str(field.data or "")


def _is_held(user: User, field: Field) -> bool:
    # From here to the commit nobody else takes a code of hers: of many who send the same one, one is let in.
    if hold(db.session, user):
        return True
    field.errors = [_("You were signed out in the meantime. Sign in again.")]
    return False


def _who_has(email: str, password: str) -> User | None:
    found = user_with_email(db.session, email)
    kept = found.password if found else None
    db.session.commit()  # the write lock is given back before the hash is computed
    right = passwords.verify(password, kept)
    if found is None or kept is None or not right:
        return None
    newer = passwords.hash(password) if passwords.needs_update(kept) else kept
    if not hold(db.session, found) or found.password != kept:
        return None
    found.password = newer
    return found


def _is_own_password(field: PasswordField) -> bool:
    attempt = count_guess(current_user.email)
    if not passwords.verify(plain(text_of(field)), current_user.password):
        field.errors = [_("This is not your password.")]
        return False
    take_back(attempt)
    return True
