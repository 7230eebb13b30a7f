"""Question types, found by name: each module here is one type and offers it as `QUESTION_TYPE`."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from trainer.learning.question_types.base import Question

SHARED = {"base", "pieces"}
"""What types are made of; not types themselves."""


@cache
def question_types() -> Mapping[str, type[Question]]:
    """Every question type by its kind, the name of its module: `{"single_choice": SingleChoice, …}`."""
    found = {}
    for name in sorted({module.name for module in pkgutil.iter_modules(__path__)} - SHARED):
        found[name] = import_module(f"{__name__}.{name}").QUESTION_TYPE
    return MappingProxyType(found)
