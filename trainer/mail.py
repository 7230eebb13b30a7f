"""Mail: written into the database together with what it is about, sent by a job later. A request never waits for it.

Without a mail server (TRAINER_SMTP_URL) each mail becomes a file in the data folder, and the system page shows it.
Mails hold links that let people in, so none is kept longer than it must: see `forget_old_mails`.
"""

import logging
import smtplib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from ssl import SSLSocket, create_default_context
from urllib.parse import SplitResult, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader
from sqlalchemy import ColumnElement, Engine, Index, String, Text, and_, delete, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from trainer import paths
from trainer.db import Base, new_public_id, transaction
from trainer.settings import Settings

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_TRIES = 12
AT_ONCE = 20
KEPT_FOR = timedelta(days=30)
SECONDS_TO_ANSWER = 20
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Where a password may be sent unencrypted: it does not leave the machine."""


class OutboxMail(Base):
    """One mail. `due_at` moves on with each try; whoever moved it holds the mail until then, so no two send it."""

    __tablename__ = "outbox_mail"
    __table_args__ = (Index("ix_outbox_mail_sent_at_due_at", "sent_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(String(300), default="")
    unsubscribe: Mapped[str] = mapped_column(String(600), default="", server_default=text("''"))
    """The address that switches such mails off; empty where that cannot be done."""


@dataclass(frozen=True)
class Claimed:
    """A mail to be sent now, and by nobody else for a while."""

    id: int
    tries: int
    message: EmailMessage


Send = Callable[[EmailMessage], None]


class _Policy(EmailPolicy):
    """As usual, but the address in List-Unsubscribe stays in one piece: a long one would be taken for text, encoded in
    parts, and no mail program reads it so."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name != "List-Unsubscribe":
            return super().fold_binary(name, value)
        return f"{name}: {value}{self.linesep}".encode("ascii")


_WHOLE_ADDRESSES = _Policy()


def put_in_outbox(
    session: Session, recipient: str, subject: str, body: str, *, now: datetime, unsubscribe: str = ""
) -> str:
    """Have a mail sent, if and when the transaction of `session` is committed; its public id.

    `unsubscribe` is the address that switches such mails off by one POST, for the button that mail programs show.
    """
    mail = OutboxMail(
        public_id=new_public_id(),
        recipient=_one_line(recipient),
        subject=_one_line(subject)[:200],
        body=body,
        created_at=now,
        due_at=now,
        unsubscribe=unsubscribe,
    )
    session.add(mail)
    session.flush()
    return mail.public_id


def rendered(template: str, settings: Settings, **context: object) -> str:
    """The text of a mail that a job writes, where there is no request to render it in: templates/mail/<template>."""
    return _pages(settings.base_url).get_template(template).render(**context)


@lru_cache(maxsize=4)
def _pages(base_url: str) -> Environment:
    # Kept: reading the templates anew takes most of the time of a mail, while the writing transaction waits.
    pages = Environment(loader=FileSystemLoader(paths.TEMPLATES / "mail"), extensions=["jinja2.ext.i18n"])  # noqa: S701
    pages.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    pages.globals["outside"] = lambda path: base_url.rstrip("/") + path
    return pages


def send_waiting(engine: Engine, settings: Settings, now: datetime) -> None:
    """Send what is due. What fails is tried again, later each time."""
    send = _sender(settings)
    for claimed in _claim(engine, settings, now):
        _deliver(engine, claimed, send, now, keeps_text=settings.smtp_url is None)


def forget_old_mails(engine: Engine, settings: Settings, now: datetime) -> None:
    """Delete the mails of more than a month ago, in the database and in the data folder, sent or not."""
    oldest = now - KEPT_FOR
    with transaction(engine) as session:
        session.execute(delete(OutboxMail).where(OutboxMail.created_at < oldest))
    for file in (settings.data_dir / "mails").glob("*.eml"):
        if file.stat().st_mtime < oldest.timestamp():
            file.unlink(missing_ok=True)


def not_sent(session: Session) -> int:
    """How many mails wait."""
    return session.scalar(select(func.count()).select_from(OutboxMail).where(OutboxMail.sent_at.is_(None))) or 0


def latest(session: Session, limit: int = 20) -> Sequence[OutboxMail]:
    """The latest mails, for the system page."""
    return session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(limit)).all()


def is_given_up(now: datetime) -> ColumnElement[bool]:
    """Which mails are tried no more, and nobody is trying one for the last time."""
    return and_(OutboxMail.sent_at.is_(None), OutboxMail.tries >= MOST_TRIES, OutboxMail.due_at <= now)


def was_handed_over() -> ColumnElement[bool]:
    """Which mails a server has taken: of what became a file the text is kept."""
    return and_(OutboxMail.sent_at.is_not(None), OutboxMail.body == "")


def is_written_down(settings: Settings, mail: OutboxMail) -> bool:
    """Whether a mail that left the outbox became a file in the data folder, and was sent to nobody."""
    return settings.smtp_url is None or _file(settings, mail.public_id).exists()


def _claim(engine: Engine, settings: Settings, now: datetime) -> list[Claimed]:
    with transaction(engine) as session:
        due = select(OutboxMail).where(
            OutboxMail.sent_at.is_(None), OutboxMail.due_at <= now, OutboxMail.tries < MOST_TRIES
        )
        mails = session.scalars(due.order_by(OutboxMail.id).limit(AT_ONCE).with_for_update(skip_locked=True)).all()
        for mail in mails:
            mail.due_at = now + LEASE
            mail.tries += 1
        return [Claimed(mail.id, mail.tries, _message(mail, settings)) for mail in mails]


def _deliver(engine: Engine, claimed: Claimed, send: Send, now: datetime, *, keeps_text: bool) -> None:
    try:
        send(claimed.message)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("Mail %s was not sent (try %s): %s", claimed.id, claimed.tries, error)
        changes: dict[str, object] = {
            "trouble": f"{type(error).__name__}: {error}"[:300],
            "due_at": now + _pause(claimed.tries),
        }
    else:
        # What a server has taken nobody needs here any more, and its links still work for hours.
        changes = {"trouble": "", "sent_at": now} | ({} if keeps_text else {"body": ""})
    with transaction(engine) as session:
        session.execute(update(OutboxMail).where(OutboxMail.id == claimed.id).values(**changes))


def _pause(tries: int) -> timedelta:
    if tries >= MOST_TRIES:
        return timedelta()  # there is no next try to wait for: it is given up
    return min(timedelta(minutes=2**tries), timedelta(hours=6))


def _message(mail: OutboxMail, settings: Settings) -> EmailMessage:
    host = urlsplit(settings.base_url).hostname or "localhost"
    message = EmailMessage(_WHOLE_ADDRESSES)
    message["From"] = f"Trainer <trainer@{host}>"
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    # The same for every try: a server that took it and then fell silent can see that it has it already.
    message["Message-ID"] = f"<{mail.public_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        if mail.unsubscribe.startswith("https:"):  # RFC 8058 knows no other
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body)
    return message


def _sender(settings: Settings) -> Send:
    if settings.smtp_url is None:
        return lambda message: _write_down(settings, message)
    address = urlsplit(settings.smtp_url)
    return lambda message: _send_by_smtp(address, message)


def _write_down(settings: Settings, message: EmailMessage) -> None:
    file = _file(settings, message["Message-ID"].strip("<>").partition("@")[0])
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(message.as_bytes())


def _file(settings: Settings, public_id: str) -> Path:
    return settings.data_dir / "mails" / f"{public_id}.eml"


def _send_by_smtp(address: SplitResult, message: EmailMessage) -> None:
    with closing(_connection(address)) as connection:
        if address.username:
            _refuse_to_tell_everybody(connection, address)
            connection.login(unquote(address.username), unquote(address.password or ""))
        connection.send_message(message)


def _refuse_to_tell_everybody(connection: smtplib.SMTP, address: SplitResult) -> None:
    is_open = not isinstance(connection.sock, SSLSocket)
    if is_open and address.hostname not in LOOPBACK and address.query != "encryption=optional":
        raise smtplib.SMTPException("The server offers no encryption: the password would travel in the open.")


def _connection(address: SplitResult) -> smtplib.SMTP:
    host = address.hostname or "localhost"
    if address.scheme == "smtps":
        return smtplib.SMTP_SSL(host, address.port or 465, timeout=SECONDS_TO_ANSWER, context=create_default_context())
    connection = smtplib.SMTP(host, address.port or 25, timeout=SECONDS_TO_ANSWER)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=create_default_context())
        connection.ehlo()
    return connection


def _one_line(text: str) -> str:
    return " ".join(text.split())
