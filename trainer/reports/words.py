"""What reports say in the same words: who, where somebody stands with a training, and that nothing can be said."""

from collections import Counter
from collections.abc import Collection, Mapping

from flask_babel import gettext as _

from trainer.accounts.models import User
from trainer.learning.effect import AFTER, BEFORE, days_of
from trainer.learning.plans import Stage
from trainer.training.models import Why
from trainer.training.targets import EXAM, OBJECTIVES
from trainer.training.turns import Turn


def names_of(users: Collection[User]) -> Mapping[int, str]:
    """How these people are told apart, by their ids: the address beside a name that two have."""
    people = {user.id: user for user in users}
    times = Counter(user.name for user in people.values())
    return {id: _name(user, is_shared=times[user.name] > 1) for id, user in people.items()}


def _name(user: User, *, is_shared: bool) -> str:
    if not user.name:
        return user.email
    return f"{user.name} ({user.email})" if is_shared else user.name


def stage_of(turn: Turn) -> str:
    """Where somebody stands with a training."""
    said = {
        Stage.OPEN: _("to do"),
        Stage.SOON: _("due soon"),
        Stage.OVERDUE: _("overdue"),
        Stage.HANDED_IN: _("handed in"),
        Stage.DONE: _("done"),
        Stage.EXPIRED: _("holds no more"),
        Stage.EXEMPT: _("exempt"),
    }
    return str(said.get(turn.stage) or _end_of(turn))


def _end_of(turn: Turn) -> str:
    said = {Why.LEFT: _("left the team"), Why.NOT_HERS: _("not for her any more"), Why.TAKEN_BACK: _("taken back")}
    return str(said.get(turn.cycle.closed_why, _("ended")))


def how_far(turn: Turn) -> str | None:
    """How far somebody is with what is left to do; None where nothing is, or nobody knows."""
    done, of = turn.progress.done, turn.progress.of
    if not of or not turn.stage.is_to_do:
        return None
    if turn.progress.is_refresher:
        return str(_("%(done)s of %(all)s things that changed or may be forgotten", done=done, all=of))
    if turn.assignment.kind == OBJECTIVES:
        return str(_("%(done)s of %(all)s objectives at three bars", done=done, all=of))
    return None if turn.assignment.kind == EXAM else str(_("%(done)s of %(all)s lessons read", done=done, all=of))


def kind_of(turn: Turn) -> str:
    """What kind of training it is."""
    said = {"course": _("course"), "track": _("track"), "exam": _("assessment"), "objectives": _("objectives")}
    return str(said[turn.assignment.kind])


def occasion_in_words(occasion: str) -> str:
    """When a test that measures a course is taken."""
    if occasion == BEFORE:
        return str(_("before the course"))
    return str(_("after the course") if occasion == AFTER else _("%(days)s days later", days=days_of(occasion)))


def too_few() -> str:
    """In the place of a figure that would claim too much."""
    return str(_("too few to judge"))


def of_knowledge() -> str:
    """What no report may be taken for."""
    return str(_("These are figures of knowledge, not of competence or authorization, and no certification."))
