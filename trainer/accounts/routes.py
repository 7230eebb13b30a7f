"""One's own account, and the links that come by mail or from an administrator. Signing in itself: see security.py."""

from typing import cast

from flask import Blueprint, Response, flash, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user, logout_user

from trainer import clock
from trainer.accounts import actions, queries
from trainer.accounts.forms import ButtonForm, ChangeEmailForm, ProfileForm, WelcomeForm, text_of
from trainer.accounts.freshness import freshly
from trainer.accounts.guesses import count_rarely
from trainer.accounts.models import OneTimeLink, User
from trainer.accounts.proxies import me, passwords, security
from trainer.accounts.sessions import LiveSession
from trainer.db import db
from trainer.mail import put_in_outbox
from trainer.web import public, render, see_other, signed_in

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/account")
@signed_in
def show_account() -> Response:
    """Name, address, password, second step, and where one is signed in."""
    return _account_page(ProfileForm(obj=me()))


@blueprint.post("/account")
@signed_in
def save_account() -> Response:
    """Another name, another time zone."""
    form = ProfileForm()
    if not form.validate():
        return _account_page(form, 422)
    actions.change_profile(db.session, me(), text_of(form.name), form.time_zone.data or "")
    flash(_("Saved."), "success")
    return see_other(url_for("accounts.show_account"))


@blueprint.post("/account/sessions/<public_id>/end")
@signed_in
def end_session(public_id: str) -> Response:
    """Sign out in one other browser."""
    actions.end_session(db.session, me(), public_id)
    flash(_("Signed out there."), "success")
    return see_other(url_for("accounts.show_account", _anchor="sessions"))


@blueprint.post("/account/sessions/end")
@signed_in
def end_all_sessions() -> Response:
    """Sign out everywhere, here too."""
    actions.end_all_sessions(db.session, me())
    logout_user()
    flash(_("You are signed out everywhere."), "success")
    return see_other(url_for("security.login"))


@blueprint.get("/account/email")
@signed_in
@freshly
def show_change_email() -> Response:
    """The form for a new address."""
    return render("accounts/email.html", form=ChangeEmailForm())


@blueprint.post("/account/email")
@signed_in
@freshly
def ask_to_change_email() -> Response:
    """Send a link to the new address; nothing changes until it is opened. The old one learns how to stop it."""
    form = ChangeEmailForm()
    if not form.validate():
        return render("accounts/email.html", form=form, status=422)
    count_rarely(f"change-email {me().public_id}")
    email = text_of(form.email).strip()
    token = actions.ask_to_change_email(db.session, me(), email, clock.now())
    warning = render_template("mail/change_email_asked.txt", user=me(), email=email)
    put_in_outbox(db.session, me().email, _("Trainer: somebody asks to change your address"), warning, now=clock.now())
    body = render_template("mail/change_email.txt", user=me(), path=url_for("accounts.show_email_link", token=token))
    put_in_outbox(db.session, email, _("Trainer: confirm your new address"), body, now=clock.now())
    flash(_("Open the link that we sent to the new address. Until then nothing changes."), "info")
    return see_other(url_for("accounts.show_account"))


@blueprint.get("/account/email/<token>")
@public
def show_email_link(token: str) -> Response:
    """A button: opening a link changes nothing, for mail scanners open links too."""
    link = queries.usable_link(db.session, actions.CHANGE_EMAIL, token, clock.now())
    return render("accounts/email_link.html", form=ButtonForm(), email=link.email)


@blueprint.post("/account/email/<token>")
@public
def change_email(token: str) -> Response:
    """The new address, and a word to the old one. Only who opened the link in her own browser stays signed in."""
    mine = current_user.get_id() and current_user.id
    user, before = actions.change_email(db.session, token, clock.now())
    if mine == user.id:
        session["_user_id"] = user.fs_uniquifier
    body = render_template("mail/email_changed.txt", user=user)
    put_in_outbox(db.session, before, _("Trainer: your address was changed"), body, now=clock.now())
    flash(_("Your address is changed. Sign in with the new one from now on."), "success")
    return see_other(url_for("accounts.show_account"))


@blueprint.get("/sign-in/link/<token>")
@public
def show_sign_in_link(token: str) -> Response:
    """A button: opening the link does not use it."""
    user = _person_of(queries.usable_link(db.session, actions.SIGN_IN, token, clock.now()))
    return render("accounts/sign_in_link.html", form=ButtonForm(), name=user.name or user.email)


@blueprint.post("/sign-in/link/<token>")
@public
def use_sign_in_link(token: str) -> Response:
    """Sign in by a link, once; somebody without a password is led to choose one."""
    user = _person_of(actions.use_link(db.session, actions.SIGN_IN, token, clock.now()))
    if second := security.two_factor_plugins.tf_enter(user, False, "link", next_loc="/"):
        return cast("Response", second)
    login_user(user, authn_via=["link"])
    return see_other("/" if user.password else url_for("security.change_password"))


@blueprint.get("/welcome/<token>")
@public
def show_welcome(token: str) -> Response:
    """The form of the first administrator."""
    queries.usable_link(db.session, actions.WELCOME, token, clock.now())
    return render("accounts/welcome.html", form=WelcomeForm(), token=token)


@blueprint.post("/welcome/<token>")
@public
def welcome(token: str) -> Response:
    """Make the first administrator and sign her in."""
    form = WelcomeForm()
    queries.usable_link(db.session, actions.WELCOME, token, clock.now())
    if not form.validate() or not _has_good_password(form):
        return render("accounts/welcome.html", form=form, token=token, status=422)
    user = actions.welcome_first_admin(
        db.session,
        token,
        text_of(form.email),
        text_of(form.name),
        password_hash=passwords.hash(text_of(form.password)),
        now=clock.now(),
    )
    login_user(user, authn_via=["password"])
    flash(_("Welcome. You are the first administrator."), "success")
    return see_other("/")


@blueprint.errorhandler(queries.DeadLink)
def _dead_link(_error: queries.DeadLink) -> Response:
    # The words say what to do now; they are the same for a link that never was.
    db.session.rollback()
    return render("accounts/dead_link.html", is_new_site=not queries.has_admin(db.session), status=404)


def _person_of(link: OneTimeLink) -> User:
    user = db.session.get_one(User, link.user_id)
    if not user.active:
        raise queries.DeadLink
    return user


def _account_page(form: ProfileForm, status: int = 200) -> Response:
    here = cast("LiveSession", session).token_hash
    sessions = queries.sessions_of(db.session, me().id, here)
    return render("accounts/show.html", form=form, user=me(), sessions=sessions, status=status)


def _has_good_password(form: WelcomeForm) -> bool:
    problems, form.password.data = security.password_util.validate(form.password.data, True, email=form.email.data)
    form.password.errors = [*form.password.errors, *(problems or [])]
    return not problems
