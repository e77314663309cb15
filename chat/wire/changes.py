"""Numbered changes as bytes, and the batches that they travel in: each is encoded once."""

from __future__ import annotations

import msgspec

from .encoding import encode, text_frame
from .objects import You

BATCH_LIMIT = 100
"""Messages of one batch where nobody asks for another number."""

MAX_BATCH_BYTES = 256 * 1024
"""Bytes of messages in one batch; servers and proxies bound frames, commonly at 1 MiB."""

ROOM = 0
ACCESS = -1


class Change(msgspec.Struct, frozen=True):
    """One numbered change, encoded. `seq` names the message, 0 the room itself, -1 who may read it (no content)."""

    number: int
    seq: int
    data: bytes = b""


class Slice(msgspec.Struct, frozen=True):
    """All that is known to have changed after `start`, up to and including `end`, in ascending number.

    `behind`: by how many numbers the log goes on after `end`. `reset`: the reader's cursor could not be continued.
    `access_version`: number of the last change of who may read.
    """

    epoch: str
    start: int
    end: int
    access_version: int
    changes: list[Change]
    behind: int = 0
    reset: bool = False

    @property
    def more(self) -> bool:
        """Whether the log goes on."""
        return self.behind > 0

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


def fitting(changes: list[Change], limit: int) -> int:
    """How many of the changes fit into one batch: `limit` messages, MAX_BATCH_BYTES; at least one."""
    messages = size = 0
    for index, change in enumerate(changes):
        messages += change.seq > ROOM
        size += len(change.data)
        if index and (messages > limit or size > MAX_BATCH_BYTES):
            return index
    return len(changes)


def batch(
    part: Slice, *, you: You | None = None, retry_ms: int | None = None, switch: dict[str, str] | None = None
) -> Batch:
    """The batch for a reader at `part.start`, put together from bytes that are encoded already."""
    messages = [change.data for change in part.changes if change.seq > ROOM]
    room = next((change.data for change in part.changes if change.seq == ROOM), b"null")
    behind = b',"behind":%d' % part.behind if part.more else b""
    own = b"" if you is None else b',"you":%s' % encode(you)
    retry = b"" if retry_ms is None else b',"retry_ms":%d' % retry_ms
    asked = b"" if switch is None else b',"switch":%s' % encode(switch)
    data = b'{"type":"batch","cursor":"%s:%d","messages":[%s],"room":%s,"more":%s,"reset":%s%s%s%s%s}' % (
        part.epoch.encode(),
        part.end,
        b",".join(messages),
        room,
        b"true" if part.more else b"false",
        b"true" if part.reset else b"false",
        behind,
        own,
        retry,
        asked,
    )
    return Batch(data, part.epoch, part.end, len(messages))
