"""Which objective builds on which: those named are there, and none builds on itself by a detour."""

from collections.abc import Mapping, Sequence

from trainer.content.documents import Document, Route
from trainer.content.known import Known, entries, texts
from trainer.content.references import unknown
from trainer.content.validation import quoted


def check_prerequisites(document: Document, known: Known) -> None:
    """The `after` of each objective in course.yaml; of a circle, the entry that closes it."""
    builds_on: dict[str, list[str]] = {}
    for route, _ in entries(document, "modules"):
        for place, objective in entries(document, *route, "objectives"):
            for position, before in enumerate(texts(objective.get("after"))):
                _check(document, (*place, "after", position), (str(objective.get("id")), before), builds_on)
                if known.objectives is not None and before not in known.objectives:
                    message = unknown("objective", before, known.objectives)
                    document.report((*place, "after", position), "unknown-objective", message)


def _check(document: Document, route: Route, pair: tuple[str, str], builds_on: dict[str, list[str]]) -> None:
    """Take in that the first of the pair comes after the second, unless that closes a circle."""
    later, before = pair
    way = _way(before, later, builds_on)
    if not way:
        builds_on.setdefault(later, []).append(before)
        return
    told = ", which comes after ".join(quoted(objective) for objective in way)
    document.report(route, "circle", f"{quoted(later)} would come after itself: after {told}.")


def _way(start: str, goal: str, builds_on: Mapping[str, Sequence[str]]) -> list[str]:
    """A way from one objective to another through what each builds on, both named; empty where there is none."""
    came_from: dict[str, str | None] = {start: None}
    to_visit = [start]
    while to_visit and goal not in came_from:
        here = to_visit.pop()
        for before in builds_on.get(here, ()):
            if before not in came_from:
                came_from[before] = here
                to_visit.append(before)
    way: list[str] = []
    step: str | None = goal if goal in came_from else None
    while step is not None:
        way.insert(0, step)
        step = came_from[step]
    return way
