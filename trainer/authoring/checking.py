"""Which files to check, given the paths somebody named, and how to print what was found."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

from trainer.content.folders import bank_files, course_folders, folder_problems
from trainer.content.loose_files import check_loose, is_shared_schema, schema_of
from trainer.content.problems import Problem, readable
from trainer.content.reading import read_content, read_files


@dataclass
class _Selection:
    """What was named: whole course folders, bank files, and single files of no course."""

    folders: dict[Path, Path] = field(default_factory=dict)
    banks: dict[Path, Path] = field(default_factory=dict)
    loose: list[Path] = field(default_factory=list)


def check_all(courses: Path, banks: Path, today: date) -> list[Problem]:
    """The problems of all courses and banks."""
    return [_from_here(problem) for problem in read_content(courses, banks, today).problems]


def check_paths(paths: Sequence[Path], courses: Path, banks: Path, today: date) -> list[Problem]:
    """The problems in the files and folders named. The other courses and banks are read for what is referred to."""
    named = _Selection()
    for path in paths:
        _select(path, named)
    folders = {folder.resolve(): folder for folder in course_folders(courses)} | named.folders
    ours = {file.resolve(): file for file in bank_files(banks)}
    outside = [file for place, file in named.banks.items() if place not in ours]
    copies = {file.name for file in outside}
    inside = [named.banks.get(place, file) for place, file in ours.items() if file.name not in copies]
    content = read_files(_one_an_id(folders, named), inside, loose=outside, today=today)
    found = (*content.problems, *folder_problems(courses, banks))
    problems = [problem for problem in found if _is_in(problem, paths)]
    problems += [problem for file in named.loose for problem in check_loose(file)]
    return [_from_here(problem) for problem in sorted(set(problems))]


def as_text(problems: Iterable[Problem]) -> str:
    """One problem a line."""
    return "\n".join(map(str, problems))


def as_json(problems: Iterable[Problem]) -> str:
    """A list of objects."""
    return json.dumps([asdict(problem) for problem in problems], indent=2, ensure_ascii=False)


def as_github(problems: Iterable[Problem]) -> str:
    """Workflow commands, which show the problems beside the lines of a change."""
    return "\n".join(
        f"::{problem.severity} file={_property(problem.path)},line={problem.line},col={problem.column},"
        f"title={_property(problem.code)}::{_escaped(problem.message)}"
        for problem in problems
    )


def summary(problems: Sequence[Problem]) -> str:
    """The last line: "3 problems in 2 files"."""
    if not problems:
        return "No problems."
    files = len({problem.path for problem in problems})
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    return f"{count} in {files} file{'s' if files > 1 else ''}"


def _select(path: Path, named: _Selection) -> None:
    if path.is_dir():
        _select_folder(path, named)
    elif folder := _course_of(path):
        named.folders[folder.resolve()] = folder
    elif path.suffix in {".md", ".svg"} or is_shared_schema(schema_of(path)):
        named.loose.append(path)
    else:
        named.banks[path.resolve()] = path


def _select_folder(path: Path, named: _Selection) -> None:
    if folder := _course_of(path / "course.yaml"):
        named.folders[folder.resolve()] = folder
        return
    heads = (folder / "course.yaml" for folder in course_folders(path))
    named.folders |= {head.parent.resolve(): head.parent for head in heads if head.is_file()}
    for file in bank_files(path):
        _select(file, named)


def _course_of(file: Path) -> Path | None:
    """The course folder that a file lies in: beside course.yaml, or one folder below it."""
    return next((folder for folder in (file.parent, file.parent.parent) if (folder / "course.yaml").is_file()), None)


def _one_an_id(folders: dict[Path, Path], named: _Selection) -> list[Path]:
    """A course that was named stands for another one of the same name."""
    names = {folder.resolve().name for folder in named.folders.values()}
    return [folder for place, folder in folders.items() if place in named.folders or place.name not in names]


def _is_in(problem: Problem, paths: Iterable[Path]) -> bool:
    # As written as well as resolved: a link that leads out of the folder lies in it all the same.
    file = Path(problem.path)
    places = ((place(file), place(path)) for path in paths for place in (Path.absolute, Path.resolve))
    return any(inner.is_relative_to(readable(str(outer))) for inner, outer in places)


def _from_here(problem: Problem) -> Problem:
    """With the path as one would type it from the folder one is in."""
    file = Path(problem.path)
    here = Path.cwd()
    return replace(problem, path=str(file.relative_to(here))) if file.is_relative_to(here) else problem


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
