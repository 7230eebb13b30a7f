"""What learners see without what stands around it in the file."""

import pytest

from tests.content.conftest import Shelf
from tests.content.test_problems_table import COURSE

TAP = "correction: Tap water is not hot enough."


@pytest.mark.parametrize(
    "correction",
    [
        "It is not hot enough.",
        "They are not hot enough.",
        "That is a kettle's work.",
        "That’s a kettle's work.",
        "This depends on the tap.",
    ],
)
def test_correction_that_answers_what_nobody_sees_is_warned_of(shelf: Shelf, correction: str) -> None:
    at = shelf.spoil(COURSE, TAP, f'correction: @"{correction}"')
    (problem,) = shelf.problems()

    assert (problem.code, problem.severity) == ("leaning-correction", "warning")
    assert (problem.line, problem.column) == at
    assert f"“{correction.split(maxsplit=1)[0]}" in problem.message


@pytest.mark.parametrize("correction", ["Its own kettle boils water.", "These bind nobody."])
def test_correction_that_begins_with_a_pronoun_is_warned_of(shelf: Shelf, correction: str) -> None:
    shelf.spoil(COURSE, TAP, f'correction: "{correction}"')

    assert [problem.code for problem in shelf.problems()] == ["leaning-correction"]


@pytest.mark.parametrize("correction", ["Items in a tap are cold.", "That tap water is hot is not enough.", "x" * 140])
def test_correction_that_stands_free_is_not_warned_of(shelf: Shelf, correction: str) -> None:
    shelf.spoil(COURSE, TAP, f'correction: "{correction}"')

    assert shelf.problems() == []


def test_correction_longer_than_a_line_is_warned_of(shelf: Shelf) -> None:
    shelf.spoil(COURSE, TAP, f'correction: "{"x" * 141}"')
    (problem,) = shelf.problems()

    assert (problem.code, problem.severity) == ("long-correction", "warning")
    assert "at most 140 characters, not 141" in problem.message
