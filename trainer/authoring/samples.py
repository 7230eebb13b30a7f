"""Answers to show an author how a question is graded: a right one, one partly right, a wrong one, none at all.

Found for any type alike: the grade of an empty answer tells the key; what differs a little from the right answer is
partly right or wrong. Where nothing is found (a free text without a model answer), that state is left out.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from trainer.learning.calibration import is_right
from trainer.learning.question_types.base import Answer, Code, Form, Question, Slot, Unreadable, Verdict

RIGHT, PARTLY, WRONG, EMPTY = "right", "partly", "wrong", "empty"
_CODE = Code("sample")
_NO_ANSWER = "0"
"""Typed where anything wrong will do; a number, because some fields take nothing else."""


def sample_answers(question: Question) -> Mapping[str, Answer]:
    """Answers by what they come to, in this order: right, partly, wrong, empty."""
    right = _right_answer(question)
    found: dict[str, Answer] = {RIGHT: right} if right else {}
    for answer in _others(question, right):
        if answer and _can_be_given(question, answer):
            found.setdefault(_case(question.grade(answer).score), answer)
        if len(found) == 3:
            break
    return {case: found[case] for case in (RIGHT, PARTLY, WRONG) if case in found} | {EMPTY: {}}


def _case(score: float) -> str:
    return RIGHT if is_right(score) else PARTLY if score > 0 else WRONG


def _can_be_given(question: Question, answer: Answer) -> bool:
    return question.read(question.write(answer, _CODE), _CODE) == answer


def _right_answer(question: Question) -> Answer:
    for form in _right_forms(question):
        answer = question.read(form, _CODE)
        if not isinstance(answer, Unreadable) and is_right(question.grade(answer).score):
            return answer
    return {}


def _right_forms(question: Question) -> Iterator[Form]:
    """Forms filled in with the key. A key in words may say more than one would type: "3 lines", two model answers."""
    marks = question.coded(question.grade({}), _CODE)
    fields = _fields_by_value(question)
    missed = {name for name, mark in marks.items() if mark.of == "choice" and mark.verdict is Verdict.MISSED}
    chosen = {fields[value]: value for value in missed if value in fields}
    expected = {name: mark.expected for name, mark in marks.items() if mark.of == "slot" and mark.expected.strip()}
    first_lines = {name: text.strip().splitlines()[0] for name, text in expected.items()}
    first_words = {name: text.split()[0] for name, text in expected.items()}
    for typed in (expected, first_lines, first_words):
        form = {**chosen, **typed}
        yield form
        yield from ({**form, field: value} for value, field in fields.items() if field not in form)


def _fields_by_value(question: Question) -> Mapping[str, str]:
    filled = ({slot.id: choice} for slot in question.form_slots() for choice in slot.choices or ())
    return {value: field for answer in filled for field, value in question.write(answer, _CODE).items()}


def _others(question: Question, right: Answer) -> Iterator[Answer]:
    """Answers near the right one and far from it."""
    slots = question.form_slots()
    for one, other in pairwise(right):
        yield {**right, one: right[other], other: right[one]}
    for slot in slots:
        yield {id: given for id, given in right.items() if id != slot.id}
        for instead in _instead(slot, right):
            yield {**right, slot.id: instead}
    yield dict(zip(right, reversed(list(right.values())), strict=True))
    for turn in range(max((len(slot.choices or ()) for slot in slots), default=0) or 1):
        yield {slot.id: wrong[turn % len(wrong)] for slot in slots if (wrong := _instead(slot, right))}


def _instead(slot: Slot, right: Answer) -> tuple[str, ...]:
    """What else could stand in a slot."""
    return tuple(choice for choice in slot.choices or (_NO_ANSWER,) if choice != right.get(slot.id))
