"""Begin a test that measures a course, when its time has come."""

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.rollups import one_at_a_time
from trainer.effects.queries import effect_of
from trainer.exams.models import ExamAttempt
from trainer.exams.occasions import Programme
from trainer.exams.starting import start_on
from trainer.learning.blueprint import Unfillable
from trainer.learning.effect import State
from trainer.learning.errors import N_, Conflict, NotFound
from trainer.study.queries import readings_of

NOT_NOW = {
    State.AHEAD: N_("Something else comes before this test."),
    State.WAITS: N_("The time of this test has not come."),
    State.MISSED: N_("The time of this test is over."),
}


def begin(session: Session, user: User, programme: Programme, occasion: str, *, now: datetime) -> ExamAttempt:
    """The attempt of an occasion, begun now if it was not. Raises NotFound where there
    is none for her, and Conflict where its time has not come or is over."""
    one_at_a_time(session, user.id)
    effect = effect_of(session, user.id, programme, readings_of(session, user.id), now=now)
    step = effect.step(occasion)
    if step is None:
        raise NotFound(N_("There is no such test."))
    if step.state in NOT_NOW:
        raise Conflict(NOT_NOW[step.state])
    try:
        return start_on(session, user, effect.programme.live(occasion), occasion, now=now)
    except Unfillable as error:
        raise Conflict(N_("The questions of this test were taken away. Please tell an administrator.")) from error
