"""Telling every process what was committed. The channel layer only wakes: what it loses, readers heal by cursor."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextvars import Context
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
REPAY_S = 0.5
"""Between tries to tell what the layer did not take."""

MAX_OWED = 10_000
"""Rooms and sessions of which something is owed; what is beyond, the checks of the other processes find."""

log = logging.getLogger("chat.fanout")


class Changed(msgspec.Struct, tag="changed"):
    """Changes of one room, in order. `access_version`: number of the last change of who may read."""

    room_id: int
    epoch: str
    last: int
    access_version: int
    changes: list[Change]


class Revoked(msgspec.Struct, tag="revoked", frozen=True):
    """A session, or all of a person, may have ended: whoever reads with one must be admitted anew."""

    user_id: int | None = None
    session_key: str | None = None

    def concerns(self, user_id: int, session_key: str) -> bool:
        """Whether somebody who reads with that session must be admitted anew."""
        return user_id == self.user_id or session_key == self.session_key


class Ended(msgspec.Struct, tag="ended", frozen=True):
    """A connection of a process (its `ORIGIN`) is to end; its page comes back."""

    process: str
    connection: int


class SwitchAsked(msgspec.Struct, tag="switch_asked", frozen=True):
    """A page is asked to take another transport."""

    process: str
    connection: int
    to: str
    reason: str


Event = Changed | Revoked | Ended | SwitchAsked
FIRST = (Changed, Revoked)
"""Events that every version can read. Others travel beside them, so that one which cannot reads these all the same."""

_packer = msgspec.msgpack.Encoder()
_unpacker = msgspec.msgpack.Decoder(list[Event])
_owed: dict[Hashable, Event] = {}
_tasks: set[asyncio.Task[None]] = set()
_local: tuple[asyncio.AbstractEventLoop, Callable[[Event], None]] | None = None


def attach(loop: asyncio.AbstractEventLoop, deliver: Callable[[Event], None]) -> None:
    """Names the hub of this process: it gets events first, without the layer."""
    global _local
    _local = (loop, deliver)


def layer() -> Any:
    """The shared channel layer, or None when this process is on its own."""
    found = get_channel_layer()
    return None if isinstance(found, InMemoryChannelLayer) else found


def publish(*events: Event) -> None:
    """Tells the readers of all processes; called after commit, from any thread. Never fails the caller."""
    if _local and not _local[0].is_closed():
        loop, deliver = _local
        loop.call_soon_threadsafe(_deliver, deliver, events)
        return
    if layer() is not None:
        async_to_sync(_send_twice)(*events)


def _deliver(deliver: Callable[[Event], None], events: tuple[Event, ...]) -> None:
    """Tells the readers of this process, who get it in the next turn of the loop, and then those of the others."""
    for event in events:
        deliver(event)
    if layer() is not None:
        _keep(asyncio.create_task(_tell(*events), context=Context()))


def unpack(message: dict[str, Any]) -> list[Event]:
    """The events in a layer message; none when it is this process's own, or of a version that this one cannot read."""
    if message.get("origin") == ORIGIN:
        return []
    try:
        events: list[Event] = _unpacker.decode(message["events"])
        if "more" in message:
            events += _unpacker.decode(message["more"])
    except (KeyError, TypeError, msgspec.DecodeError) as error:
        log.warning("An event of another process cannot be read; the position check will find it: %r", error)
        return []
    return events


async def _tell(*events: Event) -> None:
    """Sends them now, or owes them while the layer is away; one wait for a layer that hangs, and not one each."""
    if _owed or not await _send_twice(*events):
        for event in events:
            _owe(event)


def _owe(event: Event) -> None:
    """Of a room, that it has changed is enough."""
    if not _owed:
        log.warning("The channel layer is away: other processes are told later.")
        _keep(asyncio.create_task(_repay()))
    if len(_owed) < MAX_OWED:
        _owed[event.room_id if isinstance(event, Changed) else event] = _light(event, most=0)


async def _repay() -> None:
    while _owed:
        debt, event = next(iter(_owed.items()))
        if not await _send(event):
            await asyncio.sleep(REPAY_S)
        elif _owed[debt] is event:
            del _owed[debt]
    log.info("The channel layer is back, and other processes are told.")


async def _send_twice(*events: Event) -> bool:
    """A connection that died unnoticed fails the first time."""
    return await _send(*events) or await _send(*events)


async def _send(*events: Event) -> bool:
    """Whether the layer took them all."""
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            for parcel in _parcels(events):
                await layer().group_send(GROUP, _message(parcel))
    except Exception as error:
        log.debug("The channel layer did not take an event: %r", error)
        return False
    return True


def _message(parcel: list[Event]) -> dict[str, Any]:
    first = [event for event in parcel if isinstance(event, FIRST)]
    message = {"type": "chat.event", "origin": ORIGIN, "events": _packer.encode(first)}
    if len(first) < len(parcel):
        message["more"] = _packer.encode([event for event in parcel if not isinstance(event, FIRST)])
    return message


def _parcels(events: Sequence[Event]) -> Iterator[list[Event]]:
    """The events as they go together: a message costs the layer and each process much the same, whatever is in it."""
    parcel: list[Event] = []
    size = 0
    for event in events:
        light = _light(event, MAX_PAYLOAD)
        size += _size(light)
        if parcel and size > MAX_PAYLOAD:
            yield parcel
            parcel, size = [], _size(light)
        parcel.append(light)
    yield parcel


def _light(event: Event, most: int) -> Event:
    if not isinstance(event, Changed) or _size(event) <= most:
        return event
    return msgspec.structs.replace(event, changes=[])


def _size(event: Event) -> int:
    return sum(len(change.data) for change in event.changes) if isinstance(event, Changed) else 0


def _keep(task: asyncio.Task[None]) -> None:
    """The loop itself would let it be collected."""
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
