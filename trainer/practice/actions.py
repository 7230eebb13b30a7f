"""Start a practice set, answer its questions, keep what is typed and not yet sent."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.answers.actions import Asked, Reply, submit_answer
from trainer.answers.models import Answer
from trainer.answers.queries import answer_in_place
from trainer.answers.reviewing import review_queue
from trainer.db import new_public_id
from trainer.learning.calibration import is_right
from trainer.learning.drawing import Card, draw
from trainer.learning.errors import N_, Invalid
from trainer.library.catalogue import Catalogue, ItemRow
from trainer.practice.models import PLACE, PracticeQuestion, PracticeSet
from trainer.practice.pool import Known, Wish, known_of, pool
from trainer.practice.queries import drafted_elsewhere

LARGEST_DRAFT = 20_000
"""Characters of all fields of an unsent form together."""
LARGEST_DRAFTS = 200_000
"""Characters of all unsent forms of one person together."""
SETS_WITH_DRAFTS = 10
"""The sets begun last, whose unsent forms are kept."""


def start_practice(session: Session, user: User, catalogue: Catalogue, wish: Wish, *, now: datetime) -> PracticeSet:
    """Draw the questions and fix them with their versions and seeds. Raises Invalid where there is nothing to draw."""
    known = known_of(session, user.id, now)
    return start_with(
        session, user, wish, [catalogue.practice_items[id] for id in _drawn(catalogue, known, wish)], now=now
    )


def start_with(session: Session, user: User, wish: Wish, drawn: Sequence[ItemRow], *, now: datetime) -> PracticeSet:
    """Fix these questions with their versions and seeds. Raises Invalid where there are none."""
    if not drawn:
        raise Invalid(N_("There is nothing to practise here yet."))
    practice = PracticeSet(
        public_id=new_public_id(),
        user_id=user.id,
        source=wish.source,
        source_id=wish.id,
        mixed=wish.mixed,
        started_at=now,
    )
    session.add(practice)
    session.flush()
    session.add_all(_question(practice, position, row) for position, row in enumerate(drawn, 1))
    session.flush()
    _drop_old_drafts(session, user.id)
    return practice


def answer_question(
    session: Session, user: User, practice: PracticeSet, question: PracticeQuestion, *, reply: Reply, now: datetime
) -> Answer:
    """Record the answer to one question of the set and drop its draft."""
    answer = submit_answer(session, user, asked(practice, question), reply, now=now)
    question.draft = None
    return answer


def keep_draft(session: Session, practice: PracticeSet, question: PracticeQuestion, form: Mapping[str, str]) -> None:
    """Keep an unsent form, so that closing the laptop loses nothing; of an answered question there is no draft.

    Raises Invalid where it is far too long, or too much with all that is unsent elsewhere.
    """
    length = sum(len(name) + len(value) for name, value in form.items())
    if length > LARGEST_DRAFT:
        raise Invalid(N_("This is too long to be kept."))
    if length + drafted_elsewhere(session, practice, question) > LARGEST_DRAFTS:
        raise Invalid(N_("Too many questions wait half answered, so this is not kept yet. Check some answers first."))
    if answer_in_place(session, practice.user_id, PLACE, practice.public_id, turn=question.position) is None:
        question.draft = dict(form)


def asked(practice: PracticeSet, question: PracticeQuestion) -> Asked:
    """The question as the spine knows it."""
    return Asked(
        item_id=question.item_id,
        item_hash=question.item_hash,
        objective=question.objective,
        seed=question.seed,
        place=PLACE,
        place_id=practice.public_id,
        turn=question.position,
        mixed=practice.mixed,
    )


def _drop_old_drafts(session: Session, user_id: int) -> None:
    mine = select(PracticeSet.id).where(PracticeSet.user_id == user_id)
    oldest = session.scalars(mine.order_by(PracticeSet.id.desc()).limit(SETS_WITH_DRAFTS)).all()[-1]
    of_old = PracticeQuestion.set_id.in_(mine.where(PracticeSet.id < oldest))
    session.execute(update(PracticeQuestion).where(of_old, PracticeQuestion.draft.is_not(None)).values(draft=None))


def _drawn(catalogue: Catalogue, known: Known, wish: Wish) -> Sequence[str]:
    if wish.source == "due":
        queue = review_queue(known.standings, catalogue, most=wish.count, now=known.now)
        return [due.item_id for due in queue]
    rng = Random(secrets.randbits(64))  # noqa: S311 - which questions come is no secret
    return draw([_card(row, known) for row in pool(catalogue, known, wish)], wish.count, rng)


def _card(row: ItemRow, known: Known) -> Card:
    standing = known.standings.get(row.id)
    if standing is None:
        return Card(row.id, row.objective)
    return Card(row.id, row.objective, standing.last_at, is_right(standing.last_score))


def _question(practice: PracticeSet, position: int, row: ItemRow) -> PracticeQuestion:
    return PracticeQuestion(
        set_id=practice.id,
        position=position,
        item_id=row.id,
        item_hash=row.hash,
        objective=row.objective,
        seed=secrets.token_hex(16),
    )
