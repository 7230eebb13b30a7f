"""Finding fields wherever they stand, and with that the misconceptions of a question."""

import pytest

from tests.published import practice_items
from trainer.admin.demo.answering import possible_answers
from trainer.content.below import fields_named
from trainer.content.items import Item

ITEMS = practice_items()


def test_fields_are_found_at_every_depth() -> None:
    tree = {"a": 1, "in": [{"a": [2, (3,)], "b": 4}, {"in": {"a": None}}], "b": 5}
    assert list(fields_named(tree, {"a"})) == [1, 2, 3, None]
    assert list(fields_named(tree, {"a", "b"})) == [1, 2, 3, 4, None, 5]
    assert list(fields_named("a", {"a"})) == []


@pytest.mark.parametrize("item", ITEMS, ids=[item.id for item in ITEMS])
def test_question_names_every_misconception_that_an_answer_shows(item: Item) -> None:
    shown = {id for possible in possible_answers(item) for id in possible.mistaken}
    assert shown <= item.misconceptions
