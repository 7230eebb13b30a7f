"""The reliability curve as a small SVG: predicted against actual share right, a mark for each tenth of the scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt

SIDE, LEFT, TOP = 260, 52, 44
PAPER, INK, QUIET, LINE = "#ffffff", "#0b2b33", "#45606a", "#cddadc"
STYLES = (("circle", "#0b5563"), ("square", "#a8243f"), ("diamond", "#7a4b00"))
"""Shape and colour of each curve: never colour alone. The tokens are those of the light theme, on their own paper."""


@dataclass(frozen=True)
class Bin:
    """Predictions of one tenth of the scale: their mean, the share that came true (both 0–1), how many there are."""

    said: float
    right: float
    count: int


Curves = Mapping[str, Sequence[Bin]]


def drawn(panels: Mapping[str, Curves], about: str) -> str:
    """A panel beside the other, each with its curves by name."""
    width = LEFT + len(panels) * (SIDE + LEFT)
    parts = [_panel(nth, title, curves) for nth, (title, curves) in enumerate(panels.items())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {TOP + SIDE + 58}" role="img" '
        f'font-family="sans-serif" font-size="13" fill="{INK}"><title>{escape(about)}</title>'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>\n'
    )


def _panel(nth: int, title: str, curves: Curves) -> str:
    x = LEFT + nth * (SIDE + LEFT)
    marks = "".join(_curve(bins, *style) for bins, style in zip(curves.values(), STYLES, strict=False))
    return (
        f'<g transform="translate({x} {TOP})"><text x="0" y="-18" font-weight="bold">{escape(title)}</text>'
        f"{_grid()}{marks}{_legend(list(curves))}"
        f'<text x="{SIDE / 2}" y="{SIDE + 40}" text-anchor="middle">predicted</text>'
        f'<text transform="translate(-38 {SIDE / 2}) rotate(-90)" text-anchor="middle">actually right</text></g>'
    )


def _grid() -> str:
    """Frame, a line at each fifth with its percentage, and the diagonal on which all would lie."""
    lines = [f'<path d="M0 {SIDE}L{SIDE} 0" stroke="{QUIET}" stroke-dasharray="4 4"/>']
    for fifth in range(6):
        at = SIDE * fifth / 5
        lines.append(f'<path d="M0 {SIDE - at}H{SIDE}M{at} 0V{SIDE}" stroke="{LINE}"/>')
        lines.append(f'<text x="-6" y="{SIDE - at + 4}" text-anchor="end" fill="{QUIET}">{fifth * 20}</text>')
        lines.append(f'<text x="{at}" y="{SIDE + 18}" text-anchor="middle" fill="{QUIET}">{fifth * 20}</text>')
    return "".join(lines)


def _curve(bins: Sequence[Bin], shape: str, colour: str) -> str:
    most = max((each.count for each in bins), default=1)
    points = [(SIDE * each.said, SIDE * (1 - each.right), 2.5 + 5 * sqrt(each.count / most)) for each in bins]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    marks = "".join(_mark(shape, x, y, size) for x, y, size in points)
    return f'<polyline points="{line}" fill="none" stroke="{colour}"/><g fill="{colour}">{marks}</g>'


def _mark(shape: str, x: float, y: float, size: float) -> str:
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>'
    turned = f' transform="rotate(45 {x:.1f} {y:.1f})"' if shape == "diamond" else ""
    return f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size:.1f}" height="{2 * size:.1f}"{turned}/>'


def _legend(names: Sequence[str]) -> str:
    return "".join(_named(nth, name, *style) for nth, (name, style) in enumerate(zip(names, STYLES, strict=False)))


def _named(nth: int, name: str, shape: str, colour: str) -> str:
    """In the corner below the diagonal, where no curve should run."""
    x, y = 82, SIDE - 56 + nth * 20
    return f'<g fill="{colour}">{_mark(shape, x, y, 5)}</g><text x="{x + 12}" y="{y + 4}">{escape(name)}</text>'
