"""Frames from clients, read strictly."""

from __future__ import annotations

from typing import Any

from .. import wire
from ..errors import Invalid, TooLarge

MAX_FRAME = 16 * 1024
"""Bytes of one frame from a client: the longest message in characters of four bytes, and its envelope."""


def decode(message: dict[str, Any]) -> wire.Frame:
    """The frame in an ASGI message; raises `Invalid` or `TooLarge`."""
    text = message.get("text")
    if text is None:
        raise Invalid("Send text frames.")
    return decode_text(text.encode("utf-8", "surrogatepass"))


def decode_text(text: bytes) -> wire.Frame:
    """The frame in a text; raises `Invalid` or `TooLarge`."""
    if len(text) > MAX_FRAME:
        raise TooLarge(f"A frame has at most {MAX_FRAME} bytes.")
    frame: wire.Frame = wire.decode(text, wire.Frame)
    return frame


def reference(frame: wire.Frame) -> dict[str, Any]:
    """What an answer names so that the client knows which frame it answers."""
    match frame:
        case wire.Send(key=key):
            return {"key": key[:64]}
        case wire.Edit(seq=seq) | wire.Delete(seq=seq):
            return {"ref": seq}
    return {}
