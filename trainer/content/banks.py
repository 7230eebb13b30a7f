"""A bank file: its head, its items, and what each item refers to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from trainer.content.documents import Document, Plain, Route
from trainer.content.fields import fields_of
from trainer.content.items import PRACTICE, Bank, Envelope, Item, Use
from trainer.content.shapes import Id, Shape, Text
from trainer.content.validation import nearest, quoted, validate
from trainer.learning.question_types import question_types
from trainer.learning.question_types.base import Question


@dataclass(frozen=True, kw_only=True)
class BankHead(Shape):
    """What a bank says before its items."""

    schema: Literal["bank/1"]
    id: Id
    title: Text
    course: Id
    use: Use = PRACTICE


def read_bank(document: Document) -> Bank | None:
    """The bank in `document`, without the items that have problems; None if not even its head can be read."""
    if not isinstance(document.value, dict):
        if not document.problems:
            document.report((), "not-a-bank", "This is not a bank: it begins with `schema: bank/1`.")
        return None
    plain = {key: value for key, value in document.value.items() if key != "items"}
    head = validate(document, (), BankHead, plain)
    items = tuple(_items(document))
    return Bank(id=head.id, title=head.title, course=head.course, use=head.use, items=items) if head else None


def _items(document: Document) -> Iterator[Item]:
    entries = document.get("items")
    if not isinstance(entries, list) or not entries:
        document.report(("items",), "no-items", "A bank needs `items:`, a list of at least one item.")
        return
    for position, entry in enumerate(entries):
        if item := _item(document, ("items", position), entry):
            yield item


def _item(document: Document, route: Route, entry: Plain) -> Item | None:
    if not isinstance(entry, dict):
        document.report(route, "wrong-type", "An item is a mapping: `- id: …`, `type: …` and so on.")
        return None
    kind = _kind(document, route, entry)
    envelope, question = split(entry, kind)
    checked = validate(document, route, Envelope, envelope)
    if kind is None:
        return None
    _need_rationale(document, route, entry, kind)
    _drop_unknown(document, route, question, kind)
    asked = validate(document, route, kind, question)
    if asked is None or not _is_flawless(document, route, asked) or checked is None:
        return None
    return Item(question=asked, **{name: getattr(checked, name) for name in fields_of(Envelope)})


def split(entry: dict[str, Plain], kind: type[Question] | None) -> tuple[dict[str, Plain], dict[str, Plain]]:
    """What an item's mapping says in its envelope, and what it says of its question."""
    ours = set(fields_of(Envelope)) - (set(fields_of(kind)) if kind else set())
    envelope = {key: value for key, value in entry.items() if key in ours}
    question = {key: value for key, value in entry.items() if key not in ours and key != "type"}
    return envelope, question


def _kind(document: Document, route: Route, entry: dict[str, Plain]) -> type[Question] | None:
    name = entry.get("type")
    kinds = question_types()
    if "type" not in entry:
        document.report(route, "missing-field", f'"type" is missing{nearest("", kinds)}')
    elif not isinstance(name, str) or name not in kinds:
        document.report((*route, "type"), "unknown-type", f"There is no question type {quoted(name)}"
                        f"{nearest(str(name), kinds)}")  # fmt: skip
    else:
        return kinds[name]
    return None


def _need_rationale(document: Document, route: Route, entry: dict[str, Plain], kind: type[Question]) -> None:
    if "rationale" not in entry and "parts" not in fields_of(kind):
        document.report(route, "missing-field", '"rationale" is missing.')
    elif entry.get("rationale") == "":
        document.report((*route, "rationale"), "empty", '"rationale" is empty.')


def _drop_unknown(document: Document, route: Route, question: dict[str, Plain], kind: type[Question]) -> None:
    known = {*fields_of(Envelope), *fields_of(kind), "type"}
    for key in set(question) - known:
        document.report_key((*route, key), "unknown-field", f"{quoted(key)} is not a field here{nearest(key, known)}")
        del question[key]


def _is_flawless(document: Document, route: Route, question: Question) -> bool:
    flaws = list(question.flaws())
    for flaw in flaws:
        document.report((*route, *flaw.at), flaw.code, flaw.message)
    return not flaws


def warn_of_age(document: Document, bank: Bank, today: date) -> None:
    """Warn of items whose facts should have been looked at again by now."""
    due = {item.id: item.review.recheck_after for item in bank.items if item.review.recheck_after}
    for position, entry in enumerate(_entries(document)):
        id = entry.get("id")
        if isinstance(id, str) and (day := due.get(id)) and day < today:
            route = ("items", position, "review", "recheck_after")
            document.report(route, "recheck", f"{quoted(id)} was to be checked again after {day}.", "warning")


def _entries(document: Document) -> Iterator[dict[str, Plain]]:
    entries = document.get("items")
    yield from (entry if isinstance(entry, dict) else {} for entry in (entries if isinstance(entries, list) else []))
