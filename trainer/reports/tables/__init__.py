"""Reports, found by name: each module here but `base` is one report and offers it as `REPORT`."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from trainer.reports.tables.base import Report

SHARED = {"base"}
"""What reports are made of; not reports themselves."""


@cache
def reports() -> Mapping[str, Report]:
    """Every report by its slug, in the order of their titles."""
    modules = {module.name for module in pkgutil.iter_modules(__path__)} - SHARED
    found = [import_module(f"{__name__}.{name}").REPORT for name in sorted(modules)]
    return MappingProxyType({report.slug: report for report in sorted(found, key=lambda report: report.title)})
