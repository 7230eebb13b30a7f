"""A course as its author wrote it: modules with objectives and lessons, and what lessons and questions share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from trainer.content.exams import Exam
from trainer.content.shapes import Grade, HttpsUrl, Id, Language, Name, Shape, Text
from trainer.learning.review import DAILY_CAP
from trainer.learning.scheduling import LEAST_RETENTION, MOST_RETENTION, RETENTION

Minutes = Annotated[int, Field(ge=1, le=600)]


@dataclass(frozen=True, kw_only=True)
class Objective(Shape):
    """What a learner can do after a module; `short` names it where room is tight. It builds on those it comes `after`:
    review asks about them first."""

    id: Id
    verb: Text
    text: Text
    short: Annotated[str, Field(min_length=1, max_length=40)]
    after: tuple[Id, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReviewRule(Shape):
    """How a course is kept in mind: at most `daily_cap` questions a day, each when the chance (0–1) of remembering it
    has fallen to `desired_retention`."""

    daily_cap: Annotated[int, Field(ge=1, le=40)] = DAILY_CAP
    desired_retention: Annotated[float, Field(ge=LEAST_RETENTION, le=MOST_RETENTION)] = RETENTION


@dataclass(frozen=True, kw_only=True)
class Module(Shape):
    """Some lessons in reading order, and the objectives they serve."""

    id: Id
    title: Text
    minutes: Minutes
    summary: Text
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    lessons: Annotated[tuple[Id, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Misconception(Shape):
    """Something people wrongly believe, and what is true."""

    id: Id
    text: Text
    correction: Text


@dataclass(frozen=True, kw_only=True)
class Track(Shape):
    """A way through the course for some readers: whole modules and single lessons."""

    id: Id
    title: Text
    modules: tuple[Id, ...] = ()
    lessons: tuple[Id, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Term(Shape):
    """A glossary entry; `not_for` is what it is mixed up with."""

    id: Id
    term: Text
    means: Text
    also: tuple[Text, ...] = ()
    not_for: Annotated[str, Field(alias="not")] = ""


@dataclass(frozen=True, kw_only=True)
class StatusEntry(Shape):
    """Values that age, with where they come from and when to look again.

    Learners see the sources that `refs` name; `confidence` and `source` are for authors.
    """

    id: Id
    values: Annotated[Mapping[Name, Text], Field(min_length=1)]
    confidence: Grade
    source: Text
    verified_on: date
    recheck_after: date
    refs: tuple[Id, ...] = ()


@dataclass(frozen=True)
class SourceLine:
    """A source as learners see it; not every one has an address."""

    title: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Source(Shape):
    """Something the course rests on.

    Learners see `title` and `url`; `says`, where it was seen (`source`) and with what `confidence` is for authors.
    """

    id: Id
    confidence: Grade
    says: Text
    source: Text
    title: str = ""
    url: HttpsUrl | None = None

    @property
    def line(self) -> SourceLine:
        """What learners see. Courses published before there were titles have only `source`."""
        return SourceLine(self.title or self.source, self.url or "")


@dataclass(frozen=True, kw_only=True)
class LessonHead(Shape):
    """The front matter of a lesson."""

    id: Id
    title: Text
    minutes: Minutes
    objectives: Annotated[tuple[Id, ...], Field(min_length=1)]
    summary: Text


@dataclass(frozen=True, kw_only=True)
class Lesson(LessonHead):
    """A lesson: its front matter, the module that lists it, and its Markdown.

    `path` and `first_line` (of the body in its file) say where it was written, and are not part of what it is.
    """

    module: str = ""
    body: str = ""
    path: str = field(default="", compare=False)
    first_line: int = field(default=1, compare=False)


@dataclass(frozen=True)
class Asset:
    """A figure; `text` is clean SVG (trainer.content.svg)."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class CourseHead(Shape):
    """The file course.yaml."""

    schema: Literal["course/1"]
    id: Id
    title: Text
    language: Language
    summary: Text
    modules: Annotated[tuple[Module, ...], Field(min_length=1)]
    subtitle: str = ""
    misconceptions: tuple[Misconception, ...] = ()
    tracks: tuple[Track, ...] = ()
    review: ReviewRule = ReviewRule()


@dataclass(frozen=True, kw_only=True)
class Glossary(Shape):
    """The file glossary.yaml."""

    schema: Literal["glossary/1"]
    terms: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True)
class StatusFile(Shape):
    """The file status.yaml."""

    schema: Literal["status/1"]
    entries: tuple[StatusEntry, ...]


@dataclass(frozen=True, kw_only=True)
class SourceList(Shape):
    """The file sources.yaml."""

    schema: Literal["sources/1"]
    sources: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True)
class Course(CourseHead):
    """A whole course. The mappings find things by id; each is made once."""

    terms: tuple[Term, ...] = ()
    status: tuple[StatusEntry, ...] = ()
    sources: tuple[Source, ...] = ()
    exams: tuple[Exam, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    assets: tuple[Asset, ...] = ()

    def __hash__(self) -> int:
        """Equal courses are the same key, without walking through hundreds of sources each time."""
        return hash((self.id, self.title))

    @cached_property
    def terms_by_id(self) -> Mapping[str, Term]:
        return MappingProxyType({term.id: term for term in self.terms})

    @cached_property
    def status_by_id(self) -> Mapping[str, StatusEntry]:
        return MappingProxyType({entry.id: entry for entry in self.status})

    @cached_property
    def sources_by_id(self) -> Mapping[str, Source]:
        return MappingProxyType({source.id: source for source in self.sources})

    @cached_property
    def exams_by_id(self) -> Mapping[str, Exam]:
        return MappingProxyType({exam.id: exam for exam in self.exams})

    @cached_property
    def lessons_by_id(self) -> Mapping[str, Lesson]:
        return MappingProxyType({lesson.id: lesson for lesson in self.lessons})

    @cached_property
    def assets_by_name(self) -> Mapping[str, Asset]:
        return MappingProxyType({asset.name: asset for asset in self.assets})

    @cached_property
    def objectives_by_id(self) -> Mapping[str, Objective]:
        return MappingProxyType({objective.id: objective for module in self.modules for objective in module.objectives})

    @cached_property
    def after(self) -> Mapping[str, tuple[str, ...]]:
        """Objective → those it builds on."""
        return MappingProxyType({id: objective.after for id, objective in self.objectives_by_id.items()})

    @cached_property
    def misconceptions_by_id(self) -> Mapping[str, Misconception]:
        return MappingProxyType({misconception.id: misconception for misconception in self.misconceptions})

    def source_lines(self, refs: Iterable[str]) -> tuple[SourceLine, ...]:
        """What learners see of the sources with these ids, each line once."""
        known = self.sources_by_id
        return tuple(dict.fromkeys(known[ref].line for ref in refs if ref in known))

    def module_of_objective(self, objective: str) -> str | None:
        """The id of the module that has the objective."""
        return next((m.id for m in self.modules if any(o.id == objective for o in m.objectives)), None)
