"""Bytes for clients."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from ..errors import ChatError
from .objects import Announcement, Message

encode = msgspec.json.Encoder().encode
builtins = msgspec.to_builtins

OPEN_OUTLET = "chat.open_outlet"
"""ASGI extension of our servers: a function that is given an object, whose `write` it sets to what writes whole frames
at once, and whose `open` it keeps true for as long as that may be called."""

HEAR_TEXTS = "chat.hear_texts"
"""ASGI extension of our servers: a function that is given another one, which takes a text at once or returns False."""


def announced(stored: list[Any]) -> list[Announcement]:
    """Announcements as `builtins` made them, without those whose time is over."""
    moment = now()
    found = msgspec.convert(stored, list[Announcement])
    return [one for one in found if one.until is None or one.until > moment]


def cursor(epoch: str, number: int) -> str:
    """The opaque position that a client sends back."""
    return f"{epoch}:{number}"


def text_frame(data: bytes) -> bytes:
    """A WebSocket frame as a server sends it: final, text, not masked (RFC 6455, 5.2)."""
    size = len(data)
    if size < 126:
        return bytes((0x81, size)) + data
    if size < 2**16:
        return b"\x81\x7e" + size.to_bytes(2) + data
    return b"\x81\x7f" + size.to_bytes(8) + data


def sent(message: Message, data: bytes) -> bytes:
    """What acknowledges a send; `data` is the message, encoded already."""
    return b'{"type":"sent","key":"%s","message":%s}' % (message.key.encode(), data)


def error(problem: ChatError, **reference: Any) -> dict[str, Any]:
    """The error object; `reference` names the frame that it answers (`key` or `ref`)."""
    said: dict[str, Any] = {"code": problem.code, "message": problem.message}
    if problem.field:
        said["field"] = problem.field
    answer: dict[str, Any] = {"error": said, **reference}
    if problem.retry_after is not None:
        answer["retry_after"] = problem.retry_after
    return answer


def now() -> datetime:
    """This moment, with the precision that the wire and both databases keep."""
    return datetime.now(UTC)
