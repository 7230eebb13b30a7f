"""Lessons as pages show them: stretches of HTML, with the places where questions are asked between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token
from markupsafe import Markup

from trainer.content.courses import Course, Lesson, SourceLine
from trainer.content.markdown.reading import read_markdown
from trainer.content.markdown.rendering import (
    Page,
    note_id,
    plain_words,
    render_tokens,
)
from trainer.content.text_files import CONTROL


@dataclass(frozen=True)
class HtmlBlock:
    """A stretch of a lesson to be shown as it is."""

    html: Markup


@dataclass(frozen=True)
class QuestionBlock:
    """An item of a bank, to be asked at this place."""

    item_id: str


@dataclass(frozen=True)
class Section:
    """What stands under one `##` heading, the heading included; `id` is that of the heading."""

    id: str
    title: str
    blocks: tuple[HtmlBlock | QuestionBlock, ...]


@dataclass(frozen=True)
class Note:
    """A source at the end of a lesson: `<li id="{{ note.id }}">`."""

    number: int
    id: str
    source: SourceLine


@dataclass(frozen=True)
class RenderedLesson:
    """A lesson ready to be shown."""

    opening: tuple[HtmlBlock | QuestionBlock, ...]
    """What stands before the first heading."""
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]

    @property
    def blocks(self) -> tuple[HtmlBlock | QuestionBlock, ...]:
        """All blocks in order, the opening's first."""
        return (*self.opening, *(block for section in self.sections for block in section.blocks))

    @property
    def questions(self) -> tuple[str, ...]:
        """The ids of the items asked in it, in order."""
        return tuple(block.item_id for block in self.blocks if isinstance(block, QuestionBlock))


@lru_cache(maxsize=256)
def render_lesson(lesson: Lesson, course: Course) -> RenderedLesson:
    """The lesson as sections of blocks, so that question forms can stand between stretches of HTML."""
    reading = read_markdown(CONTROL.sub("", lesson.body))
    page = Page(course, is_lesson=True, bodies=reading.bodies)
    stretches = [tuple(_blocks(tokens, n, page)) for n, tokens in enumerate(_stretches(reading.tokens))]
    titles = [plain_words(tokens[1]) for tokens in _stretches(reading.tokens) if _is_section(tokens)]
    opening = () if reading.tokens and _is_section(reading.tokens) else stretches.pop(0)
    sections = tuple(
        Section(_heading_id(blocks), title, blocks) for title, blocks in zip(titles, stretches, strict=True)
    )
    notes = tuple(Note(number, note_id(ref), line) for number, (line, ref) in enumerate(page.notes.items(), 1))
    return RenderedLesson(opening, sections, notes)


def _stretches(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens before the first `##` heading, if any, then those from each such heading to the next."""
    stretch: list[Token] = []
    for token in tokens:
        if _is_section([token]) and stretch:
            yield stretch
            stretch = []
        stretch.append(token)
    yield stretch


def _is_section(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and tokens[0].type == "heading_open" and tokens[0].level == 0 and tokens[0].tag in {"h1", "h2"}


def _heading_id(blocks: Sequence[HtmlBlock | QuestionBlock]) -> str:
    first = blocks[0]
    return str(first.html).partition('id="')[2].partition('"')[0] if isinstance(first, HtmlBlock) else ""


def _blocks(tokens: Sequence[Token], number: int, page: Page) -> Iterator[HtmlBlock | QuestionBlock]:
    stretch: list[Token] = []
    part = 0
    for token in tokens:
        if token.level == 0 and token.meta.get("name") == "question":
            if token.nesting == 1:
                yield from _html(stretch, f"p{number}-{part}-", page)
                yield QuestionBlock(token.meta["title"])
                stretch, part = [], part + 1
        else:
            stretch.append(token)
    yield from _html(stretch, f"p{number}-{part}-", page)


def _html(tokens: Sequence[Token], scope: str, page: Page) -> Iterator[HtmlBlock]:
    if tokens:
        page.scope = scope
        yield HtmlBlock(Markup(render_tokens(tokens, page)))  # noqa: S704 - cleaned by nh3
