"""The wire format, version 1: the same bytes on every transport.

Objects are structs; a change is encoded once and travels as bytes from then on. Requests are decoded strictly:
a wrong type or an unknown field is an error, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, TypeVar, cast

import msgspec

from .errors import ChatError, Invalid

Transport = Literal["websocket", "longpoll", "poll"]
TRANSPORTS: tuple[Transport, ...] = ("websocket", "longpoll", "poll")
"""In order of preference."""

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
_CURSOR = re.compile(r"([A-Za-z0-9]{1,16}):(0|[1-9][0-9]{0,18})\Z")
_MAX_NUMBER = 2**63 - 1


class Author(msgspec.Struct, frozen=True):
    id: int
    name: str


class Message(msgspec.Struct, frozen=True):
    """A message in its newest state; a tombstone has `deleted` and an empty body."""

    seq: int
    version: int
    kind: Literal["text", "system"]
    author: Author
    body: str
    key: str
    reply_to: int | None
    created_at: datetime
    edited_at: datetime | None
    deleted: bool


class Transports(msgspec.Struct, frozen=True):
    """A room's policy: what is allowed, what a page starts with, and the timings of waiting."""

    allowed: list[Transport]
    default: Transport
    poll_interval_ms: int
    hold_s: int


class Room(msgspec.Struct, frozen=True):
    slug: str
    name: str
    topic: str
    kind: Literal["public", "private"]
    state: Literal["open", "read_only", "archived"]
    guests: Literal["none", "read", "write"]
    version: int
    slow_mode_s: int
    transports: Transports


class WhyNot(msgspec.Struct, frozen=True):
    """Why this person may not post; `until` is null when it does not end by itself."""

    code: str
    message: str
    until: datetime | None = None


class You(msgspec.Struct, frozen=True):
    """The reader's own standing in the room."""

    id: int
    name: str
    guest: bool
    role: Literal["owner", "moderator", "member"] | None
    may_post: bool
    why_not: WhyNot | None
    may_moderate: bool
    last_read_seq: int


class Timings(msgspec.Struct, frozen=True):
    """Every constant that a client needs; suffixes give the unit."""

    hold_s: float
    heartbeat_s: float
    poll_interval_ms: int
    seen_batches: int
    seen_s: float
    retry_min_ms: int
    retry_max_ms: int
    page: int
    max_body: int
    group_s: int


class Change(msgspec.Struct, frozen=True):
    """One numbered change, encoded. `seq` names the message, 0 the room itself, -1 who may read it (no content)."""

    number: int
    seq: int
    data: bytes = b""


ROOM = 0
ACCESS = -1


class Slice(msgspec.Struct, frozen=True):
    """All that is known to have changed after `start`, up to and including `end`, in ascending number.

    `more`: the log goes on after `end`. `reset`: the reader's cursor could not be continued.
    `access_version`: number of the last change of who may read.
    """

    epoch: str
    start: int
    end: int
    access_version: int
    changes: list[Change]
    more: bool = False
    reset: bool = False

    @property
    def has_access_change(self) -> bool:
        """Whether who may read changed within it."""
        return self.start < self.access_version <= self.end


class Batch:
    """A slice as bytes, the position that it leads to, and how many messages it brings. Readers share it."""

    __slots__ = ("_frame", "data", "end", "epoch", "messages")

    def __init__(self, data: bytes, epoch: str, end: int, messages: int) -> None:
        self.data = data
        self.epoch = epoch
        self.end = end
        self.messages = messages
        self._frame = b""

    @property
    def frame(self) -> bytes:
        """The same as a WebSocket frame. Made once."""
        self._frame = self._frame or text_frame(self.data)
        return self._frame


WRITE_FRAME = "chat.write_frame"
"""ASGI extension of our servers: a function that writes a whole frame, or several, at once, or returns False."""

HEAR_TEXTS = "chat.hear_texts"
"""ASGI extension of our servers: a function that is given another one, which takes a text at once or returns False."""

BATCH_LIMIT = 100
"""Messages of one batch where nobody asks for another number."""

MAX_BATCH_BYTES = 256 * 1024
"""Bytes of messages in one batch; servers and proxies bound frames, commonly at 1 MiB."""


def fitting(changes: list[Change], limit: int) -> int:
    """How many of the changes fit into one batch: `limit` messages, MAX_BATCH_BYTES; at least one."""
    messages = size = 0
    for index, change in enumerate(changes):
        messages += change.seq > ROOM
        size += len(change.data)
        if index and (messages > limit or size > MAX_BATCH_BYTES):
            return index
    return len(changes)


class Send(msgspec.Struct, forbid_unknown_fields=True, tag="send"):
    key: str
    body: str
    reply_to: int | None = None


class Edit(msgspec.Struct, forbid_unknown_fields=True, tag="edit"):
    seq: int
    body: str


class Delete(msgspec.Struct, forbid_unknown_fields=True, tag="delete"):
    seq: int


class Seen(msgspec.Struct, forbid_unknown_fields=True, tag="seen"):
    cursor: str


Frame = Send | Edit | Delete | Seen


class PostBody(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    body: str
    reply_to: int | None = None


class EditBody(msgspec.Struct, forbid_unknown_fields=True):
    body: str


class ReadBody(msgspec.Struct, forbid_unknown_fields=True):
    seq: int


Decoded = TypeVar("Decoded")
encode = msgspec.json.Encoder().encode
builtins = msgspec.to_builtins


def decode(data: bytes | str, kind: type[Decoded] | Any) -> Decoded:
    """Strict JSON to the given struct; raises `Invalid` with the reason and, when it is known, the field."""
    try:
        return cast(Decoded, _decoder(cast(Hashable, kind)).decode(data))
    except msgspec.ValidationError as error:
        raise Invalid(str(error), field=_field_of(str(error))) from None
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Invalid("This is not valid JSON.") from None


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _field_of(reason: str) -> str | None:
    found = re.search(r"`\$\.([a-z_]+)|field `([a-z_]{1,40})`", reason)
    return (found[1] or found[2]) if found else None


def check_key(key: str) -> str:
    """The idempotency key of a send; raises `Invalid`."""
    if not KEY.match(key):
        raise Invalid("A key has 8 to 64 characters of A-Z, a-z, 0-9, _ and -.", field="key")
    return key


def cursor(epoch: str, number: int) -> str:
    """The opaque position that a client sends back."""
    return f"{epoch}:{number}"


def parse_cursor(text: str) -> tuple[str, int]:
    """(epoch, number) of a cursor; raises `Invalid`."""
    found = _CURSOR.match(text)
    if not found or int(found[2]) > _MAX_NUMBER:
        raise Invalid("This is not a cursor of this server.", field="after")
    return found[1], int(found[2])


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


def batch(part: Slice, *, you: You | None = None, retry_ms: int | None = None) -> Batch:
    """The batch for a reader at `part.start`, put together from bytes that are encoded already."""
    messages = [change.data for change in part.changes if change.seq > ROOM]
    room = next((change.data for change in part.changes if change.seq == ROOM), b"null")
    own = b"" if you is None else b',"you":%s' % encode(you)
    retry = b"" if retry_ms is None else b',"retry_ms":%d' % retry_ms
    data = b'{"type":"batch","cursor":"%s:%d","messages":[%s],"room":%s,"more":%s,"reset":%s%s%s}' % (
        part.epoch.encode(),
        part.end,
        b",".join(messages),
        room,
        b"true" if part.more else b"false",
        b"true" if part.reset else b"false",
        own,
        retry,
    )
    return Batch(data, part.epoch, part.end, len(messages))


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
