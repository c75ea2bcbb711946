"""A picture of what grows with the archive: panels with a line for each engine, both axes logarithmic."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 250, 190
LEFT, TOP, RIGHT, BOTTOM = 44, 26, 8, 24
COLUMNS = 3
HEAD = 34
LOOKS = {
    "Tìm Tin": ("#c2410c", "none"),
    "tantivy": ("#0f766e", "7 3"),
    "stock Whoosh": ("#7c3aed", "2 3"),
    "FTS5": ("#64748b", "9 3 2 3"),
    "pyvi + stock Whoosh": ("#be185d", "1 2"),
}
"""The colour and the dashes of an engine's lines."""
STYLE = """text{font:11px system-ui,sans-serif;fill:#1f2937}.title{font-weight:600}.axis{stroke:#d1d5db}
.line{fill:none;stroke-width:2}
@media (prefers-color-scheme:dark){text{fill:#e5e7eb}.axis{stroke:#4b5563}.line,circle{filter:brightness(1.5)}}"""

Line = Mapping[int, float]
"""A value by number of articles."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A title, the unit of the values, and a line for each engine (an empty one is left out)."""

    title: str
    unit: str
    lines: Mapping[str, Line]


def growth_picture(panels: list[Panel]) -> str:
    """Draw the panels; gives SVG. Those of one unit have the same axes."""
    values: dict[str, list[float]] = defaultdict(list)
    for panel in panels:
        values[panel.unit] += [value for line in panel.lines.values() for value in line.values()]
    sizes = sorted({articles for panel in panels for line in panel.lines.values() for articles in line})
    rows = math.ceil(len(panels) / COLUMNS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS * WIDTH} {HEAD + rows * HEIGHT}" role="img" '
        'aria-label="What an answer and an index take, by number of articles">',
        f"<style>{STYLE}</style>",
        *_legend({engine for panel in panels for engine, line in panel.lines.items() if line}),
    ]
    for place, panel in enumerate(panels):
        row, column = divmod(place, COLUMNS)
        parts.append(f'<g transform="translate({column * WIDTH} {HEAD + row * HEIGHT})">')
        parts += _panel(panel, sizes, _decades(values[panel.unit]))
        parts.append("</g>")
    return "\n".join([*parts, "</svg>\n"])


def _decades(values: list[float]) -> tuple[int, int]:
    """Give the powers of ten around all values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _legend(drawn: set[str]) -> Iterator[str]:
    for place, (engine, (colour, dashes)) in enumerate((engine, LOOKS[engine]) for engine in LOOKS if engine in drawn):
        x = LEFT + place * 130
        yield f'<path class="line" stroke="{colour}" stroke-dasharray="{dashes}" d="M{x} 14h26"/>'
        yield f'<text x="{x + 32}" y="18">{escape(engine)}</text>'


def _panel(panel: Panel, sizes: list[int], decades: tuple[int, int]) -> Iterator[str]:
    low, high = decades
    span = math.log10(sizes[-1] / sizes[0]) or 1.0

    def across(articles: int) -> float:
        return LEFT + math.log10(articles / sizes[0]) / span * (WIDTH - LEFT - RIGHT - 30) + 15

    def down(value: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    yield f'<text class="title" x="{LEFT}" y="{TOP - 10}">{escape(panel.title)}, {escape(panel.unit)}</text>'
    for decade in range(low, high + 1):
        y = down(10**decade)
        yield f'<path class="axis" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 4}" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:,g}</text>'
    for articles in sizes:
        yield f'<text x="{across(articles):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{articles // 1000}k</text>'
    for engine, line in panel.lines.items():
        colour, dashes = LOOKS[engine]
        points = [(across(articles), down(value)) for articles, value in sorted(line.items())]
        if len(points) > 1:
            path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            yield f'<path class="line" stroke="{colour}" stroke-dasharray="{dashes}" d="M{path}"/>'
        for x, y in points:
            yield f'<circle fill="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'
