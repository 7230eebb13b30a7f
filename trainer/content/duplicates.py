"""Ids and names that occur twice, where each must be one of its kind."""

from collections.abc import Iterable, Iterator

from trainer.content.documents import Document, Plain, Route
from trainer.content.known import entries, texts
from trainer.content.validation import quoted


def check_course_ids(document: Document) -> None:
    """course.yaml: modules, objectives, lessons, misconceptions and tracks, each named once."""
    modules = entries(document, "modules")
    objectives = [entry for route, _ in modules for entry in entries(document, *route, "objectives")]
    for listed in (modules, objectives, entries(document, "misconceptions"), entries(document, "tracks")):
        check_ids(document, listed)
    lessons = [
        ((*route, "lessons", position), lesson)
        for route, module in modules
        for position, lesson in enumerate(texts(module.get("lessons")))
    ]
    _check_names(document, lessons, "duplicate-id", "The lesson {} is listed twice.")


def check_glossary(document: Document) -> None:
    """glossary.yaml: ids, and the words that terms go by."""
    check_ids(document, entries(document, "terms"))
    seen: dict[str, Route] = {}
    for term_route, term in entries(document, "terms"):
        for route, name in _names_of(term_route, term):
            earlier = seen.setdefault(name.casefold(), route)
            if earlier != route:
                are_terms = earlier[-1] == route[-1] == "term"
                document.report(route, "duplicate-term", f"The word {quoted(name)} is explained twice.",
                                "error" if are_terms else "warning")  # fmt: skip


def check_ids(document: Document, listed: Iterable[tuple[Route, dict[str, Plain]]]) -> None:
    """The ids of a list of entries."""
    found = [((*route, "id"), id) for route, entry in listed if isinstance(id := entry.get("id"), str)]
    _check_names(document, found, "duplicate-id", "The id {} occurs twice.")


def ids_of_all_courses(document: Document) -> Iterator[tuple[Route, str]]:
    """What course.yaml names for good, and every other course must not name: answers, places and findings of learners
    go by these ids alone."""
    modules = entries(document, "modules")
    objectives = [entry for route, _ in modules for entry in entries(document, *route, "objectives")]
    for route, entry in [*objectives, *entries(document, "misconceptions")]:
        if isinstance(id := entry.get("id"), str):
            yield (*route, "id"), id
    for route, module in modules:
        for position, lesson in enumerate(texts(module.get("lessons"))):
            yield (*route, "lessons", position), lesson


def item_ids(document: Document) -> Iterator[tuple[Route, str]]:
    """The ids of a bank's items and of the parts inside them, with their routes."""
    for route, entry in entries(document, "items"):
        for place, part in [(route, entry), *entries(document, *route, "parts")]:
            if isinstance(id := part.get("id"), str):
                yield (*place, "id"), id


def _names_of(route: Route, term: dict[str, Plain]) -> Iterator[tuple[Route, str]]:
    if isinstance(name := term.get("term"), str):
        yield (*route, "term"), name
    for position, also in enumerate(texts(term.get("also"))):
        yield (*route, "also", position), also


def _check_names(document: Document, found: Iterable[tuple[Route, str]], code: str, message: str) -> None:
    seen: set[str] = set()
    for route, name in found:
        if name in seen:
            document.report(route, code, message.format(quoted(name)))
        seen.add(name)
