"""Where a team stands in a course: what its people will probably answer right, today and on the day it counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property

from sqlalchemy.orm import Session

from trainer.accounts.queries import in_lists
from trainer.answers.forecasting import Expected, ExpectedOfPerson, expected_of_group
from trainer.content.courses import Course, Objective
from trainer.library.catalogue import Catalogue
from trainer.teams.models import Team
from trainer.teams.queries import Member, members_of

TODAY, THEN = 0, 1
"""The two times that are asked for."""
HELD_BACK_BY = 2
"""Objectives that are named in the sentence."""


@dataclass(frozen=True)
class Row:
    """Somebody of the team. `needs` are the ids of the objectives she needs: those of her job role that the course has,
    or all."""

    member: Member
    expected: ExpectedOfPerson
    needs: frozenset[str]
    goal: float

    def cell(self, objective: str) -> Expected | None:
        """What she will answer right on an objective; None where she has not begun it."""
        return self.expected.objectives.get(objective)

    def falls_short(self, objective: str, when: int = THEN) -> bool:
        """Whether she needs it and will not know enough of it, as far as anybody can say."""
        cell = self.cell(objective)
        return objective in self.needs and not (cell and cell.is_enough and cell.shares[when] >= self.goal)

    @cached_property
    def short_of(self) -> Sequence[str]:
        """The objectives in which she falls short on the day."""
        return [objective for objective in sorted(self.needs) if self.falls_short(objective)]

    @property
    def is_ready(self) -> bool:
        """Whether she will know enough of all she needs."""
        return not self.short_of

    @property
    def has_begun(self) -> bool:
        """Whether she has answered anything of the course."""
        return bool(self.expected.objectives)


@dataclass(frozen=True)
class Standing:
    """A team in a course. `day` is when it counts; `rows` are those who learn in the team, by name."""

    team: Team
    course: Course
    objectives: Sequence[Objective]
    rows: Sequence[Row]
    day: datetime

    @cached_property
    def ready(self) -> int:
        """How many will be ready."""
        return sum(row.is_ready for row in self.rows)

    @cached_property
    def has_begun(self) -> bool:
        """Whether anybody has answered anything."""
        return any(row.has_begun for row in self.rows)

    @cached_property
    def held_back_by(self) -> Sequence[Objective]:
        """The objectives in which most fall short, most first, not more than two. None where as many fall short in
        others: then these two are not what holds them back."""
        counted = Counter(id for row in self.rows for id in row.short_of)
        ranked = sorted(self.objectives, key=lambda objective: -counted[objective.id])
        worst = [objective for objective in ranked[:HELD_BACK_BY] if counted[objective.id]]
        next_one = counted[ranked[HELD_BACK_BY].id] if len(ranked) > HELD_BACK_BY else 0
        return [objective for objective in worst if counted[objective.id] > next_one]

    def mean(self, objective: str) -> float | None:
        """The mean share right today of those of whom enough is known; None where there are none."""
        cells = [cell for row in self.rows if (cell := row.cell(objective)) and cell.is_enough]
        return sum(cell.shares[TODAY] for cell in cells) / len(cells) if cells else None


def standing_of(session: Session, team: Team, catalogue: Catalogue, course: Course, *, now: datetime) -> Standing:
    """Where a team stands in a course."""
    asked = {row.objective for row in catalogue.practice_items.values()}
    objectives = [each for id, each in course.objectives_by_id.items() if id in asked]
    members = [each for each in members_of(session, team) if each.membership.learns and each.user.active]
    day = day_of(team, now)
    ids = [member.user.id for member in members]
    about = [objective.id for objective in objectives]
    expected = expected_of_group(session, ids, catalogue, about=about, at=[now, day])
    rows = [Row(member, expected[member.user.id], needs_of(member, about), team.goal) for member in members]
    return Standing(team, course, objectives, sorted(rows, key=lambda row: in_lists(row.member.user)), day)


def day_of(team: Team, now: datetime) -> datetime:
    """When it counts: at noon (UTC) on the day of the audit; now, where that is over or none is set."""
    return max(now, datetime.combine(team.audit_on, time(12), UTC)) if team.audit_on else now


def needs_of(member: Member, objectives: Sequence[str]) -> frozenset[str]:
    """Those of the objectives that somebody needs: what her job role requires, or all where it requires nothing at all,
    or she has none. A role that requires other courses only needs none of these."""
    required = frozenset(member.job_role.objectives if member.job_role else ())
    return frozenset(objectives) & required if required else frozenset(objectives)


def course_chosen(catalogue: Catalogue, wanted: str) -> Course | None:
    """The course that was asked for, else the first; None where nothing is published."""
    courses: Mapping[str, Course] = catalogue.courses
    return courses.get(wanted) or next(iter(courses.values()), None)
