"""Switching the second step on: by a code that shows that the app has the key. Codes for a lost phone come with it."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.tf_plugin import tf_clean_session
from itsdangerous import BadSignature

from trainer.accounts.configuration import WORDS
from trainer.accounts.forms import CodeForm
from trainer.accounts.proxies import security
from trainer.learning.errors import N_
from trainer.web import render, see_other

METHOD = "authenticator"
SET_UP_WITHIN = timedelta(minutes=30)
TOO_LATE = (N_("That took too long. Set the second step up once more."), "error")


def switch_on(token: str) -> Response:
    """The right code: the step is on. Another one: the same picture and key again, for they are in the app already.

    In the place of Flask-Security's view, which throws the key away at the first mistyped code.
    """
    key = _key_in(token)
    if key is None:
        return _told(TOO_LATE, url_for("security.two_factor_setup"))
    form = CodeForm()
    form.user, form.primary_method, form.tf_totp_secret, form.is_setup = current_user, METHOD, key, True
    if not form.validate():
        return _asked_again(form, key, token)
    tf_clean_session()  # type: ignore[no-untyped-call]
    _keep_codes()
    security.datastore.tf_set(current_user, METHOD, key)
    done = WORDS["MSG_TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL"]
    return _told(done, url_for("security.mf_recovery_codes", show_codes=1))


def _key_in(token: str) -> str | None:
    try:
        state: dict[str, Any] = security.tf_setup_serializer.loads(token, max_age=SET_UP_WITHIN.total_seconds())
    except BadSignature:
        return None
    return str(state["totp_secret"])


def _asked_again(form: CodeForm, key: str, token: str) -> Response:
    values = security.totp_factory.fetch_setup_values(key, current_user)
    return render(
        "security/second_step.html",
        status=422,
        chosen_method=METHOD,
        two_factor_verify_code_form=form,
        authr_qrcode=values["image"],
        authr_key=values["key"],
        state_token=token,
    )


def _keep_codes() -> None:
    # Those on an old sheet of paper live on only while the step was never off.
    util = security.mf_recovery_codes_util
    if current_user.tf_primary_method is None or not util.get_recovery_codes(current_user):
        util.create_recovery_codes(current_user)


def _told(words: tuple[str, str], address: str) -> Response:
    text, kind = words
    flash(_(text), kind)
    return see_other(address)
