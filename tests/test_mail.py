"""Mail through the outbox: risks 46, 54 and 59."""

import base64
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, Executable, select
from sqlalchemy.orm import Session

from tests.factories import NOW, settings_for
from tests.post import Post
from trainer import mail
from trainer.mail import MOST_TRIES, OutboxMail, forget_old_mails, latest, not_sent, put_in_outbox, send_waiting
from trainer.settings import Settings

Look = Callable[[Executable], list[Any]]


@pytest.fixture
def letter(session: Session) -> None:
    """A mail in the outbox."""
    put_in_outbox(session, "eve@example.org", "Hello – you", "Some wörds\n", now=NOW)
    session.commit()


@pytest.fixture
def post() -> Iterator[Callable[..., Post]]:
    """Open a mail server."""
    opened: list[Post] = []

    def open_one(refuse: bytes = b"", offers: bytes = b"fine") -> Post:
        opened.append(Post(refuse, offers))
        return opened[-1]

    yield open_one
    for one in opened:
        one.listener.close()


def with_server(settings: Settings, url: str) -> Settings:
    return settings_for(settings.database_url, settings.data_dir, smtp_url=url)


@pytest.mark.usefixtures("letter")
def test_mail_is_sent_once(engine: Engine, settings: Settings, post: Callable[..., Post], look: Look) -> None:
    server = post()
    for _ in range(3):
        send_waiting(engine, with_server(settings, server.url), NOW)
    (sent,) = server.taken
    message = message_from_bytes(sent)
    assert (message["To"], message["From"]) == ("eve@example.org", "Trainer <trainer@localhost>")
    assert "=?utf-8?" in message["Subject"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert look(select(OutboxMail.sent_at)) == [NOW]


@pytest.mark.usefixtures("letter")
def test_text_of_a_mail_is_forgotten_once_a_server_has_taken_it(
    engine: Engine, settings: Settings, post: Callable[..., Post], look: Look
) -> None:
    """Its link still works for hours; whoever reads the database or a backup of it must not find it."""
    send_waiting(engine, with_server(settings, post(refuse=b"451 later").url), NOW)
    assert look(select(OutboxMail.body)) == ["Some wörds\n"]
    send_waiting(engine, with_server(settings, post().url), NOW + timedelta(hours=1))
    assert look(select(OutboxMail.body)) == [""]


@pytest.mark.usefixtures("letter")
def test_without_a_server_the_text_is_kept_for_the_admin_page(engine: Engine, settings: Settings, look: Look) -> None:
    send_waiting(engine, settings, NOW)
    assert look(select(OutboxMail.body)) == ["Some wörds\n"]


def test_mails_are_forgotten_after_a_month(engine: Engine, session: Session, settings: Settings, look: Look) -> None:
    """In the database, sent or not, and in the data folder."""
    for days in (31, 30, 0):
        put_in_outbox(session, "eve@example.org", f"{days} days old", "x", now=NOW - timedelta(days=days))
    session.commit()
    send_waiting(engine, settings, NOW)
    put_in_outbox(session, "eve@example.org", "never sent", "x", now=NOW - timedelta(days=31))
    session.commit()
    files = sorted((settings.data_dir / "mails").iterdir())
    for file, days in zip(files, (31, 30, 0), strict=True):
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(file, (at, at))
    for _ in range(2):
        forget_old_mails(engine, settings, NOW)
    assert look(select(OutboxMail.subject).order_by(OutboxMail.id)) == ["30 days old", "0 days old"]
    assert sorted((settings.data_dir / "mails").iterdir()) == files[1:]


@pytest.mark.usefixtures("letter")
@pytest.mark.parametrize("refuse", [b"451 later", b"550 never"])
def test_refused_mail_waits_and_says_why(
    engine: Engine, settings: Settings, post: Callable[..., Post], look: Look, refuse: bytes
) -> None:
    url = post(refuse).url
    send_waiting(engine, with_server(settings, url), NOW)
    (kept,) = look(select(OutboxMail))
    assert (kept.sent_at, kept.tries) == (None, 1)
    assert refuse[4:].decode() in kept.trouble
    assert kept.due_at > NOW
    send_waiting(engine, with_server(settings, url), NOW)
    assert look(select(OutboxMail.tries)) == [1]


@pytest.mark.usefixtures("letter")
def test_mail_server_that_is_down_is_tried_later_each_time(engine: Engine, settings: Settings, look: Look) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"smtp://127.0.0.1:{closed.getsockname()[1]}"
    now, pauses = NOW, []
    for _ in range(4):
        send_waiting(engine, with_server(settings, url), now)
        (due,) = look(select(OutboxMail.due_at))
        pauses.append(due - now)
        now = due
    assert pauses == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8), timedelta(minutes=16)]


@pytest.mark.usefixtures("letter")
def test_mail_is_given_up_after_a_day_or_so(engine: Engine, session: Session, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"smtp://127.0.0.1:{closed.getsockname()[1]}"
    for n in range(MOST_TRIES + 5):
        send_waiting(engine, with_server(settings, url), NOW + n * timedelta(hours=7))
    assert latest(session)[0].tries == MOST_TRIES
    assert not_sent(session) == 1


def test_address_that_switches_mails_off_is_in_the_header_whole(
    engine: Engine, session: Session, settings: Settings, post: Callable[..., Post]
) -> None:
    """RFC 8058. Folded like other long headers it would be encoded, and no mail program would find it."""
    server = post()
    address = "https://trainer.with-a-long-name.example.org/unsubscribe/" + "Ab1-_." * 60
    put_in_outbox(session, "eve@example.org", "Grüße " * 20, "Some wörds\n", now=NOW, unsubscribe=address)
    put_in_outbox(session, "eve@example.org", "No", "No\n", now=NOW, unsubscribe="http://localhost/unsubscribe/x")
    put_in_outbox(session, "eve@example.org", "Never", "Never\n", now=NOW)
    session.commit()
    send_waiting(engine, with_server(settings, server.url), NOW)
    whole, plain, none = map(message_from_bytes, server.taken)
    assert f"List-Unsubscribe: <{address}>\r\n".encode() in server.taken[0]
    assert whole["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(make_header(decode_header(whole["Subject"]))) == ("Grüße " * 20).strip()
    assert (plain["List-Unsubscribe"], plain["List-Unsubscribe-Post"]) == ("<http://localhost/unsubscribe/x>", None)
    assert none["List-Unsubscribe"] is none["List-Unsubscribe-Post"] is None


@pytest.mark.usefixtures("letter")
def test_two_workers_do_not_send_the_same_mail(
    engine: Engine, settings: Settings, post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    """59: while the one is sending, the other finds nothing to do."""
    server = post()
    settings = with_server(settings, server.url)
    send = mail._send_by_smtp

    def meanwhile(*arguments: Any) -> None:
        monkeypatch.setattr(mail, "_send_by_smtp", send)
        send_waiting(engine, settings, NOW)
        send(*arguments)

    monkeypatch.setattr(mail, "_send_by_smtp", meanwhile)
    send_waiting(engine, settings, NOW)
    assert len(server.taken) == 1


@pytest.mark.usefixtures("letter")
def test_without_a_server_mails_become_files(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    send_waiting(engine, settings, NOW)
    (file,) = (settings.data_dir / "mails").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "wörds" in message_from_bytes(file.read_bytes()).get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_mail_is_not_sent_if_what_it_is_about_did_not_happen(engine: Engine, session: Session, look: Look) -> None:
    put_in_outbox(session, "eve@example.org", "x", "y", now=NOW)
    session.rollback()
    assert look(select(OutboxMail)) == []


def test_line_breaks_make_no_headers(engine: Engine, session: Session, settings: Settings) -> None:
    """46"""
    put_in_outbox(session, "eve@example.org\r\nBcc: x@evil.example", "a\r\nBcc: y@evil.example", "z", now=NOW)
    session.commit()
    send_waiting(engine, settings, NOW)
    (file,) = (settings.data_dir / "mails").iterdir()
    assert message_from_bytes(file.read_bytes())["Bcc"] is None


@pytest.mark.usefixtures("letter")
def test_name_and_password_in_the_address_are_given_to_the_server(
    engine: Engine, settings: Settings, post: Callable[..., Post]
) -> None:
    server = post(offers=b"AUTH PLAIN")
    url = server.url.replace("//", "//us%20er:p%40ss@")
    send_waiting(engine, with_server(settings, url), NOW)
    assert len(server.taken) == 1
    said = next(line for line in server.heard if line.startswith(b"AUTH PLAIN"))
    assert base64.b64decode(said.split()[2]) == b"\0us er\0p@ss"


@pytest.mark.usefixtures("letter")
def test_server_that_offers_encryption_and_does_not_keep_its_word_gets_nothing(
    engine: Engine, settings: Settings, post: Callable[..., Post], look: Look
) -> None:
    server = post(offers=b"STARTTLS")
    send_waiting(engine, with_server(settings, server.url), NOW)
    assert server.taken == []
    assert look(select(OutboxMail.sent_at)) == [None]


@pytest.mark.usefixtures("letter")
def test_server_asked_for_by_smtps_must_speak_it(
    engine: Engine, settings: Settings, post: Callable[..., Post], look: Look
) -> None:
    server = post()
    send_waiting(engine, with_server(settings, server.url.replace("smtp:", "smtps:")), NOW)
    assert server.taken == []
    assert look(select(OutboxMail.sent_at)) == [None]


@pytest.mark.parametrize(("query", "is_told"), [("", False), ("?encryption=optional", True)])
def test_password_is_not_told_to_a_far_server_without_encryption(
    post: Callable[..., Post], query: str, *, is_told: bool
) -> None:
    far = urlsplit(f"smtp://user:secret@mail.example.org{query}")
    told = nullcontext() if is_told else pytest.raises(SMTPException, match="would travel in the open")
    with closing(mail._connection(urlsplit(post(offers=b"AUTH PLAIN").url))) as connection, told:
        mail._refuse_to_tell_everybody(connection, far)
