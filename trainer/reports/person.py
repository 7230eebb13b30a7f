"""What a lead sees of one person: what she will know on the day that counts, and her assessments of record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.answers.forecasting import forecasts_of
from trainer.content.courses import Course, Objective
from trainer.exams.queries import Finished, records_of
from trainer.learning.forecast import Forecast
from trainer.library.catalogue import Catalogue
from trainer.reports.standing import day_of, needs_of
from trainer.teams.models import Team
from trainer.teams.queries import Member
from trainer.training.queries import turns_of_member
from trainer.training.turns import Turn


@dataclass(frozen=True)
class Outlook:
    """An objective: what she will answer right today and on the day, each with its range; and whether she needs it."""

    objective: Objective
    today: Forecast
    then: Forecast
    is_needed: bool


@dataclass(frozen=True)
class CourseOutlook:
    """The same for all objectives of a course, in its order."""

    course: Course
    objectives: Sequence[Outlook]


@dataclass(frozen=True)
class PersonReport:
    """Somebody of a team. `day` is when it counts; `records` are all her attempts at assessments of record that were
    handed in, failed ones too. Nothing here is drawn from single answers of practice or review."""

    member: Member
    day: datetime
    outlooks: Sequence[CourseOutlook]
    records: Sequence[Finished]
    turns: Sequence[Turn]
    """Her turns at the trainings of the team, what is to do first."""


def report_on(
    session: Session, team: Team, member: Member, catalogue: Catalogue, *, now: datetime, viewer: int | None = None
) -> PersonReport:
    """What is known of somebody in the team."""
    user_id, day = member.user.id, day_of(team, now)
    outlooks = []
    for course in catalogue.courses.values():
        about = list(course.objectives_by_id)
        today, then = (forecasts_of(session, user_id, catalogue, about, at=at) for at in (now, day))
        needed = needs_of(member, list(today))
        rows = [Outlook(course.objectives_by_id[id], today[id], then[id], id in needed) for id in today]
        outlooks.append(CourseOutlook(course, rows))
    records = records_of(session, user_id, now=now)
    turns = turns_of_member(session, catalogue, team, member, now=now, viewer=viewer)
    return PersonReport(member, day, [each for each in outlooks if each.objectives], records, turns)
