"""A learner's own notes, each with the question it is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.answers.models import Answer
from trainer.answers.queries import last_answers
from trainer.exams.queries import untold_items
from trainer.library.catalogue import Catalogue
from trainer.library.queries import item_version
from trainer.notebook.models import Note
from trainer.notebook.queries import Kept, kept_with_all, notes_of


@dataclass(frozen=True)
class OwnNote:
    """A note with the text of its question; `answer` is the last one given to it, if there is one."""

    kept: Kept
    prompt: str
    changed_at: datetime
    answer: Answer | None


def own_notes(session: Session, user_id: int, catalogue: Catalogue) -> Sequence[OwnNote]:
    """A learner's notes, last changed first. Those on questions that are no longer asked stay hers; one on a question
    that an assessment may ask is not shown as long as it may."""
    untold = untold_items(session, user_id, catalogue)
    notes = [note for note in notes_of(session, user_id) if note.item_id not in untold]
    answers = last_answers(session, user_id, [note.item_id for note in notes])
    versions = dict(_versions(notes, answers, catalogue))
    kept = kept_with_all(session, user_id, versions)
    return [
        OwnNote(
            kept[note.item_id],
            item_version(session, versions[note.item_id]).question.prompt,
            note.changed_at,
            answers.get(note.item_id),
        )
        for note in notes
        if note.item_id in versions
    ]


def _versions(notes: Sequence[Note], answers: Mapping[str, Answer], catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The version of each question to show: the one that was answered last, else the one that is live."""
    for note in notes:
        if note.item_id in answers:
            yield note.item_id, answers[note.item_id].item_hash
        elif note.item_id in catalogue.practice_items:
            yield note.item_id, catalogue.practice_items[note.item_id].hash
