"""Line charts over powers of ten as plain SVG: panels with a few lines each, every point with its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

WIDTH, HEIGHT, COLUMNS = 380, 210, 2
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 22, 40, 34
_ROUND = (1, 1.2, 1.6, 2, 2.5, 3, 4, 5, 6, 8, 10)
_SPACE = "http://www.w3.org/2000/svg"
_COLOURS = ("#1a5fb4", "#c64600", "#26734d")
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#1c1c1c}.title{font-size:13px;font-weight:600}"
    ".axis{stroke:#8a8a8a;stroke-width:1}.grid{stroke:#e4e4e4;stroke-width:1}"
    ".soft{fill:#5c5c5c}polyline{fill:none;stroke-width:2}"
)


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart."""

    title: str
    unit: str
    lines: Mapping[str, Sequence[float | None]]
    """By name, one value a size; None where nothing is known."""


def svg(sizes: Sequence[int], panels: Sequence[Panel], says: str) -> str:
    """All panels in one picture; `says` is read to those who do not see it."""
    rows = -(-len(panels) // COLUMNS)
    width, height = WIDTH * COLUMNS, HEIGHT * rows
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="{_SPACE}" {size} role="img" aria-label="{escape(says, quote=True)}">',
        f"<title>{escape(says)}</title><style>{_STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for place, panel in enumerate(panels):
        x, y = place % COLUMNS * WIDTH, place // COLUMNS * HEIGHT
        parts += [f'<g transform="translate({x} {y})">', *_panel(sizes, panel), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def ceiling(value: float) -> float:
    """The next round number at or above a value."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next((power * step for step in _ROUND if value <= power * step * (1 + 1e-9)), power * 10)


def shown(value: float) -> str:
    """A number as a person reads it: three digits, no needless zeros."""
    if value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _panel(sizes: Sequence[int], panel: Panel) -> list[str]:
    known = [value for line in panel.lines.values() for value in line if value is not None]
    top = ceiling(max(known, default=1.0) * 1.12)
    base = HEIGHT - _BOTTOM
    parts = [f'<text class="title" x="{_LEFT}" y="18">{escape(panel.title)}</text>']
    for share in (0.0, 0.5, 1.0):
        y = _y(top * share, top)
        kind = "axis" if not share else "grid"
        parts += [
            f'<line class="{kind}" x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}"/>',
            _text(_LEFT - 5, y + 4, shown(top * share), 'class="soft" text-anchor="end"'),
        ]
    for place, size in enumerate(sizes):
        x = _x(place, len(sizes))
        parts.append(f'<text class="soft" x="{x:.1f}" y="{base + 15}" text-anchor="middle">{size:,}</text>')
    parts.append(
        f'<text class="soft" x="{WIDTH - _RIGHT}" y="18" text-anchor="end">{escape(panel.unit)}</text>'
    )
    for number, (name, values) in enumerate(panel.lines.items()):
        others = [line for each, line in panel.lines.items() if each != name]
        parts += _line(name, values, number, top)
        parts += _labels(values, others, number, top)
    return parts


def _line(name: str, values: Sequence[float | None], number: int, top: float) -> list[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    points = [
        (_x(place, len(values)), _y(value, top), value)
        for place, value in enumerate(values)
        if value is not None
    ]
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y, _value in points)
    parts = [f'<polyline points="{joined}" stroke="{colour}"/>']
    for x, y, _value in points:
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
    if name:
        x = _LEFT + number * 150
        parts.append(f'<text x="{x}" y="33" style="fill:{colour}">{escape(name)}</text>')
    return parts


def _labels(
    values: Sequence[float | None], others: Sequence[Sequence[float | None]], number: int, top: float
) -> list[str]:
    """Each value at its point: above it, or below where another line is higher and there is room."""
    colour = _COLOURS[number % len(_COLOURS)]
    parts: list[str] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        lower = any((line[place] or 0.0) > value for line in others)
        y = _y(value, top)
        y += 13 if lower and y < HEIGHT - _BOTTOM - 16 else -6
        how = f'text-anchor="middle" style="fill:{colour}"'
        parts.append(_text(_x(place, len(values)), y, shown(value), how))
    return parts


def _text(x: float, y: float, text: str, how: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {how}>{escape(text)}</text>'


def _x(place: int, count: int) -> float:
    first, last = _LEFT + 24, WIDTH - _RIGHT - 24
    return first + (last - first) * place / max(1, count - 1)


def _y(value: float, top: float) -> float:
    base = HEIGHT - _BOTTOM
    return base - (base - _TOP) * value / top
