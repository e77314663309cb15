"""Telling every process what was committed. The channel layer only wakes: what it loses, readers heal by cursor."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from .wire import Change

GROUP = "changes"
ORIGIN = secrets.token_hex(8)
"""This process, so that it skips its own events when the layer brings them back."""

MAX_PAYLOAD = 64 * 1024
"""Bytes of changes in one layer message; what is larger is read from the log instead."""

SEND_TIMEOUT_S = 1.0

log = logging.getLogger("chat.fanout")


class Changed(msgspec.Struct, tag="changed"):
    """Changes of one room, in order. `access_version`: number of the last change of who may read."""

    room_id: int
    epoch: str
    last: int
    access_version: int
    changes: list[Change]


class Revoked(msgspec.Struct, tag="revoked"):
    """A session, or all of a person, may have ended: whoever reads with one must be admitted anew."""

    user_id: int | None = None
    session_key: str | None = None


Event = Changed | Revoked
_packer = msgspec.msgpack.Encoder()
_unpacker = msgspec.msgpack.Decoder(Event)
_local: tuple[asyncio.AbstractEventLoop, Callable[[Event], None]] | None = None


def attach(loop: asyncio.AbstractEventLoop, deliver: Callable[[Event], None]) -> None:
    """Names the hub of this process: it gets events first, without the layer."""
    global _local
    _local = (loop, deliver)


def layer() -> Any:
    """The shared channel layer, or None when this process is on its own."""
    found = get_channel_layer()
    return None if isinstance(found, InMemoryChannelLayer) else found


def publish(event: Event) -> None:
    """Tells the readers of all processes; called after commit, from any thread. Never fails the caller."""
    if _local and not _local[0].is_closed():
        loop, deliver = _local
        loop.call_soon_threadsafe(deliver, event)
        if layer() is not None:
            asyncio.run_coroutine_threadsafe(_send(event), loop)
        return
    if layer() is not None:
        async_to_sync(_send)(event)


def unpack(message: dict[str, Any]) -> Event | None:
    """The event in a layer message; None when it is this process's own, or of a version that this one cannot read."""
    if message.get("origin") == ORIGIN:
        return None
    try:
        event: Event = _unpacker.decode(message["event"])
    except (KeyError, TypeError, msgspec.DecodeError) as error:
        log.warning("An event of another process cannot be read; the position check will find it: %r", error)
        return None
    return event


async def _send(event: Event) -> None:
    message = {"type": "chat.event", "origin": ORIGIN, "event": _packer.encode(_light(event))}
    for attempt in ("first", "second"):
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await layer().group_send(GROUP, message)
            return
        except Exception as error:
            log.warning("The channel layer did not take an event (%s try): %r", attempt, error)


def _light(event: Event) -> Event:
    if isinstance(event, Revoked) or sum(len(change.data) for change in event.changes) <= MAX_PAYLOAD:
        return event
    return msgspec.structs.replace(event, changes=[])
