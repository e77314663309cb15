"""Frames of the Redis protocol (RESP2 and RESP3): where one ends, and whether it is a published message."""

from __future__ import annotations

BULK = b"$=!"
LISTS = b"*~>"
MAPS = b"%|"
MESSAGE = b"3\r\n$7\r\nmessage\r\n"


def frame_end(data: bytes | bytearray, at: int = 0) -> int | None:
    """Where the frame that begins at `at` ends; None when it is not all there."""
    line = data.find(b"\r\n", at)
    if line < 0:
        return None
    kind, head, end = data[at], data[at + 1 : line], line + 2
    if kind in BULK:
        size = int(head)
        end += size + 2 if size >= 0 else 0
        return end if end <= len(data) else None
    if kind not in LISTS + MAPS:
        return end
    return _elements_end(data, end, int(head) * (2 if kind in MAPS else 1))


def _elements_end(data: bytes | bytearray, at: int, count: int) -> int | None:
    end: int | None = at
    for _ in range(count):
        end = frame_end(data, end) if end is not None else None
    return end


def is_message(frame: bytes) -> bool:
    """Whether a frame brings a published message to a subscriber."""
    return frame[:1] in (b">", b"*") and frame[1 : 1 + len(MESSAGE)] == MESSAGE


class Splitter:
    """Takes bytes as they come, gives whole frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        frames = []
        while self._buffer and (end := frame_end(self._buffer)) is not None:
            frames.append(bytes(self._buffer[:end]))
            del self._buffer[:end]
        return frames
