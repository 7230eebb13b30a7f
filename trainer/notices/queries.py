"""Read what people were told."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from trainer.db import batches
from trainer.notices.models import Notice


def sent_about(session: Session, user_ids: Collection[int], *prefixes: str) -> Mapping[int, frozenset[str]]:
    """Of which occasions that begin so each of these people has a notice, whatever became of it; an empty set for who
    has none."""
    found: dict[int, set[str]] = {user_id: set() for user_id in user_ids}
    begins = or_(*(func.substr(Notice.about, 1, len(prefix)) == prefix for prefix in prefixes))
    for part in batches(found):
        for user_id, about in session.execute(
            select(Notice.user_id, Notice.about).where(Notice.user_id.in_(part), begins)
        ):
            found[user_id].add(about)
    return {user_id: frozenset(occasions) for user_id, occasions in found.items()}
