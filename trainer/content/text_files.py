"""Authors' files as text: UTF-8, of bearable size, from inside their own folder."""

import re
from pathlib import Path

from trainer.content.problems import Problem

LARGEST_FILE = 2_000_000
"""Bytes. The accreditation course in full has about 0.1 MB a bank."""

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ue000-\uf8ff\ufffe\uffff]")
"""Characters that no text needs: they hide things, break databases, or count as line ends in some programs only."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_text(file: Path, root: Path) -> tuple[str | None, list[Problem]]:
    """The text of `file`, or None and why not. Nothing outside the folder `root` is opened, through links neither."""
    path = str(file)
    try:
        if not file.resolve().is_relative_to(root.resolve()):
            return None, [Problem(path, 1, 1, "outside", f'This is a link out of the folder "{root.name}".')]
        if not file.is_file():
            return None, [Problem(path, 1, 1, "unreadable", "This is not a file.")]
        if file.stat().st_size > LARGEST_FILE:
            return None, [too_large(path)]
        return decode(file.read_bytes(), path)
    except (OSError, RuntimeError) as error:
        return None, [Problem(path, 1, 1, "unreadable", f"The file cannot be read: {error}.")]


def too_large(path: str) -> Problem:
    """The problem of a file over the limit."""
    return Problem(path, 1, 1, "too-large", f"The file is over {LARGEST_FILE // 1_000_000} MB; split it.")


def decode(content: bytes, path: str) -> tuple[str | None, list[Problem]]:
    """The text in `content`, lines ending in one newline, or None and what is wrong with its encoding."""
    if len(content) > LARGEST_FILE:
        return None, [too_large(path)]
    if content.startswith(_UTF16) or (len(content) > 3 and 0 in content[:2] and content[:2] != b"\0\0"):
        return None, [Problem(path, 1, 1, "encoding", "The file is UTF-16. Save it as UTF-8.")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(content, error, path)]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (None, [_control_character(text, found, path)]) if (found := CONTROL.search(text)) else (text, [])


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `offset`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _not_utf8(content: bytes, error: UnicodeDecodeError, path: str) -> Problem:
    before = content[: error.start].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    line, column = line_and_column(before, len(before))
    byte = content[error.start]
    message = f"Byte {byte:#04x} is not UTF-8; it looks like Windows-1252. Save the file as UTF-8."
    return Problem(path, line, column, "encoding", message)


def _control_character(text: str, found: re.Match[str], path: str) -> Problem:
    line, column = line_and_column(text, found.start())
    code = ord(found.group())
    name = "a NUL character" if code == 0 else f"the invisible character U+{code:04X}"
    return Problem(path, line, column, "control-character", f"There is {name} here; delete it.")
