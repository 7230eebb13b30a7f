"""Markdown as HTML that can do nothing: our own tags only, then nh3, then figures from their own allow-list.

Raw HTML is off, ids and classes come from here alone, and nh3 drops whatever should slip through. Never let nh3 pass
attributes by prefix: `data-` would let `data-hx-get` through.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from trainer.content.courses import Course, Source, SourceLine, StatusEntry, Term
from trainer.content.markdown.cleaning import clean
from trainer.content.markdown.figures import figure_svg
from trainer.content.markdown.reading import Reading, read_markdown
from trainer.content.markdown.syntax import PROSE
from trainer.content.words import Words, words_for

LONGEST_BUTTON = 28
"""Characters of a value that is a button as a whole: so many fit on a line of a small phone."""
_SVG_PLACE = "\ue000{}\ue001"
"""Where a figure goes once nh3 is through. Files and texts with these characters are refused or lose them."""


@dataclass
class Page:
    """What rendering one stretch of text needs and gathers. Ids begin with `scope`.

    Without `buttons` (in labels, where one cannot tap) terms and values are plain text.
    """

    course: Course | None
    scope: str = ""
    buttons: bool = True
    is_lesson: bool = False
    notes: dict[SourceLine, str] = field(default_factory=dict)
    pops: dict[str, str] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    figures: list[str] = field(default_factory=list)
    tables: int = 0
    links: list[str] = field(default_factory=list)
    note_count: int = 0
    bodies: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """The words of the course's language."""
        return words_for(self.course.language if self.course else "en")

    def note(self, source: Source) -> tuple[int, str]:
        """The number and id of a source in the list at the end; sources that read alike share a line."""
        ref = self.notes.setdefault(source.line, source.id)
        return [*self.notes].index(source.line) + 1, note_id(ref)

    def slug(self, title: str) -> str:
        """An id for a heading, used once."""
        plain = "s-" + (re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "part")
        slug = next(s for s in (plain, *(f"{plain}-{n}" for n in range(2, 10_000))) if s not in self.slugs)
        self.slugs.add(slug)
        return slug


def render_tokens(tokens: Sequence[Token], page: Page) -> str:
    """Clean HTML of block tokens, with the explanations of what can be tapped in it at the end."""
    html = _RENDERER.render(tokens, _OPTIONS, {"page": page})
    html = clean(html + "".join(page.pops.values()))
    page.pops.clear()
    return _with_figures(html, page)


def render_inline_tokens(reading: Reading, page: Page) -> str:
    """Clean HTML of a text's words, without paragraphs."""
    lines = [_RENDERER.renderInline(t.children or [], _OPTIONS, {"page": page}) for t in reading.tokens if t.children]
    return clean("<br>".join(lines))


def _with_figures(html: str, page: Page) -> str:
    for number, svg in enumerate(page.figures):
        html = html.replace(_SVG_PLACE.format(number), svg)
    page.figures.clear()
    return html


class _Renderer(RendererHTML):
    """One method a kind of token; markdown-it finds them by name."""

    def heading_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: dict[str, Page]) -> str:
        page, tag = env["page"], tokens[idx].tag
        if not page.is_lesson:
            return '<p class="as-heading"><strong>'
        return f'<{_lowered(tag)} id="{page.slug(plain_words(tokens[idx + 1]))}">'

    def heading_close(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: dict[str, Page]) -> str:
        return f"</{_lowered(tokens[idx].tag)}>\n" if env["page"].is_lesson else "</strong></p>\n"

    def link_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: dict[str, Page]) -> str:
        page = env["page"]
        url = str(tokens[idx].attrGet("href") or "")
        opening, closing = _link(url, page)
        page.links.append(closing)
        is_bare = tokens[idx + 1].type == "link_close"
        return opening + (escape(_name_of(url, page)) if is_bare else "")

    def link_close(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, env: dict[str, Page]) -> str:
        return env["page"].links.pop()

    def image(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return escape(tokens[idx].content)

    def status(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: dict[str, Page]) -> str:
        page = env["page"]
        id, _, key = tokens[idx].content.partition(".")
        entry = page.course.status_by_id.get(id) if page.course else None
        if entry is None or key not in entry.values:
            return escape(tokens[idx].markup)
        value = entry.values[key]
        if not page.buttons or any(page.links):
            return f'<span class="status">{escape(value)}</span>'
        lead, word = _lead_and_word(value)
        pop = _pop_of_status(entry, page)
        button = f'<button type="button" class="status" popovertarget="{pop}">{escape(word)}</button>'
        return f'<span class="status">{escape(lead)}</span>{button}' if lead else button

    def source_note(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: dict[str, Page]) -> str:
        page, ref = env["page"], tokens[idx].content
        if not (page.is_lesson and page.course and ref in page.course.sources_by_id) or any(page.links):
            return ""
        number, note = page.note(page.course.sources_by_id[ref])
        page.note_count += 1
        label = f"{page.words.source} {number}"
        return (
            f'<sup class="note-mark"><a class="note-ref" id="ref-{page.note_count}" '
            f'href="#{note}" aria-label="{label}">{number}</a></sup>'
        )

    def table_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: dict[str, Page]) -> str:
        page = env["page"]
        page.tables += 1
        heads = []
        for token in tokens[idx:]:
            if token.type == "thead_close":
                break
            heads += [plain_words(token)] if token.type == "inline" else []
        label = escape(f"{page.words.table} {page.tables}: {', '.join(filter(None, heads))}")
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table>\n'

    def table_close(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: dict[str, Page]) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: dict[str, Page]) -> str:
        return f'<th scope="col"{_alignment(tokens[idx])}>'

    def td_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: dict[str, Page]) -> str:
        return f"<td{_alignment(tokens[idx])}>"

    def stray_end(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: dict[str, Page]) -> str:
        return ""

    def directive_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: dict[str, Page]) -> str:
        name, title, page = tokens[idx].meta["name"], tokens[idx].meta["title"], env["page"]
        body = page.bodies.get((tokens[idx].map or [-1])[0], {})
        if name == "refute":
            return _refutation(body, page)
        if name == "figure":
            return _figure(title, body, page)
        heading = f'<p class="block-title">{_words_in(title, page)}</p>\n' if title else ""
        return f'<div class="block block-{name}" role="note">\n{heading}' if name in PROSE else "<div>"

    def directive_close(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: dict[str, Page]) -> str:
        return "" if tokens[idx].meta["name"] in {"refute", "figure"} else "</div>\n"


def plain_words(inline: Token) -> str:
    """The words of an inline token without their marks."""
    words = [child.content for child in inline.children or () if child.type in {"text", "code_inline", "status"}]
    return "".join(words).strip()


def note_id(ref: str) -> str:
    """The id of a source in the list at the end of a lesson."""
    return f"note-{ref}"


def _lowered(tag: str) -> str:
    return "h2" if tag == "h1" else tag


def _lead_and_word(value: str) -> tuple[str, str]:
    """A button cannot break over two lines: of a long value only the last word is one, the rest leads up to it."""
    if len(value) <= LONGEST_BUTTON:
        return "", value
    lead, space, word = value.rpartition(" ")
    return lead + space, word


def _alignment(token: Token) -> str:
    style = str(token.attrGet("style") or "")
    side = "center" if "center" in style else "end" if "right" in style else ""
    return f' class="{side}"' if side else ""


def _link(url: str, page: Page) -> tuple[str, str]:
    """How a link opens and closes; what leads nowhere stays text."""
    scheme, _, target = url.partition(":")
    if scheme == "term" and page.course and page.buttons and (term := page.course.terms_by_id.get(target)):
        return f'<button type="button" class="term" popovertarget="{_pop_of_term(term, page)}">', "</button>"
    if scheme == "lesson" and page.course and target in page.course.lessons_by_id:
        return f'<a href="/lessons/{escape(target)}">', "</a>"
    if scheme == "https" and re.match(r"//[^/\s]+", target):
        return f'<a class="external" href="{escape(url)}" rel="noopener noreferrer">', "</a>"
    return "", ""


def _name_of(url: str, page: Page) -> str:
    """The text of a link that has none: `[](term:iso)`."""
    _, _, target = url.partition(":")
    if page.course and (term := page.course.terms_by_id.get(target)):
        return term.term
    if page.course and (lesson := page.course.lessons_by_id.get(target)):
        return lesson.title
    return target


def _pop_of_term(term: Term, page: Page) -> str:
    id = f"{page.scope}term-{term.id}"
    lines = [f"<p><strong>{escape(term.term)}</strong></p>", f"<p>{_words_in(term.means, page)}</p>"]
    if term.also:
        lines.append(f'<p><span class="label">{page.words.also}:</span> {escape(", ".join(term.also))}</p>')
    if term.not_for:
        lines.append(f'<p><span class="label">{page.words.not_for}:</span> {_words_in(term.not_for, page)}</p>')
    page.pops[id] = f'<div class="popover" popover="" id="{id}">{"".join(lines)}</div>\n'
    return id


def _pop_of_status(entry: StatusEntry, page: Page) -> str:
    id, words = f"{page.scope}status-{entry.id}", page.words
    checked, again = words.date(entry.verified_on), words.date(entry.recheck_after)
    lines = [f"<p>{words.checked} {checked}. {words.check_again} {again}.</p>"]
    sources = page.course.source_lines(entry.refs) if page.course else ()
    if sources:
        lines.append(f'<p><span class="label">{words.source}:</span> {"; ".join(map(_source, sources))}</p>')
    page.pops[id] = f'<div class="popover" popover="" id="{id}">{"".join(lines)}</div>\n'
    return id


def _source(source: SourceLine) -> str:
    if not source.url:
        return escape(source.title)
    return f'<a class="external" href="{escape(source.url)}" rel="noopener noreferrer">{escape(source.title)}</a>'


def _words_in(text: str, page: Page) -> str:
    """The words of a title or an explanation, in which nothing can be tapped."""
    buttons, page.buttons = page.buttons, False
    html = _RENDERER.renderInline(_inline_of(read_markdown(text)), _OPTIONS, {"page": page})
    page.buttons = buttons
    return html


def _inline_of(reading: Reading) -> list[Token]:
    return [child for token in reading.tokens if token.type == "inline" for child in token.children or ()]


def _blocks_in(text: str, page: Page) -> str:
    reading = read_markdown(text)
    bodies, page.bodies = page.bodies, reading.bodies
    html = _RENDERER.render(reading.tokens, _OPTIONS, {"page": page})
    page.bodies = bodies
    return html


def _refutation(body: dict[str, str], page: Page) -> str:
    """The correction stays closed, so that a reader can first decide for herself."""
    parts = [
        f'<div class="refute-{part}"><p class="refute-label">{getattr(page.words, part)}</p>'
        f"{_blocks_in(body[part], page)}</div>\n"
        for part in ("claim", "why")
        if part in body
    ]
    if "correction" in body:
        parts.append(
            f'<details class="refute-correction"><summary>{page.words.correction}</summary>'
            f'<div class="refute-answer">{_blocks_in(body["correction"], page)}</div></details>\n'
        )
    return f'<div class="refute" role="note">\n{"".join(parts)}</div>\n'


def _figure(name: str, body: dict[str, str], page: Page) -> str:
    caption = f"<figcaption>{_words_in(body['caption'], page)}</figcaption>" if "caption" in body else ""
    alt = body.get("alt", "")
    svg = figure_svg(page.course, name, alt, f"{page.scope}f{len(page.figures)}-") if page.course else ""
    if not svg:
        return f'<figure class="figure"><p class="figure-missing">{escape(alt)}</p>{caption}</figure>\n'
    page.figures.append(svg)
    return f'<figure class="figure">{_SVG_PLACE.format(len(page.figures) - 1)}{caption}</figure>\n'


_RENDERER = _Renderer()
_OPTIONS = OptionsDict(
    {
        "maxNesting": 20,
        "html": False,
        "linkify": False,
        "typographer": False,
        "quotes": "“”‘’",
        "xhtmlOut": False,
        "breaks": False,
        "langPrefix": "language-",
        "highlight": None,
    }
)
