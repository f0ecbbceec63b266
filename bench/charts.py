"""Line charts as plain SVG, for light and dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 76, 52
COLOURS = ("#2f6fde", "#d9822b", "#2e9e6b", "#8a63d2")

STYLE = """text{font:13px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:15px}.axis{stroke:#999}
.grid{stroke:#8884}.line{fill:none;stroke-width:2}@media(prefers-color-scheme:dark){text{fill:#ddd}}"""


def lines(title: str, across: str, up: str, series: Mapping[str, Points]) -> str:
    """A chart from zero, a line for each series; x stands where its value is among all the x, evenly spaced."""
    ticks = sorted({x for points in series.values() for x, _ in points})
    top = _rounded_up(max(y for points in series.values() for _, y in points))
    parts = [f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>']
    for step in range(5):
        y = _y(top * step / 4, top)
        parts.append(f'<line class="{"grid" if step else "axis"}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{top * step / 4:g}</text>')
    for tick in ticks:
        x = _x(tick, ticks)
        parts.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{tick:,.0f}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(across)}</text>'
    )
    parts.append(f'<text x="{LEFT}" y="{TOP - 12}" text-anchor="end" dx="-8">{escape(up)}</text>')
    legend = float(LEFT)
    for colour, (label, points) in zip(COLOURS * 9, series.items(), strict=False):
        path = " ".join(f"{_x(x, ticks)},{_y(y, top)}" for x, y in points)
        parts.append(f'<polyline class="line" stroke="{colour}" points="{path}"/>')
        parts += [
            f'<circle fill="{colour}" cx="{_x(x, ticks)}" cy="{_y(y, top)}" r="3.5"><title>{y:.3g}</title></circle>'
            for x, y in points
        ]
        parts.append(f'<rect fill="{colour}" x="{legend}" y="38" width="10" height="10" rx="2"/>')
        parts.append(f'<text x="{legend + 15}" y="47">{escape(label)}</text>')
        legend += 30 + 7.2 * len(label)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", *parts, "</svg>", ""])


def _x(value: float, ticks: Sequence[float]) -> float:
    if len(ticks) == 1:
        return (LEFT + WIDTH - RIGHT) / 2
    return round(LEFT + 24 + ticks.index(value) / (len(ticks) - 1) * (WIDTH - LEFT - RIGHT - 48), 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)


def _rounded_up(value: float) -> float:
    """The next of 1, 2, 4, 8 times a power of ten: its quarters are round too."""
    power = 10.0**-9
    while power * 10 <= value:
        power *= 10
    return next(power * step for step in (1, 2, 4, 8, 10, 20) if power * step >= value)
