"""Keep marks, notes and challenges; decide on challenges."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.deeds import log
from trainer.accounts.models import User
from trainer.db import new_public_id, one_at_a_time
from trainer.learning.errors import N_, Conflict, Invalid, NotFound, TooMany
from trainer.notebook.models import Challenge, ChallengeDecision, Note, Revisit
from trainer.notebook.queries import Decision, count_challenges_since, decision_of, earlier_challenge

LONGEST_NOTE = 4000
"""Characters of a note, a challenge or the reason of a decision."""
A_DAY = 24 * 60 * 60
MOST_CHALLENGES, WINDOW = 20, timedelta(seconds=A_DAY)
"""How many challenges one person may send in that time: more than anybody has who reads, few enough to read."""


@dataclass(frozen=True)
class Decided:
    """A challenge with what was decided on it, and whom to tell. Nobody but the mail may see `user`."""

    user: User
    challenge: Challenge
    decision: Decision


class DecidedAlready(Conflict):
    """Somebody else has decided on it; `theirs` is what stands, the caller's text is not lost."""

    def __init__(self, theirs: Decision) -> None:
        super().__init__(N_("Somebody else has decided on this already."))
        self.theirs = theirs


class NoteChangedElsewhere(Conflict):
    """The note was changed in another tab; `theirs` is what stands there, the caller's text is not lost."""

    def __init__(self, theirs: str) -> None:
        super().__init__(N_("This note was changed in another tab."))
        self.theirs = theirs


def set_revisit(session: Session, user_id: int, item_id: str, wanted: bool, *, now: datetime) -> None:
    """Mark a question to be seen again, or take the mark away. Doing it twice changes nothing."""
    one_at_a_time(session, f"mark by {user_id}")
    mark = session.get(Revisit, (user_id, item_id))
    if wanted and mark is None:
        session.add(Revisit(user_id=user_id, item_id=item_id, marked_at=now))
    elif not wanted and mark is not None:
        session.delete(mark)


def keep_note(session: Session, user_id: int, item_id: str, text: str, *, version: int, now: datetime) -> Note:
    """Write the learner's note. `version` is the one she saw; another one raises NoteChangedElsewhere."""
    if len(text) > LONGEST_NOTE:
        raise Invalid(N_("A note has at most 4,000 characters. Please shorten it."))
    one_at_a_time(session, f"note by {user_id}")
    note = session.get(Note, (user_id, item_id), populate_existing=True)
    if note is None:
        note = Note(user_id=user_id, item_id=item_id, version=0, text="", changed_at=now)
        session.add(note)
    if note.text == text:
        return note
    if note.version != version:
        raise NoteChangedElsewhere(note.text)
    note.text, note.version, note.changed_at = text, note.version + 1, now
    return note


def challenge_question(
    session: Session, user_id: int, item_id: str, item_hash: str, *, text: str, place: str = "", now: datetime
) -> Challenge:
    """Store a learner's doubt about a question with the version she saw: one for each person and version.

    The same doubt sent twice is stored once. Raises Invalid where it says nothing, or something else than before;
    TooMany after MOST_CHALLENGES in a day.
    """
    _refuse_unreadable(text, N_("Say in a few words what is wrong with the question."))
    one_at_a_time(session, f"challenge by {user_id}")
    earlier = earlier_challenge(session, user_id, item_hash)
    if earlier is not None:
        if earlier.text != text.strip():
            raise Invalid(N_("The authors have a doubt of yours about this version already."))
        return earlier
    if count_challenges_since(session, user_id, now - WINDOW) >= MOST_CHALLENGES:
        raise TooMany(N_("These are many doubts for one day. Please send the next one tomorrow."), retry_after=A_DAY)
    challenge = Challenge(
        public_id=new_public_id(),
        user_id=user_id,
        item_id=item_id,
        item_hash=item_hash,
        text=text.strip(),
        place=place,
        made_at=now,
    )
    session.add(challenge)
    return challenge


def decide_challenge(session: Session, public_id: str, decision: Decision, *, by: User) -> Decided:
    """Uphold a challenge or reject it, once and for all. Raises NotFound, Invalid without a reason, DecidedAlready.

    The log says who decided on which question, not whose doubt it was: authors do not learn that either."""
    _refuse_unreadable(decision.reason, N_("Say why. The learner reads it."))
    its = select(Challenge, User).join(User, User.id == Challenge.user_id).where(Challenge.public_id == public_id)
    found = session.execute(its.with_for_update(of=Challenge)).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such doubt."))
    challenge, user = found
    earlier = session.scalar(select(ChallengeDecision).where(ChallengeDecision.challenge_id == challenge.id))
    if earlier is not None:
        raise DecidedAlready(decision_of(earlier))
    row = ChallengeDecision(
        challenge_id=challenge.id,
        upheld=decision.upheld,
        reason=decision.reason.strip(),
        decided_by=decision.by,
        decided_at=decision.at,
    )
    session.add(row)
    session.flush()
    said = {"doubt": challenge.public_id, "item": challenge.item_id, "version": challenge.item_hash}
    log(session, "doubt.upheld" if row.upheld else "doubt.rejected", by=by, now=decision.at, details=said)
    return Decided(user, challenge, decision_of(row))


def _refuse_unreadable(text: str, empty: str) -> None:
    if not text.strip():
        raise Invalid(empty)
    if len(text) > LONGEST_NOTE:
        raise Invalid(N_("Please use at most 4,000 characters."))
