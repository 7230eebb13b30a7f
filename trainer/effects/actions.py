"""Begin a test that measures a course, when its time has come."""

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.rollups import one_at_a_time
from trainer.effects.queries import effect_of
from trainer.exams.models import ExamAttempt
from trainer.exams.occasions import Programme
from trainer.exams.starting import start_on
from trainer.learning.effect import State
from trainer.learning.errors import N_, Conflict
from trainer.study.queries import readings_of

NOT_NOW = {
    State.AHEAD: N_("Something else comes before this test."),
    State.WAITS: N_("The time of this test has not come."),
    State.MISSED: N_("The time of this test is over."),
}


def begin(session: Session, user: User, programme: Programme, occasion: str, *, now: datetime) -> ExamAttempt:
    """The attempt of an occasion, begun now if it was not. Raises Conflict where its time has not come or is over."""
    one_at_a_time(session, user.id)
    step = effect_of(session, user.id, programme, readings_of(session, user.id), now=now).step(occasion)
    assert step is not None, "one of the programme's"
    if step.state in NOT_NOW:
        raise Conflict(NOT_NOW[step.state])
    return start_on(session, user, programme.live(occasion), occasion, now=now)
