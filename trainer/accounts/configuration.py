"""What Flask-Security is told: who may call its views, where they live, which pages and words they use."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from trainer.accounts.passwords import SHORTEST
from trainer.learning.errors import N_
from trainer.web import Policy

POLICIES: Mapping[str, Policy] = {
    "security.login": Policy.PUBLIC,
    "security.logout": Policy.SIGNED_IN,
    "security.verify": Policy.SIGNED_IN,
    "security.forgot_password": Policy.PUBLIC,
    "security.reset_password": Policy.PUBLIC,
    "security.change_password": Policy.SIGNED_IN,
    "security.two_factor_setup": Policy.SIGNED_IN,
    "security.two_factor_setup_validate": Policy.SIGNED_IN,
    "security.two_factor_token_validation": Policy.PUBLIC,
    "security.mf_recovery": Policy.PUBLIC,
    "security.mf_recovery_codes": Policy.SIGNED_IN,
    # Brought along: help by mail instead of the second step, and a choice between several kinds of it.
    "security.two_factor_rescue": Policy.CLOSED,
    "security.tf_select": Policy.CLOSED,
}
"""Who may call the views of Flask-Security. One that is missing here stops the app (see trainer.web.guard)."""

ADDRESSES: Mapping[str, str] = {
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "VERIFY_URL": "/account/confirm",
    "RESET_URL": "/reset",
    "CHANGE_URL": "/account/password",
    "TWO_FACTOR_SETUP_URL": "/account/second-step",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/rescue",
    "TWO_FACTOR_SELECT_URL": "/sign-in/select",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery",
    "POST_LOGOUT_VIEW": "/sign-in",
    "POST_RESET_VIEW": "/sign-in",
    "POST_CHANGE_VIEW": "/account",
    "TWO_FACTOR_POST_SETUP_VIEW": "/account",
}
PAGES: Mapping[str, str] = {
    "LOGIN_USER_TEMPLATE": "security/sign_in.html",
    "VERIFY_TEMPLATE": "security/confirm.html",
    "FORGOT_PASSWORD_TEMPLATE": "security/forgot.html",
    "RESET_PASSWORD_TEMPLATE": "security/reset.html",
    "CHANGE_PASSWORD_TEMPLATE": "security/change_password.html",
    "TWO_FACTOR_SETUP_TEMPLATE": "security/second_step.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "security/code.html",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "security/recovery_codes.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "security/recovery.html",
}
MAILS: Mapping[str, Any] = {
    "EMAIL_TEMPLATE_PASSWORD_RESET": "mail/reset",
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "mail/password_changed",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "mail/password_changed",
    "EMAIL_SUBJECT_PASSWORD_RESET": N_("Trainer: set a new password"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": N_("Trainer: your password was changed"),
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": N_("Trainer: your password was changed"),
    "EMAIL_HTML": False,
}
WORDS: Mapping[str, tuple[str, str]] = {
    "MSG_UNAUTHENTICATED": (N_("Sign in to see this page."), "info"),
    "MSG_REAUTHENTICATION_REQUIRED": (
        N_("Please give your password once more. This decides who can sign in."),
        "info",
    ),
    "MSG_REAUTHENTICATION_SUCCESSFUL": (N_("Thank you. You can go on."), "success"),
    "MSG_PASSWORD_RESET_REQUEST": (
        N_("If this address has an account, a mail with a link is on its way."),
        "info",
    ),
    "MSG_PASSWORD_RESET_EXPIRED": (N_("This link is too old. Ask for a new one."), "error"),
    "MSG_INVALID_RESET_PASSWORD_TOKEN": (
        N_("This link was used or is not complete. Ask for a new one."),
        "error",
    ),
    "MSG_PASSWORD_RESET_NO_LOGIN": (N_("Your new password is set. Sign in with it."), "success"),
    "MSG_PASSWORD_CHANGE": (N_("Your password is changed. You were signed out everywhere else."), "success"),
    "MSG_PASSWORD_IS_THE_SAME": (N_("The new password is the old one."), "error"),
    "MSG_INVALID_PASSWORD": (N_("This is not your password."), "error"),
    "MSG_TWO_FACTOR_INVALID_TOKEN": (N_("This code is not right. Codes change every 30 seconds."), "error"),
    "MSG_TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "success"),
    "MSG_TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("The second step is on. Now write down the recovery codes below."),
        "success",
    ),
    "MSG_TWO_FACTOR_DISABLED": (N_("The second step is off."), "success"),
    "MSG_TWO_FACTOR_PERMISSION_DENIED": (N_("Sign in with your password first."), "error"),
    "MSG_INVALID_RECOVERY_CODE": (N_("This code is not one of those left."), "error"),
}
BEHAVIOUR: Mapping[str, Any] = {
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_RESCUE_EMAIL": False,
    # One code before and one after the present one: clocks differ by seconds, and each more helps who guesses.
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TOTP_ISSUER": "Trainer",
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "RETURN_GENERIC_RESPONSES": True,
    "RESET_PASSWORD_WITHIN": timedelta(hours=2),
    "FRESHNESS": timedelta(minutes=30),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=15),
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": True,
    "PASSWORD_LENGTH_MIN": SHORTEST,
    # For what a signed link holds of the password's hash. The slow one of Flask-Security's own choice would tell by
    # its time who has an account; see ForgotForm.
    "HASHING_SCHEMES": ["hex_sha256"],
    "DEPRECATED_HASHING_SCHEMES": [],
    "API_ENABLED_METHODS": ["session"],
    "FRESHNESS_ALLOW_AUTH_TOKEN": False,
    "STATIC_FOLDER": None,
    # The headers are ours (trainer.web.headers), for every page alike.
    "CACHE_CONTROL": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "DEFAULT_REMEMBER_ME": False,
}
