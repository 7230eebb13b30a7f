"""What is taken in at all: how much, how many fields, and no character that a database cannot keep."""

from collections.abc import Iterable

from flask import Flask, abort, request

from trainer.web.guarding import SAFE_METHODS

LARGEST_BODY = 256 * 1024
"""Bytes. The longest text that anybody may send has 4000 characters."""
MOST_FIELDS = 1000
NUL = "\0"
"""PostgreSQL keeps no text with it, and no person types it."""


def limit_intake(app: Flask) -> None:
    """Refuse what is too much or cannot be meant, before anything else looks at it."""
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY, MAX_FORM_PARTS=MOST_FIELDS)
    app.before_request(_look_at_address)
    app.before_request(_look_at_form)


def _look_at_address() -> None:
    if _has_nul((request.path, *_words(request.args.lists()))):
        abort(404)


def _look_at_form() -> None:
    if request.method in SAFE_METHODS:
        return
    # Flask counts the parts of a multipart form only.
    if sum(len(values) for _name, values in request.form.lists()) > MOST_FIELDS:
        abort(413)
    if _has_nul(_words(request.form.lists())):
        abort(422)


def _words(fields: Iterable[tuple[str, list[str]]]) -> Iterable[str]:
    for name, values in fields:
        yield name
        yield from values


def _has_nul(texts: Iterable[str]) -> bool:
    return any(NUL in text for text in texts)
