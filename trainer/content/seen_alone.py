"""Texts that learners see without what stands around them in the file: whether they make sense there. Only warnings."""

import re
from collections.abc import Iterator

from trainer.content.documents import Document
from trainer.content.known import entries

LONGEST_CORRECTION = 140
"""Characters of a correction: it is highlighted in feedback, as one line."""

_LEANING = re.compile(
    r"(it|its|they|them|their|he|she|this|these|those)\b|that (is|was|means|would|makes|depends)\b|that['’]s\b", re.I
)
"""A beginning that points back to a sentence nobody sees."""


def check_corrections(document: Document) -> None:
    """course.yaml: the corrections of misconceptions, which feedback shows without the misconception's text."""
    for route, entry in entries(document, "misconceptions"):
        correction = entry.get("correction")
        if isinstance(correction, str):
            for code, message in _remarks_on(correction.strip()):
                document.report((*route, "correction"), code, message, "warning")


def check_sources(document: Document) -> None:
    """sources.yaml: whether each source has the words by which learners see it."""
    for route, entry in entries(document, "sources"):
        if not entry.get("title"):
            message = "Learners see the working note in `source`; give it a `title` for them."
            document.report(route, "untitled-source", message, "warning")


def _remarks_on(correction: str) -> Iterator[tuple[str, str]]:
    if start := _LEANING.match(correction):
        message = f"It is shown alone, so nobody knows what “{start.group()}” means; name what it is about."
        yield "leaning-correction", message
    if len(correction) > LONGEST_CORRECTION:
        message = f"It is highlighted as one line: at most {LONGEST_CORRECTION} characters, not {len(correction)}."
        yield "long-correction", message
