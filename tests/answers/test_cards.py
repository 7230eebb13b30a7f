"""A question on a page: what may be seen of it, and in which course's words."""

from dataclasses import replace

import pytest
from flask import Flask, render_template_string

from tests.factories import NOW
from tests.published import item, real_content
from trainer.answers.actions import Asked, NotAnAnswer
from trainer.answers.cards import answered_card, open_card, troubled_card
from trainer.answers.forms import AnswerForm
from trainer.answers.models import Answer
from trainer.learning.question_types.base import Unreadable

COURSE = real_content().courses[0]
ITEM = item("M03-SC-001")
ASKED = Asked(ITEM.id, "0" * 64, ITEM.objective, "5eed" * 8, "practice", "a-set", 1, mixed=True)


def test_open_card_holds_nothing_of_the_key(app: Flask) -> None:
    with app.test_request_context():
        card = open_card(ITEM, ASKED, COURSE, filled=None, form=AnswerForm())
    assert card.state == "ask"
    text = repr(replace(card, form=None, figure=None, paper=None))
    assert [o.id for o in ITEM.question.options if o.feedback in text] == []  # type: ignore[attr-defined]
    assert ITEM.rationale not in text


def test_troubled_card_says_what_is_missing(app: Flask) -> None:
    with app.test_request_context():
        card = open_card(ITEM, ASKED, COURSE, filled=None, form=AnswerForm())
    why = Unreadable("missing", ("f1",))
    troubled = troubled_card(card, NotAnAnswer(why, lacks_certainty=True))
    assert (troubled.trouble, troubled.lacks_certainty) == (why, True)


def test_answered_card_names_sources_and_draws_figures(app: Flask) -> None:
    pictured = next(i for bank in real_content().banks for i in bank.items if i.kind == "hotspot")
    answer = Answer(public_id="a", item_hash="0" * 64, turn=1, seed="5eed" * 8, given={}, score=0.0, answered_at=NOW)
    with app.test_request_context():
        card = answered_card(pictured, answer, COURSE, None)
        assert card.figure is not None
        assert "<svg" in card.figure(pictured.question.assets[0])
    refs = [source.ref for source in pictured.sources]
    assert refs
    assert {line.title for line in card.source_lines} == {COURSE.sources_by_id[ref].title for ref in refs}
    assert len(set(card.source_lines)) == len(card.source_lines)
    assert card.state == "graded"


@pytest.mark.parametrize("filter_name", ["md", "mdi"])
def test_values_that_age_are_filled_in_from_the_course_of_the_question(app: Flask, filter_name: str) -> None:
    entry = COURSE.status[0]
    key, value = next(iter(entry.values.items()))
    with app.test_request_context():
        card = open_card(ITEM, ASKED, COURSE, filled=None, form=AnswerForm())
        page = f"{{{{ speak_of(card.course) }}}}{{{{ text|{filter_name} }}}}"
        shown = render_template_string(page, card=card, text=f"{{{{ {entry.id}.{key} }}}}")
    assert value.split()[0] in shown
    assert "{{" not in shown
