"""Labels to put on a picture; each place is a drop-down list as well, so no pointer is needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import ClassVar, Literal, Self

from trainer.learning.errors import N_
from trainer.learning.question_types.base import (
    Answer,
    Authored,
    Choice,
    Code,
    Example,
    Field,
    Flaw,
    Grade,
    Mark,
    Slot,
    Stemmed,
    Verdict,
    View,
)
from trainer.learning.question_types.pieces import (
    Figure,
    Thing,
    choices_of,
    each_once,
    flaws_of_count,
    flaws_of_empty,
    flaws_of_ids,
    flaws_of_texts,
    points_of,
    share_right,
    shuffled_copy,
    verdict_on_slot,
)


@dataclass(frozen=True, kw_only=True)
class Place(Authored):
    """A place in the picture (`at`: x, y in units of its view box) and the label that belongs there."""

    id: str
    at: tuple[float, float]
    answer: str
    feedback: str


@dataclass(frozen=True, kw_only=True)
class PerSlot(Authored):
    """The scoring rule; `points_each` is what a place weighs where points are summed."""

    method: Literal["per_slot"] = "per_slot"
    points_each: int = 1


@dataclass(frozen=True)
class Pin:
    """A place as it is shown: its field (labelled by its number in the picture) and where its middle lies."""

    field: Field
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class LabelDiagramView(View):
    """A picture with numbered places, each a drop-down list with the same `choices`, the labels.

    Marks by `pin.field.name` (`given` and `expected` are choice values); labels that belong nowhere have one by
    `choice.value`.
    """

    file: str
    viewbox: tuple[float, float, float, float]
    alt: str
    pins: tuple[Pin, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class LabelDiagram(Stemmed):
    """Each place has one label; labels without a place are distractors. The labels are shuffled."""

    name: ClassVar[str] = N_("Label the picture")
    rule: ClassVar[str] = "per_slot"
    rule_in_words: ClassVar[str] = N_("Each label in its right place counts the same.")

    asset: Figure
    slots: tuple[Place, ...]
    labels: tuple[Thing, ...]
    distractor_feedback: Mapping[str, str] = field(default_factory=dict)
    keyboard_alternative: Literal["select_per_slot"] = "select_per_slot"
    scoring: PerSlot = field(default_factory=PerSlot)
    shuffle: bool = True

    @property
    def assets(self) -> tuple[str, ...]:
        return (self.asset.file,)

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        for flaw in self.asset.flaws():
            yield flaw.within("asset")
        yield from flaws_of_count(self.slots, "slots", 2, 12)
        yield from flaws_of_count(self.labels, "labels", max(2, len(self.slots)), 16)
        yield from flaws_of_ids((place.id for place in self.slots), "slots")
        yield from flaws_of_ids((label.id for label in self.labels), "labels")
        yield from flaws_of_texts([label.text for label in self.labels], "labels")
        yield from self._flaws_of_places()
        yield from self._flaws_of_distractors()
        if self.scoring.points_each < 1:
            yield Flaw(("scoring", "points_each"), "points", "Write at least one point.")

    def _flaws_of_places(self) -> Iterator[Flaw]:
        labels = {label.id for label in self.labels}
        used: set[str] = set()
        for position, place in enumerate(self.slots):
            yield from flaws_of_empty(place.feedback, "slots", position, "feedback")
            if not self.asset.holds(*place.at, *place.at):
                yield Flaw(("slots", position, "at"), "outside", "The place lies beyond the view box of the picture.")
            if place.answer not in labels:
                yield Flaw(("slots", position, "answer"), "unknown-id", f'There is no label "{place.answer}".')
            if place.answer in used:
                yield Flaw(
                    ("slots", position, "answer"), "used-twice", f'"{place.answer}" belongs to another place already.'
                )
            used.add(place.answer)

    def _flaws_of_distractors(self) -> Iterator[Flaw]:
        extras = {label.id for label in self._extras()}
        for id in sorted(extras - self.distractor_feedback.keys()):
            yield Flaw(
                ("distractor_feedback",), "no-feedback", f'There is no feedback for "{id}", which belongs nowhere.'
            )
        for id, text in self.distractor_feedback.items():
            yield from flaws_of_empty(text, "distractor_feedback", id)
            if id not in extras:
                yield Flaw(("distractor_feedback", id), "unknown-id", f'"{id}" is not a label that belongs nowhere.')

    def _extras(self) -> tuple[Thing, ...]:
        used = {place.answer for place in self.slots}
        return tuple(label for label in self.labels if label.id not in used)

    def form_slots(self) -> tuple[Slot, ...]:
        labels = tuple(label.id for label in self.labels)
        return tuple(Slot(place.id, labels) for place in self.slots)

    def shuffled(self, rng: Random) -> Self:
        return replace(self, labels=shuffled_copy(self.labels, rng)) if self.shuffle else self

    def view(self, code: Code) -> LabelDiagramView:
        choices = choices_of(self.labels, code)
        return LabelDiagramView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            file=self.asset.file,
            viewbox=self.asset.viewbox,
            alt=self.asset.alt,
            pins=tuple(
                Pin(Field(code.field(place.id), str(number), choices), *place.at)
                for number, place in enumerate(self.slots, start=1)
            ),
            choices=choices,
        )

    def grade(self, answer: Answer) -> Grade:
        marks = tuple(self._mark(place, answer.get(place.id, "")) for place in self.slots)
        misplaced = {mark.given for mark in marks if mark.verdict is Verdict.WRONG}
        return Grade(
            score=share_right(marks),
            rule=self.rule,
            points=points_of(marks),
            marks=(*marks, *(self._mark_of_extra(label, misplaced) for label in self._extras())),
            misconceptions=each_once(label.misconception for label in self.labels if label.id in misplaced),
        )

    def _mark(self, place: Place, given: str) -> Mark:
        return Mark(place.id, verdict_on_slot(given, place.answer), place.feedback, given, place.answer)

    def _mark_of_extra(self, label: Thing, misplaced: set[str]) -> Mark:
        verdict = Verdict.WRONG if label.id in misplaced else Verdict.LEFT
        return Mark(label.id, verdict, self.distractor_feedback.get(label.id, ""), of="choice")

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            stem="Put each label on the right link of the chain, top to bottom.",
            asset=Figure(file="chain.svg", viewbox=(0, 0, 600, 400), alt="Two boxes, the upper checks the lower"),
            slots=(
                Place(id="t1", at=(300, 70), answer="ab", feedback="Accreditation bodies check certifiers."),
                Place(id="t2", at=(300, 210), answer="cb", feedback="Certifiers check companies."),
            ),
            labels=(
                Thing(id="cb", text="Certification body"),
                Thing(id="ab", text="Accreditation body"),
                Thing(id="iso", text="ISO", misconception="iso-accredits"),
            ),
            distractor_feedback={"iso": "ISO has no box here; it writes the rule books."},
        )
        return (
            Example("right", question, {"t1": "ab", "t2": "cb"}, 1.0),
            Example("partly", question, {"t1": "iso", "t2": "cb"}, 0.5),
            Example("wrong", question, {"t1": "cb", "t2": "ab"}, 0.0),
            Example("empty", question, {}, 0.0),
        )


QUESTION_TYPE = LabelDiagram
