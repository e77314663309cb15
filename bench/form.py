"""Forms: what is sent again and again, with places for what is new each time. Filled in here, or in pump.c."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

MARK = b"@bench:"
"""What every text of the benchmark begins with; then the time of its sending, in µs, with DIGITS digits."""

DIGITS = 16
FILLER = "x" * 72
STAMP = b"@the-time-in-us@"
KEY = b"@16-hex-letters@"
VALUES = (b"@value-0@", b"@value-1@")
"""What was learnt from the last answer. The other places have the size of what comes there."""

PLACES = re.compile(b"|".join((STAMP, KEY, *VALUES)))
KINDS = (STAMP, KEY, *VALUES)
Place = tuple[int, int]


@dataclass(frozen=True)
class Rules:
    """What a client does by itself, in pump.c or here; whatever is not as expected is `surprised`'s.

    `counted`: how a frame begins that counts; empty: any with a MARK. `acked`: how a frame begins that is acknowledged
    now and then, with `ack` around the newest value. `learnt`: what stands around each value of an answer.
    `each_mark`: each MARK counts, not the frame or the answer.
    """

    counted: bytes = b""
    acked: bytes = b""
    ack: tuple[bytes, bytes] = (b"", b"")
    every_frames: int = 0
    every_bytes: int = 0
    learnt: tuple[tuple[bytes, bytes], ...] = ()
    each_mark: bool = False


def text(size: int = 0) -> str:
    """A text of about 100 characters, or of `size`, with a place for the time."""
    begin = f"{MARK.decode()}{STAMP.decode()} "
    return begin + (FILLER if size == 0 else "x" * (size - len(begin)))


def fill(form: bytes, values: Sequence[bytes] = ()) -> bytes:
    """The form with everything in its place."""
    form = form.replace(STAMP, b"%0*d" % (DIGITS, time.perf_counter_ns() // 1000))
    form = form.replace(KEY, secrets.token_hex(8).encode())
    for place, value in zip(VALUES, values, strict=False):
        form = form.replace(place, value)
    return form


def places(form: bytes) -> tuple[bytes, list[Place]]:
    """The form without its places for values, and (where, index in KINDS) of each place."""
    parts, found, at, size = [], [], 0, 0
    for place in PLACES.finditer(form):
        kept = place.end() if place[0] not in VALUES else place.start()
        found.append((size + place.start() - at, KINDS.index(place[0])))
        parts.append(form[at:kept])
        size, at = size + kept - at, place.end()
    return b"".join([*parts, form[at:]]), found


def learn(rules: Rules, data: bytes, values: list[bytes]) -> bool:
    """Takes the values that stand in an answer; one that is not there stays. True when the first one was there."""
    found = False
    for number, (before, after) in enumerate(rules.learnt):
        start = data.find(before)
        end = data.find(after, start + len(before))
        if start >= 0 <= end:
            values[number] = data[start + len(before) : end]
            found |= number == 0
    return found


def age_ms(data: bytes | bytearray, mark: int) -> float:
    """Time since the text whose MARK is at this place was sent."""
    start = mark + len(MARK)
    return time.perf_counter_ns() / 1e6 - int(data[start : start + DIGITS]) / 1e3
