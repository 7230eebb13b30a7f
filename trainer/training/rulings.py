"""Decide about one person's training: more time, an exemption, its end. Each is kept, with who decided and why."""

from dataclasses import dataclass
from datetime import date

from trainer.audit.actions import digest
from trainer.learning.errors import N_, Conflict, Invalid
from trainer.teams.queries import Member
from trainer.training.actions import Planning, clean_reason
from trainer.training.models import EXEMPTED, EXTENDED, REQUIRED, Assignment, Cycle, Ruling, Why
from trainer.training.telling import Telling, tell_ruling


@dataclass(frozen=True)
class Case:
    """One person's cycle of a training, about which is decided."""

    assignment: Assignment
    cycle: Cycle
    member: Member


@dataclass(frozen=True)
class Decision:
    """What somebody decides: until which day (none: for good), and why."""

    day: date | None
    reason: str


def extend(planning: Planning, case: Case, decision: Decision) -> Ruling:
    """Somebody has longer. Raises Invalid, and Conflict where nothing is open."""
    _hold_open(planning, case)
    if decision.day is None:
        raise Invalid(N_("Name the new day."))
    if decision.day <= case.cycle.due_on:
        raise Invalid(N_("The new day comes after the one there is."))
    planning.refuse_day(decision.day)
    ruling = _rule(planning, case, EXTENDED, decision)
    case.cycle.due_on = decision.day
    _tell_and_log(planning, "training.extended", case, ruling)
    return ruling


def exempt(planning: Planning, case: Case, decision: Decision) -> Ruling:
    """Somebody need not do it, until a day or for good. Raises Invalid, and Conflict where nothing is open."""
    _hold_open(planning, case)
    if decision.day is not None:
        planning.refuse_day(decision.day)
    ruling = _rule(planning, case, EXEMPTED, decision)
    case.cycle.closed_at, case.cycle.closed_why = planning.now, Why.EXEMPT
    _tell_and_log(planning, "training.exempted", case, ruling)
    return ruling


def require_again(planning: Planning, case: Case, reason: str) -> Ruling:
    """An exemption ends: she has to do it after all, with all her days. Raises Invalid, and Conflict where she is not
    exempt."""
    planning.hold(case.assignment.id)
    planning.session.refresh(case.cycle)
    if case.cycle.closed_why != Why.EXEMPT or case.assignment.ended_at is not None:
        raise Conflict(N_("She is not exempt from it."))
    ruling = _rule(planning, case, REQUIRED, Decision(None, reason))
    planning.settle(case.assignment)
    _tell_and_log(planning, "training.required", case, ruling)
    return ruling


def _hold_open(planning: Planning, case: Case) -> None:
    planning.hold(case.assignment.id)
    planning.session.refresh(case.cycle)
    if case.cycle.closed_at is not None:
        raise Conflict(N_("This is not open any more."))


def _rule(planning: Planning, case: Case, kind: str, decision: Decision) -> Ruling:
    by = planning.by
    planning.refuse_oneself(case.member.user.id)
    ruling = Ruling(
        cycle_id=case.cycle.id,
        kind=kind,
        due_on=decision.day,
        reason=clean_reason(decision.reason),
        made_by=(by.name or by.email) if by else "",
        made_by_id=by.id if by else None,
        made_at=planning.now,
    )
    planning.session.add(ruling)
    planning.session.flush()
    return ruling


def _tell_and_log(planning: Planning, action: str, case: Case, ruling: Ruling) -> None:
    planning.session.flush()
    tell_ruling(Telling(planning.session, planning.team, case.assignment, planning.now), case.cycle, ruling)
    day = ruling.due_on.isoformat() if ruling.due_on else None
    details = {"cycle": case.cycle.public_id, "day": day, "reason": digest(ruling.reason)}
    planning.note(action, details, case.member.user)
    planning.write_log()
