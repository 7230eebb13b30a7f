"""Keep marks, notes and challenges."""

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.db import new_public_id
from trainer.learning.errors import N_, Conflict, Invalid
from trainer.notebook.models import Challenge, Note, Revisit
from trainer.notebook.queries import earlier_challenge

LONGEST_NOTE = 4000
"""Characters of a note or a challenge."""


class NoteChangedElsewhere(Conflict):
    """The note was changed in another tab; `theirs` is what stands there, the caller's text is not lost."""

    def __init__(self, theirs: str) -> None:
        super().__init__(N_("This note was changed in another tab."))
        self.theirs = theirs


def set_revisit(session: Session, user_id: int, item_id: str, wanted: bool, *, now: datetime) -> None:
    """Mark a question to be seen again, or take the mark away. Doing it twice changes nothing."""
    mark = session.get(Revisit, (user_id, item_id))
    if wanted and mark is None:
        session.add(Revisit(user_id=user_id, item_id=item_id, marked_at=now))
    elif not wanted and mark is not None:
        session.delete(mark)


def keep_note(session: Session, user_id: int, item_id: str, text: str, *, version: int, now: datetime) -> Note:
    """Write the learner's note. `version` is the one she saw; another one raises NoteChangedElsewhere."""
    if len(text) > LONGEST_NOTE:
        raise Invalid(N_("A note has at most 4,000 characters. Please shorten it."))
    note = session.get(Note, (user_id, item_id), with_for_update=True)
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
    session: Session, user_id: int, item_id: str, item_hash: str, *, text: str, now: datetime
) -> Challenge:
    """Store a learner's doubt about a question with the version she saw: one for each person and version.

    The same doubt sent twice is stored once. Raises Invalid where it says nothing, or something else than before.
    """
    if not text.strip():
        raise Invalid(N_("Say in a few words what is wrong with the question."))
    if len(text) > LONGEST_NOTE:
        raise Invalid(N_("Please use at most 4,000 characters."))
    earlier = earlier_challenge(session, user_id, item_hash)
    if earlier is not None:
        if earlier.text != text.strip():
            raise Invalid(N_("The authors have a doubt of yours about this version already."))
        return earlier
    challenge = Challenge(
        public_id=new_public_id(),
        user_id=user_id,
        item_id=item_id,
        item_hash=item_hash,
        text=text.strip(),
        made_at=now,
    )
    session.add(challenge)
    return challenge
