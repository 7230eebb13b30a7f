"""The weekly summary for those who lead a team: where it stands in a sentence, what is overdue, whom to help."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.db import transaction
from trainer.library.queries import live_catalogue
from trainer.notices.actions import Message, notify
from trainer.notices.models import Topic
from trainer.notices.queries import sent_about
from trainer.reports.attention import InNeed, in_need
from trainer.reports.standing import Standing, course_chosen, standing_of
from trainer.settings import Settings
from trainer.teams.models import Membership, Team
from trainer.training.queries import overdue_in
from trainer.training.telling import in_words
from trainer.web.zones import day_in

MONDAY, TUESDAY = 0, 1
NAMED = 3
"""People whom the summary names; the page has them all."""
WHY = {"overdue": "overdue", "not-begun": "has not begun", "behind": "will not know enough", "quiet": "has gone quiet"}


@dataclass(frozen=True)
class _Reader:
    """Somebody who leads a team and has not had this week's summary of it."""

    user_id: int
    team_id: int
    about: str


def send_digests(engine: Engine, _: Settings, now: datetime) -> None:
    """Write to whoever leads a team, once a week: on Monday where she is, on Tuesday where nothing ran on Monday."""
    with transaction(engine, read_only=True) as session:
        readers = list(_readers(session, now))
    for team_id in sorted({reader.team_id for reader in readers}):
        with transaction(engine) as session:
            team = session.get_one(Team, team_id)
            for reader in readers:
                if reader.team_id == team_id and (text := summary(session, team, reader.user_id, now=now)):
                    notify(session, reader.user_id, _message(team, reader, text), now=now)


def summary(session: Session, team: Team, viewer: int, *, now: datetime) -> str:
    """The summary of a team as `viewer` may see it; empty where nobody learns in it, or nothing is published."""
    catalogue = live_catalogue(session)
    course = course_chosen(catalogue, "")
    if course is None:
        return ""
    standing = standing_of(session, team, catalogue, course, now=now)
    if not standing.rows:
        return ""
    late = overdue_in(session, catalogue, team, now=now, viewer=viewer)
    parts = [f"{team.name}: {_sentence(standing)}", _overdue(sum(map(len, late.values())))]
    return " ".join([*parts, _needs(in_need(standing, late, now))])


def _readers(session: Session, now: datetime) -> Iterator[_Reader]:
    leads = (
        select(User, Team)
        .join(Membership, Membership.user_id == User.id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.leads, Membership.left_at.is_(None), Team.archived_at.is_(None), User.active)
    )
    rows = [(user, team, day_in(user.time_zone, now)) for user, team in session.execute(leads)]
    rows = [row for row in rows if row[2].weekday() in (MONDAY, TUESDAY)]
    had = sent_about(session, {user.id for user, _, _ in rows}, "digest:")
    for user, team, today in rows:
        about = f"digest:{team.public_id}:{_monday(today).isoformat()}"
        if about not in had[user.id]:
            yield _Reader(user.id, team.id, about)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _message(team: Team, reader: _Reader, text: str) -> Message:
    path = f"/teams/{team.public_id}"
    return Message(reader.about, Topic.DIGEST, text, path, is_mandatory=False, team_id=team.id)


def _sentence(standing: Standing) -> str:
    people = len(standing.rows)
    if not standing.has_begun:
        return "nobody has begun yet."
    on_a_day = standing.team.audit_on is not None and standing.day.date() == standing.team.audit_on
    when = f"will know enough on {in_words(standing.team.audit_on)}" if on_a_day and standing.team.audit_on else ""
    ready = f"{standing.ready} of {people} {'person' if people == 1 else 'people'} {when or 'know enough today'}."
    held = " and ".join(objective.short for objective in standing.held_back_by)
    return f"{ready} Held back most by: {held}." if held else ready


def _overdue(count: int) -> str:
    if not count:
        return "Nothing is overdue."
    return f"{count} {'training is' if count == 1 else 'trainings are'} overdue."


def _needs(needs: Sequence[InNeed]) -> str:
    if not needs:
        return "Nobody needs you this week."
    named = ", ".join(f"{_name(need)} ({WHY[need.why]})" for need in needs[:NAMED])
    more = f", and {len(needs) - NAMED} more" if len(needs) > NAMED else ""
    return f"Needs you this week: {named}{more}."


def _name(need: InNeed) -> str:
    user = need.row.member.user
    return user.name or user.email
