"""Adding people, what they may do, their one-time links, ending their sessions."""

from collections.abc import Collection
from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import uuid4

from sqlalchemy import CursorResult, Delete, Update, delete, select, update
from sqlalchemy.orm import Session

from trainer.accounts.deeds import log
from trainer.accounts.emails import normal_email
from trainer.accounts.models import ADMIN, AUTHOR, LEARNER, ROLES, BrowserSession, OneTimeLink, User, UserRole
from trainer.accounts.queries import DeadLink, has_admin, other_admins, token_hash, usable_link, user_with_email
from trainer.db import new_public_id, one_at_a_time
from trainer.learning.errors import N_, Conflict, Invalid, NotFound

SIGN_IN, WELCOME, CHANGE_EMAIL, RESET = "sign-in", "welcome", "change-email", "reset"
LINK_LIVES = timedelta(hours=24)


def add_user(session: Session, email: str, name: str, role: str, *, by: User | None, now: datetime) -> User:
    """A new person without a password; a one-time link lets her in. Raises Invalid, Conflict."""
    user = new_user(session, email, name, {role}, now=now)
    log_created(session, user, by=by, now=now)
    return user


def new_user(session: Session, email: str, name: str, roles: set[str], *, now: datetime) -> User:
    """The same where more is to be done before the log: whoever calls this calls `log_created` last."""
    address = normal_email(email)
    if not _is_free(session, address):
        raise Conflict(N_("There is already somebody with the address %(address)s."), address=address)
    user = User(
        public_id=new_public_id(), email=address, name=_clean_name(name), fs_uniquifier=uuid4().hex, created_at=now
    )
    user.active = True
    user.roles = [UserRole(name=held) for held in sorted(_kept(roles))]
    session.add(user)
    session.flush()
    return user


def log_created(session: Session, user: User, *, by: User | None, now: datetime) -> None:
    """Say in the audit log that there is an account now, and with which roles. Called last."""
    log(session, "account.created", by=by, now=now, person=user)
    _log_roles(session, user, "account.role_given", {held.name for held in user.roles}, by=by, now=now)


def hold(session: Session, user: User) -> bool:
    """Read a person anew and keep others from changing her until the transaction ends; whether she is still let in.

    For whatever is decided by what was read of her: the request knew who is asking before it could write, and counting
    a guess has ended a transaction since. Always the first lock: her links and sessions are taken after her own row.
    """
    known_as = user.fs_uniquifier
    hers = select(User).where(User.id == user.id).with_for_update()
    session.execute(hers.execution_options(populate_existing=True)).all()
    return user.active and user.fs_uniquifier == known_as


def change_profile(session: Session, user: User, name: str, time_zone: str) -> None:
    """Give a person another name and tell her times by another clock (empty: by that of her device)."""
    user.name = _clean_name(name)
    user.time_zone = time_zone
    session.flush()


def change_roles(session: Session, user: User, roles: set[str], *, by: User | None, now: datetime) -> None:
    """What a person may do from her next request on. Raises Invalid, and Conflict for the last administrator."""
    kept = _kept(roles)
    one_at_a_time(session, "change roles")
    session.refresh(user, ["roles"])
    if user.has_role(ADMIN) and ADMIN not in kept:
        _refuse_last_admin(session, user)
    before = {held.name for held in user.roles}
    user.roles = [held for held in user.roles if held.name in kept] + [
        UserRole(name=name) for name in sorted(kept - before)
    ]
    session.flush()
    _log_roles(session, user, "account.role_taken", before - kept, by=by, now=now)
    _log_roles(session, user, "account.role_given", kept - before, by=by, now=now)


def deactivate(session: Session, user: User, *, by: User | None, now: datetime) -> None:
    """She cannot sign in any more, is signed out everywhere and her links die. Raises Conflict for the last
    administrator."""
    if user.has_role(ADMIN):
        _refuse_last_admin(session, user)
    hold(session, user)
    was_active, user.active = user.active, False
    end_all_sessions(session, user)
    if was_active:
        log(session, "account.deactivated", by=by, now=now, person=user)


def activate(session: Session, user: User, *, by: User | None, now: datetime) -> None:
    """She can sign in again, but by no link from before."""
    hold(session, user)
    was_active, user.active = user.active, True
    session.flush()
    _drop_links(session, user)
    if not was_active:
        log(session, "account.activated", by=by, now=now, person=user)


def refuse_inactive(user: User) -> None:
    """Raises NotFound where somebody may not sign in any more."""
    if not user.active:
        raise NotFound


def end_all_sessions(session: Session, user: User) -> None:
    """Sign a person out everywhere; whatever link was made for her dies as well."""
    user.fs_uniquifier = uuid4().hex
    forget_ways_in(session, user)


def forget_ways_in(session: Session, user: User) -> None:
    """End a person's sessions and every link that was made for her: who has one of them is not let in any more, and
    changes nothing. For when her password or address changed, or her `fs_uniquifier`."""
    session.flush()
    session.execute(delete(BrowserSession).where(BrowserSession.user_id == user.id))
    _drop_links(session, user)


def end_session(session: Session, user: User, public_id: str) -> None:
    """Sign a person out in one browser. Raises NotFound, for other people's too."""
    which = delete(BrowserSession).where(BrowserSession.public_id == public_id, BrowserSession.user_id == user.id)
    if not _changed(session, which):
        raise NotFound


def remove_second_step(session: Session, user: User, *, by: User, now: datetime) -> None:
    """For somebody who lost both the phone and the recovery codes."""
    hold(session, user)
    had_one = user.tf_totp_secret is not None
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
    user.mf_recovery_codes = None
    session.flush()
    if had_one:
        log(session, "account.second_step_removed", by=by, now=now, person=user)


def make_sign_in_link(session: Session, user: User, now: datetime) -> str:
    """The token of a link that signs this person in, once, within a day. Earlier ones die."""
    hold(session, user)
    _drop_links(session, user, SIGN_IN)
    return _make_link(session, SIGN_IN, now, user_id=user.id)


def first_admin_token(session: Session, now: datetime) -> str | None:
    """The token of a link to make the first administrator; nothing once there is one. Earlier ones die."""
    if has_admin(session):
        return None
    session.execute(delete(OneTimeLink).where(OneTimeLink.purpose == WELCOME))
    return _make_link(session, WELCOME, now)


def first_admin_link(session: Session, base_url: str, now: datetime) -> str | None:
    """The same as an address to open."""
    token = first_admin_token(session, now)
    return f"{base_url.rstrip('/')}/welcome/{token}" if token else None


def sign_in_link(session: Session, user: User, base_url: str, now: datetime) -> str:
    """An address to open that signs this person in, once."""
    return f"{base_url.rstrip('/')}/sign-in/link/{make_sign_in_link(session, user, now)}"


def hand_out_link(session: Session, user: User, base_url: str, *, by: User | None, now: datetime) -> str:
    """The same for somebody else to hand on, who could open it herself: so it is logged."""
    link = sign_in_link(session, user, base_url, now)
    log(session, "account.link_made", by=by, now=now, person=user)
    return link


def welcome_first_admin(
    session: Session, token: str, email: str, name: str, *, password_hash: str, now: datetime
) -> User:
    """Use the link: the first person, who administers and writes. Raises DeadLink where it was used, and Invalid."""
    use_link(session, WELCOME, token, now)
    if has_admin(session):
        raise DeadLink
    user = new_user(session, email, name, {ADMIN, AUTHOR}, now=now)
    user.password = password_hash
    session.flush()
    log_created(session, user, by=user, now=now)
    return user


def use_link(session: Session, purpose: str, token: str, now: datetime) -> OneTimeLink:
    """Use a link up. Of many who try at the same moment one succeeds; the others get DeadLink.

    So does everybody for a link of somebody who may not sign in any more.
    """
    link = usable_link(session, purpose, token, now)
    if link.user_id is not None:
        user = session.get_one(User, link.user_id)
        hold(session, user)
        if not user.active:
            raise DeadLink
    if not _changed(
        session, update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None)).values(used_at=now)
    ):
        raise DeadLink
    return link


def ask_to_change_email(session: Session, user: User, email: str, now: datetime) -> str:
    """The token of a link to send to the new address: it changes only when that is opened. Raises Invalid, Conflict.

    An address that somebody else has gets no link that works; saying so would tell who has an account here. Who was
    signed out everywhere while asking gets none either: it would outlive what was to end it.
    """
    if not hold(session, user):
        raise Conflict(N_("You were signed out in the meantime. Sign in again."))
    _drop_links(session, user, CHANGE_EMAIL)
    return _make_link(session, CHANGE_EMAIL, now, user_id=user.id, email=normal_email(email))


def change_email(session: Session, token: str, now: datetime) -> tuple[User, str]:
    """Use the link: the person and her former address. Raises DeadLink, Conflict.

    Whoever reads the mails of the former address has nothing left to get in by: sessions and links end here.
    """
    link = use_link(session, CHANGE_EMAIL, token, now)
    user = session.get_one(User, link.user_id)
    if link.email is None or not _is_free(session, link.email):
        raise Conflict(N_("This address cannot be used."))
    before, user.email = user.email, link.email
    end_all_sessions(session, user)
    return user, before


def note_reset_link(session: Session, user: User, token: str, now: datetime) -> None:
    """Remember the link to set a new password that was sent to this person; earlier ones die."""
    hold(session, user)
    _drop_links(session, user, RESET)
    _keep_link(session, RESET, token, now, user_id=user.id)


def _drop_links(session: Session, user: User, purpose: str | None = None) -> None:
    hers = delete(OneTimeLink).where(OneTimeLink.user_id == user.id)
    session.execute(hers if purpose is None else hers.where(OneTimeLink.purpose == purpose))


def _make_link(
    session: Session, purpose: str, now: datetime, *, user_id: int | None = None, email: str | None = None
) -> str:
    token = token_urlsafe(32)
    _keep_link(session, purpose, token, now, user_id=user_id, email=email)
    return token


def _keep_link(
    session: Session, purpose: str, token: str, now: datetime, *, user_id: int | None = None, email: str | None = None
) -> None:
    session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            purpose=purpose,
            user_id=user_id,
            email=email,
            created_at=now,
            expires_at=now + LINK_LIVES,
        )
    )
    session.flush()


def _log_roles(
    session: Session, user: User, action: str, roles: Collection[str], *, by: User | None, now: datetime
) -> None:
    for role in sorted(roles):
        log(session, action, by=by, now=now, person=user, details={"role": role})


def _refuse_last_admin(session: Session, user: User) -> None:
    if not other_admins(session, user):
        raise Conflict(N_("This is the last administrator. Make somebody else one first."))


def _kept(roles: set[str]) -> set[str]:
    unknown = roles - set(ROLES)
    if unknown:
        message = N_("There is no role %(unknown)s. There are: %(known)s.")
        raise Invalid(message, unknown=", ".join(sorted(unknown)), known=", ".join(ROLES))
    return roles - {LEARNER}


def _is_free(session: Session, address: str) -> bool:
    """Whether nobody has this address; it stays so until the transaction ends."""
    one_at_a_time(session, f"address {address}")
    return user_with_email(session, address) is None


def _clean_name(name: str) -> str:
    clean = " ".join("".join(c for c in name if c.isprintable() or c.isspace()).split())
    if len(clean) > 100:
        raise Invalid(N_("A name has at most %(longest)s characters."), longest=100)
    return clean


def _changed(session: Session, statement: Update | Delete) -> bool:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)
