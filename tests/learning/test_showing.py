"""One question as one learner sees it: nothing in it tells where the key is."""

from collections import Counter
from collections.abc import Callable

import pytest

from trainer.learning.question_types import question_types
from trainer.learning.question_types.base import Question, View
from trainer.learning.showing import read, show, show_form, show_graded

SHOWINGS = 10_000


def values(view: View, name: str) -> list[str]:
    """The values of the choices in the attribute `name`, `reason.choices`, in the order shown."""
    found: object = view
    for part in name.split("."):
        found = found[int(part)] if part.isdecimal() else getattr(found, part)  # type: ignore[index]
    return [choice.value for choice in found]  # type: ignore[attr-defined]


def names(view: View, name: str) -> list[str]:
    return [box.name for box in getattr(view, name)]


LISTS: dict[str, tuple[Callable[[View, str], list[str]], str, str]] = {
    "single_choice": (values, "choices", "ISO"),
    "multiple_response": (names, "choices", "Assess certifiers"),
    "true_false_reason": (values, "reason.choices", "ISO only writes the standard."),
    "matching": (values, "choices", "Writes standards"),
    "cloze": (values, "gaps.0.choices", "ISO"),
    "hotspot": (values, "spots", "Accreditation symbol"),
    "label_diagram": (values, "choices", "Accreditation body"),
}
"""Where each type lists what can be chosen, and the text of one that is right."""


IN_PLACE = {"hotspot"}
"""Types whose list follows a picture: what is seen there tells the place anyway."""


def labelled(view: View, name: str, text: str) -> int:
    found: object = view
    for part in name.split("."):
        found = found[int(part)] if part.isdecimal() else getattr(found, part)  # type: ignore[index]
    texts = [getattr(choice, "text", None) or getattr(choice, "label", "") for choice in found]  # type: ignore[attr-defined]
    return texts.index(text)


def surprise(counts: Counter[int], places: int, total: int) -> float:
    """Pearson's chi-square of counts against an even spread, over its degrees of freedom."""
    even = total / places
    return sum((counts[place] - even) ** 2 / even for place in range(places)) / (places - 1)


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_show_neither_place_nor_opaque_name_tells_the_key(kind: str) -> None:
    """Over 10,000 showings the key stands in each place as often, and its name sorts to each rank as often.

    Chi-square over degrees of freedom beyond 11 has a chance below 0.001 even with one degree.
    """
    listed, where, key = LISTS[kind]
    question = question_types()[kind].examples()[0].question
    places: Counter[int] = Counter()
    ranks: Counter[int] = Counter()
    for seed in range(SHOWINGS):
        view = show(question, f"secret-{seed}").view
        offered, place = listed(view, where), labelled(view, where, key)
        places[place] += 1
        ranks[sorted(offered).index(offered[place])] += 1

    if kind in IN_PLACE:
        assert len(places) == 1
    else:
        assert surprise(places, len(offered), SHOWINGS) < 11
    assert surprise(ranks, len(offered), SHOWINGS) < 11


def test_show_no_name_is_ever_used_for_two_things() -> None:
    question = question_types()["single_choice"].examples()[0].question
    seen = [value for seed in range(2000) for value in values(show(question, str(seed)).view, "choices")]

    assert len(set(seen)) == len(seen)


def a_question() -> Question:
    return question_types()["single_choice"].examples()[0].question


def test_show_is_empty_until_there_is_a_draft() -> None:
    empty, draft = show(a_question(), "seed"), show(a_question(), "seed", {"choice": "b"})

    assert (empty.given, empty.marks, empty.grade, empty.parts) == ({}, {}, None, ())
    assert read(a_question(), "seed", draft.given) == {"choice": "b"}


def test_show_graded_gives_the_marks_by_the_names_shown() -> None:
    answer = {"choice": "b"}
    showing = show_graded(a_question(), "seed", answer, a_question().grade(answer))

    assert set(showing.marks) == set(values(showing.view, "choices"))
    assert showing.grade is not None


def test_show_form_keeps_what_was_typed() -> None:
    assert show_form(a_question(), "seed", {"fx": "typed"}).given == {"fx": "typed"}


def test_show_an_answer_to_something_that_is_gone_is_left_out() -> None:
    assert show(a_question(), "seed", {"no-such-slot": "x"}).given == {}
