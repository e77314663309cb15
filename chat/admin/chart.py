"""The charts of live connections: points for plain SVG, and the same figures as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from .. import wire
from ..connections import SAMPLE_S, SAMPLES

WIDTH, HEIGHT = 600, 120
"""Of a chart's plane, in the units of its SVG."""

ROWS_EVERY = 6
"""Points of one row of the table: a minute."""

Samples = Sequence[Sequence[int]]
"""(slot, sockets, holds, polls, messages so far) of a process, as in `connections.Connections`."""


class Plane(NamedTuple):
    """One chart: (name, points of its line) of each series, and the figure at the top."""

    series: list[tuple[str, str]]
    top: int


class Row(NamedTuple):
    """A line of the table: when, connections of each transport, messages a second."""

    at: datetime
    counts: list[int]
    rate: float


class Chart(NamedTuple):
    """Of the last quarter of an hour; None where less than two points are known."""

    connections: Plane | None
    messages: Plane | None
    rows: list[Row]


def draw(processes: Iterable[Samples], now: Mapping[str, int]) -> Chart:
    """Connections of all processes added up; of messages each process hears all, so the one that heard most counts."""
    processes = list(processes)
    counts = _summed(processes)
    rates = _rates(processes)
    slots = sorted(counts)
    if slots:
        counts[slots[-1] + 1] = [now.get(name, 0) for name in wire.TRANSPORTS]
        slots.append(slots[-1] + 1)
    if len(slots) < 2:
        return Chart(None, None, [])
    lines = [(name, [counts[slot][at] for slot in slots]) for at, name in enumerate(wire.TRANSPORTS)]
    known = [slot for slot in slots if slot in rates]
    messages = _plane([("messages", [rates[slot] for slot in known])], known, slots[-1]) if len(known) > 1 else None
    rows = [Row(_time(slot), counts[slot], rates.get(slot, 0.0)) for slot in slots[::-ROWS_EVERY]]
    return Chart(_plane(lines, slots, slots[-1]), messages, rows)


def _summed(processes: Iterable[Samples]) -> dict[int, list[int]]:
    summed: dict[int, list[int]] = {}
    for samples in processes:
        for slot, *counts, _messages in samples:
            before = summed.get(slot, [0] * len(counts))
            summed[slot] = [one + other for one, other in zip(before, counts, strict=True)]
    return summed


def _rates(processes: Iterable[Samples]) -> dict[int, float]:
    """Messages a second, by slot."""
    rates: Counter[int] = Counter()
    for samples in processes:
        for before, after in pairwise(samples):
            if after[0] == before[0] + 1:
                rates[after[0]] = max(rates[after[0]], after[-1] - before[-1])
    return {slot: written / SAMPLE_S for slot, written in rates.items()}


def _plane(lines: Iterable[tuple[str, Sequence[float]]], slots: Sequence[int], last: int) -> Plane:
    lines = list(lines)
    top = _nice(max(max(values) for _name, values in lines))
    series = [(name, _points(values, slots, last, top)) for name, values in lines]
    return Plane(series, top)


def _points(values: Sequence[float], slots: Sequence[int], last: int, top: int) -> str:
    """The present is at the right edge, a quarter of an hour ago at the left one."""
    return " ".join(
        f"{WIDTH - (last - slot) * WIDTH / SAMPLES:.1f},{HEIGHT - value * HEIGHT / top:.1f}"
        for slot, value in zip(slots, values, strict=True)
    )


def _nice(most: float) -> int:
    """The next round figure: 1, 2 or 5 with zeros."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if most <= factor * step:
                return factor * step
        step *= 10


def _time(slot: int) -> datetime:
    return datetime.fromtimestamp(slot * SAMPLE_S, UTC)
