"""Texts of a client, taken from the bytes as they come: nearly all that a chat's sockets say is one short frame.

The servers' parsers make four objects and a turn of the loop for each frame, 30 to 90 µs; an acknowledgement for every
20 batches is then a third of what a delivery costs (docs/performance.md). Here only whole, masked, final text frames
in their shortest form are taken; whatever else there is goes on to the parser, from the first byte of that frame.
"""

from __future__ import annotations

from collections.abc import Callable

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C where that was built

Hear = Callable[[bytes], bool]
"""Takes a text that came, or returns False."""

FINAL_TEXT = 0x81
MASKED = 0x80
LONG = 126
UNKNOWN = -1
"""Nobody knows any more where the next frame begins."""


def take(data: bytes, hear: Hear) -> int:
    """Hands on the texts that the data begins with, until one is not taken; how many bytes they were."""
    at, size = 0, len(data)
    while size - at > 5 and data[at] == FINAL_TEXT:
        length, mask = data[at + 1] - MASKED, at + 2
        if length == LONG:
            length, mask = int.from_bytes(data[at + 2 : at + 4]), at + 4
            if length < LONG:
                break
        elif not 0 <= length < LONG:
            break
        end = mask + 4 + length
        if end > size or not hear(apply_mask(data[mask + 4 : end], data[mask : mask + 4])):
            break
        at = end
    return at


def missing(data: bytes, ahead: int) -> int:
    """How many bytes the frame at the end of the data still lacks; `ahead`: how many belong to an earlier frame.

    0 when the data ends with a frame, UNKNOWN when it ends within the head of one.
    """
    at = ahead
    while UNKNOWN < at < len(data):
        at = _end(data, at)
    return at if at == UNKNOWN else at - len(data)


def _end(data: bytes, at: int) -> int:
    """Where the frame ends that begins there."""
    head = data[at : at + 10]
    length = head[1] & 0x7F if len(head) > 1 else 0
    width = {126: 2, 127: 8}.get(length, 0)
    if len(head) < 2 + width:
        return UNKNOWN
    if width:
        length = int.from_bytes(head[2 : 2 + width])
    return at + 2 + width + (4 if head[1] & MASKED else 0) + length
