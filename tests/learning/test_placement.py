"""What an entry test opens, and what it asks to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.calibration import Certainty
from trainer.learning.placement import Advice, Finding, Placed, Reply, advise, opens, place

SURE, THINK_SO, GUESSING = Certainty.SURE, Certainty.THINK_SO, Certainty.GUESSING


@pytest.mark.parametrize(
    ("score", "certainty", "finding"),
    [
        (1.0, SURE, Finding.SHOWN),
        (1.0, THINK_SO, Finding.SHOWN),
        (1.0, GUESSING, Finding.UNSURE),
        (1.0, None, Finding.UNSURE),
        (0.8, SURE, Finding.SURE_AND_WRONG),
        (0.0, SURE, Finding.SURE_AND_WRONG),
        (0.0, THINK_SO, Finding.NOT_YET),
        (0.5, GUESSING, Finding.NOT_YET),
        (0.0, None, Finding.NOT_YET),
    ],
)
def test_answer_says_something_of_its_objective(score: float, certainty: Certainty | None, finding: Finding) -> None:
    assert place([Reply("O1", score, certainty)]) == {"O1": Placed(finding, 1)}


def test_of_several_answers_the_worst_counts() -> None:
    right, wrong = Reply("O1", 1, SURE), Reply("O1", 0, THINK_SO)
    assert place([right, wrong, right]) == {"O1": Placed(Finding.NOT_YET, 3)}


def shown(*objectives: str) -> dict[str, Placed]:
    return {objective: Placed(Finding.SHOWN, 1) for objective in objectives}


def test_module_opens_when_all_its_objectives_were_shown() -> None:
    assert opens(["O1", "O2", "O3"], shown("O1", "O2", "O3", "O9"))
    assert not opens(["O1", "O2", "O3"], shown("O1", "O2"))
    assert not opens(["O1", "O2", "O3"], shown("O1", "O2") | {"O3": Placed(Finding.UNSURE, 1)})


def test_module_with_an_objective_that_was_not_asked_about_does_not_open() -> None:
    assert not opens(["O1", "O2"], {"O1": Placed(Finding.SHOWN, 3)})


def test_lesson_without_objectives_is_read() -> None:
    assert advise([], shown("O1"), is_open=False) is Advice.READ


def test_two_right_answers_open_nothing() -> None:
    assert not opens(["O1", "O2"], shown("O1", "O2"))
    assert opens(["O1", "O2"], {"O1": Placed(Finding.SHOWN, 2), "O2": Placed(Finding.SHOWN, 1)})


def test_test_without_a_question_opens_nothing() -> None:
    assert place([]) == {}
    assert not opens(["O1"], {})
    assert not opens([], {})


def test_lesson_is_read_unless_all_of_its_objectives_were_shown() -> None:
    assert advise(["O1", "O2"], shown("O1"), is_open=False) is Advice.READ
    assert advise(["O1", "O2"], shown("O1", "O2"), is_open=False) is Advice.LOOK_OVER
    assert advise(["O1", "O2"], shown("O1"), is_open=True) is Advice.SKIP
    assert advise(["O1"], {}, is_open=False) is Advice.READ


replies = st.lists(
    st.builds(
        Reply,
        st.sampled_from(["O1", "O2", "O3"]),
        st.sampled_from([0.0, 0.5, 1.0]),
        st.sampled_from([None, *Certainty]),
    )
)


@given(replies, replies)
def test_more_answers_never_make_an_objective_better_known(some: list[Reply], more: list[Reply]) -> None:
    before, after = place(some), place([*some, *more])
    assert all(after[objective].finding <= before[objective].finding for objective in before)


@given(replies)
def test_order_of_answers_does_not_matter(some: list[Reply]) -> None:
    assert place(some) == place(some[::-1])
