"""Decide about one person's training: more time, an exemption, its end. Each is kept, with who decided and why."""

from dataclasses import dataclass
from datetime import date

from trainer.accounts.models import ADMIN
from trainer.learning.errors import N_, Conflict, Invalid
from trainer.teams.queries import Member
from trainer.training.actions import Planning, clean_reason, digest
from trainer.training.models import EXEMPTED, EXTENDED, REQUIRED, Assignment, Cycle, Ruling, Why


@dataclass(frozen=True)
class Turn:
    """One person's cycle of a training."""

    assignment: Assignment
    cycle: Cycle
    member: Member


@dataclass(frozen=True)
class Decision:
    """What somebody decides: until which day (none: for good), and why."""

    day: date | None
    reason: str


def extend(planning: Planning, turn: Turn, decision: Decision) -> Ruling:
    """Somebody has longer. Raises Invalid, and Conflict where nothing is open."""
    _hold_open(planning, turn)
    if decision.day is None:
        raise Invalid(N_("Name the new day."))
    if decision.day <= turn.cycle.due_on:
        raise Invalid(N_("The new day comes after the one there is."))
    _refuse_past(planning, decision.day)
    ruling = _rule(planning, turn, EXTENDED, decision)
    turn.cycle.due_on = decision.day
    _log(planning, "training.extended", turn, ruling)
    return ruling


def exempt(planning: Planning, turn: Turn, decision: Decision) -> Ruling:
    """Somebody need not do it, until a day or for good. Raises Invalid, and Conflict where nothing is open."""
    _hold_open(planning, turn)
    if decision.day is not None:
        _refuse_past(planning, decision.day)
    ruling = _rule(planning, turn, EXEMPTED, decision)
    turn.cycle.closed_at, turn.cycle.closed_why = planning.now, Why.EXEMPT
    _log(planning, "training.exempted", turn, ruling)
    return ruling


def require_again(planning: Planning, turn: Turn, reason: str) -> Ruling:
    """An exemption ends: she has to do it after all, with all her days. Raises Invalid, and Conflict where she is not
    exempt."""
    planning.hold(turn.assignment.id)
    planning.session.refresh(turn.cycle)
    if turn.cycle.closed_why != Why.EXEMPT or turn.assignment.ended_at is not None:
        raise Conflict(N_("She is not exempt from it."))
    ruling = _rule(planning, turn, REQUIRED, Decision(None, reason))
    planning.settle(turn.assignment)
    _log(planning, "training.required", turn, ruling)
    return ruling


def _hold_open(planning: Planning, turn: Turn) -> None:
    planning.hold(turn.assignment.id)
    planning.session.refresh(turn.cycle)
    if turn.cycle.closed_at is not None:
        raise Conflict(N_("This is not open any more."))


def _refuse_past(planning: Planning, day: date) -> None:
    if day < planning.now.date():
        raise Invalid(N_("This day is over."))


def _rule(planning: Planning, turn: Turn, kind: str, decision: Decision) -> Ruling:
    by = planning.by
    if by and by.id == turn.member.user.id and not by.has_role(ADMIN):
        # Who decides about herself proves nothing to anybody.
        raise Invalid(N_("About your own training another lead of the team decides, or an administrator."))
    ruling = Ruling(
        cycle_id=turn.cycle.id,
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


def _log(planning: Planning, action: str, turn: Turn, ruling: Ruling) -> None:
    planning.session.flush()
    day = ruling.due_on.isoformat() if ruling.due_on else None
    planning.log(action, {"cycle": turn.cycle.public_id, "day": day, "reason": digest(ruling.reason)}, turn.member.user)
