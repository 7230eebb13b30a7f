"""A team's plan in a few words: give, study, let time pass, look at the cycles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.exams.sitting_exams import answer_all, content_with, live
from tests.exams.sitting_exams import key as right_answer
from tests.factories import NOW
from tests.published import form_for, item
from trainer.accounts.models import User
from trainer.answers.actions import Asked, Reply, submit_answer
from trainer.content.exams import Exam
from trainer.exams.grading import hand_in
from trainer.exams.starting import start_attempt
from trainer.learning.calibration import Certainty
from trainer.library.actions import publish
from trainer.library.queries import live_catalogue
from trainer.study.actions import finish_lesson
from trainer.teams.models import Team
from trainer.training import actions, cycles
from trainer.training.actions import Audience, Planning, Terms
from trainer.training.models import Assignment, Cycle
from trainer.training.targets import Target, target_named

COURSE = "accreditation"
DAY = timedelta(days=1)
TODAY = NOW.date()


def day(number: int) -> date:
    """A day counted from the one on which everything begins."""
    return TODAY + timedelta(days=number)


def after(days: float) -> datetime:
    """The same in hours and minutes."""
    return NOW + timedelta(days=days)


@dataclass(frozen=True)
class Plan:
    """A plan of `team`, made by `lead`."""

    session: Session
    team: Team
    lead: User

    def at(self, now: datetime, by: User | None = None) -> Planning:
        """The lead at work on it."""
        return Planning(self.session, live_catalogue(self.session), self.team, by or self.lead, now)

    def target(self, value: str) -> Target:
        """What can be given, as a form names it."""
        found = target_named(live_catalogue(self.session), value)
        self.session.commit()
        assert found is not None, value
        return found

    def give(self, value: str = f"track/{COURSE}/claims", audience: Audience | None = None, **terms: Any) -> Assignment:
        """Give a training NOW: the track with the fewest lessons, to everybody, unless told otherwise."""
        given = actions.assign(self.at(NOW), self.target(value), audience or Audience(), Terms(**terms))
        self.session.commit()
        return given

    def pass_days(self, assignment: Assignment, days: float) -> None:
        """So many days after NOW the job looks at it."""
        cycles.settle(self.session, live_catalogue(self.session), assignment, now=after(days))
        self.session.commit()

    def cycles(self, assignment: Assignment, user: User) -> Sequence[Cycle]:
        """Somebody's cycles of it, the first one first."""
        hers = select(Cycle).where(Cycle.assignment_id == assignment.id, Cycle.user_id == user.id)
        found = self.session.scalars(hers.order_by(Cycle.number).execution_options(populate_existing=True)).all()
        self.session.commit()
        return found

    def last(self, assignment: Assignment, user: User) -> Cycle:
        """Her last one."""
        return self.cycles(assignment, user)[-1]

    def lessons(self, value: str = f"track/{COURSE}/claims") -> list[str]:
        """The lessons of a training."""
        return [row.id for row in self.target(value).lessons]

    def read(self, user: User, *lessons: str, days: float = 0) -> None:
        """Somebody reads lessons to their end, all of the track where none is named."""
        for lesson in lessons or self.lessons():
            finish_lesson(self.session, user, lesson, now=after(days))
        self.session.commit()

    def sit(self, user: User, exam: str = "final", *, right: int = 12, days: float = 0) -> str:
        """Somebody sits an assessment and hands it in: the attempt's public id."""
        attempt = start_attempt(self.session, user, live(self.session, exam), now=after(days))
        answer_all(self.session, attempt, right=right)
        hand_in(self.session, attempt, now=after(days) + timedelta(minutes=9))
        self.session.commit()
        return attempt.public_id

    def answer(self, user: User, item_id: str, *, days: float = 0, is_right: bool = True) -> None:
        """Somebody answers a question in mixed practice, and is sure."""
        row = live_catalogue(self.session).items[item_id]
        its = item(item_id)
        key = f"{user.id}-{item_id}-{days}".zfill(20)
        asked = Asked(item_id, row.hash, row.objective, "seed", "practice", key, 1, mixed=True)
        form = form_for(its, "seed", right_answer(its)) if is_right else {}
        reply = Reply(form, key, Certainty.SURE, gave_up=not is_right)
        submit_answer(self.session, user, asked, reply, now=after(days))
        self.session.commit()

    def set_zone(self, user: User, zone: str) -> None:
        """Somebody lives elsewhere."""
        self.session.execute(update(User).where(User.id == user.id).values(time_zone=zone))
        self.session.commit()


def publish_with(session: Session, *exams: Exam, retitled: str = "", at: datetime = NOW) -> None:
    """Publish the real course with these exams, and one lesson changed."""
    content = content_with(*exams)
    if retitled:
        courses = []
        for course in content.courses:
            lessons = tuple(
                replace(lesson, body=lesson.body + "\n\nOne more sentence.\n") if lesson.id == retitled else lesson
                for lesson in course.lessons
            )
            courses.append(replace(course, lessons=lessons))
        content = replace(content, courses=tuple(courses))
    publish(session, content, at, by="a test")
    session.commit()
