"""What our Markdown has beyond CommonMark: `::: blocks`, `{{ status.values }}` and `[^F017]` source notes."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.deflist import deflist_plugin

PROSE = ("note", "example", "beware", "keep")
"""Blocks with a title and Markdown inside."""

RAW = ("refute", "figure", "question")
"""Blocks whose body is YAML, or empty; they hold no other block."""

_FENCE = re.compile(r":{3,}[ \t]*(.*?)[ \t]*$")
_STATUS = re.compile(r"\{\{([^{}\n]{0,200})\}\}")
_NOTE = re.compile(r"\[\^([^\]\s]{1,64})\]")


def make_parser() -> MarkdownIt:
    """Raw HTML stays text. Headings are `##` only, links are written where they stand, indented text is no code."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").use(deflist_plugin)
    parser.disable(["lheading", "reference", "code"])
    interrupts = {"alt": ["paragraph", "blockquote", "list", "table"]}
    parser.block.ruler.before("table", "directive", _directive, interrupts)  # type: ignore[arg-type]
    parser.inline.ruler.before("link", "status", _status)
    parser.inline.ruler.before("link", "source_note", _source_note)
    parser.validateLink = _any_link  # type: ignore[method-assign]
    return parser


def _any_link(url: str) -> bool:
    return True


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::: name title`, some lines, `:::`. Blocks of prose may hold others; the ends are counted."""
    found = _fence_at(state, start)
    if found is None:
        return False
    if silent:
        return True
    name, _, title = found.group(1).partition(" ")
    if not name:
        state.push("stray_end", "", 0).map = [start, start + 1]
        state.line = start + 1
        return True
    close = _closing_line(state, start, end, nests=name not in RAW)
    _push_block(state, (start, min(close, end)), name, title.strip())
    state.tokens[-1].meta["is_closed"] = close < end
    state.line = min(close + 1, end)
    return True


def _fence_at(state: StateBlock, line: int) -> re.Match[str] | None:
    if state.sCount[line] - state.blkIndent >= 4:
        return None
    return _FENCE.match(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])


def _closing_line(state: StateBlock, start: int, end: int, *, nests: bool) -> int:
    depth = 1
    for line in range(start + 1, end):
        if (found := _fence_at(state, line)) is None:
            continue
        if not found.group(1):
            depth -= 1
        elif nests:
            depth += 1
        if depth == 0:
            return line
    return end


def _push_block(state: StateBlock, lines: tuple[int, int], name: str, title: str) -> None:
    token = state.push("directive_open", "div", 1)
    token.map = list(lines)
    token.meta = {"name": name, "title": title}
    if name in RAW:
        token.content = state.getLines(lines[0] + 1, lines[1], 0, keepLastLF=True)
    else:
        _read_inside(state, lines)
    state.push("directive_close", "div", -1).meta = token.meta


def _read_inside(state: StateBlock, lines: tuple[int, int]) -> None:
    before, state.lineMax = state.lineMax, lines[1]
    parent, state.parentType = state.parentType, "directive"
    state.md.block.tokenize(state, lines[0] + 1, lines[1])
    state.lineMax, state.parentType = before, parent


def _status(state: StateInline, silent: bool) -> bool:
    return _take(state, silent, "status", _STATUS)


def _source_note(state: StateInline, silent: bool) -> bool:
    return _take(state, silent, "source_note", _NOTE)


def _take(state: StateInline, silent: bool, kind: str, pattern: re.Pattern[str]) -> bool:
    found = pattern.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push(kind, "", 0)
        token.content = found.group(1).strip()
        token.markup = found.group()
    state.pos = found.end()
    return True
