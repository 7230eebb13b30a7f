"""How entries hang together: each hash covers what its entry says, its number, and the hash before it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

BEGINNING = "0" * 64
"""What stands before the first entry."""


class Entry(Protocol):
    """What a link is made of."""

    @property
    def number(self) -> int: ...
    @property
    def at(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def person(self) -> str: ...
    @property
    def details(self) -> str: ...
    @property
    def previous(self) -> str: ...


class HashedEntry(Entry, Protocol):
    """The same with its hash."""

    @property
    def hash(self) -> str: ...


@dataclass(frozen=True)
class Head:
    """The last entry of a log, 0 and BEGINNING of an empty one. Kept elsewhere, it tells later whether the end of the
    log was cut off."""

    number: int = 0
    hash: str = BEGINNING

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold: the number of the first entry that is wrong (or missing), and how."""

    number: int
    why: str


def as_text(at: datetime) -> str:
    """A time as entries have it: `2026-11-23T09:00:00.000000+00:00`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def link(entry: Entry) -> str:
    """The hash (SHA-256, hex) of an entry."""
    said = [entry.number, entry.at, entry.action, entry.actor, entry.team, entry.person, entry.details, entry.previous]
    return sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def first_break(entries: Iterable[HashedEntry], until: Head | None = None) -> Break | None:
    """What is wrong first in these entries, all of a log in the order of their numbers; None where the chain holds.

    `until` is a head that was kept elsewhere: the log must have that entry, with that hash.
    """
    head, is_met = Head(), until is None or until.number == 0
    for entry in entries:
        if entry.number != head.number + 1:
            return Break(head.number + 1, "it is missing")
        if entry.previous != head.hash:
            return Break(entry.number, "it does not follow from the one before")
        if entry.hash != link(entry):
            return Break(entry.number, "it was changed")
        head = Head(entry.number, entry.hash)
        if until is not None and head.number == until.number:
            if head != until:
                return Break(head.number, "it is not the one that was kept elsewhere")
            is_met = True
    return None if is_met else Break(head.number + 1, f"the log ends before entry {until.number if until else 0}")
