"""Texts of questions as pages show them. Everything here is a pure function of its arguments, and cached."""

from functools import lru_cache
from hashlib import blake2s

from markupsafe import Markup

from trainer.content.courses import Course
from trainer.content.markdown.figures import figure_svg
from trainer.content.markdown.reading import read_markdown
from trainer.content.markdown.rendering import Page, render_inline_tokens, render_tokens
from trainer.content.text_files import CONTROL


@lru_cache(maxsize=4096)
def render_text(text: str, course: Course | None = None, scope: str = "") -> Markup:
    """Block Markdown of an item: a stem, feedback, a vignette. Give a `scope` to show one text twice in a page."""
    reading = read_markdown(CONTROL.sub("", text))
    page = Page(course, scope=_scope(text, scope), bodies=reading.bodies)
    return Markup(render_tokens(reading.tokens, page))  # noqa: S704 - cleaned by nh3


@lru_cache(maxsize=8192)
def render_inline(text: str, course: Course | None = None) -> Markup:
    """The words of a label, an option, a title: no paragraphs, nothing to tap except links."""
    reading = read_markdown(CONTROL.sub("", text))
    return Markup(render_inline_tokens(reading, Page(course, buttons=False)))  # noqa: S704 - cleaned by nh3


def render_figure(course: Course, name: str, alt: str = "", scope: str = "") -> Markup:
    """A figure of the course as `<svg role="img">`; empty if there is none of that name.

    Without `alt` it is hidden from assistive technology, for where something around it says what it shows.
    """
    return Markup(figure_svg(course, name, alt, _scope(name, scope)))  # noqa: S704 - from trainer.content.svg


def _scope(text: str, scope: str) -> str:
    return f"t{blake2s(f'{scope}/{text}'.encode(), digest_size=4).hexdigest()}-"
