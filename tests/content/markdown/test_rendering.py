"""Markdown as HTML: what authors write arrives, and nothing that could act does."""

import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.conftest import Shelf, seconds
from trainer.content.courses import Course, SourceLine
from trainer.content.lessons import HtmlBlock, QuestionBlock, render_lesson
from trainer.content.markdown import render_figure, render_inline, render_text
from trainer.content.markdown.reading import read_markdown

HARMFUL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<iframe src=javascript:alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](/admin/delete)",
    "[x](http://evil.example)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/track.gif)",
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](https://a.example 'title\" onmouseover=\"alert(1)')",
    '[x](term:boil" onclick="alert(1))',
    '[x](lesson:M01-L1" onclick="alert(1))',
    '<div hx-get="/admin" hx-trigger="load">',
    '<div data-hx-get="/admin" data-hx-trigger="load">',
    '<a href="/x" hx-boost="true" id="main" class="btn btn-go">x</a>',
    "# x {#main .btn onclick=alert(1)}",
    '```" onclick=alert(1)\nx\n```',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    '::: note <img src=x onerror=alert(1)>\n"><script>alert(1)</script>\n:::',
    '::: "onclick=alert(1)\nx\n:::',
    '::: refute\nclaim: "<script>alert(1)</script>"\nwhy: "[x](javascript:alert(1))"\ncorrection: "<img src=x>"\n:::',
    '::: figure kettle.svg\nalt: "\\" onload=\\"alert(1)"\ncaption: "<script>x</script>"\n:::',
    '::: question "><script>alert(1)</script>\n:::',
    '{{ <script>.alert }} {{ boiling." onclick=" }}',
    '[^F001"onclick="alert(1)]',
    '| <script>x</script> | a"onclick="x |\n|---|---|\n| <img src=x onerror=y> | [x](javascript:y) |',
    "term\n: <script>alert(1)</script>",
    "\ue0000\ue001 \ue000f0\ue001",
    "<style>*{background:url(https://evil)}</style>",
    "<form action=https://evil><input name=csrf_token><button>x</button></form>",
    "<base href=https://evil>",
    "<meta http-equiv=refresh content=0;url=https://evil>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script>-->",
    '<a id=csrf-token name=csrf_token class="term" popovertarget="x">x</a>',
    '<button hx-on:click="alert(1)" popovertarget="menu">x</button>',
]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = words(
    "p br hr h2 h3 h4 h5 h6 em strong code pre blockquote ul ol li dl dt dd a sup span div details summary figure "
    "figcaption button table thead tbody tr th td svg g defs marker path rect line text tspan circle"
)
ATTRIBUTES = words(
    "id class href rel aria-label aria-hidden role tabindex type popover popovertarget scope start "
    "viewbox refx refy markerwidth markerheight orient d x y x1 x2 y1 y2 rx width height marker-end font-size"
)
CLASSES = words(
    "external note-ref note-mark term status scroll popover block block-note block-example block-beware block-keep "
    "refute refute-claim refute-why refute-correction refute-answer refute-label block-title figure figure-missing "
    "as-heading label center end"
)


class Seen(HTMLParser):
    """Every tag and attribute, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture
def course(shelf: Shelf) -> Course:
    return shelf.read().courses[0]


def assert_harmless(html: str) -> None:
    for tag, attributes in Seen(html).tags:
        assert tag in TAGS, html
        assert set(attributes) <= ATTRIBUTES, html
        classes = set((attributes.get("class") or "").split())
        assert all(name in CLASSES or name.startswith("fig-") for name in classes), html
        assert re.fullmatch(r"(https://|/lessons/|#note-).*|", attributes.get("href") or ""), html
        assert re.fullmatch(r"(s|t[0-9a-f]{8}|p\d+-\d+|ref)-.*|", attributes.get("id") or ""), html


def lesson_html(course: Course, body: str) -> str:
    rendered = render_lesson(replace(course.lessons[0], body=body), course)
    return "\n".join(block.html for block in rendered.blocks if isinstance(block, HtmlBlock))


@pytest.mark.parametrize("text", HARMFUL)
def test_harmful_text_becomes_harmless(course: Course, text: str) -> None:
    for html in (render_text(text, course), render_inline(text, course), render_text(text), lesson_html(course, text)):
        assert_harmless(html)


@given(
    st.lists(
        st.sampled_from([*HARMFUL, "\n", "\n\n", "> ", "- ", "[", "](", "`", "*", "::: note\n", ":::\n", " "]),
        max_size=8,
    )
)
@settings(max_examples=200, deadline=2000)
def test_harmful_texts_joined_stay_harmless(texts: list[str]) -> None:
    assert_harmless(render_text("".join(texts)))


@given(st.text(st.sampled_from("[]()*_`|!<>~:-#{}^.\n \tab1&;\\\"'=/"), max_size=80))
@settings(max_examples=300, deadline=2000)
def test_markdown_of_any_text_never_raises(text: str) -> None:
    assert_harmless(render_text(text))
    assert_harmless(render_inline(text))


def test_lesson_is_sections_of_blocks_with_questions_between(course: Course) -> None:
    lesson = course.lessons[0]
    rendered = render_lesson(lesson, course)
    assert [(section.id, section.title) for section in rendered.sections] == [("s-how", "How")]
    assert rendered.questions == ("T-SC-001",)
    assert [type(block) for block in rendered.blocks] == [HtmlBlock, HtmlBlock, QuestionBlock, HtmlBlock]
    assert len(rendered.opening) == 1


def test_lesson_without_opening_begins_with_its_first_section(course: Course) -> None:
    rendered = render_lesson(replace(course.lessons[0], body="## A\n\nx\n\n## A\n\n### B\n"), course)
    assert rendered.opening == ()
    assert [section.id for section in rendered.sections] == ["s-a", "s-a-2"]


def test_lesson_with_a_question_first_has_it_in_the_opening(course: Course) -> None:
    rendered = render_lesson(replace(course.lessons[0], body="::: question Q\n:::\n\n## A\n"), course)
    assert rendered.opening == (QuestionBlock("Q"),)


def test_term_is_a_button_with_its_explanation(course: Course) -> None:
    html = lesson_html(course, "One must [boil](term:boil).")
    assert '<button type="button" class="term" popovertarget="p0-0-term-boil">boil</button>' in html
    assert 'popover="" id="p0-0-term-boil"' in html
    assert "Heat until it bubbles." in html
    assert "seethe" in html
    assert "simmer" in html


def test_term_twice_is_explained_once(course: Course) -> None:
    html = lesson_html(course, "[Boil](term:boil) and [](term:boil).")
    assert html.count('id="p0-0-term-boil"') == 1
    assert ">boil</button>" in html


def test_term_in_a_label_is_plain_text(course: Course) -> None:
    assert render_inline("We [boil](term:boil) it at {{ boiling.point }}", course) == (
        'We boil it at <span class="status">100 degrees</span>'
    )


def test_status_value_says_when_it_was_checked(course: Course) -> None:
    html = lesson_html(course, "At {{ boiling.point }}.")
    assert ">100 degrees</button>" in html
    assert "Checked on 1 November 2026." in html
    assert 'href="https://example.org/water" rel="noopener noreferrer">The water book</a>' in html
    assert "A thermometer" not in html


def test_long_status_value_is_a_button_in_its_last_word_only(course: Course) -> None:
    entry = replace(course.status[0], values={"point": "a hundred degrees at the level of the sea"})
    html = lesson_html(replace(course, status=(entry,)), "At {{ boiling.point }}.")
    assert (
        '<span class="status">a hundred degrees at the level of the </span><button type="button" class="status"' in html
    )
    assert ">sea</button>." in html


def test_unknown_value_and_term_stay_as_written(course: Course) -> None:
    html = lesson_html(course, "{{ boiling.pt }} [x](term:nope) [y](lesson:nope)")
    assert html.strip() == "<p>{{ boiling.pt }} x y</p>"


def test_source_notes_are_numbered_once_a_source(course: Course) -> None:
    rendered = render_lesson(course.lessons[0], course)
    html = "".join(block.html for block in rendered.blocks if isinstance(block, HtmlBlock))
    line = SourceLine("The water book", "https://example.org/water")
    assert [(note.number, note.id, note.source) for note in rendered.notes] == [(1, "note-F001", line)]
    assert html.count('href="#note-F001"') == 3
    assert len(set(re.findall(r'id="(ref-\d+)"', html))) == 3


def test_sources_that_read_alike_share_a_line(course: Course) -> None:
    first = course.sources[0]
    course = replace(course, sources=(first, replace(first, id="F002"), replace(first, id="F003", title="Another")))
    lesson = replace(course.lessons[0], body="One.[^F002] Two.[^F003] Three.[^F001]")
    rendered = render_lesson(lesson, course)
    (block,) = rendered.opening
    assert [(note.number, note.id, note.source.title) for note in rendered.notes] == [
        (1, "note-F002", "The water book"),
        (2, "note-F003", "Another"),
    ]
    assert re.findall(r'href="(#[\w-]+)"', block.html) == ["#note-F002", "#note-F003", "#note-F002"]


def test_source_note_outside_a_lesson_is_left_out(course: Course) -> None:
    assert render_inline("Hot.[^F001]", course) == "Hot."


def test_links_go_to_lessons_and_safely_outside(course: Course) -> None:
    assert '<a href="/lessons/M01-L1">Why boil</a>' in render_text("[](lesson:M01-L1)", course)
    assert render_text("[](term:none)", course) == "<p>none</p>\n"
    html = render_text("[x](https://a.example/b?c=1&d=2) <https://b.example>")
    assert html.count('rel="noopener noreferrer"') == 2
    assert 'href="https://a.example/b?c=1&amp;d=2"' in html


def test_figure_is_drawn_with_its_words(course: Course) -> None:
    html = lesson_html(course, "::: figure kettle.svg\nalt: A kettle\ncaption: The *kettle*\n:::")
    assert '<svg role="img" aria-label="A kettle" viewBox="0 0 600 400">' in html
    assert "<figcaption>The <em>kettle</em></figcaption>" in html
    assert 'id="p0-0-f0-tip"' in html
    assert 'marker-end="url(#p0-0-f0-tip)"' in html


def test_figures_twice_in_a_page_have_ids_of_their_own(course: Course) -> None:
    html = lesson_html(course, "::: figure kettle.svg\nalt: A\n:::\n\n::: figure kettle.svg\nalt: B\n:::")
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 2


def test_figure_that_is_missing_leaves_its_words(course: Course) -> None:
    html = lesson_html(course, "::: figure none.svg\nalt: A kettle\n:::")
    assert '<p class="figure-missing">A kettle</p>' in html
    assert render_figure(course, "none.svg") == ""


def test_figure_of_a_question_can_leave_the_words_to_the_page(course: Course) -> None:
    assert 'aria-hidden="true"' in render_figure(course, "kettle.svg")
    assert 'aria-label="A &quot;kettle&quot;"' in render_figure(course, "kettle.svg", 'A "kettle"', "q1")


def test_blocks_hold_titles_lists_and_each_other(course: Course) -> None:
    html = lesson_html(course, "::: note *Mind*\n- a\n\n::: beware\nb\n:::\n:::\n\nafter")
    assert '<div class="block block-note" role="note">\n<p class="block-title"><em>Mind</em></p>' in html
    assert '<div class="block block-beware" role="note">\n<p>b</p>\n</div>\n</div>' in html
    assert html.rstrip().endswith("<p>after</p>")


def test_refutation_shows_claim_and_why_and_asks_before_it_corrects(course: Course) -> None:
    html = lesson_html(course, course.lessons[0].body)
    for part, label in (("claim", "Often said"), ("why", "Why it sounds right")):
        assert f'<div class="refute-{part}"><p class="refute-label">{label}</p>' in html
    assert '<details class="refute-correction"><summary>What is true</summary><div class="refute-answer">' in html
    assert "<details open" not in html


def test_table_scrolls_under_a_name_of_its_own(course: Course) -> None:
    html = lesson_html(course, "| a | b |\n|:-:|--:|\n| 1 | 2 |\n")
    assert '<div class="scroll" role="region" tabindex="0" aria-label="Table 1: a, b"><table>' in html
    assert '<th scope="col" class="center">a</th>' in html
    assert '<td class="end">2</td>' in html


def test_definition_list_and_headings(course: Course) -> None:
    html = lesson_html(course, "# One\n\nterm\n: meaning\n\n### Deeper\n\n## Ünïcode – 大\n\n## 大\n")
    assert '<h2 id="s-one">One</h2>' in html
    assert "<dt>term</dt>\n<dd>meaning</dd>" in html
    assert '<h3 id="s-deeper">' in html
    assert '<h2 id="s-part">大</h2>' in html


def test_heading_in_a_question_is_bold_text() -> None:
    assert render_text("## Why") == '<p class="as-heading"><strong>Why</strong></p>\n'


def test_same_text_twice_can_have_ids_of_its_own(course: Course) -> None:
    once, again = render_text("[a](term:boil)", course, "1"), render_text("[a](term:boil)", course, "2")
    assert once != again


def test_words_that_explain_are_in_the_language_of_the_course(course: Course) -> None:
    assert "Also called" in lesson_html(replace(course, language="xx"), "[a](term:boil)")


@pytest.mark.parametrize(
    "text",
    ["[" * 90_000, "![" * 45_000, "*a " * 33_000, "> " * 50_000, "- " * 50_000, "a|" * 45_000 + "\n" + "-|" * 5_000,
     "::: note\n" * 10_000, "{{" * 40_000, "[^" * 40_000, "`" * 99_000, "<a " * 30_000, "a\n" * 50_000, "#" * 99_000],
    ids=lambda text: text[:4],
)  # fmt: skip
def test_markdown_made_to_harm_is_read_in_time(text: str) -> None:
    start = time.process_time()
    read_markdown(text)
    render_text(text)
    assert time.process_time() - start < seconds()
