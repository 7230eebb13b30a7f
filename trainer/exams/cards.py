"""A question of an attempt as a page may show it: while it is open, and afterwards as far as the exam's rule goes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup
from sqlalchemy.orm import Session

from trainer.content.courses import Course, Lesson, SourceLine
from trainer.content.items import Item
from trainer.content.markdown import render_figure
from trainer.exams.models import ExamAttempt, ExamQuestion
from trainer.learning.question_types.base import Form, Unreadable
from trainer.learning.showing import Showing, read, read_so_far, show_form, show_graded
from trainer.library.queries import course_of_release, course_with, item_version, live_catalogue

NOT_WHILE_TYPING = frozenset({"missing"})
"""What is merely not finished yet is no trouble while somebody is still at it."""


@dataclass(frozen=True)
class ExamCard:
    """`showing` holds the question, `course` is the one whose words it uses; `trouble` says why what is there could not
    be graded as it stands. The rationale, its sources and the lesson to read again are there once it may be told."""

    question: ExamQuestion
    type_name: str
    rule_in_words: str
    showing: Showing
    course: Course | None
    figure: Callable[[str], Markup] | None
    trouble: Unreadable | None = None
    rationale: str = ""
    source_lines: Sequence[SourceLine] = ()
    lesson: Lesson | None = None

    @property
    def state(self) -> str:
        """What the question's template is told."""
        return "graded" if self.showing.grade else "ask"


def open_card(session: Session, attempt: ExamAttempt, question: ExamQuestion, form: Form | None = None) -> ExamCard:
    """A question as it was saved last, or filled in with another form."""
    item = item_version(session, question.item_hash)
    filled = question.form if form is None else form
    unread = read(item.question, question.seed, filled) if filled else None
    trouble = unread if isinstance(unread, Unreadable) and unread.reason not in NOT_WHILE_TYPING else None
    course = _course(session, attempt, question, question.item_hash)
    return _card(course, item, question, show_form(item.question, question.seed, filled), trouble=trouble)


def told_card(session: Session, attempt: ExamAttempt, question: ExamQuestion, mark: Mapping[str, str]) -> ExamCard:
    """A question of a finished attempt with the key and the reasons, by the version it was graded by."""
    shown = item_version(session, question.item_hash)
    given = read_so_far(shown.question, question.seed, question.form)
    judged_by = item_version(session, mark["hash"])
    grade = judged_by.question.grade(given)
    course = _course(session, attempt, question, mark["hash"])
    card = _card(course, judged_by, question, show_graded(judged_by.question, question.seed, given, grade))
    lines = course.source_lines(source.ref for source in judged_by.sources) if course else ()
    live = live_catalogue(session).courses.get(attempt.course)
    lesson = live.lessons_by_id.get(judged_by.lesson or "") if live else None
    return replace(card, rationale=judged_by.rationale, source_lines=lines, lesson=lesson)


def _course(session: Session, attempt: ExamAttempt, question: ExamQuestion, hash: str) -> Course | None:
    """The course as it was when the attempt began; for a corrected version, as it was with that."""
    if attempt.release is not None and hash == question.item_hash:
        return course_of_release(session, attempt.release, attempt.course)
    return course_with(session, question.item_id, hash)


def _card(
    course: Course | None,
    item: Item,
    question: ExamQuestion,
    showing: Showing,
    *,
    trouble: Unreadable | None = None,
) -> ExamCard:
    return ExamCard(
        question=question,
        type_name=item.question.name,
        rule_in_words=item.question.rule_told,
        showing=showing,
        course=course,
        figure=_figures(course, item),
        trouble=trouble,
    )


def _figures(course: Course | None, item: Item) -> Callable[[str], Markup] | None:
    return partial(render_figure, course, scope=item.id) if course else None
