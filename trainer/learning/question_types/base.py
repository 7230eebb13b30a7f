"""What every question type is: shuffled, shown, read and graded, without knowing the web or the database.

A question is a frozen dataclass whose fields are the author's YAML fields (docs/authors.md). Its life:

    question.shuffled(rng)     the same question in the order this learner sees
    .view(code)                what may be shown before the answer is in: no key, no feedback, opaque names
    .read(form, code)          the browser's form → an Answer, or why it cannot be read
    .grade(answer)             → a Grade: score, and for each element what was right and why

What questions are made of (options, figures) is in `pieces`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2s
from random import Random
from types import MappingProxyType
from typing import ClassVar, Literal, Self

from trainer.learning.errors import N_

Answer = Mapping[str, str]
"""Slot id → what was given (an option's authored id, or text). An empty mapping is "I don't know"."""

Form = Mapping[str, str]
"""The browser's fields, by the opaque names of this showing."""

YES = "yes"
"""The one choice of a slot that is ticked or not."""

LONGEST_TEXT = 2000
"""Characters a learner may type into one slot."""


class Authored:
    """A piece of a question as its author wrote it: unknown fields are refused, nothing is converted."""

    __pydantic_config__: ClassVar[Mapping[str, object]] = {"extra": "forbid", "strict": True}


@dataclass(frozen=True)
class Flaw:
    """Something wrong in an authored question that its shape alone does not show.

    `at` leads to the place: field names and list positions, `("options", 2, "text")`. Where it names a field
    that is not there, the nearest place above is meant.
    """

    at: tuple[str | int, ...]
    code: str
    message: str

    def within(self, *place: str | int) -> "Flaw":
        """The same flaw, seen from further out."""
        return replace(self, at=(*place, *self.at))


@dataclass(frozen=True)
class Slot:
    """One thing to fill in: a choice among ids, or (choices None) free text.

    Slots of one `group` share the opaque names of their choices; in another group the same id has another name.
    """

    id: str
    choices: tuple[str, ...] | None = None
    required: bool = True
    group: str = ""


Reason = Literal["missing", "not_offered", "too_long", "too_many", "repeated", "not_a_number", "ambiguous_number"]


@dataclass(frozen=True)
class Unreadable:
    """Why a form is not an answer yet; `fields` are the form fields concerned."""

    reason: Reason
    fields: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """What to do about it, to be translated."""
        return _WHAT_TO_DO[self.reason]


_WHAT_TO_DO: Mapping[Reason, str] = MappingProxyType(
    {
        "missing": N_("Something is still empty. Fill it in, or choose “I don’t know”."),
        "not_offered": N_("That choice does not belong to this question. Please choose again."),
        "too_long": N_("That is too long. Please shorten it."),
        "too_many": N_("That is more than may be chosen. Please take some away."),
        "repeated": N_("The same place is given twice. Please give each its own."),
        "not_a_number": N_("That cannot be read as a number. Write it in digits, for example 12.5."),
        "ambiguous_number": N_(
            "That number could be read in two ways. Write a thousand as 1000, and one and a half as 1.5."
        ),
    }
)


class Verdict(StrEnum):
    """How one element of an answer stands."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"  # belongs to the key and was not chosen
    LEFT = "left"  # does not belong to the key and was left alone


@dataclass(frozen=True)
class Mark:
    """One element judged: an option (`of="choice"`), what was put into a slot (`of="slot"`), or a check that
    a text passes or not (`of="check"`). `given` and `expected` are a slot's: a choice's id, or text."""

    element: str
    verdict: Verdict
    why: str
    given: str = ""
    expected: str = ""
    of: Literal["choice", "slot", "check"] = "slot"
    group: str = ""


@dataclass(frozen=True)
class Grade:
    """The result of grading: `score` 0.0–1.0 under the named `rule`, a mark for each element.

    `points` are those the rule counted, earned and possible, where it counts any: their ratio is the score.
    `comment` is Markdown of the author's that is shown with every answer (a worked solution, a part's rationale).
    `parts` are the grades of a scenario's parts, in order.
    """

    score: float
    rule: str
    marks: tuple[Mark, ...]
    misconceptions: tuple[str, ...] = ()
    comment: str = ""
    parts: tuple["Grade", ...] = ()
    points: tuple[int, int] | None = None


@dataclass(frozen=True)
class Code:
    """Opaque names for one showing of a question, so that ids written by authors never reach a browser.

    `seed` is secret and differs for each showing; from the names nobody can tell which option has which id.
    """

    seed: str

    def field(self, slot: str) -> str:
        """The form field of a slot."""
        return "f" + self._name("field", slot)

    def value(self, choice: str, group: str = "") -> str:
        """The form value of a choice."""
        return "v" + self._name("value", choice, group)

    def within(self, part: str) -> "Code":
        """The names inside one part of a question that has parts."""
        return Code(f"{self.seed}/{part}")

    def _name(self, *what: str) -> str:
        key = blake2s(self.seed.encode()).digest()
        return blake2s("\0".join(what).encode(), key=key, digest_size=6).hexdigest()


@dataclass(frozen=True, kw_only=True)
class View:
    """What a template may see of a question before the answer is in. Types add their own fields.

    `stem` and `situation` are Markdown. `parts` are the views of a scenario's parts, in order.
    """

    kind: str
    stem: str
    situation: str = ""
    parts: tuple["View", ...] = ()


@dataclass(frozen=True)
class Choice:
    """Something to choose: the value it sends, its text (Markdown)."""

    value: str
    text: str


@dataclass(frozen=True)
class Field:
    """A form field with its label (Markdown) and, where one chooses, its choices."""

    name: str
    label: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Example:
    """A question of a type with an answer and the score it must get; every type brings some of each `case`."""

    case: Literal["right", "partly", "wrong", "empty"]
    question: "Question"
    answer: Answer
    score: float


@dataclass(frozen=True, kw_only=True)
class Question(Authored, ABC):
    """A question as its author wrote it. Subclasses add their fields."""

    name: ClassVar[str]
    """What learners call the type: "One answer"."""
    rule: ClassVar[str]
    """The scoring rule's name, `right_minus_wrong`."""
    rule_in_words: ClassVar[str]
    """The rule as told to learners before they answer."""

    situation: str = ""

    @property
    def kind(self) -> str:
        """The type's name in files and in the database: the name of its module."""
        return type(self).__module__.rpartition(".")[2]

    @property
    @abstractmethod
    def prompt(self) -> str:
        """The question in one line, for lists and titles (Markdown)."""

    @property
    def rule_told(self) -> str:
        """The rule as told with this question, where it is not the same for all of its type."""
        return self.rule_in_words

    @property
    def assets(self) -> tuple[str, ...]:
        """Names of the figures it shows."""
        return ()

    @abstractmethod
    def flaws(self) -> Iterator[Flaw]:
        """What is wrong with it beyond its shape: no key, two keys, an id twice …"""

    @abstractmethod
    def form_slots(self) -> tuple[Slot, ...]:
        """What there is to fill in."""

    @abstractmethod
    def shuffled(self, rng: Random) -> Self:
        """The same question in the order that `rng` gives."""

    @abstractmethod
    def view(self, code: Code) -> View:
        """What may be shown before the answer is in."""

    @abstractmethod
    def grade(self, answer: Answer) -> Grade:
        """Judge an answer. Any answer that `read` can return gets a grade; the empty one scores 0."""

    @classmethod
    @abstractmethod
    def examples(cls) -> tuple[Example, ...]:
        """At least one right, one wrong and one empty answer with their scores; one partly right where that exists."""

    def read(self, form: Form, code: Code) -> Answer | Unreadable:
        """The answer in a browser's form. Fields it does not know are ignored."""
        answer = {}
        missing = []
        for slot in self.form_slots():
            name = code.field(slot.id)
            given = _read_slot(slot, form.get(name, "").strip(), code)
            if isinstance(given, str):
                answer[slot.id] = given
            elif given is not None:
                return given
            elif slot.required:
                missing.append(name)
        return Unreadable("missing", tuple(missing)) if missing else answer

    def read_so_far(self, form: Form, code: Code) -> Answer:
        """What of an unfinished form can be graded: all that was given, but for what `read` would refuse."""
        given = {
            slot.id: _read_slot(slot, form.get(code.field(slot.id), "").strip(), code) for slot in self.form_slots()
        }
        answer = {id: what for id, what in given.items() if isinstance(what, str)}
        trouble = self.read(self.write(answer, code), code) if answer else answer
        if not isinstance(trouble, Unreadable) or trouble.reason == "missing":
            return answer
        return {id: what for id, what in answer.items() if code.field(id) not in trouble.fields}

    def field_names(self, code: Code) -> frozenset[str]:
        """The names of its form fields."""
        return frozenset(code.field(slot.id) for slot in self.form_slots())

    def write(self, answer: Answer, code: Code) -> Form:
        """The form that `read` would turn into `answer`: to fill in a page again."""
        return {
            code.field(slot.id): answer[slot.id] if slot.choices is None else code.value(answer[slot.id], slot.group)
            for slot in self.form_slots()
            if slot.id in answer
        }

    def coded(self, grade: Grade, code: Code) -> Mapping[str, Mark]:
        """The marks of a grade by their opaque names, as templates look them up."""
        slots = {slot.id: slot for slot in self.form_slots()}
        marks = {}
        for mark in grade.marks:
            if mark.of == "slot":
                marks[code.field(mark.element)] = _with_coded_ids(mark, slots[mark.element], code)
            else:
                marks[code.value(mark.element, mark.group)] = mark
        return marks


@dataclass(frozen=True, kw_only=True)
class Stemmed(Question):
    """A question that is asked by its stem, as most are."""

    stem: str

    @property
    def prompt(self) -> str:
        return self.stem


def _read_slot(slot: Slot, given: str, code: Code) -> str | Unreadable | None:
    name = code.field(slot.id)
    if not given:
        return None
    if slot.choices is None:
        return given if len(given) <= LONGEST_TEXT else Unreadable("too_long", (name,))
    names = {code.value(choice, slot.group): choice for choice in slot.choices}
    return names.get(given) or Unreadable("not_offered", (name,))


def _with_coded_ids(mark: Mark, slot: Slot, code: Code) -> Mark:
    if slot.choices is None:
        return mark
    given, expected = (code.value(id, slot.group) if id else "" for id in (mark.given, mark.expected))
    return replace(mark, given=given, expected=expected)
