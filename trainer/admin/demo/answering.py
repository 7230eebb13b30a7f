"""Answers that could be given to a question, sorted by what they come to.

Nothing here knows a question type: the grade of an empty answer tells the key, words to type stand in the author's own
fields, and everything else is the key with something changed. The grade decides what each of them is.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import combinations
from random import Random

from trainer.content.below import fields_named
from trainer.content.items import Item
from trainer.learning.calibration import is_right
from trainer.learning.question_types.base import Answer, Code, Question, Slot, Verdict
from trainer.learning.question_types.scenario import BETWEEN, Scenario

TRIES = 36
"""Changed answers that are looked at, of each question."""
BLIND_TRIES = 20
ANYTHING = ("not sure", "10", "0")
"""Typed by somebody who has no idea; a number, because some fields take nothing else."""
_WORD_FIELDS = {"accept", "match", "model_answers", "bad_answers", "value"}
_CODE = Code("demo")


@dataclass
class Possible:
    """Answers to one question. `mistaken` are those that show a misconception, by its id; `luck` is the share (0–1)
    of answers given blindly that are right. Their slots begin with `prefix` where it is a part of a scenario."""

    prefix: str = ""
    luck: float = 0.0
    right: list[Answer] = field(default_factory=list)
    partly: list[Answer] = field(default_factory=list)
    wrong: list[Answer] = field(default_factory=list)
    mistaken: dict[str, list[Answer]] = field(default_factory=dict)


class AnswerBook:
    """What can be answered to each version of a question, looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Possible, ...]] = {}

    def to(self, item: Item, hash: str) -> tuple[Possible, ...]:
        """The possible answers to an item whose version has this hash."""
        if hash not in self._known:
            self._known[hash] = possible_answers(item)
        return self._known[hash]


def possible_answers(item: Item) -> tuple[Possible, ...]:
    """What can be answered: one for a plain question, one for each part of a scenario."""
    question = item.question
    if isinstance(question, Scenario):
        return tuple(_of(part, part.id + BETWEEN, Random(item.id)) for part in question.parts)  # noqa: S311
    return (_of(question, "", Random(item.id)),)  # noqa: S311 - nothing here is secret


def _of(question: Question, prefix: str, rng: Random) -> Possible:
    found = Possible(prefix)
    keys = [answer for answer in _keys(question) if _is_complete(question, answer)]
    best = max(keys, key=lambda answer: question.grade(answer).score, default={})
    changed = list(_changed(question, best))
    for answer in (*keys, *rng.sample(changed, min(TRIES, len(changed)))):
        if _is_complete(question, answer):
            _sort_in(found, question, answer)
    blind = [_blind(question, rng) for _ in range(BLIND_TRIES)]
    for answer in blind:
        if _is_complete(question, answer):
            _sort_in(found, question, answer)
    found.luck = sum(is_right(question.grade(answer).score) for answer in blind) / BLIND_TRIES
    return found


def _sort_in(found: Possible, question: Question, answer: Answer) -> None:
    grade = question.grade(answer)
    kinds = [found.right] if is_right(grade.score) else [found.partly if grade.score else found.wrong]
    kinds += [found.mistaken.setdefault(id, []) for id in grade.misconceptions]
    for kind in kinds:
        if answer not in kind:
            kind.append(answer)


def _is_complete(question: Question, answer: Answer) -> bool:
    return bool(answer) and question.read(question.write(answer, _CODE), _CODE) == answer


def _keys(question: Question) -> Iterator[Answer]:
    """The key, with everything that its typed words and its open choices could be."""
    key = _key(question)
    yield key
    for slot in question.form_slots():
        for given in (*_first_words(key.get(slot.id, "")), *_what_fits(question, slot)):
            if slot.choices is None or slot.id not in key:
                variant = {**key, slot.id: given}
                yield variant
                yield from _with_open_choices(question, variant)


def _with_open_choices(question: Question, answer: Answer) -> Iterator[Answer]:
    for slot in question.form_slots():
        if slot.choices and slot.required and slot.id not in answer:
            yield from ({**answer, slot.id: choice} for choice in slot.choices)


def _key(question: Question) -> dict[str, str]:
    key: dict[str, str] = {}
    for mark in question.grade({}).marks:
        if mark.of == "slot" and mark.expected:
            key[mark.element] = mark.expected
        elif mark.of == "choice" and mark.verdict is Verdict.MISSED:
            key |= {slot.id: mark.element for slot in question.form_slots() if _offers(slot, mark.group, mark.element)}
    return key


def _offers(slot: Slot, group: str, choice: str) -> bool:
    return slot.group == group and choice in (slot.choices or ())


def _first_words(text: str) -> tuple[str, ...]:
    """A key in words may say more than one would type: "3 lines"."""
    return tuple(text.split()[:1])


def _what_fits(question: Question, slot: Slot) -> tuple[str, ...]:
    return slot.choices if slot.choices is not None else (*_words(question), *ANYTHING)


def _changed(question: Question, key: Answer) -> Iterator[Answer]:
    """The key with one thing other, one thing less, two or all things the other way round."""
    for slot in question.form_slots():
        yield from ({**key, slot.id: given} for given in _what_fits(question, slot) if given != key.get(slot.id))
        if not slot.required:
            yield {id: given for id, given in key.items() if id != slot.id}
    for one, other in combinations(key, 2):
        yield {**key, one: key[other], other: key[one]}
    yield dict(zip(key, reversed(list(key.values())), strict=True))


def _blind(question: Question, rng: Random) -> Answer:
    """An answer of somebody who looks at nothing. What is given once is not given again where that can be helped."""
    answer: dict[str, str] = {}
    for slot in question.form_slots():
        if slot.required or rng.random() < 0.5:
            offered = _what_fits(question, slot)
            unused = [given for given in offered if given not in answer.values()]
            answer[slot.id] = rng.choice(unused or offered)
    return answer


def _words(question: Question) -> tuple[str, ...]:
    """What the author expects to be typed, right or wrong."""
    found = (_as_typed(value) for value in fields_named(asdict(question), _WORD_FIELDS))
    return tuple(dict.fromkeys(text for text in found if any(c.isalnum() for c in text)))


def _as_typed(value: object) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value or "").strip()
