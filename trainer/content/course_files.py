"""A course folder: course.yaml, what the course shares, its figures and its lessons."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from trainer.content.courses import Asset, Course, CourseHead, Glossary, Lesson, SourceList, StatusFile
from trainer.content.documents import Document
from trainer.content.duplicates import check_course_ids, check_glossary, check_ids
from trainer.content.exam_checks import check_exams
from trainer.content.exams import ExamList
from trainer.content.fields import fields_of
from trainer.content.known import Known, entries, learn_course, learn_shared
from trainer.content.lesson_files import LessonFile, read_lesson
from trainer.content.prerequisites import check_prerequisites
from trainer.content.problems import Problem, has_errors
from trainer.content.references import check_course, check_lesson, check_status
from trainer.content.seen_alone import check_corrections, check_sources
from trainer.content.svg import read_svg
from trainer.content.text_files import read_text
from trainer.content.validation import nearest, quoted, validate
from trainer.content.yaml_files import read_yaml

SHARED: Mapping[str, type] = {
    "glossary.yaml": Glossary,
    "status.yaml": StatusFile,
    "sources.yaml": SourceList,
    "exams.yaml": ExamList,
}
LISTS = {"glossary.yaml": "terms", "status.yaml": "entries", "sources.yaml": "sources", "exams.yaml": "exams"}
"""The field that holds what such a file lists."""
MOST_FILES = 2_000

_NO_HEAD = (
    "This file is missing, and every folder here is a course. Write it, or delete the folder to end the course; "
    "until then, what is live of it stays."
)


@dataclass
class CourseFolder:
    """A course being read. `known` can be used for checking banks even where the course has problems."""

    id: str
    head: CourseHead | None = None
    shared: dict[str, object] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    lessons: list[LessonFile] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    problems: list[Problem] = field(default_factory=list)

    def all_problems(self) -> list[Problem]:
        """The problems of all its files."""
        documents = [*self.documents.values(), *(lesson.document for lesson in self.lessons)]
        return [*self.problems, *(problem for document in documents for problem in document.problems)]

    def course(self) -> Course | None:
        """The course, if there is nothing wrong with it."""
        if self.head is None or has_errors(self.all_problems()):
            return None
        fields = {name: getattr(self.head, name) for name in fields_of(CourseHead)}
        return Course(
            **fields,
            terms=self._listed_in("glossary.yaml"),
            status=self._listed_in("status.yaml"),
            sources=self._listed_in("sources.yaml"),
            exams=self._listed_in("exams.yaml"),
            lessons=self._lessons_in_order(),
            assets=tuple(sorted(self.assets, key=lambda asset: asset.name)),
        )

    def _listed_in(self, name: str) -> tuple[Any, ...]:
        return getattr(self.shared.get(name), LISTS[name], ())

    def _lessons_in_order(self) -> tuple[Lesson, ...]:
        found = {file.lesson.id: file.lesson for file in self.lessons if file.lesson}
        modules = self.head.modules if self.head else ()
        return tuple(replace(found[id], module=module.id) for module in modules for id in module.lessons)


def read_course(folder: Path) -> CourseFolder:
    """Everything in a course folder, each file with its own problems. References are checked by `check`."""
    course = CourseFolder(folder.name)
    _read_head(course, folder)
    for name in SHARED:
        _read_shared(course, folder, name)
    _read_assets(course, folder)
    _read_lessons(course, folder)
    _look_for_strays(course, folder)
    return course


def check(course: CourseFolder, items: set[str] | None, today: date | None) -> None:
    """Whether all that the course refers to is there; `items` are the ids of all items in its banks."""
    course.known.items = items
    files = {file.lesson.id for file in course.lessons if file.lesson}
    broken = {str(file.document.get("id")) for file in course.lessons}
    broken |= {Path(file.document.path).stem for file in course.lessons if file.lesson is None}
    check_course(course.documents["course.yaml"], course.known, files | broken)
    check_prerequisites(course.documents["course.yaml"], course.known)
    if "status.yaml" in course.documents:
        check_status(course.documents["status.yaml"], course.known)
    for lesson in course.lessons:
        check_lesson(lesson, course.known)
        _check_listed(lesson, course)
    if "exams.yaml" in course.documents:
        check_exams(course.documents["exams.yaml"], course.shared.get("exams.yaml"), course.known)
    if today and "status.yaml" in course.documents:
        _warn_of_age(course, today)


def _read_head(course: CourseFolder, folder: Path) -> None:
    document = course.documents["course.yaml"] = _head(folder / "course.yaml", folder)
    learn_course(course.known, document)
    if document.value is not None or not document.problems:
        course.head = validate(document, (), CourseHead, document.value)
    check_course_ids(document)
    check_corrections(document)
    if course.head and course.head.id != folder.name:
        message = f"The id is {quoted(course.head.id)}, but the folder is {quoted(folder.name)}; they must be the same."
        document.report(("id",), "wrong-id", message)


def _read_shared(course: CourseFolder, folder: Path, name: str) -> None:
    if not any(folder.glob(name)):
        return
    document = course.documents[name] = _document(folder / name, folder)
    learn_shared(course.known, name, document)
    if document.value is not None or not document.problems:
        course.shared[name] = validate(document, (), SHARED[name], document.value)
    if name == "glossary.yaml":
        check_glossary(document)
    else:
        check_ids(document, entries(document, LISTS[name]))
    if name == "sources.yaml":
        check_sources(document)


def _read_assets(course: CourseFolder, folder: Path) -> None:
    viewboxes = {}
    for file in sorted((folder / "assets").glob("*.svg"))[:MOST_FILES]:
        course.known.figures.add(file.name)
        text, problems = read_text(file, folder)
        course.problems += problems
        if text is None:
            continue
        figure = read_svg(text, str(file))
        course.problems += figure.problems
        viewboxes[file.name] = figure.viewbox
        if figure.text is not None:
            course.assets.append(Asset(file.name, figure.text))
    course.known.viewboxes = viewboxes


def _read_lessons(course: CourseFolder, folder: Path) -> None:
    seen: dict[str, str] = {}
    for file in sorted(folder.glob("*/*.md"))[:MOST_FILES]:
        text, problems = read_text(file, folder)
        course.problems += problems
        if text is None:
            continue
        lesson = read_lesson(text, str(file))
        course.lessons.append(lesson)
        id = str(lesson.document.get("id"))
        if lesson.lesson and id in seen:
            lesson.document.report(("id",), "duplicate-id", f"The lesson {quoted(id)} is also in {seen[id]}.")
        seen.setdefault(id, file.name)


def _look_for_strays(course: CourseFolder, folder: Path) -> None:
    names = ("course.yaml", *SHARED)
    for file in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])[:MOST_FILES]:
        if file.name not in names:
            message = f"Nobody reads this file{nearest(file.name, names)}"
            course.problems.append(Problem(str(file), 1, 1, "unread-file", message, "warning"))


def _check_listed(file: LessonFile, course: CourseFolder) -> None:
    if file.lesson and course.known.lessons is not None and file.lesson.id not in course.known.lessons:
        message = f"No module in course.yaml lists the lesson {quoted(file.lesson.id)}."
        file.document.report(("id",), "unlisted-lesson", message)


def _warn_of_age(course: CourseFolder, today: date) -> None:
    status = course.shared.get("status.yaml")
    if not isinstance(status, StatusFile):
        return
    document = course.documents["status.yaml"]
    for position, entry in enumerate(status.entries):
        route = ("entries", position, "recheck_after")
        if entry.recheck_after < today:
            message = f"{quoted(entry.id)} was to be checked again after {entry.recheck_after}."
            document.report(route, "recheck", message, "warning")
        if entry.recheck_after < entry.verified_on:
            document.report(route, "date-order", "This is before `verified_on`.")


def _head(file: Path, folder: Path) -> Document:
    document = _document(file, folder)
    if document.problems and not any(folder.glob(file.name)):
        document.problems = [Problem(str(file), 1, 1, "no-course-file", _NO_HEAD)]
    return document


def _document(file: Path, root: Path) -> Document:
    text, problems = read_text(file, root)
    return Document(str(file), problems=problems) if text is None else read_yaml(text, str(file))
