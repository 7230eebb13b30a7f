"""What waits for a person becomes one mail, outside her quiet hours, once."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Executable, insert, select, update
from sqlalchemy.orm import Session

from tests.factories import NOW, SECRET
from tests.notices.telling import message, optional
from tests.racing import at_once, many_at_once
from trainer.accounts.models import User
from trainer.db import transaction
from trainer.learning.quiet import QuietHours
from trainer.mail import OutboxMail
from trainer.notices.actions import Message, notify, save_wishes, withdraw
from trainer.notices.models import Notice, State
from trainer.notices.queries import Wishes, sent_about
from trainer.notices.writing import GATHERED, NO_ACCOUNT, SWITCHED_OFF, write_notices
from trainer.settings import Settings

Look = Callable[[Executable], list[Any]]
Write = Callable[[datetime], list[OutboxMail]]

DUE = NOW + GATHERED
MINUTE = timedelta(minutes=1)


@pytest.fixture
def write(engine: Engine, settings: Settings, look: Look) -> Write:
    """Run the job; all mails there are then."""

    def run(now: datetime = DUE) -> list[OutboxMail]:
        write_notices(engine, settings, now)
        return look(select(OutboxMail).order_by(OutboxMail.id))

    return run


@pytest.fixture
def tell(engine: Engine) -> Callable[..., None]:
    """Tell somebody something, committed."""

    def told(user: User, *messages: Message, now: datetime = NOW) -> None:
        with transaction(engine) as session:
            for each in messages:
                notify(session, user.id, each, now=now)

    return told


@pytest.fixture
def wish(engine: Engine) -> Callable[..., None]:
    """Have somebody's wishes kept."""

    def kept(user: User, **wishes: Any) -> None:
        with transaction(engine) as session:
            save_wishes(session, user.id, Wishes(**wishes))

    return kept


Tell = Wish = Callable[..., None]


def states(look: Look) -> list[tuple[State, str]]:
    return [(notice.state, notice.why) for notice in look(select(Notice).order_by(Notice.id))]


def test_mail_says_what_where_and_why(write: Write, tell: Tell, alice: User) -> None:
    tell(alice, message(text='The training "Final assessment" is due on 12 December 2026.'))
    (mail,) = write()
    assert (mail.recipient, mail.unsubscribe) == (alice.email, "")
    assert mail.subject == "Trainer: about your training", "a phone shows subjects to whoever is near"
    assert mail.body == (
        "\nHello Alice,\n\n"
        'The training "Final assessment" is due on 12 December 2026.\nhttp://localhost/plan\n\n'
        "You cannot switch these mails off: your team requires the training.\n\n"
        "You choose here at which hours you get no mail, and see what was sent to you:\n\n"
        "http://localhost/account/notices"
    )


def test_three_trainings_are_one_mail(write: Write, tell: Tell, look: Look, alice: User, bob: User) -> None:
    for minute in range(3):
        tell(alice, message(f"cycle:{minute}:assigned"), now=NOW + minute * MINUTE)
    tell(bob, message("cycle:9:assigned"), now=NOW + MINUTE)
    assert write(DUE - timedelta(seconds=1)) == []
    (mail,) = write(DUE)
    assert mail.subject == "Trainer: 3 notices about your training"
    assert [mail.body.count(f"cycle:{n}:assigned") for n in (0, 1, 2, 9)] == [1, 1, 1, 0]
    assert mail.body.count("http://localhost/plan") == 3
    assert len(write(DUE + MINUTE)) == 2
    assert len(write(DUE + 2 * MINUTE)) == 2, "nothing is written twice"
    kept = look(select(Notice).where(Notice.user_id == alice.id))
    assert {(each.state, each.written_at, each.mail_id, each.settled_at) for each in kept} == {
        (State.WRITTEN, DUE, mail.public_id, None)
    }


def test_nobody_is_written_to_in_her_quiet_hours(write: Write, tell: Tell, alice: User) -> None:
    tell(alice, message())
    assert write(datetime(2026, 11, 23, 20, 0, tzinfo=UTC)) == []
    assert write(datetime(2026, 11, 24, 6, 59, tzinfo=UTC)) == []
    assert len(write(datetime(2026, 11, 24, 7, 0, tzinfo=UTC))) == 1


@pytest.mark.parametrize(
    ("zone", "seven"),
    [
        ("Asia/Tokyo", "2026-11-23T22:00"),
        ("America/Los_Angeles", "2026-11-24T15:00"),
        ("Europe/Berlin", "2026-11-24T06:00"),
        ("Nowhere/At-all", "2026-11-24T07:00"),
        ("", "2026-11-24T07:00"),
    ],
)
def test_night_ends_at_seven_by_her_own_clock(
    write: Write, tell: Tell, engine: Engine, alice: User, *, zone: str, seven: str
) -> None:
    with transaction(engine) as session:
        session.execute(update(User).where(User.id == alice.id).values(time_zone=zone))
    end = datetime.fromisoformat(seven).replace(tzinfo=UTC)
    tell(alice, message(), now=end - timedelta(hours=8))
    assert write(end - timedelta(hours=7)) == write(end - timedelta(seconds=1)) == []
    assert len(write(end)) == 1


def test_equal_hours_are_never_quiet(write: Write, tell: Tell, wish: Wish, alice: User) -> None:
    wish(alice, quiet=QuietHours(0, 0))
    tell(alice, message())
    assert len(write(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))) == 1


def test_what_is_switched_off_is_not_sent_and_says_so(
    write: Write, tell: Tell, wish: Wish, look: Look, *, alice: User
) -> None:
    wish(alice, wants_reminders=False)
    tell(alice, optional("cycle:2:due-7"), message("cycle:1:due-7"), optional("digest:48", kind="digest"))
    (mail,) = write()
    assert "cycle:2:due-7" not in mail.body
    assert states(look) == [(State.NOT_SENT, SWITCHED_OFF), (State.WRITTEN, ""), (State.WRITTEN, "")]
    assert look(select(Notice.settled_at).where(Notice.about == "cycle:2:due-7")) == [DUE]


def test_mandatory_summary_cannot_be_switched_off(
    write: Write, tell: Tell, wish: Wish, look: Look, *, alice: User
) -> None:
    wish(alice, wants_reminders=False, wants_digest=False)
    tell(alice, optional(), optional("digest:48", kind="digest"), message("digest:49", kind="digest"))
    assert len(write()) == 1
    assert [state for state, _ in states(look)] == [State.NOT_SENT, State.NOT_SENT, State.WRITTEN]


def test_who_cannot_sign_in_is_not_written_to(
    write: Write, tell: Tell, look: Look, engine: Engine, *, alice: User
) -> None:
    tell(alice, message(), optional())
    with transaction(engine) as session:
        session.execute(update(User).where(User.id == alice.id).values(active=False))
    assert write() == []
    assert states(look) == [(State.NOT_SENT, NO_ACCOUNT)] * 2


def test_what_was_withdrawn_is_not_written(write: Write, tell: Tell, engine: Engine, alice: User) -> None:
    tell(alice, message("cycle:1:due-7"), message("cycle:2:due-7"))
    with transaction(engine) as session:
        withdraw(session, "cycle:1:", "done meanwhile", now=NOW)
    (mail,) = write()
    assert "cycle:1:" not in mail.body
    assert "cycle:2:" in mail.body


@pytest.mark.parametrize(
    ("messages", "sentence"),
    [
        ((optional(),), "You can switch off those of trainings that are not mandatory."),
        ((optional(kind="digest"),), "You get the weekly summary because you lead a team."),
        ((optional(), optional("d", kind="digest")), "You can switch off the weekly summary and the reminders"),
        ((optional(), message()), "Mails about trainings that your team requires cannot be switched off."),
    ],
)
def test_mail_that_can_be_switched_off_says_how(
    write: Write, tell: Tell, alice: User, messages: tuple[Message, ...], sentence: str
) -> None:
    tell(alice, *messages)
    (mail,) = write()
    assert sentence in mail.body
    assert "You cannot switch these mails off" not in mail.body
    assert mail.unsubscribe.startswith("http://localhost/unsubscribe/")
    assert f"\n\n{mail.unsubscribe}\n\n" in mail.body


def test_text_makes_no_header_and_no_line(write: Write, tell: Tell, engine: Engine, alice: User) -> None:
    tell(
        alice, message(text="Due.\r\nBcc: eve@example.org\r\n\r\nhttp://evil.example {{ name }} {% endfor %} <b>é</b>")
    )
    (mail,) = write()
    said = "Due. Bcc: eve@example.org http://evil.example {{ name }} {% endfor %} <b>é</b>"
    assert mail.subject == "Trainer: about your training"
    assert f"\n{said}\nhttp://localhost/plan\n" in mail.body


def test_many_workers_write_one_mail(
    engine: Engine, settings: Settings, tell: Tell, look: Look, alice: User, bob: User
) -> None:
    tell(alice, *(message(f"cycle:{n}:due-7") for n in range(5)))
    tell(bob, message())
    many_at_once(4, lambda _: write_notices(engine, settings, DUE))
    assert sorted(look(select(OutboxMail.recipient))) == [alice.email, bob.email]
    assert {state for state, _ in states(look)} == {State.WRITTEN}


def test_what_is_withdrawn_meanwhile_is_in_a_mail_or_not_sent(
    engine: Engine, settings: Settings, tell: Tell, look: Look, alice: User, bob: User
) -> None:
    for user in (alice, bob):
        tell(user, *(message(f"cycle:{n}:due-7") for n in range(5)))

    def take_back() -> int:
        with transaction(engine) as session:
            return withdraw(session, "cycle:", "taken back", now=DUE)

    at_once(take_back, lambda: write_notices(engine, settings, DUE), take_back)
    told = "".join(look(select(OutboxMail.body)))
    for notice in look(select(Notice)):
        assert notice.state in (State.WRITTEN, State.NOT_SENT)
    assert told.count("http://localhost/plan") == sum(state is State.WRITTEN for state, _ in states(look))


KILLED = """
import os
from sqlalchemy import event
from tests.factories import settings_for
from pathlib import Path
import trainer.app
from trainer.db import make_engine
from trainer.notices.writing import write_notices
from datetime import datetime
engine = make_engine({url!r})

@event.listens_for(engine, "before_cursor_execute")
def die(connection, cursor, statement, *rest):
    if statement.startswith("UPDATE notice SET") and "written_at" in statement:
        os._exit(9)

write_notices(engine, settings_for({url!r}, Path({folder!r})), datetime.fromisoformat({now!r}))
"""


def test_worker_that_dies_between_mail_and_notice_leaves_neither(
    write: Write, tell: Tell, look: Look, settings: Settings, *, alice: User
) -> None:
    """The mail is in the outbox, the notice does not say so yet: neither is kept, and the next worker does both."""
    tell(alice, message(), optional())
    program = KILLED.format(url=settings.database_url, folder=str(settings.data_dir), now=DUE.isoformat())
    ended = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert ended.returncode == 9
    assert look(select(OutboxMail)) == []
    assert states(look) == [(State.WAITS, "")] * 2
    assert len(write()) == 1


def test_a_thousand_people_are_written_to_within_seconds(
    engine: Engine, settings: Settings, session: Session, look: Look
) -> None:
    """500 of them in their quiet hours, whom it costs next to nothing to leave alone."""
    values = [
        {
            "id": n,
            "public_id": f"p{n}",
            "email": f"p{n}@example.org",
            "name": "",
            "active": True,
            "fs_uniquifier": f"f{n}",
            "created_at": NOW,
            "time_zone": "Asia/Tokyo" if n % 2 else "Europe/Berlin",
        }
        for n in range(1000, 2000)
    ]
    session.execute(insert(User), values)
    for user in values:
        for n in range(3):
            notify(session, user["id"], optional(f"cycle:{n}:due-7"), now=NOW)
    session.commit()
    began = time.perf_counter()
    known = sent_about(session, [user["id"] for user in values], "cycle:")
    assert time.perf_counter() - began < 2
    assert {len(abouts) for abouts in known.values()} == {3}
    session.rollback()
    at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    began = time.perf_counter()
    write_notices(engine, settings, at)
    assert time.perf_counter() - began < 30
    assert len(look(select(OutboxMail.id))) == 500
    began = time.perf_counter()
    write_notices(engine, settings, at)
    assert time.perf_counter() - began < 1, "nobody is due: one query"


def test_links_need_a_secret(engine: Engine, settings: Settings, tell: Tell, alice: User) -> None:
    tell(alice, optional())
    with pytest.raises(RuntimeError, match="secret key"):
        write_notices(engine, replace(settings, secret_key=""), DUE)
    assert settings.secret_key == SECRET
