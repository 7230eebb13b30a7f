"""What an exam's definition means for an attempt: its rules as values of the core."""

from datetime import date, datetime, timedelta

from trainer.content.exams import Exam
from trainer.learning.assessment import AttemptRule, PassRule, Reveal, Shown, months_later

FURTHEST = {"nothing": Shown.NOTHING, "score": Shown.SCORE, "marks": Shown.MARKS, "all": Shown.ALL}


def pass_rule(exam: Exam) -> PassRule:
    """What is enough. An exam without a rule cannot be failed."""
    if exam.pass_rule is None:
        return PassRule(0.0)
    return PassRule(exam.pass_rule.overall, exam.pass_rule.module_floor)


def reveal(exam: Exam) -> Reveal:
    """What is shown of a finished attempt, and when."""
    return Reveal(FURTHEST[exam.reveal.what], exam.reveal.when)


def tell_on(exam: Exam) -> date | None:
    """The day on which a score is shown that is not shown at once; None where it is, or never."""
    reveals = exam.reveal
    return reveals.when if isinstance(reveals.when, date) and reveals.what != "nothing" else None


def attempt_rule(exam: Exam, extra_attempts: int = 0) -> AttemptRule:
    """How many attempts, and how long between them."""
    return AttemptRule(exam.attempts + extra_attempts, timedelta(hours=exam.wait_hours))


def deadline(exam: Exam, started_at: datetime, extra_minutes: int) -> datetime | None:
    """Until when answers count; None where there is no time limit. Extra time alone sets none."""
    if exam.time_limit_minutes is None:
        return None
    return started_at + timedelta(minutes=exam.time_limit_minutes + extra_minutes)


def grace(exam: Exam) -> timedelta:
    """How long after the deadline an answer that was under way still counts."""
    return timedelta(seconds=exam.grace_seconds)


def valid_until(exam: Exam, submitted_at: datetime) -> datetime | None:
    """When a pass ends; None where it does not."""
    return None if exam.validity_months is None else months_later(submitted_at, exam.validity_months)


def renews_at(exam: Exam, submitted_at: datetime) -> datetime | None:
    """From when on a pass can be renewed; None where it does not end. Not in the first half of its time: it would be
    renewed as soon as it is there."""
    until = valid_until(exam, submitted_at)
    return until - min(timedelta(days=exam.renewal_days), (until - submitted_at) / 2) if until else None
