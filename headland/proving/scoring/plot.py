"""Plots as SVG, written by hand: a few hundred lines of text need no plotting package.

`reliability_svg`: a panel a kind; score across, share that came true upwards,
a disc a bin with an area as its count, a line for its interval; the diagonal is
perfect calibration. `bars_svg`: shares with their intervals, several rules side
by side. `curve_svg`: what something comes to as another grows, from zero on both
axes, so that what grows in proportion is a straight line. Colours are told apart in print and by the colour-blind (Okabe and Ito,
"Color Universal Design", 2008); text is escaped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from headland.proving.scoring.intervals import Estimate

Bin = Mapping[str, Any]
"""As `Score.as_json` has it."""
COLOURS = ("#0072B2", "#E69F00")
PANEL, GAP, HEAD, COLUMNS = 150.0, 46.0, 30.0, 3
LARGEST = 11.0
"""Radius of the disc of the fullest bin, in pixels."""
ROW, BAR, LABEL, WIDE = 15.0, 9.0, 170.0, 360.0


CURVE_WIDE, CURVE_HIGH, MARGIN = 360.0, 200.0, 60.0
TICKS = 4


def curve_svg(title: str, points: Sequence[tuple[float, float]], across: str, up: str) -> str:
    """One curve of at least one point, all of them positive; `across` and `up` say what the axes count."""
    widest, highest = (_rounded_up(max(column)) for column in zip(*points, strict=True))
    left, floor = MARGIN, HEAD + CURVE_HIGH
    places = [(left + CURVE_WIDE * x / widest, floor - CURVE_HIGH * y / highest) for x, y in points]
    parts = [_text(left, HEAD - 12, title, weight="bold")]
    for tick in range(TICKS + 1):
        x, y = left + CURVE_WIDE * tick / TICKS, floor - CURVE_HIGH * tick / TICKS
        parts += [_line(left, y, left + CURVE_WIDE, y, "#ddd"), _line(x, floor, x, floor + 4, "#999")]
        parts.append(_text(left - 6, y + 4, f"{highest * tick / TICKS:,g}", anchor="end"))
        parts.append(_text(x, floor + 16, f"{widest * tick / TICKS:,g}", anchor="middle"))
    parts.append(_text(left + CURVE_WIDE / 2, floor + 34, f"{across}; upwards: {up}", anchor="middle"))
    for (x1, y1), (x2, y2) in pairwise(places):
        parts.append(_line(x1, y1, x2, y2, COLOURS[0]))
    for (x, y), (number, cost) in zip(places, points, strict=True):
        said = escape(f"{number:,.10g}: {cost:,.3g}")
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[0]}"><title>{said}</title></circle>'
        )
    return _svg(left + CURVE_WIDE + MARGIN / 2, floor + 44, title, parts)


def _rounded_up(most: float) -> float:
    """The next of 1, 2, 4, 6, 8 and 10 times a power of ten: a quarter of it is a short number."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1.0, 2.0, 4.0, 6.0, 8.0, 10.0) if step * power >= most)


def reliability_svg(panels: Mapping[str, Sequence[Bin]]) -> str:
    """Reliability plots side by side, of kinds that have forecasts."""
    shown = {name: bins for name, bins in panels.items() if bins}
    lines = -(-len(shown) // COLUMNS)
    parts = []
    for i, (name, bins) in enumerate(shown.items()):
        x = GAP + (i % COLUMNS) * (PANEL + GAP)
        y = HEAD + (i // COLUMNS) * (PANEL + GAP + HEAD)
        parts += _panel(x, y, name, bins)
    return _svg(
        COLUMNS * (PANEL + GAP) + GAP / 2,
        max(lines, 1) * (PANEL + GAP + HEAD),
        "Reliability of scores",
        parts,
    )


def bars_svg(title: str, groups: Mapping[str, Mapping[str, Estimate]]) -> str:
    """Shares 0..1 as bars: groups below each other, the first bar of each told from the others by its colour."""
    parts, y = [], HEAD
    for group, bars in groups.items():
        parts.append(_text(LABEL - 8, y + BAR, group, anchor="end", weight="bold"))
        for i, (name, estimate) in enumerate(bars.items()):
            parts += _bar(y, name, estimate, COLOURS[min(i, 1)])
            y += ROW
        y += ROW / 2
    for tick in range(0, 101, 25):
        x = LABEL + WIDE * tick / 100
        parts.insert(0, _line(x, HEAD - 6, x, y, "#ddd"))
        parts.append(_text(x, HEAD - 10, f"{tick} %", anchor="middle"))
    return _svg(LABEL + WIDE + 270, y + 6, title, parts)


def _panel(x: float, y: float, name: str, bins: Sequence[Bin]) -> list[str]:
    most = max(b["count"] for b in bins)
    parts = [
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{PANEL:.1f}" height="{PANEL:.1f}" fill="none" stroke="#999"/>',
        _line(x, y + PANEL, x + PANEL, y, "#bbb", dash=True),
        _text(x, y - 8, f"{name} ({sum(b['count'] for b in bins)})", weight="bold"),
        _text(x, y + PANEL + 14, "0"),
        _text(x + PANEL, y + PANEL + 14, "1", anchor="end"),
        _text(x + PANEL / 2, y + PANEL + 14, "score", anchor="middle"),
        _text(x - 5, y + PANEL, "0", anchor="end"),
        _text(x - 5, y + 9, "1", anchor="end"),
        _text(x - 5, y + PANEL / 2, "true", anchor="end"),
    ]
    for b in bins:
        count, across, came = b["count"], x + PANEL * b["mean"], Estimate.of_json(b["came"])
        value, low, high = (y + PANEL * (1 - end) for end in came)
        said = f"score {b['mean']:.2f}: {100 * came.value:.0f} % of {count} came true"
        radius = 2 + (LARGEST - 2) * math.sqrt(count / most)
        parts.append(_line(across, low, across, high, COLOURS[0]))
        parts.append(
            f'<circle cx="{across:.1f}" cy="{value:.1f}" r="{radius:.1f}" '
            f'fill="{COLOURS[0]}" fill-opacity="0.6"><title>{escape(said)}</title></circle>'
        )
    return parts


def _bar(y: float, name: str, estimate: Estimate, colour: str) -> list[str]:
    if not math.isfinite(estimate.value):
        return [_text(LABEL + 6, y + BAR, f"{name}: nothing to say")]
    low, high = (LABEL + WIDE * end for end in (estimate.low, estimate.high))
    middle = y + BAR / 2
    return [
        f'<rect x="{LABEL:.1f}" y="{y:.1f}" width="{WIDE * estimate.value:.1f}" height="{BAR:.1f}" fill="{colour}"/>',
        _line(low, middle, high, middle, "#333"),
        _line(low, middle - 3, low, middle + 3, "#333"),
        _line(high, middle - 3, high, middle + 3, "#333"),
        _text(LABEL + WIDE + 8, y + BAR, f"{100 * estimate.value:.0f} %  {name}"),
    ]


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: bool = False) -> str:
    dashes = ' stroke-dasharray="4 3"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashes}/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
    )


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    """The document; a white ground, for a page may be dark."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" font-family="sans-serif" font-size="11">'
    )
    return "\n".join(
        [
            head,
            f"<title>{escape(title)}</title>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )
