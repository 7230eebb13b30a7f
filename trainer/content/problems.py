"""A problem in an author's file: where it is and, in plain words, what to do about it."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """`line` and `column` count from 1. An error keeps its bank or course from being published, a warning does not."""

    path: str
    line: int
    column: int
    code: str
    message: str
    severity: Severity = "error"

    def __post_init__(self) -> None:
        """A path may be any bytes; what cannot be shown or stored would break the very page that tells of it."""
        object.__setattr__(self, "path", readable(self.path))
        object.__setattr__(self, "message", _encodable(self.message))

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity}[{self.code}]: {self.message}"

    @property
    def is_error(self) -> bool:
        """Whether it stands in the way of publishing."""
        return self.severity == "error"


def readable(path: str) -> str:
    r"""The path as one line of text: bytes that are not UTF-8 and characters that do not print are escaped, `\xff`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in _encodable(path))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def has_errors(problems: list[Problem]) -> bool:
    """Whether any of the problems stands in the way of publishing."""
    return any(problem.is_error for problem in problems)
