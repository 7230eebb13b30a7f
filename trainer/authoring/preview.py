"""A question in all the states in which a learner may meet it, without anybody having answered it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup

from trainer.answers.cards import Card, answered_card
from trainer.answers.models import Answer
from trainer.authoring.samples import sample_answers
from trainer.content.courses import Course
from trainer.content.items import Item
from trainer.content.markdown import render_figure
from trainer.learning.question_types.base import Answer as Given
from trainer.learning.question_types.base import Form, Unreadable
from trainer.learning.showing import Showing, read, show_form

_SEED = "preview"
"""The same order and names in every state, so that one can compare; learners get seeds of their own."""


@dataclass(frozen=True)
class Preview:
    """`asked` waits for an answer, and `trouble` says why what was tried is none; `tried` is graded; `samples` are
    answers found, by what they come to: right, partly, wrong, empty. `figure` draws the files of `asked`, `paper`
    draws them for the sheet of paper."""

    asked: Showing
    figure: Callable[[str], Markup] | None
    paper: Callable[[str], Markup] | None
    trouble: Unreadable | None
    tried: Card | None
    samples: Mapping[str, Card]


def preview(item: Item, hash: str, course: Course | None, tried: Form | None = None) -> Preview:
    """The question asked and answered. `tried` is a form that the author has filled in."""
    answer = None if tried is None else read(item.question, _SEED, tried)
    samples = sample_answers(item.question)
    graded = partial(_graded, item, hash, course)
    return Preview(
        asked=show_form(item.question, _SEED, tried or {}),
        figure=_figure(course, "asked"),
        paper=_figure(course, "paper"),
        trouble=answer if isinstance(answer, Unreadable) else None,
        tried=None if answer is None or isinstance(answer, Unreadable) else graded(answer, state="tried"),
        samples={case: graded(given, state=case) for case, given in samples.items()},
    )


def _graded(item: Item, hash: str, course: Course | None, given: Given, *, state: str) -> Card:
    # An answer of nobody: it is never added to a session, only shown by what shows real ones.
    answer = Answer(item_hash=hash, turn=1, seed=_SEED, given=dict(given), score=item.question.grade(given).score)
    return replace(answered_card(item, answer, course, None), figure=_figure(course, state))


def _figure(course: Course | None, state: str) -> Callable[[str], Markup] | None:
    return partial(render_figure, course, scope=state) if course else None
