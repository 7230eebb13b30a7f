"""Two exams on the real questions, and how to sit them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.published import real_content
from trainer.accounts.models import User
from trainer.admin.demo.answering import possible_answers
from trainer.content.exams import Exam, PassRule, Reveal, Weights
from trainer.content.items import Item
from trainer.content.reading import Content
from trainer.content.store import content_hash, item_to_json
from trainer.exams.actions import Sent, save_answer
from trainer.exams.models import ExamAttempt, ExamQuestion
from trainer.exams.queries import LiveExam, live_exam, sitting
from trainer.exams.starting import start_attempt
from trainer.learning.question_types.base import Answer, Form
from trainer.learning.showing import show
from trainer.library.actions import publish
from trainer.library.documents import item_document, store
from trainer.library.queries import item_version, live_catalogue

COURSE = "accreditation"
FREE = Exam(
    id="final",
    title="Assessment of modules M01 to M03",
    purpose="record",
    blueprint=Weights(questions=12, modules={"M01": 25, "M02": 40, "M03": 35}),
    pool="open",
    rested_days=14,
    time_limit_minutes=30,
    attempts=3,
    wait_hours=24,
    reveal=Reveal(what="all", when="after_last_attempt"),
    pass_rule=PassRule(overall=0.75, module_floor=0.5),
    validity_months=12,
)
STEP_BY_STEP = replace(
    FREE, id="strict", title="One after the other", navigation="sequential", attempts=1, wait_hours=0, certainty=True
)
UNTIMED = replace(FREE, id="untimed", title="Without a clock", time_limit_minutes=None)
WHOLE = Weights(questions=64, modules={"M01": 16, "M02": 24, "M03": 24})
LONG = replace(FREE, id="long", title="All there is", blueprint=WHOLE)
"""Every question of practice, and so every type."""
EXAMS = (FREE, STEP_BY_STEP, UNTIMED, LONG)
MINUTE = timedelta(minutes=1)


def content_with(*exams: Exam) -> Content:
    """The real content with these exams."""
    content = real_content()
    return replace(content, courses=tuple(replace(course, exams=exams) for course in content.courses))


def publish_exams(session: Session, *exams: Exam) -> None:
    """Make them live and commit."""
    publish(session, content_with(*(exams or EXAMS)), NOW, by="a test")
    session.commit()


def publish_corrected(session: Session, item_id: str, *exams: Exam) -> None:
    """Make the exams live with another option right in this question, and commit."""
    content = content_with(*exams)
    banks = tuple(
        replace(bank, items=tuple(moved_key(item) if item.id == item_id else item for item in bank.items))
        for bank in content.banks
    )
    publish(session, replace(content, banks=banks), NOW, by="a test")
    session.commit()


def moved_key(item: Item) -> Item:
    """The item with another option right."""
    options = item.question.options  # type: ignore[attr-defined]
    right = next(option.id for option in options if not option.correct)
    moved = tuple(replace(o, correct=o.id == right, misconception=None) for o in options)
    return replace(item, question=replace(item.question, options=moved))  # type: ignore[type-var]


def live(session: Session, exam_id: str = "final") -> LiveExam:
    found = live_exam(live_catalogue(session), COURSE, exam_id)
    assert found is not None
    return found


def begun(session: Session, user: User, exam_id: str = "final") -> ExamAttempt:
    """An attempt that began NOW."""
    return start_attempt(session, user, live(session, exam_id), now=NOW)


def questions(session: Session, attempt: ExamAttempt) -> list[ExamQuestion]:
    return list(sitting(session, attempt).questions)


def form_of(session: Session, question: ExamQuestion, answer: Answer) -> Form:
    """What a browser would send to give this answer."""
    return show(item_version(session, question.item_hash).question, question.seed, answer).given


_KEYS: dict[str, Answer] = {}


def key(item: Item) -> Answer:
    """A right answer to any question, looked for once."""
    if item.id not in _KEYS:
        _KEYS[item.id] = _found(item)
    return _KEYS[item.id]


def _found(item: Item) -> Answer:
    parts = possible_answers(item)
    return {part.prefix + slot: given for part in parts for slot, given in part.right[0].items()}


def right_form(session: Session, question: ExamQuestion) -> Form:
    """What a browser would send to answer this question right."""
    return form_of(session, question, key(item_version(session, question.item_hash)))


def send(
    session: Session, attempt: ExamAttempt, position: int, form: Form, *, at: datetime = NOW + MINUTE, **changes: Any
) -> ExamQuestion:
    """Save a form from a page that was just loaded."""
    question = questions(session, attempt)[position - 1]
    sent = Sent(form, changes.pop("key", f"key-{position:04}-{question.version:012}"), question.version)
    return save_answer(session, attempt, position, replace(sent, **changes), now=at)


def answer_all(session: Session, attempt: ExamAttempt, *, right: int) -> None:
    """Answer the first so many questions right and leave the others."""
    for question in questions(session, attempt)[:right]:
        send(session, attempt, question.position, right_form(session, question))


def with_the_key_elsewhere(session: Session, hash: str) -> str:
    """The same item with another option right, stored as a version."""
    changed = moved_key(item_version(session, hash))
    store(session, [item_document(changed)])
    return content_hash(item_to_json(changed))
