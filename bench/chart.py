"""The figures as an SVG: for each scenario a bar for each target, on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import log10
from pathlib import Path

from .report import FORMATS, _value, medians
from .run import Results
from .scenarios import ALL

WIDTH, LABEL, LINE, GAP = 900, 150, 18, 34
LEAST_SHARE = 0.03
"""Length of the shortest bar, as a share of the longest."""

COLOURS = ("#1f77b4", "#2ca02c", "#17becf", "#9467bd", "#d62728", "#ff7f0e", "#8c564b", "#7f7f7f")


def write(path: Path, results: Results) -> None:
    path.write_text("\n".join(_lines(results)) + "\n")


def _lines(results: Results) -> Iterator[str]:
    body: list[str] = []
    top = 10
    for name in results.options.scenarios:
        bars = _bars(results, name)
        if bars:
            body.append(f'<text x="10" y="{top + 14}" font-weight="bold">{escape(ALL[name].title)}</text>')
            body += _drawn(bars, name, top + 22)
            top += 22 + len(bars) * LINE + GAP - 16
    box = f'viewBox="0 0 {WIDTH} {top + 24}" font-family="sans-serif" font-size="12"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
    yield f'<rect width="{WIDTH}" height="{top + 24}" fill="white"/>'
    yield from body
    yield f'<text x="10" y="{top + 12}" fill="#666">Length is logarithmic; shorter is cheaper.</text>'
    yield "</svg>"


def _bars(results: Results, name: str) -> list[tuple[int, str, float]]:
    """(number of the target, its name, value)."""
    found = medians(results)
    if ALL[name].shows == "others":
        return []  # no cost
    values = [
        (number, target, _value(found.get((name, target)), ALL[name].shows))
        for number, target in enumerate(results.targets)
    ]
    return [(number, target, value) for number, target, value in values if value is not None and value > 0]


def _drawn(bars: list[tuple[int, str, float]], name: str, top: int) -> Iterator[str]:
    least, most = min(value for *_, value in bars), max(value for *_, value in bars)
    span = max(1, log10(most / least))
    room = WIDTH - LABEL - 120
    for line, (number, target, value) in enumerate(bars):
        y = top + line * LINE
        length = room * (LEAST_SHARE + (1 - LEAST_SHARE) * log10(value / least) / span)
        colour = COLOURS[number % len(COLOURS)]
        yield f'<text x="{LABEL - 6}" y="{y + 12}" text-anchor="end">{escape(target)}</text>'
        yield f'<rect x="{LABEL}" y="{y + 2}" width="{length:.0f}" height="{LINE - 5}" fill="{colour}"/>'
        shown = FORMATS[ALL[name].shows].format(value)
        yield f'<text x="{LABEL + length + 6:.0f}" y="{y + 12}">{shown}</text>'
