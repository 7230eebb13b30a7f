"""A file as plain values, with the place in the file of every key and value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trainer.content.problems import Problem, Severity

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""What YAML and JSON have in common."""

Route = tuple[str | int, ...]
"""The way from the top of a file to a value: keys and list positions, `("items", 3, "stem")`."""


@dataclass(frozen=True)
class Place:
    """Line and column from 1. `indent` is set for block text (`|`), whose lines stand below at that column."""

    line: int
    column: int
    indent: int | None = None


@dataclass
class Document:
    """A file that was read: `value` is None where nothing could be made of it."""

    path: str
    value: Plain = None
    places: dict[Route, Place] = field(default_factory=dict)
    keys: dict[Route, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    start: Place = Place(1, 1)

    def place(self, route: Route) -> Place:
        """Where the value at `route` stands, or else the nearest thing around it."""
        return self._nearest(self.places, route)

    def key_place(self, route: Route) -> Place:
        """Where the key that ends `route` stands."""
        return self.keys.get(route) or self.place(route)

    def report(self, route: Route, code: str, message: str, severity: Severity = "error") -> None:
        """Note a problem with the value at `route`."""
        self._note(self.place(route), code, message, severity)

    def report_key(self, route: Route, code: str, message: str, severity: Severity = "error") -> None:
        """Note a problem with the key that ends `route`."""
        self._note(self.key_place(route), code, message, severity)

    def report_in_text(self, route: Route, at: tuple[int, int], code: str, message: str) -> None:
        """Note a problem inside the text at `route`, `at` its line and column from 0.

        Only block text (`|`) keeps its lines; elsewhere the problem is where the text begins.
        """
        place = self.place(route)
        if place.indent is not None:
            place = Place(place.line + 1 + at[0], place.indent + at[1])
        self._note(place, code, message, "error")

    def get(self, *route: str | int) -> Plain:
        """The value at `route`, or None where there is none."""
        value = self.value
        for step in route:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
                value = value[step]
            else:
                return None
        return value

    def _note(self, place: Place, code: str, message: str, severity: Severity) -> None:
        self.problems.append(Problem(self.path, place.line, place.column, code, message, severity))

    def _nearest(self, places: Mapping[Route, Place], route: Route) -> Place:
        for length in range(len(route), -1, -1):
            if place := places.get(route[:length]):
                return place
        return self.start
