"""Figures of a course, ready to stand in a page."""

import re
from html import escape

from trainer.content.courses import Course
from trainer.content.svg import with_own_ids

_OWN_WORDS = re.compile(r"<(title|desc)[^>]*>[^<]*</\1>")


def figure_svg(course: Course, name: str, alt: str, prefix: str) -> str:
    """The figure as `<svg>`, its ids beginning with `prefix`; empty if the course has none of that name.

    `alt` says what the picture says. The file's own title would pop up over the whole picture, so it is left out.
    """
    asset = course.assets_by_name.get(name)
    if asset is None:
        return ""
    svg = with_own_ids(_OWN_WORDS.sub("", asset.text), prefix)
    spoken = f'role="img" aria-label="{escape(alt)}"' if alt else 'aria-hidden="true"'
    return svg.replace("<svg", f"<svg {spoken}", 1)
