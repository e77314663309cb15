"""WebSocket frames as they should not be."""

from __future__ import annotations

import struct
from random import Random

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="


def opening() -> bytes:
    return (
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: " + KEY + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )


def frame(random: Random) -> bytes:
    """A masked frame, most often a text; its declared length is sometimes a lie."""
    code = random.choice([1, 1, 1, 2, 0, 8, 9, 10, 3, 11])
    body = random.choice([b"", b"hello", "grüße".encode(), b"\xff\xfe", b"x" * 126, b"\x03\xe8bye", b"\x00"])
    first = (random.choice([0x80, 0x80, 0x80, 0x00, 0xC0])) | code
    mask = random.randbytes(4)
    size = len(body) if random.random() < 0.9 else random.choice([0, 1, 125, 65535, 2**40])
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))
    flag = 0x80 if random.random() < 0.95 else 0
    return bytes([first]) + _length(size, flag) + (mask if flag else b"") + masked


def _length(size: int, flag: int) -> bytes:
    if size < 126:
        return bytes([flag | size])
    return (
        bytes([flag | 126]) + struct.pack("!H", size) if size < 2**16 else bytes([flag | 127]) + struct.pack("!Q", size)
    )


def texts(random: Random) -> bytes:
    """A few frames in a row, one of them perhaps with a byte changed or cut off."""
    data = b"".join(frame(random) for _ in range(random.randrange(1, 5)))
    at = random.randrange(len(data))
    return random.choice([data, data, data[:at], data[:at] + random.randbytes(1) + data[at + 1 :]])
