"""The links in mails that switch off such mails: signed, so that they work for years and without signing in."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.learning.errors import NotFound
from trainer.notices.models import Topic
from trainer.notices.queries import wishes_of
from trainer.settings import Settings

PURPOSE = "switch off notices"
"""Part of what is signed: a token that was made for something else is none."""


class WrongLink(NotFound):
    """A link that was not made here, or not wholly; or whose person is gone. All are told in the same words."""


@dataclass(frozen=True)
class SwitchOff:
    """What a link switches off, and for whom; `is_done` where all of it is off already."""

    user_id: int
    topics: frozenset[Topic]
    is_done: bool


def switch_off_path(settings: Settings, public_id: str, topics: Collection[Topic]) -> str:
    """Where this person switches these mails off."""
    return f"/unsubscribe/{_signer(settings).dumps([public_id, sorted(topics)])}"


def read_link(session: Session, settings: Settings, token: str) -> SwitchOff:
    """What the link with this token is for. Raises WrongLink."""
    try:
        public_id, names = _signer(settings).loads(token)
    except BadData as error:
        raise WrongLink from error
    user_id = session.scalar(select(User.id).where(User.public_id == public_id))
    if user_id is None:
        raise WrongLink
    topics = frozenset(map(Topic, names))
    return SwitchOff(user_id, topics, is_done=topics <= wishes_of(session, user_id).off)


def _signer(settings: Settings) -> URLSafeSerializer:
    if not settings.secret_key:
        raise RuntimeError("Without a secret key anybody could sign such links.")
    # The last one signs, all are believed.
    keys = [*reversed(settings.secret_key_fallbacks), settings.secret_key]
    return URLSafeSerializer(keys, salt=PURPOSE, signer_kwargs={"digest_method": sha256})
