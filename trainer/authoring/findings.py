"""Problems in authors' files as a page shows them: by file, errors first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from trainer.content.problems import Problem


@dataclass(frozen=True)
class FileFindings:
    """One file with its problems, errors before warnings."""

    path: str
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many keep it from being published."""
        return sum(problem.is_error for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many do not."""
        return len(self.problems) - self.errors


@dataclass(frozen=True)
class Findings:
    """Everything that was found, the files with errors first."""

    files: tuple[FileFindings, ...]

    @property
    def errors(self) -> int:
        """How many stand in the way of publishing."""
        return sum(file.errors for file in self.files)

    @property
    def warnings(self) -> int:
        """How many are only to be looked at."""
        return sum(file.warnings for file in self.files)


def findings(problems: Iterable[Problem], folders: Sequence[Path]) -> Findings:
    """The problems by file. Paths begin beside the `folders`, as authors know them, not at the disk's root."""
    short = sorted(replace(problem, path=_short(problem.path, folders)) for problem in problems)
    files = [_file(path, of_file) for path, of_file in groupby(short, lambda problem: problem.path)]
    return Findings(tuple(sorted(files, key=lambda file: (not file.errors, file.path))))


def _file(path: str, problems: Iterable[Problem]) -> FileFindings:
    return FileFindings(path, tuple(sorted(problems, key=lambda problem: not problem.is_error)))


def _short(path: str, folders: Sequence[Path]) -> str:
    roots = (folder.parent for folder in folders)
    return next((str(Path(path).relative_to(root)) for root in roots if Path(path).is_relative_to(root)), path)
