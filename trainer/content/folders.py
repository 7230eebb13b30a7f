"""The folders of courses and of banks: what in them is read, and what lies where nobody would look for it."""

from collections.abc import Iterator
from itertools import islice
from os import scandir
from pathlib import Path

from trainer.content.problems import Problem

MOST_STRAYS = 100
"""More than that are no slip of the hand."""


def course_folders(courses: Path) -> list[Path]:
    """The folders that are courses: all there are, so that a course whose course.yaml has gone is missed."""
    try:
        with scandir(courses) as entries:
            return sorted(courses / entry.name for entry in entries if entry.is_dir() and entry.name[0] != ".")
    except OSError:
        return []


def bank_files(banks: Path) -> list[Path]:
    """The files that are banks."""
    return sorted(file for file in banks.glob("*.y*ml") if file.suffix in {".yaml", ".yml"})


def folder_problems(courses: Path, banks: Path) -> Iterator[Problem]:
    """What is wrong with the two folders themselves, and the files in them that nobody reads."""
    if problem := _unreadable(courses, "TRAINER_COURSES"):
        yield problem
    elif not course_folders(courses):
        message = "There is no course here: a course is a folder with a course.yaml in it. What is live stays."
        yield Problem(str(courses), 1, 1, "no-course", message)
    if problem := _unreadable(banks, "TRAINER_BANKS"):
        yield problem
    elif not bank_files(banks):
        message = "There is no question bank here: a bank is a file like tea-1.yaml. What is live stays."
        yield Problem(str(banks), 1, 1, "no-bank", message, "warning")
    yield from _strays(banks)


def _unreadable(folder: Path, setting: str) -> Problem | None:
    try:
        with scandir(folder):
            return None
    except OSError as error:
        message = f"This folder cannot be read ({error.strerror}). Is {setting} right? What is live stays."
        return Problem(str(folder), 1, 1, "no-folder", message)


def _strays(banks: Path) -> Iterator[Problem]:
    below = (file for file in banks.glob("*/**/*.y*ml") if file.suffix in {".yaml", ".yml"})
    for file in islice(below, MOST_STRAYS):
        message = f'Nobody reads this file: a bank lies in "{banks.name}" itself, not in a folder below. Move it there.'
        yield Problem(str(file), 1, 1, "unread-file", message, "warning")
