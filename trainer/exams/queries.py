"""Read exams and attempts: one's own, as far as they are, and what may be seen of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.content.courses import Course
from trainer.content.exams import Exam
from trainer.content.store import exam_from_json
from trainer.db import batches
from trainer.exams import rules
from trainer.exams.models import RECORD, ExamAllowance, ExamAttempt, ExamQuestion, ExamResult
from trainer.learning.assessment import (
    PASSED,
    Arrival,
    Outcome,
    Past,
    Scored,
    Shown,
    Start,
    arrival,
    judge,
    may_start,
    shown,
)
from trainer.learning.blueprint import Plan
from trainer.learning.errors import N_
from trainer.library.catalogue import Catalogue
from trainer.library.queries import live_catalogue


@dataclass(frozen=True)
class LiveExam:
    """An exam as it is live now, in its course."""

    catalogue: Catalogue
    course: Course
    exam: Exam

    @property
    def plan(self) -> Plan:
        """What its forms are drawn by. Raises Unfillable for an exam of an earlier release whose questions are gone."""
        if self.course.exams_by_id.get(self.exam.id) == self.exam:
            return self.catalogue.exam_plan(self.course.id, self.exam.id)
        return self.catalogue.plan_for(self.course.id, self.exam)


@dataclass(frozen=True)
class Sitting:
    """An attempt with its questions, by the rules it began with."""

    attempt: ExamAttempt
    exam: Exam
    questions: Sequence[ExamQuestion]

    def question(self, position: int) -> ExamQuestion | None:
        """The question at a position from 1."""
        return self.questions[position - 1] if 1 <= position <= len(self.questions) else None

    @property
    def is_open(self) -> bool:
        """Whether it was not handed in yet."""
        return self.attempt.submitted_at is None

    @property
    def is_sequential(self) -> bool:
        """Whether questions come one after the other and none comes again."""
        return self.exam.navigation == "sequential"

    @property
    def unanswered(self) -> Sequence[ExamQuestion]:
        """Those without a complete answer."""
        return [question for question in self.questions if question.state != "complete"]

    @property
    def flagged(self) -> Sequence[ExamQuestion]:
        """Those marked to look at again."""
        return [question for question in self.questions if question.flagged]

    def arrival(self, at: datetime) -> Arrival:
        """How an answer stands that comes `at` a time."""
        return arrival(self.attempt.deadline, rules.grace(self.exam), at)

    def is_over(self, now: datetime) -> bool:
        """Whether nothing that comes now can count any more, handed in or not."""
        return not self.is_open or self.arrival(now) is Arrival.LATE

    def left(self, now: datetime) -> timedelta | None:
        """Time to the deadline, never less than none; None without one."""
        if self.attempt.deadline is None:
            return None
        return max(timedelta(0), self.attempt.deadline - now)

    def may_see(self, position: int) -> bool:
        """Whether the question at this position is to be had now."""
        return not self.is_sequential or position == self.attempt.place

    def has_shown(self, position: int) -> bool:
        """Whether the question at this position has been before her."""
        return not self.is_sequential or position <= self.attempt.place

    def first_open(self) -> int:
        """Where to go on: the question one is at, or the first without an answer."""
        if self.is_sequential:
            return self.attempt.place
        return next((question.position for question in self.unanswered), len(self.questions))

    def segments(self, position: int) -> Sequence[str]:
        """A word for each question, as the bar on top shows it."""
        return [_segment(question, position) for question in self.questions]


def _segment(question: ExamQuestion, position: int) -> str:
    if question.position == position:
        return "now"
    if question.flagged:
        return "flagged"
    return "given" if question.state == "complete" else "open"


@dataclass(frozen=True)
class Finished:
    """A finished attempt with its results, the first one first; the last one counts. `may_see` is how much of it its
    learner may see now."""

    sitting: Sitting
    results: Sequence[ExamResult]
    may_see: Shown
    valid_until: datetime | None
    holds: bool
    """Whether it is a pass that still counts."""

    @property
    def result(self) -> ExamResult:
        """What counts."""
        return self.results[-1]

    @cached_property
    def outcome(self) -> Outcome:
        """What it came to by module and objective."""
        return judge(scored(self.sitting.questions, self.result), rules.pass_rule(self.sitting.exam))

    def score_of(self, position: int) -> float:
        """The score of one question (0–1)."""
        return float(self.result.marks[position - 1]["score"])


@dataclass(frozen=True)
class Offer:
    """An exam as one person finds it: her attempts so far, whether another may begin, and what was granted to her."""

    course: str
    exam: Exam
    open_attempt: ExamAttempt | None
    finished: Sequence[Finished]
    start: Start
    extra_minutes: int
    extra_attempts: int
    allowances: Sequence[ExamAllowance] = ()

    @property
    def passed(self) -> Finished | None:
        """The pass that holds and that she may know of, if there is one."""
        return next((f for f in reversed(self.finished) if f.holds and f.may_see >= Shown.SCORE), None)

    @property
    def why(self) -> str:
        """Why no attempt may begin; it does not tell of a pass that she may not know of."""
        hides = self.start.why == PASSED and self.passed is None
        return N_("No further attempt is open to you now.") if hides else self.start.why

    @property
    def minutes(self) -> int | None:
        """Her time limit; None where there is none."""
        limit = self.exam.time_limit_minutes
        return None if limit is None else limit + self.extra_minutes


def live_exams(catalogue: Catalogue) -> Sequence[LiveExam]:
    """The exams that make a record, course by course."""
    return [
        LiveExam(catalogue, course, exam)
        for course in catalogue.courses.values()
        for exam in course.exams
        if exam.purpose == RECORD
    ]


def live_exam(catalogue: Catalogue, course_id: str, exam_id: str) -> LiveExam | None:
    """One of them."""
    found = (live for live in live_exams(catalogue) if (live.course.id, live.exam.id) == (course_id, exam_id))
    return next(found, None)


def offer_of(session: Session, user_id: int, course: str, exam: Exam, *, now: datetime) -> Offer:
    """An exam for one person."""
    granted = allowances_of(session, user_id, course, exam.id)
    extra = sum(allowance.extra_attempts for allowance in granted)
    attempts = session.scalars(
        select(ExamAttempt)
        .where(ExamAttempt.user_id == user_id, ExamAttempt.course == course, ExamAttempt.exam == exam.id)
        .where(ExamAttempt.occasion == RECORD if exam.purpose == RECORD else ExamAttempt.occasion != RECORD)
        .order_by(ExamAttempt.number)
    ).all()
    done = [attempt for attempt in attempts if attempt.submitted_at is not None]
    results = results_of_all(session, done)
    start = may_start([_past(a, results[a.id]) for a in done], rules.attempt_rule(exam, extra), now)
    open_attempt = next((attempt for attempt in attempts if attempt.submitted_at is None), None)
    # What is under way can profit from the keys of earlier attempts as one that is still to come can.
    to_come = replace(start, left=max(1, start.left)) if open_attempt else start
    return Offer(
        course=course,
        exam=exam,
        open_attempt=open_attempt,
        finished=[_finished(session, a, results[a.id], to_come, now=now) for a in done],
        start=start,
        extra_minutes=sum(allowance.extra_minutes for allowance in granted),
        extra_attempts=extra,
        allowances=granted,
    )


def allowances_of(session: Session, user_id: int, course: str, exam: str) -> Sequence[ExamAllowance]:
    """What was granted to a person in one exam, oldest first."""
    mine = select(ExamAllowance).where(
        ExamAllowance.user_id == user_id, ExamAllowance.course == course, ExamAllowance.exam == exam
    )
    return session.scalars(mine.order_by(ExamAllowance.id)).all()


def sitting_of(session: Session, user_id: int, public_id: str) -> Sitting | None:
    """One of a person's own attempts."""
    attempt = session.scalar(
        select(ExamAttempt).where(ExamAttempt.user_id == user_id, ExamAttempt.public_id == public_id)
    )
    return sitting(session, attempt) if attempt else None


def sitting(session: Session, attempt: ExamAttempt) -> Sitting:
    """An attempt with its questions."""
    questions = session.scalars(
        select(ExamQuestion).where(ExamQuestion.attempt_id == attempt.id).order_by(ExamQuestion.position)
    ).all()
    return Sitting(attempt, exam_from_json(attempt.rules), questions)


def finished_of(session: Session, sitting: Sitting, now: datetime) -> Finished:
    """A finished attempt as its learner may see it now: what it shows is in its own rules, whether another attempt is
    to come in those that are live."""
    attempt = sitting.attempt
    offer = offer_of(session, attempt.user_id, attempt.course, _exam_now(session, sitting), now=now)
    return next(each for each in offer.finished if each.sitting.attempt.id == attempt.id)


def records_of(session: Session, user_id: int, *, now: datetime) -> Sequence[Finished]:
    """All a person's finished attempts at assessments of record, the last one first, whether these are offered still or
    not."""
    hers = select(ExamAttempt).where(ExamAttempt.user_id == user_id, ExamAttempt.occasion == RECORD)
    handed_in = hers.where(ExamAttempt.submitted_at.is_not(None)).order_by(ExamAttempt.submitted_at.desc())
    return [finished_of(session, sitting(session, attempt), now) for attempt in session.scalars(handed_in).all()]


def _exam_now(session: Session, sitting: Sitting) -> Exam:
    """The exam as it is live; as the attempt began with it where there is none of its kind any more."""
    course = live_catalogue(session).courses.get(sitting.attempt.course)
    exam = course.exams_by_id.get(sitting.attempt.exam) if course else None
    same_kind = exam and (exam.purpose == RECORD) == (sitting.exam.purpose == RECORD)
    return exam if exam and same_kind else sitting.exam


def results_of(session: Session, attempt: ExamAttempt) -> Sequence[ExamResult]:
    """The results of an attempt, the first one first."""
    return results_of_all(session, [attempt])[attempt.id]


def results_of_all(session: Session, attempts: Sequence[ExamAttempt]) -> Mapping[int, Sequence[ExamResult]]:
    """The same of several attempts, by their ids."""
    found: dict[int, list[ExamResult]] = {attempt.id: [] for attempt in attempts}
    rows = select(ExamResult).order_by(ExamResult.number)
    for some in batches(found):
        for result in session.scalars(rows.where(ExamResult.attempt_id.in_(some))):
            found[result.attempt_id].append(result)
    return found


def scored(questions: Sequence[ExamQuestion], result: ExamResult) -> Sequence[Scored]:
    """The questions of an attempt with the scores of one of its results."""
    scores = {mark["position"]: float(mark["score"]) for mark in result.marks}
    return [Scored(q.module, q.objective, scores[q.position]) for q in questions]


def last_items(session: Session, user_id: int, course: str, exam: str) -> frozenset[str]:
    """What was asked in the person's last attempt."""
    last = select(func.max(ExamAttempt.id)).where(
        ExamAttempt.user_id == user_id, ExamAttempt.course == course, ExamAttempt.exam == exam
    )
    asked = select(ExamQuestion.item_id).where(ExamQuestion.attempt_id == last.scalar_subquery())
    return frozenset(session.scalars(asked))


def items_asked(session: Session, user_id: int) -> Sequence[str]:
    """What any exam has asked the person so far, the longest ago first."""
    asked = (
        select(ExamQuestion.item_id)
        .join(ExamAttempt, ExamAttempt.id == ExamQuestion.attempt_id)
        .where(ExamAttempt.user_id == user_id)
        .order_by(ExamAttempt.id, ExamQuestion.position)
    )
    return session.scalars(asked).all()


def untold_items(session: Session, user_id: int, catalogue: Catalogue) -> frozenset[str]:
    """The questions whose keys are not opened to a person where she looks back: those kept for assessments by now, and
    those that an attempt of hers asks, reserved or not."""
    return catalogue.reserved_items | items_under_way(session, user_id)


def records_begun(session: Session, user_ids: Collection[int], course: str) -> Mapping[int, datetime]:
    """When these people began their first assessment of record of a course, whether it is told by now or not."""
    found: dict[int, datetime] = {}
    begun = func.min(ExamAttempt.started_at).label("at")
    first = select(ExamAttempt.user_id, begun).group_by(ExamAttempt.user_id)
    for some in batches(user_ids):
        theirs = first.where(
            ExamAttempt.user_id.in_(some), ExamAttempt.course == course, ExamAttempt.occasion == RECORD
        )
        found.update({row.user_id: row.at for row in session.execute(theirs)})
    return found


def items_under_way(session: Session, user_id: int) -> frozenset[str]:
    """What is asked in attempts that the person has begun and not handed in."""
    asked = (
        select(ExamQuestion.item_id)
        .join(ExamAttempt, ExamAttempt.id == ExamQuestion.attempt_id)
        .where(ExamAttempt.user_id == user_id, ExamAttempt.submitted_at.is_(None))
    )
    return frozenset(session.scalars(asked))


def next_number(session: Session, user_id: int, course: str, exam: str) -> int:
    """The number of the person's next attempt at what has this id, whatever its purpose was in the meantime."""
    last = select(func.max(ExamAttempt.number)).where(
        ExamAttempt.user_id == user_id, ExamAttempt.course == course, ExamAttempt.exam == exam
    )
    return (session.scalar(last) or 0) + 1


def overdue(session: Session, now: datetime, most: int) -> Sequence[ExamAttempt]:
    """Open attempts whose deadline has passed, the oldest first; the grace may still run."""
    late = select(ExamAttempt).where(ExamAttempt.submitted_at.is_(None), ExamAttempt.deadline < now)
    return session.scalars(late.order_by(ExamAttempt.deadline).limit(most)).all()


def _past(attempt: ExamAttempt, results: Sequence[ExamResult]) -> Past:
    assert attempt.submitted_at is not None
    exam = exam_from_json(attempt.rules)
    has_passed = exam.pass_rule is not None and results[-1].passed
    at = attempt.submitted_at
    return Past(at, has_passed, rules.valid_until(exam, at), rules.renews_at(exam, at))


def _finished(
    session: Session, attempt: ExamAttempt, results: Sequence[ExamResult], start: Start, *, now: datetime
) -> Finished:
    its, past = sitting(session, attempt), _past(attempt, results)
    return Finished(
        sitting=its,
        results=results,
        holds=past.holds(now),
        may_see=shown(rules.reveal(its.exam), start, now.date()),
        valid_until=past.valid_until if results[-1].passed else None,
    )
