"""A case with several questions about it, of any other types.

In an author's file a part is one flat mapping: `id`, `type`, the fields of its type, and its own rationale, sources
and so on. So here a part *is* a question of its type with those fields added, built by `part_type`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, make_dataclass, replace
from functools import cache
from random import Random
from typing import ClassVar, Literal, Self, cast

from trainer.learning.errors import N_
from trainer.learning.question_types import question_types
from trainer.learning.question_types.base import (
    Answer,
    Authored,
    Code,
    Example,
    Flaw,
    Form,
    Grade,
    Mark,
    Question,
    Slot,
    Unreadable,
    View,
)
from trainer.learning.question_types.pieces import each_once, flaws_of_count, flaws_of_empty, flaws_of_ids

SCENARIO = "scenario"
BETWEEN = "/"

Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]


@dataclass(frozen=True, kw_only=True)
class SourceRef(Authored):
    """Where a claim comes from: an entry of `sources.yaml`, and what exactly in it."""

    ref: str
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Exhibit(Authored):
    """Something to look at: a picture (`asset`, `alt`), a table (`rows`), or a text (Markdown)."""

    id: str
    kind: Literal["image", "table", "text"]
    title: str = ""
    asset: str = ""
    alt: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""

    def flaws(self) -> Iterator[Flaw]:
        """What its kind needs and is not there, or is there and not shown."""
        needed = {"image": {"asset", "alt"}, "table": {"rows", "title"}, "text": {"text"}}[self.kind]
        for name in ("asset", "alt", "rows", "text", "title"):
            given = bool(getattr(self, name))
            if name in needed and not given:
                yield Flaw((name,), "exhibit", f"An exhibit of the kind {self.kind} needs `{name}`.")
            elif given and name not in needed | {"title"}:
                yield Flaw((name,), "exhibit", f"An exhibit of the kind {self.kind} does not show `{name}`.")
        if len({len(row) for row in self.rows}) > 1:
            yield Flaw(("rows",), "ragged", "The rows differ in length.")


@dataclass(frozen=True, kw_only=True)
class Part(Question):
    """A question as part of a scenario. See `part_type` for the classes that there are."""

    id: str
    type: str
    rationale: str
    sources: tuple[SourceRef, ...]
    bloom: Bloom | None = None
    difficulty: int | None = None
    hints: tuple[str, ...] = ()

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: Callable[[object], Mapping[str, object]]
    ) -> Mapping[str, object]:
        """Which part a mapping is, by its `type`; in pydantic's terms, so that `learning` need not import it."""
        if cls is not Part:
            return handler(source)
        choices = {kind: handler(part_type(kind)) for kind in question_types() if kind != SCENARIO}
        return {"type": "tagged-union", "discriminator": "type", "choices": choices}


@cache
def part_type(kind: str) -> type[Part]:
    """The class of parts that are questions of the type `kind`: `class SingleChoicePart(Part, SingleChoice)`."""
    question = question_types()[kind]
    made = make_dataclass(
        f"{question.__name__}Part",
        [("type", Literal[kind])],
        bases=(Part, question),
        namespace={"__module__": question.__module__, "__doc__": f"A part of a scenario: {question.__doc__}"},
        frozen=True,
        kw_only=True,
    )
    return cast("type[Part]", made)


def as_part(question: Question, id: str, rationale: str, sources: tuple[SourceRef, ...] = ()) -> Part:
    """A question made a part."""
    own = {field.name: getattr(question, field.name) for field in fields(question)}
    return part_type(question.kind)(id=id, type=question.kind, rationale=rationale, sources=sources, **own)


@dataclass(frozen=True, kw_only=True)
class ScenarioView(View):
    """The case (`stem` is its title, `vignette` Markdown), what there is to look at, and the `parts`: views of
    other types with names of their own. `Showing.parts` pairs each with its grade."""

    vignette: str
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, kw_only=True)
class Scenario(Question):
    """Two to eight parts, none of which depends on another being right. They keep their order."""

    name: ClassVar[str] = N_("A case")
    rule: ClassVar[str] = "mean_of_parts"
    rule_in_words: ClassVar[str] = N_("Each part counts the same; none depends on another.")

    title: str
    vignette: str
    parts: tuple[Part, ...]
    exhibits: tuple[Exhibit, ...] = ()

    @property
    def prompt(self) -> str:
        return self.title

    @property
    def assets(self) -> tuple[str, ...]:
        shown = (*(exhibit.asset for exhibit in self.exhibits), *(file for part in self.parts for file in part.assets))
        return each_once(shown)

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.title, "title")
        yield from flaws_of_empty(self.vignette, "vignette")
        yield from flaws_of_count(self.parts, "parts", 2, 8)
        yield from flaws_of_ids((exhibit.id for exhibit in self.exhibits), "exhibits")
        yield from flaws_of_ids((part.id for part in self.parts), "parts")
        for position, exhibit in enumerate(self.exhibits):
            for flaw in exhibit.flaws():
                yield flaw.within("exhibits", position)
        for position, part in enumerate(self.parts):
            yield from self._flaws_of_part(part, position)

    def _flaws_of_part(self, part: Part, position: int) -> Iterator[Flaw]:
        for flaw in part.flaws():
            yield flaw.within("parts", position)
        yield from flaws_of_empty(part.rationale, "parts", position, "rationale")
        if BETWEEN in part.id:
            yield Flaw(("parts", position, "id"), "bad-id", f'The id contains "{BETWEEN}".')
        if not part.sources:
            yield Flaw(("parts", position, "sources"), "no-sources", "A part names at least one source.")
        if part.difficulty is not None and not 1 <= part.difficulty <= 5:
            yield Flaw(("parts", position, "difficulty"), "difficulty", "Difficulty is 1 (easy) to 5 (hard).")

    def form_slots(self) -> tuple[Slot, ...]:
        return tuple(
            replace(slot, id=f"{part.id}{BETWEEN}{slot.id}", group=f"{part.id}{BETWEEN}{slot.group}")
            for part in self.parts
            for slot in part.form_slots()
        )

    def shuffled(self, rng: Random) -> Self:
        return replace(self, parts=tuple(part.shuffled(rng) for part in self.parts))

    def view(self, code: Code) -> ScenarioView:
        return ScenarioView(
            kind=self.kind,
            stem=self.title,
            situation=self.situation,
            vignette=self.vignette,
            exhibits=self.exhibits,
            parts=tuple(part.view(code.within(part.id)) for part in self.parts),
        )

    def read(self, form: Form, code: Code) -> Answer | Unreadable:
        """What each part reads; all that is unreadable for the first reason found is named at once."""
        answer: dict[str, str] = {}
        unread = []
        for part in self.parts:
            given = part.read(form, code.within(part.id))
            if isinstance(given, Unreadable):
                unread.append(given)
            else:
                answer |= {f"{part.id}{BETWEEN}{slot}": what for slot, what in given.items()}
        if not unread:
            return answer
        reason = unread[0].reason
        return Unreadable(reason, tuple(name for each in unread if each.reason == reason for name in each.fields))

    def read_so_far(self, form: Form, code: Code) -> Answer:
        """What of each part can be graded."""
        return {
            f"{part.id}{BETWEEN}{slot}": given
            for part in self.parts
            for slot, given in part.read_so_far(form, code.within(part.id)).items()
        }

    def field_names(self, code: Code) -> frozenset[str]:
        """Those of all parts."""
        return frozenset(name for part in self.parts for name in part.field_names(code.within(part.id)))

    def write(self, answer: Answer, code: Code) -> Form:
        form: dict[str, str] = {}
        for part in self.parts:
            form |= part.write(_answer_to(part, answer), code.within(part.id))
        return form

    def grade(self, answer: Answer) -> Grade:
        grades = tuple(_grade_of(part, answer) for part in self.parts)
        return Grade(
            score=sum(grade.score for grade in grades) / max(1, len(grades)),
            rule=self.rule,
            marks=(),
            misconceptions=each_once(id for grade in grades for id in grade.misconceptions),
            parts=grades,
        )

    def coded(self, grade: Grade, code: Code) -> Mapping[str, Mark]:
        marks: dict[str, Mark] = {}
        for part, judged in zip(self.parts, grade.parts, strict=True):
            marks |= part.coded(judged, code.within(part.id))
        return marks

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        single = question_types()["single_choice"].examples()[0].question
        several = question_types()["multiple_response"].examples()[0].question
        question = cls(
            title="The certificate that arrived on Friday",
            vignette="A new supplier e-mails a certificate.",
            exhibits=(
                Exhibit(id="x1", kind="image", asset="letter.svg", alt="A certificate without a symbol"),
                Exhibit(id="x2", kind="table", title="On the web", rows=(("Register", "No entry"),)),
                Exhibit(id="x3", kind="text", title="The e-mail", text="Please find *enclosed* …"),
            ),
            parts=(
                as_part(single, "p1", "Who writes is not who checks.", (SourceRef(ref="F017"),)),
                as_part(several, "p2", "Accreditation bodies assess.", (SourceRef(ref="F012", where="FAQ"),)),
            ),
        )
        return (
            Example("right", question, {"p1/choice": "a", "p2/a": "yes", "p2/b": "yes"}, 1.0),
            Example("partly", question, {"p1/choice": "a", "p2/a": "yes", "p2/c": "yes"}, 0.5),
            Example("partly", question, {"p1/choice": "b", "p2/a": "yes"}, 0.25),
            Example("wrong", question, {"p1/choice": "c", "p2/d": "yes"}, 0.0),
            Example("empty", question, {}, 0.0),
        )


def _answer_to(part: Part, answer: Answer) -> Answer:
    start = part.id + BETWEEN
    return {slot.removeprefix(start): given for slot, given in answer.items() if slot.startswith(start)}


def _grade_of(part: Part, answer: Answer) -> Grade:
    """The part's grade; its rationale is said behind whatever else the type comments."""
    grade = part.grade(_answer_to(part, answer))
    return replace(grade, comment="\n\n".join(text for text in (grade.comment, part.rationale) if text))


QUESTION_TYPE = Scenario
