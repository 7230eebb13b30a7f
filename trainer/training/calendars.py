"""What is due for somebody as a calendar that other programs fetch, under an address that she can take back."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar, Event
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.accounts.queries import token_hash
from trainer.learning.errors import N_, NotFound
from trainer.training.models import CalendarFeed
from trainer.training.turns import Turn


def make_feed(session: Session, user_id: int, *, now: datetime) -> str:
    """A new address in the place of the one there was: its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    end_feed(session, user_id)
    session.add(CalendarFeed(user_id=user_id, token_hash=token_hash(token), made_at=now))
    session.flush()
    return token


def end_feed(session: Session, user_id: int) -> None:
    """The address works no more."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))


def feed_of(session: Session, user_id: int) -> CalendarFeed | None:
    """Whether somebody has one, and since when."""
    return session.get(CalendarFeed, user_id)


def owner_of(session: Session, token: str) -> User:
    """Whose calendar it is. Raises NotFound where there is none, or she cannot sign in any more."""
    hers = select(User).join(CalendarFeed, CalendarFeed.user_id == User.id)
    user = session.scalar(hers.where(CalendarFeed.token_hash == token_hash(token), User.active))
    if user is None:
        raise NotFound(N_("There is no such calendar."))
    return user


def as_calendar(turns: Iterable[Turn], address: str, *, now: datetime) -> bytes:
    """RFC 5545: a whole day for each training that is to do, on the day it is due. `address` leads to the plan.

    A training keeps its entry when it is extended (same UID), and loses it when it is done.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Trainer//Plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Trainer")
    calendar.add("refresh-interval;value=duration", "PT6H")
    for turn in turns:
        if turn.stage.is_to_do:
            calendar.add_component(_event(turn, address, now))
    text: bytes = calendar.to_ical()
    return text


def _event(turn: Turn, address: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{turn.cycle.public_id}@trainer")
    event.add("dtstamp", now)
    event.add("dtstart", turn.cycle.due_on)
    event.add("summary", f"Training due: {turn.assignment.title}")
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event
