"""Figures: what is allowed comes out as it was, everything else is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.conftest import FIGURE
from trainer.content.svg import LARGEST, read_svg

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{}</svg>'


def test_figure_comes_out_clean() -> None:
    figure = read_svg(FIGURE, "x.svg")
    assert figure.problems == []
    assert figure.viewbox == (0, 0, 600, 400)
    assert figure.text
    assert figure.text.startswith('<svg viewBox="0 0 600 400"><defs><marker id="tip"')
    assert "Kettle &amp; lid</text>" in figure.text


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)"><rect/></a>',
        '<image href="https://evil/x.png"/>',
        '<use href="#x"/>',
        "<foreignObject><body/></foreignObject>",
        "<style>*{}</style>",
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onclick" to="x"/>',
        '<rect onload="x"/>',
        '<rect style="fill:red"/>',
        '<rect xlink:href="x"/>',
        '<rect data-hx-get="/x"/>',
        '<rect hx-get="/x"/>',
        '<rect class="btn"/>',
        '<rect id="a b"/>',
        '<rect width="url(#x)"/>',
        '<path d="M0 0 url(x)"/>',
        '<g transform="rotate(1) url(x)"/>',
        '<line marker-end="url(https://evil#x)"/>',
        '<text font-family="x">a</text>',
        "<svg/>",
        "<g>" * 30 + "</g>" * 30,
        "<g/>" * 4000,
        "<x:rect/>",
    ],
)
def test_figure_with_anything_else_is_refused_with_its_place(inside: str) -> None:
    figure = read_svg(SVG.format(inside), "x.svg")
    assert figure.text is None
    assert figure.problems
    assert all(problem.line == 1 and problem.column >= 1 for problem in figure.problems)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + SVG.format("<text>&b;</text>"),
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.format("<text>&x;</text>"),
        SVG.format("<text>&unknown;</text>"),
        "<html/>",
        "",
        "not xml",
        SVG.format("x" * LARGEST),
        SVG.format("").replace("0 0 10 10", "0 0 ten 10"),
        SVG.format("").replace("0 0 10 10", "0 0 0 10"),
    ],
)
def test_figure_that_is_none_is_refused(text: str) -> None:
    assert read_svg(text, "x.svg").text is None


def test_figure_leaves_out_what_does_not_matter() -> None:
    text = SVG.format('<!-- a --><rect role="x" aria-label="y" lang="en" class="fig-brand"/>stray')
    assert read_svg(text, "x").text == '<svg viewBox="0 0 10 10"><rect class="fig-brand"></rect></svg>'


@given(st.data())
@settings(max_examples=200, deadline=1000)
def test_figure_mangled_never_raises(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(FIGURE)))
    end = data.draw(st.integers(start, min(len(FIGURE), start + 30)))
    junk = data.draw(st.text(st.sampled_from("<>/=\"' abc&;#![]?-\n\u00e9"), max_size=10))
    read_svg(FIGURE[:start] + junk + FIGURE[end:], "x.svg")
