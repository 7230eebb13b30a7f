"""The addresses of an app, with something in the place of each part that varies."""

import re

from flask import Flask
from werkzeug.routing import Rule

SAMPLE = {"int": "1", "default": "no-such-thing", "path": "no-such-file"}


def address(rule: Rule) -> str:
    """One address that the rule matches."""
    text = rule.rule
    for name, converter in rule._converters.items():
        kind = {"IntegerConverter": "int", "PathConverter": "path"}.get(type(converter).__name__, "default")
        text = re.sub(rf"<(?:\w+(?:\([^)]*\))?:)?{name}>", SAMPLE[kind], text)
    assert "<" not in text, f"{rule.rule} has a part that is not known here"
    return text


def addresses(app: Flask) -> list[str]:
    """One address for each rule."""
    return sorted({address(rule) for rule in app.url_map.iter_rules()})
