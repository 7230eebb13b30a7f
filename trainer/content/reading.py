"""All courses and banks at once: what is sound, as frozen values, and every problem of the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from trainer.content.banks import read_bank, warn_of_age
from trainer.content.course_files import CourseFolder, check, read_course
from trainer.content.courses import Course
from trainer.content.documents import Document
from trainer.content.duplicates import ids_of_all_courses, item_ids
from trainer.content.folders import bank_files, course_folders, folder_problems
from trainer.content.items import Bank
from trainer.content.known import learn_bank
from trainer.content.problems import Problem, Severity, has_errors
from trainer.content.references import check_items
from trainer.content.text_files import read_text
from trainer.content.validation import nearest, quoted
from trainer.content.yaml_files import read_yaml


@dataclass(frozen=True)
class Content:
    """What was read.

    A course or bank with an error is left out of `courses` or `banks`; its id is then in `broken_…`, so that whoever
    publishes can keep what was published of it before. A sound bank of a broken course stays in `banks`.
    """

    courses: tuple[Course, ...] = ()
    banks: tuple[Bank, ...] = ()
    problems: tuple[Problem, ...] = ()
    broken_courses: tuple[str, ...] = ()
    broken_banks: tuple[str, ...] = ()

    def course(self, id: str) -> Course | None:
        """The course with that id."""
        return next((course for course in self.courses if course.id == id), None)


@dataclass(eq=False)
class _BankFile:
    document: Document
    bank: Bank | None
    is_loose: bool

    @property
    def id(self) -> str:
        given = self.document.get("id")
        return given if isinstance(given, str) else Path(self.document.path).stem

    @property
    def course(self) -> str:
        given = self.document.get("course")
        return given if isinstance(given, str) else ""


def read_content(courses: Path, banks: Path, today: date | None = None) -> Content:
    """All courses in the folder `courses` and all banks in the folder `banks`; it never raises.

    With `today`, warns of what was to be checked again by now.
    """
    content = read_files(course_folders(courses), bank_files(banks), today=today)
    return replace(content, problems=tuple(sorted({*content.problems, *folder_problems(courses, banks)})))


def read_files(
    folders: Iterable[Path], files: Iterable[Path], *, loose: Sequence[Path] = (), today: date | None = None
) -> Content:
    """These course folders and bank files. Of a `loose` bank the course may be missing: that is only a warning."""
    courses = {course.id: course for course in map(read_course, folders)}
    _check_courses(courses.values())
    banks = [_read_bank_file(file, is_loose=file in loose) for file in (*files, *loose)]
    _check_ids(banks)
    declared = _declared(banks)
    for course in courses.values():
        _learn_banks(course, banks, all_readable=declared is not None)
        check(course, declared, today)
    for bank in banks:
        _check_bank(bank, courses, today)
    return _sorted_out(courses, banks)


def _read_bank_file(file: Path, *, is_loose: bool) -> _BankFile:
    text, problems = read_text(file, file.parent)
    document = Document(str(file), problems=problems) if text is None else read_yaml(text, str(file))
    if document.value is None and document.problems:
        return _BankFile(document, None, is_loose)
    return _BankFile(document, read_bank(document), is_loose)


def _check_courses(courses: Iterable[CourseFolder]) -> None:
    seen: dict[str, str] = {}
    for course in courses:
        document = course.documents.get("course.yaml")
        for route, id in ids_of_all_courses(document) if document else ():
            if document and seen.get(id, course.id) != course.id:
                message = f"The id {quoted(id)} is also in the course {seen[id]}; ids are never used twice."
                document.report(route, "duplicate-id", message)
            seen.setdefault(id, course.id)


def _check_ids(banks: Iterable[_BankFile]) -> None:
    seen_banks: dict[str, str] = {}
    seen_items: dict[str, str] = {}
    for bank in banks:
        document = bank.document
        found = [(("id",), bank.id, seen_banks), *((route, id, seen_items) for route, id in item_ids(document))]
        for route, id, seen in found:
            if id in seen:
                document.report(route, "duplicate-id", f"The id {quoted(id)} is also in {seen[id]}.")
            seen.setdefault(id, Path(document.path).name)


def _declared(banks: Iterable[_BankFile]) -> set[str] | None:
    """The ids of all items, or None if some bank cannot be read, so that no item can be called unknown."""
    if any(bank.document.value is None for bank in banks):
        return None
    return {id for bank in banks for _, id in item_ids(bank.document)}


def _learn_banks(course: CourseFolder, banks: Iterable[_BankFile], *, all_readable: bool) -> None:
    """What can be asked of the course. An unreadable bank might hold anything, so then nothing is called too few."""
    for bank in banks:
        if bank.course == course.id:
            learn_bank(course.known, bank.document)
    if not all_readable:
        course.known.questions = None


def _check_bank(file: _BankFile, courses: dict[str, CourseFolder], today: date | None) -> None:
    course = courses.get(file.course)
    if course is not None:
        check_items(file.document, course.known)
    elif file.course:
        severity: Severity = "warning" if file.is_loose else "error"
        message = f"There is no course {quoted(file.course)}{nearest(file.course, courses)}"
        file.document.report(("course",), "unknown-course", message, severity)
    if file.bank and today:
        warn_of_age(file.document, file.bank, today)


def _sorted_out(folders: dict[str, CourseFolder], files: Sequence[_BankFile]) -> Content:
    courses = {folder.id: folder.course() for folder in folders.values()}
    sound = [file for file in files if file.bank and not has_errors(file.document.problems)]
    broken = [file for file in files if file not in sound]
    problems = [problem for folder in folders.values() for problem in folder.all_problems()]
    problems += [problem for file in files for problem in file.document.problems]
    return Content(
        courses=tuple(course for course in courses.values() if course),
        banks=tuple(file.bank for file in sound if file.bank),
        problems=tuple(sorted(set(problems))),
        broken_courses=tuple(id for id, course in courses.items() if course is None),
        broken_banks=tuple(file.id for file in broken),
    )
