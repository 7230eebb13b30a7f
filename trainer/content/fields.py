"""The names of the fields that a shape has, at any depth: for "did you mean …?"."""

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from trainer.content.documents import Route


def field_names_at(shape: type, route: Route) -> set[str]:
    """The fields of the dataclass (or, where there are alternatives, all of them) that stands at `route`."""
    hints: list[Any] = [shape]
    for step in route:
        hints = [inner for hint in hints for inner in _inside(hint, step)]
    return {name for hint in hints for kind in _dataclasses(hint) for name in fields_of(kind)}


@cache
def fields_of(shape: type) -> Mapping[str, Any]:
    """The fields of a dataclass as authors write them, with their types."""
    hints = get_type_hints(shape, include_extras=True)
    return {_written(field.name, hints[field.name]): hints[field.name] for field in dataclasses.fields(shape)}


def _written(name: str, hint: Any) -> str:
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, FieldInfo) and extra.alias:
            return extra.alias
    return name


def _dataclasses(hint: Any) -> Iterator[type]:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        yield hint
    elif get_origin(hint) is Annotated:
        yield from _dataclasses(get_args(hint)[0])
    elif not _is_container(hint):
        for alternative in get_args(hint):
            yield from _dataclasses(alternative)


def _inside(hint: Any, step: str | int) -> Iterator[Any]:
    if get_origin(hint) is Annotated:
        yield from _inside(get_args(hint)[0], step)
    elif _is_container(hint):
        yield get_args(hint)[0 if isinstance(step, int) else -1]
    elif dataclasses.is_dataclass(hint) and isinstance(hint, type):
        yield from [fields_of(hint)[step]] if step in fields_of(hint) else []  # type: ignore[index]
    else:
        for alternative in get_args(hint):
            yield from _inside(alternative, step)


def _is_container(hint: Any) -> bool:
    origin = get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, tuple | list | Mapping)
