"""A scene as a drawing: time runs down, the browser at the left, the server at the right. Lengths are of the SVG."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from . import words
from .recording import Mark, Scene, Trace

ROW = 19.0
"""The least distance between two rows: what happens at the same moment is still read one after the other."""

DOT = 6.0
"""What a dot needs besides, since its words are not above it."""

PER_S = 13.0
"""So much longer is a second in which nothing happens."""

TOP, BOTTOM = 30.0, 10.0
HELD_MS = 500
"""An answer that took longer was held."""

MARKS = {"written": "server", "send": "browser", "switch": "browser"}
"""The marks that are drawn, each with its side."""


class Row(NamedTuple):
    """An arrow from one side to the other, or a dot at one side."""

    at_ms: float
    side: str
    """Where it comes from: `browser` or `server`."""
    is_arrow: bool
    via: str
    words: str
    detail: str
    """The line of a request; else empty."""
    bytes: int
    """Zero for a dot."""
    brings: bool
    """News, in either direction."""
    y: float = 0.0

    @property
    def seconds(self) -> str:
        return f"{self.at_ms / 1000:.2f}"


class Bar(NamedTuple):
    """A question that the server holds, or (`is_line`) a line that is open."""

    via: str
    is_line: bool
    y: float
    length: float


class Drawing(NamedTuple):
    """One scene, ready to be drawn."""

    scene: Scene
    height: float
    rows: list[Row]
    bars: list[Bar]


def draw(scene: Scene) -> Drawing:
    rows = _laid_out(sorted(_rows(scene), key=lambda row: (row.at_ms, row.side == "browser")))
    bottom = rows[-1].y + (scene.end_ms - rows[-1].at_ms) / 1000 * PER_S
    scale = Scale(rows, scene.end_ms, bottom)
    bars = [Bar(via, is_line, scale(start), scale(end) - scale(start)) for via, is_line, start, end in _spans(scene)]
    return Drawing(scene, bottom + BOTTOM, rows, bars)


class Scale:
    """From a moment of the scene to its height; what lies between two rows is divided evenly."""

    def __init__(self, rows: list[Row], end_ms: float, bottom: float) -> None:
        self._points = [(0.0, TOP), *((row.at_ms, row.y) for row in rows), (end_ms, bottom)]

    def __call__(self, at_ms: float) -> float:
        for (start, above), (end, below) in pairwise(self._points):
            if start <= at_ms <= end:
                return above if at_ms == start else above + (below - above) * (at_ms - start) / (end - start)
        return self._points[-1][1]


def _laid_out(rows: list[Row]) -> list[Row]:
    placed: list[Row] = []
    y, before, least = TOP, 0.0, ROW
    for row in rows:
        y += max(least, (row.at_ms - before) / 1000 * PER_S)
        before, least = row.at_ms, ROW if row.is_arrow else ROW + DOT
        placed.append(row._replace(y=y))
    return placed


def _rows(scene: Scene) -> Iterator[Row]:
    for trace in scene.traces:
        yield from _frame(trace) if trace.kind == "frame" else _exchange(trace, scene.via)
    for mark in scene.marks:
        if mark.what in MARKS:
            yield _dot(mark, scene)


def _exchange(trace: Trace, usual: str) -> Iterator[Row]:
    """A request or a handshake, and what became of it."""
    via = _via(trace, usual)
    sends = trace.what.startswith("POST")
    yield Row(trace.at, "browser", True, via, words.question(trace), trace.what, trace.up, sends)
    if trace.is_open:
        return
    side = "server" if trace.status else "browser"
    yield Row(trace.ended, side, bool(trace.status), via, words.answer(trace), "", trace.down, trace.messages > 0)


def _frame(trace: Trace) -> Iterator[Row]:
    side = "browser" if trace.direction == "out" else "server"
    brings = trace.messages > 0 or trace.what == "send"
    yield Row(trace.at, side, True, "websocket", words.frame(trace), "", trace.up + trace.down, brings)


def _dot(mark: Mark, scene: Scene) -> Row:
    via = scene.next if mark.what == "switch" else scene.via
    return Row(mark.at, MARKS[mark.what], False, via, words.mark(mark.what, scene.next), "", 0, mark.what != "switch")


def _via(trace: Trace, usual: str) -> str:
    return trace.asks or ("websocket" if trace.kind == "handshake" else usual)


def _spans(scene: Scene) -> Iterator[tuple[str, bool, float, float]]:
    """(transport, whether it is a line, beginning, end) of all that stays open for a while."""
    for trace in scene.traces:
        if trace.kind == "handshake":
            yield "websocket", True, trace.ended, _closed(scene, trace)
        elif trace.took_ms > HELD_MS:
            yield _via(trace, scene.via), False, trace.at, trace.ended


def _closed(scene: Scene, handshake: Trace) -> float:
    """A line that the page left ended with the hand-over."""
    switched = scene.when("switched")
    return switched if handshake.ended < scene.when("switch") else scene.end_ms
