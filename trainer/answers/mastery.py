"""How well a learner knows an objective, read off her answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.answers.models import Answer
from trainer.learning.calibration import Certainty
from trainer.learning.mastery import Evidence, Mastery, level


def mastery_of(session: Session, user_id: int, objective: str, now: datetime) -> Mastery:
    """Mastery of one objective."""
    return mastery_of_all(session, user_id, (objective,), now)[objective]


def mastery_of_all(session: Session, user_id: int, objectives: Iterable[str], now: datetime) -> Mapping[str, Mastery]:
    """Mastery of several objectives, by id; those without an answer are at level 0."""
    wanted = tuple(objectives)
    evidence = evidence_of(session, user_id, wanted)
    return {objective: level(evidence.get(objective, ()), now) for objective in wanted}


def evidence_of(session: Session, user_id: int, objectives: Iterable[str]) -> Mapping[str, Sequence[Evidence]]:
    """A learner's answers on several objectives, by objective, oldest first: no more of each than rules need."""
    columns = (Answer.objective, Answer.item_id, Answer.score, Answer.certainty, Answer.answered_at, Answer.mixed)
    rows = session.execute(
        select(*columns)
        .where(Answer.user_id == user_id, Answer.objective.in_(tuple(objectives)))
        .order_by(Answer.answered_at, Answer.id)
    )
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for objective, item_id, score, certainty, at, mixed in rows:
        sure = Certainty(certainty) if certainty else None
        evidence[objective].append(Evidence(item_id=item_id, score=score, certainty=sure, at=at, mixed=mixed))
    return evidence
