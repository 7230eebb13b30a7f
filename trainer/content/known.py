"""The ids that a course and its banks declare, so that references can be checked even while something else is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trainer.content.documents import Document, Plain, Route
from trainer.content.items import PRACTICE

Ids = set[str] | None
"""None: the file that would say cannot be read, so nothing can be called unknown."""


@dataclass(frozen=True)
class KnownQuestion:
    """What a draw needs to know of a question of the course."""

    id: str
    module: str
    objective: str
    difficulty: int
    use: str


@dataclass
class Known:
    """What may be referred to. Ids come from the plain values, whether or not the rest of an entry is right."""

    modules: Ids = None
    objectives: dict[str, str] | None = None
    """Objective → its module."""
    misconceptions: Ids = None
    lessons: Ids = None
    terms: Ids = field(default_factory=set)
    status: dict[str, set[str]] | None = field(default_factory=dict)
    """Entry → the names of its values."""
    sources: Ids = field(default_factory=set)
    figures: set[str] = field(default_factory=set)
    viewboxes: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    items: Ids = None
    reserved: set[str] = field(default_factory=set)
    """Items that are kept for exams."""
    questions: list[KnownQuestion] | None = field(default_factory=list)
    """All that can be asked of the course."""


def entries(document: Document, *route: str | int) -> list[tuple[Route, dict[str, Plain]]]:
    """The mappings in the list at `route`, each with its own route."""
    found = document.get(*route)
    if not isinstance(found, list):
        return []
    return [((*route, n), entry) for n, entry in enumerate(found) if isinstance(entry, dict)]


def ids(found: Iterable[tuple[Route, dict[str, Plain]]]) -> set[str]:
    """The ids of entries."""
    return {id for _, entry in found if isinstance(id := entry.get("id"), str)}


def texts(value: Plain) -> list[str]:
    """The texts in a list."""
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def learn_course(known: Known, document: Document) -> None:
    """What course.yaml declares."""
    if not isinstance(document.value, dict):
        return
    modules = entries(document, "modules")
    known.modules = ids(modules)
    known.misconceptions = ids(entries(document, "misconceptions"))
    known.lessons = {lesson for _, module in modules for lesson in texts(module.get("lessons"))}
    known.objectives = {
        id: str(module.get("id")) for route, module in modules for id in ids(entries(document, *route, "objectives"))
    }


def learn_shared(known: Known, name: str, document: Document) -> None:
    """What glossary.yaml, status.yaml or sources.yaml declares."""
    readable = isinstance(document.value, dict)
    if name == "glossary.yaml":
        known.terms = ids(entries(document, "terms")) if readable else None
    elif name == "sources.yaml":
        known.sources = ids(entries(document, "sources")) if readable else None
    elif name == "status.yaml":
        known.status = _values(document) if readable else None


def learn_bank(known: Known, document: Document) -> None:
    """The questions that a bank of the course has, those that are retired left out."""
    use = str(document.get("use") or PRACTICE)
    for route, entry in entries(document, "items"):
        if use != PRACTICE:
            known.reserved |= ids([(route, entry), *entries(document, *route, "parts")])
        question = _question(known, entry, use)
        if question and known.questions is not None and document.get(*route, "review", "status") != "retired":
            known.questions.append(question)


def _question(known: Known, entry: dict[str, Plain], use: str) -> KnownQuestion | None:
    id, objective, difficulty = (entry.get(name) for name in ("id", "objective", "difficulty"))
    module = (known.objectives or {}).get(str(objective))
    if isinstance(id, str) and isinstance(difficulty, int) and module:
        return KnownQuestion(id, module, str(objective), difficulty, use)
    return None


def _values(document: Document) -> dict[str, set[str]]:
    found = {}
    for _, entry in entries(document, "entries"):
        id, values = entry.get("id"), entry.get("values")
        if isinstance(id, str):
            found[id] = set(values) if isinstance(values, dict) else set()
    return found
