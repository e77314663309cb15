"""What one page showed during one fault, as figures. Seconds everywhere, from times of one clock in milliseconds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .window import Told

Span = tuple[float, float]
LATE_S = {"poll": 4.0}
"""A message is late after this; polling has its interval of 2 s."""

USUALLY_LATE_S = 2.0
USUAL = re.compile(r"^(via|polling)\b")
VARYING = re.compile(r"\d[\d:]*|(?<=Reconnecting).*")


@dataclass(frozen=True)
class Figures:
    """`words`: what the button said other than its usual word, and for how long. `lines`: the same below the header.

    `delay_s`: the longest time from a message's being stored to its being shown. `pending_s`: the longest that a
    message of one's own waited to be stored. `level_s`: from the start of the fault until the last of that was over.
    `unsaid_s`: the longest time that a message was late while the button said that all was well. `away_s`: how long
    the newest message was out of view.
    """

    words: Mapping[str, float]
    lines: Mapping[str, float]
    delay_s: float
    pending_s: float
    level_s: float
    unsaid_s: float
    away_s: float
    failed: Mapping[str, str]
    gone: tuple[str, ...]
    emptied: int
    blocked: int
    missing: tuple[str, ...]
    errors: tuple[str, ...]


def known(told: Iterable[Told]) -> dict[str, float]:
    """When each message was stored, as far as anybody could tell: shown somewhere, or acknowledged to its writer."""
    everything = list(told)
    written = {body for one in everything for body in one["queued"] if body not in one["failed"]}
    first: dict[str, float] = {}
    for one in everything:
        for body, at in [*one["seen"].items(), *one["settled"].items()]:
            first[body] = min(at, first.get(body, at))
    return {body: at for body, at in first.items() if body in written}


class Reading:
    """One page's notes between two moments. `stored`: when each message was."""

    def __init__(self, told: Told, via: str, stored: Mapping[str, float], span: Span) -> None:
        self.told = told
        self.stored = stored
        self.begin, self.end = span
        self.late_ms = LATE_S.get(via, USUALLY_LATE_S) * 1000

    def figures(self, taken_back: set[str], errors: Iterable[str]) -> Figures:
        told = self.told
        waits = {body: self._wait(told["seen"], body, at) for body, at in self.stored.items() if at >= self.begin}
        missing = {body for body in waits if body not in told["seen"]} - taken_back
        waits = {body: wait for body, wait in waits.items() if body in told["seen"] or body in missing}
        sends = [self._wait(told["settled"], body, at) for body, at in told["queued"].items()]
        return Figures(
            words=self._said("words", lambda word: not USUAL.match(word)),
            lines=self._said("lines", bool),
            delay_s=longest(waits.values()),
            pending_s=longest(sends),
            level_s=self._level([*waits.values(), *sends]),
            unsaid_s=longest(self._unsaid(wait) for wait in waits.values()),
            away_s=sum(self._said("away", bool).values()),
            failed=told["failed"],
            gone=tuple(body for _at, body in told["gone"] if body in self.stored and body not in taken_back),
            emptied=0 if taken_back else len(told["empty"]),  # a backup may hold nothing
            blocked=len(told["blocked"]),
            missing=tuple(sorted(missing)),
            errors=tuple(errors),
        )

    def _wait(self, ends: Mapping[str, float], body: str, since: float) -> Span:
        return since, ends.get(body, self.end)

    def _said(self, kind: str, counts: Callable[[Any], object]) -> dict[str, float]:
        """How long each value of a kind was there, of those that count."""
        total: dict[str, float] = defaultdict(float)
        for (start, end), value in self._spans(kind):
            if counts(value):
                total[VARYING.sub("…", str(value))] += (end - start) / 1000
        return dict(total)

    def _spans(self, kind: str) -> Iterable[tuple[Span, str]]:
        notes = self.told[kind]
        ends = [at for at, _value in notes[1:]] + [self.end]
        for (at, value), end in zip(notes, ends, strict=True):
            span = max(at, self.begin), min(end, self.end)
            if span[0] < span[1]:
                yield span, value

    def _unsaid(self, wait: Span) -> Span:
        """The longest part of a wait in which the button said that all was well."""
        if wait[1] - wait[0] < self.late_ms:
            return wait[0], wait[0]
        well = [span for span, word in self._spans("words") if USUAL.match(word)]
        parts = [(max(start, wait[0]), min(end, wait[1])) for start, end in well]
        return max(parts, key=lambda part: part[1] - part[0], default=(0, 0))

    def _level(self, waits: Iterable[Span]) -> float:
        ends = [end for start, end in waits if end - start >= self.late_ms]
        ends += [end for (_start, end), word in self._spans("words") if not USUAL.match(word)]
        return max(0.0, max(ends, default=self.begin) - self.begin) / 1000


def longest(spans: Iterable[Span]) -> float:
    """Seconds of the longest of these."""
    return max((max(0.0, end - start) for start, end in spans), default=0.0) / 1000
