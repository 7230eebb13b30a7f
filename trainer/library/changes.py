"""What differs between two releases, piece by piece: what to know before one takes the other's place."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from trainer.library.manifests import Manifest

What = Literal["added", "changed", "removed"]
Kind = Literal["course", "lesson", "figure", "bank", "question"]


@dataclass(frozen=True)
class Change:
    """A piece that is added, changed or removed. `within` is its course or bank; `fields` are the author's fields that
    differ, where it was changed and is made of fields."""

    what: What
    kind: Kind
    id: str
    within: str
    before: str = field(default="", repr=False)
    after: str = field(default="", repr=False)
    fields: tuple[str, ...] = ()

    @property
    def hashes(self) -> tuple[str, ...]:
        """The documents to compare, for a piece that was changed."""
        return (self.before, self.after) if self.what == "changed" and self.kind not in ("figure", "bank") else ()


def changes_between(before: Manifest, after: Manifest) -> tuple[Change, ...]:
    """From the release `before` to `after`: courses with lessons and figures first, then banks with their questions."""
    return (
        *_compared("course", _courses(before), _courses(after)),
        *_compared("lesson", _of_courses(before, "lessons"), _of_courses(after, "lessons")),
        *_compared("figure", _of_courses(before, "assets"), _of_courses(after, "assets")),
        *_compared("bank", _banks(before), _banks(after)),
        *_compared("question", _questions(before), _questions(after)),
    )


def with_fields(changes: Sequence[Change], texts: Mapping[str, str]) -> tuple[Change, ...]:
    """The changes with the names of the fields that differ. `texts` holds documents by hash."""
    return tuple(replace(change, fields=_fields(change, texts)) if change.hashes else change for change in changes)


_Pieces = Mapping[tuple[str, str], str]
"""Hashes (or what else tells versions apart) by the course or bank they are in, and id."""


def _compared(kind: Kind, before: _Pieces, after: _Pieces) -> Iterator[Change]:
    for within, id in {**after, **before}:
        old, new = before.get((within, id), ""), after.get((within, id), "")
        if old != new:
            what: What = "changed" if old and new else "added" if new else "removed"
            yield Change(what, kind, id, within, before=old, after=new)


def _courses(manifest: Manifest) -> _Pieces:
    return {(id, id): entry["hash"] for id, entry in manifest["courses"].items()}


def _of_courses(manifest: Manifest, name: str) -> _Pieces:
    courses = manifest["courses"].items()
    return {(course, id): hash for course, entry in courses for id, hash in entry[name].items()}


def _banks(manifest: Manifest) -> _Pieces:
    return {(id, id): _order(entry) for id, entry in manifest["banks"].items()}


def _order(bank: Mapping[str, Any]) -> str:
    """The bank itself: its title, course and use. Its questions are compared one by one."""
    return json.dumps([bank["title"], bank["course"], bank.get("use")])


def _questions(manifest: Manifest) -> _Pieces:
    banks = manifest["banks"].items()
    return {(bank, row["id"]): row["hash"] for bank, entry in banks for row in entry["items"]}


def _fields(change: Change, texts: Mapping[str, str]) -> tuple[str, ...]:
    old, new = (json.loads(texts.get(hash, "{}")) for hash in change.hashes)
    return tuple(name for name in sorted({*old, *new}) if old.get(name) != new.get(name))
