"""A question as a page may show it: built by naming what may be seen, so that nothing else can be."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from markupsafe import Markup

from trainer.answers.actions import Asked, NotAnAnswer
from trainer.answers.feedback import Feedback, feedback_on
from trainer.answers.forms import AnswerForm
from trainer.answers.models import Answer, Standing
from trainer.content.courses import Course, Objective, SourceLine
from trainer.content.items import Item
from trainer.content.markdown import render_figure
from trainer.learning.question_types.base import Form, Unreadable
from trainer.learning.showing import Showing, show_form, show_graded


@dataclass(frozen=True)
class Card:
    """`showing` holds the question, `course` is the one whose words it uses, `figure` draws a file of that course and
    `paper` draws it once more for who prints the page; `form` is there while the question is open, `feedback` once the
    answer is in.

    `trouble` says why a sent form is not an answer yet; `lacks_certainty` that the certainty is missing;
    `notice` is something else to say about it, in the reader's language;
    `typed` is what was sent from here when another tab was first.
    """

    item_id: str
    version: str
    turn: int
    type_name: str
    rule_in_words: str
    objective: Objective | None
    hints: tuple[str, ...]
    asks_certainty: bool
    showing: Showing
    course: Course | None = field(default=None, repr=False)
    figure: Callable[[str], Markup] | None = None
    paper: Callable[[str], Markup] | None = None
    form: AnswerForm | None = None
    feedback: Feedback | None = None
    answer_id: str | None = None
    trouble: Unreadable | None = None
    lacks_certainty: bool = False
    notice: str = ""
    source_lines: tuple[SourceLine, ...] = ()
    typed: Showing | None = None

    @property
    def state(self) -> str:
        """What the question's template is told: `ask` or `graded`."""
        return "graded" if self.feedback else "ask"


def open_card(item: Item, asked: Asked, course: Course | None, *, filled: Form | None, form: AnswerForm) -> Card:
    """A question that waits for its answer, with what is filled in already."""
    return replace(_card(item, asked, course, show_form(item.question, asked.seed, filled or {})), form=form)


def answered_card(item: Item, answer: Answer, course: Course | None, standing: Standing | None) -> Card:
    """A question with the answer given, what was right about it and why."""
    grade = item.question.grade(answer.given)
    returns_at = standing.due_at if standing else None
    return replace(
        _card(item, answer, course, show_graded(item.question, answer.seed, answer.given, grade)),
        feedback=feedback_on(answer, item, grade, course, returns_at=returns_at),
        answer_id=answer.public_id,
        source_lines=course.source_lines(source.ref for source in item.sources) if course else (),
    )


def troubled_card(card: Card, refusal: NotAnAnswer) -> Card:
    """The card again with what is missing: in the question, and how sure the learner is."""
    return replace(card, trouble=refusal.why, lacks_certainty=refusal.lacks_certainty)


def _card(item: Item, asked: Asked | Answer, course: Course | None, showing: Showing) -> Card:
    return Card(
        item_id=item.id,
        version=asked.item_hash,
        turn=asked.turn,
        type_name=item.question.name,
        rule_in_words=item.question.rule_told,
        objective=course.objectives_by_id.get(item.objective) if course else None,
        hints=item.hints,
        asks_certainty=item.asks_certainty,
        showing=showing,
        course=course,
        figure=partial(render_figure, course, scope=item.id) if course else None,
        paper=partial(render_figure, course, scope=f"paper-{item.id}") if course else None,
    )
