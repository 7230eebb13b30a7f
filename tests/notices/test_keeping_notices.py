"""A notice is kept once for each occasion, and what was told is never changed."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.notices.telling import message
from tests.racing import many_at_once
from trainer.accounts.models import User
from trainer.db import transaction
from trainer.notices.actions import notify, withdraw
from trainer.notices.models import Notice, State
from trainer.notices.queries import sent_about
from trainer.teams.actions import create_team
from trainer.teams.models import Team

LATER = NOW + timedelta(hours=1)


def test_notice_is_kept_as_it_was_told(session: Session, alice: User) -> None:
    assert notify(session, alice.id, message(), now=NOW)
    kept = session.scalars(select(Notice)).one()
    assert (kept.user_id, kept.about, kept.kind, kept.path) == (alice.id, "cycle:1:due-7", "due-7", "/plan")
    assert (kept.made_at, kept.state, kept.why, kept.settled_at) == (NOW, State.WAITS, "", None)
    assert kept.text == message().text


def test_second_notice_about_the_same_is_none(session: Session, alice: User, bob: User) -> None:
    assert notify(session, alice.id, message(text="First."), now=NOW)
    assert not notify(session, alice.id, message(text="Second."), now=LATER)
    assert notify(session, bob.id, message(text="His own."), now=LATER)
    assert notify(session, alice.id, message("cycle:1:due-1"), now=LATER)
    assert session.scalars(select(Notice.text).where(Notice.about == "cycle:1:due-7")).all() == ["First.", "His own."]


def test_of_many_who_tell_the_same_at_once_one_does(engine: Engine, alice: User) -> None:
    def tell(_: int) -> bool:
        with transaction(engine) as own:
            return notify(own, alice.id, message(), now=NOW)

    assert many_at_once(6, tell) == {True: 1, False: 5}


def test_text_becomes_one_line(session: Session, alice: User) -> None:
    """Otherwise the title of a training could look like a line of ours."""
    notify(session, alice.id, message(text="The training\r\n\nBcc: all@example.org\0\u2028x is due.\n"), now=NOW)
    assert session.scalars(select(Notice.text)).one() == "The training Bcc: all@example.org x is due."


@pytest.mark.parametrize(
    "wrong",
    [
        {"about": ""},
        {"about": "a" * 161},
        {"kind": "k" * 33},
        {"path": "plan"},
        {"path": "//evil.example"},
        {"path": "https://evil.example/"},
        {"path": "/" + "p" * 300},
    ],
)
def test_message_that_cannot_be_kept_is_none(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"too long|no place"):
        message(**wrong)


def test_what_waits_can_be_withdrawn(session: Session, alice: User, bob: User) -> None:
    for user in (alice, bob):
        for about in ("cycle:1:due-7", "cycle:12:due-7", "CYCLE:1:due-7"):
            notify(session, user.id, message(about), now=NOW)
    assert withdraw(session, "cycle:1:", "done meanwhile", now=LATER) == 2
    told = select(Notice.about, Notice.state, Notice.why, Notice.settled_at).where(Notice.user_id == alice.id)
    assert set(session.execute(told).all()) == {
        ("cycle:1:due-7", State.NOT_SENT, "done meanwhile", LATER),
        ("cycle:12:due-7", State.WAITS, "", None),
        ("CYCLE:1:due-7", State.WAITS, "", None),
    }
    assert withdraw(session, "cycle:1:", "again", now=LATER) == 0


def test_wild_cards_in_a_prefix_stand_for_themselves(session: Session, alice: User) -> None:
    notify(session, alice.id, message("cycle:1:due-7"), now=NOW)
    assert withdraw(session, "cycle:%", "", now=LATER) == withdraw(session, "cycle_1", "", now=LATER) == 0
    assert sent_about(session, [alice.id], "cycle:_")[alice.id] == frozenset()


def test_what_is_in_a_mail_is_not_withdrawn(session: Session, alice: User) -> None:
    notify(session, alice.id, message(), now=NOW)
    session.execute(update(Notice).values(state=State.WRITTEN, written_at=NOW))
    assert withdraw(session, "cycle:1:", "done meanwhile", now=LATER) == 0


def test_withdrawn_notice_does_not_come_again(session: Session, alice: User) -> None:
    notify(session, alice.id, message(), now=NOW)
    withdraw(session, "cycle:1:", "taken back", now=LATER)
    assert not notify(session, alice.id, message(), now=LATER)


def test_known_occasions_are_those_of_each(session: Session, alice: User, bob: User, lena: User) -> None:
    notify(session, alice.id, message("cycle:1:due-7"), now=NOW)
    notify(session, alice.id, message("cycle:1:due-1"), now=NOW)
    notify(session, alice.id, message("digest:2026-48"), now=NOW)
    notify(session, bob.id, message("cycle:2:due-7"), now=NOW)
    assert sent_about(session, [alice.id, lena.id], "cycle:") == {
        alice.id: {"cycle:1:due-7", "cycle:1:due-1"},
        lena.id: frozenset(),
    }
    both = sent_about(session, [alice.id, bob.id], "digest:", "cycle:2:")
    assert both == {alice.id: {"digest:2026-48"}, bob.id: {"cycle:2:due-7"}}
    assert sent_about(session, [], "cycle:") == {}


@pytest.mark.parametrize("change", [{"text": "Another."}, {"made_at": LATER}, {"about": "x"}, {"is_mandatory": False}])
def test_what_was_told_cannot_be_changed(session: Session, alice: User, change: dict[str, object]) -> None:
    notify(session, alice.id, message(), now=NOW)
    with pytest.raises(IntegrityError, match="never changed"):
        session.execute(update(Notice).values(change))


@pytest.mark.parametrize("change", [{"state": State.SENT}, {"why": ""}, {"settled_at": NOW}, {"mail_id": "m"}])
def test_what_became_of_it_cannot_be_changed(session: Session, alice: User, change: dict[str, object]) -> None:
    notify(session, alice.id, message(), now=NOW)
    withdraw(session, "cycle:", "taken back", now=NOW)
    with pytest.raises(IntegrityError, match="is settled"):
        session.execute(update(Notice).values(change))


def test_notice_outlives_its_team_and_goes_with_its_person(session: Session, alice: User) -> None:
    team = create_team(session, "North", by=None, now=NOW)
    notify(session, alice.id, message(team_id=team.id), now=NOW)
    withdraw(session, "cycle:", "taken back", now=NOW)
    session.execute(delete(Team))
    assert session.scalars(select(Notice.team_id)).one() is None
    session.execute(delete(User))
    assert session.scalars(select(Notice)).all() == []
