"""What became of a mail is kept with its notices, in honest words, before the mail is deleted."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Executable, delete, select
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.notices.telling import message, optional
from tests.post import Post
from tests.racing import many_at_once
from trainer.accounts.models import User
from trainer.mail import KEPT_FOR, MOST_TRIES, OutboxMail, forget_old_mails, send_waiting
from trainer.notices.actions import notify
from trainer.notices.following import MAIL_IS_GONE, follow_notices
from trainer.notices.models import Notice, State
from trainer.notices.writing import GATHERED, write_notices
from trainer.serving import JOBS
from trainer.settings import Settings

Look = Callable[[Executable], list[Any]]

WRITTEN = NOW + GATHERED
TAKEN = WRITTEN + timedelta(seconds=5)
LOOKED = WRITTEN + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def in_the_outbox(session: Session, engine: Engine, settings: Settings, alice: User) -> None:
    """Two notices for Alice, in one mail."""
    notify(session, alice.id, message(), now=NOW)
    notify(session, alice.id, optional(), now=NOW)
    session.commit()
    write_notices(engine, settings, WRITTEN)


@pytest.fixture
def post() -> Iterator[Post]:
    """A mail server."""
    server = Post()
    yield server
    server.listener.close()


@pytest.fixture
def dead(settings: Settings) -> Settings:
    """Settings with a mail server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return replace(settings, smtp_url=f"smtp://127.0.0.1:{closed.getsockname()[1]}")


@pytest.fixture
def fates(look: Look) -> Callable[[], set[Any]]:
    """What the notices say became of them, why and when."""
    return lambda: {(each.state, each.why, each.settled_at) for each in look(select(Notice))}


Fates = Callable[[], set[Any]]


def test_mail_that_waits_says_nothing_yet(engine: Engine, settings: Settings, fates: Fates) -> None:
    follow_notices(engine, settings, LOOKED)
    assert fates() == {(State.WRITTEN, "", None)}


def test_mail_that_a_server_took_was_handed_over_then(
    engine: Engine, settings: Settings, fates: Fates, post: Post
) -> None:
    send_waiting(engine, replace(settings, smtp_url=post.url), TAKEN)
    for _ in range(2):
        follow_notices(engine, replace(settings, smtp_url=post.url), LOOKED)
        assert fates() == {(State.SENT, "", TAKEN)}
    assert b"List-Unsubscribe: <http://localhost/unsubscribe/" in post.taken[0]


def test_mail_that_became_a_file_was_sent_to_nobody(engine: Engine, settings: Settings, fates: Fates) -> None:
    send_waiting(engine, settings, TAKEN)
    follow_notices(engine, settings, LOOKED)
    assert fates() == {(State.ON_FILE, "", TAKEN)}


@pytest.mark.parametrize("is_set_later", [True, False])
def test_setting_a_server_or_taking_it_away_changes_no_past(
    engine: Engine, settings: Settings, fates: Fates, post: Post, *, is_set_later: bool
) -> None:
    with_server = replace(settings, smtp_url=post.url)
    send_waiting(engine, settings if is_set_later else with_server, TAKEN)
    follow_notices(engine, with_server if is_set_later else settings, LOOKED)
    assert fates() == {(State.ON_FILE if is_set_later else State.SENT, "", TAKEN)}


def test_dead_server_is_a_failure_only_when_it_was_given_up(
    engine: Engine, dead: Settings, look: Look, fates: Fates
) -> None:
    now = TAKEN
    for tried in range(MOST_TRIES):
        follow_notices(engine, dead, now)
        assert fates() == {(State.WRITTEN, "", None)}, f"after {tried} tries another one comes"
        send_waiting(engine, dead, now)
        (now,) = look(select(OutboxMail.due_at))
    follow_notices(engine, dead, now)
    ((state, why, at),) = fates()
    assert (state, at) == (State.FAILED, now)
    assert "refused" in why


def test_server_that_refuses_her_address_says_so(engine: Engine, settings: Settings, fates: Fates) -> None:
    server = Post(refuse=b"550 <b>no such person</b>, 100%")
    refusing = replace(settings, smtp_url=server.url)
    for n in range(MOST_TRIES):
        send_waiting(engine, refusing, TAKEN + n * timedelta(hours=7))
    follow_notices(engine, refusing, TAKEN + timedelta(days=4))
    server.listener.close()
    ((state, why, _),) = fates()
    assert state is State.FAILED
    assert "no such person" in why


def test_last_try_under_way_is_no_failure_yet(engine: Engine, dead: Settings, session: Session, fates: Fates) -> None:
    """Whoever is trying holds the mail for some minutes."""
    mail = session.scalars(select(OutboxMail)).one()
    mail.tries, mail.due_at = MOST_TRIES, LOOKED + timedelta(minutes=4)
    session.commit()
    follow_notices(engine, dead, LOOKED)
    assert fates() == {(State.WRITTEN, "", None)}


def test_mail_that_is_gone_is_not_taken_for_sent(
    engine: Engine, settings: Settings, session: Session, fates: Fates
) -> None:
    session.execute(delete(OutboxMail))
    session.commit()
    follow_notices(engine, settings, LOOKED)
    assert fates() == {(State.FAILED, MAIL_IS_GONE, LOOKED)}


def test_what_became_of_a_mail_outlives_it(engine: Engine, settings: Settings, look: Look, fates: Fates) -> None:
    """After a month in which nothing ran, the jobs come in their order."""
    late = WRITTEN + KEPT_FOR + timedelta(days=1)
    ours = {send_waiting, follow_notices, forget_old_mails}
    for job in JOBS:
        if job.run in ours:
            job.run(engine, settings, late)
    assert look(select(OutboxMail)) == []
    assert fates() == {(State.ON_FILE, "", late)}


def test_many_who_follow_at_once_do_no_harm(engine: Engine, settings: Settings, fates: Fates) -> None:
    send_waiting(engine, settings, TAKEN)
    many_at_once(4, lambda _: follow_notices(engine, settings, LOOKED))
    assert fates() == {(State.ON_FILE, "", TAKEN)}
