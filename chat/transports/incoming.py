"""What a client says over a WebSocket: acknowledgements, echoes, messages, edits, deletions.

Several messages of one socket may be under way at once; they are accepted in the order of their frames.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from math import ceil
from typing import Any, Protocol

from .. import access, feed, lanes, limits, sending, services, wire
from ..access import Reader
from ..errors import ChatError, Invalid, RateLimited, Unavailable
from ..services import Posted, Send
from . import frames
from .flow import Outgoing, UnderWay

INVALID_FRAMES = 5
"""Invalid frames that a connection tolerates; the last one closes it."""

IDLE_FRAMES = "600/60s"
"""Frames of a connection that are refused, say nothing new or ask for an echo; three outboxes that come all at once."""

SENDS_UNDER_WAY = 64
"""Messages of a connection that wait for their commit; past it the next frame is read when one is done."""

log = logging.getLogger("chat.websocket")


class Socket(Protocol):
    """What is said is answered here. Its coroutines raise OSError when the client has gone."""

    closed: bool

    def write_now(self, texts: list[bytes]) -> bool:
        """Writes all at once; False when nothing can be taken just now."""

    async def write(self, data: bytes) -> None: ...
    async def tell(self, frame: dict[str, Any]) -> None: ...
    async def refuse(self, problem: ChatError) -> None: ...
    async def close(self, problem: ChatError) -> None: ...


class Incoming:
    """The frames of one client, each done and answered, or answered with the reason why not."""

    __slots__ = (
        "_acknowledged",
        "_idle",
        "_invalid",
        "_leaving",
        "_outgoing",
        "_reader",
        "_revising",
        "_socket",
        "_under_way",
    )

    def __init__(self, socket: Socket, reader: Reader, outgoing: Outgoing) -> None:
        self._socket = socket
        self._reader = reader
        self._outgoing = outgoing
        self._invalid = 0
        self._idle = limits.Allowance()
        self._under_way = UnderWay(SENDS_UNDER_WAY)
        self._acknowledged: list[bytes] = []
        self._revising = self._leaving = False

    def hear(self, text: bytes) -> bool:
        """Takes a text at once, without the server's `receive`; False for what must wait its turn or be refused."""
        if self._socket.closed or self._leaving or self._revising or self._under_way.is_full:
            return False
        try:
            frame = frames.decode_text(text)
            if isinstance(frame, wire.Send):
                self._post(frame)
                return True
            return isinstance(frame, wire.Seen) and self._outgoing.seen(*wire.parse_cursor(frame.cursor))
        except ChatError:
            return False

    async def receive(self, message: dict[str, Any]) -> None:
        """One frame as the server tells it."""
        await self._under_way.fewer_than(self._under_way.most)
        if self._socket.closed or self._leaving:
            return
        reference: dict[str, Any] = {}
        try:
            frame = frames.decode(message)
            reference = frames.reference(frame)
            await self._handle(frame)
        except ChatError as problem:
            await self._decline(problem, reference)

    async def finish(self) -> None:
        """Takes nothing more, and returns when all that is under way is answered."""
        self._leaving = True
        await self._under_way.fewer_than(1)

    async def _handle(self, frame: wire.Frame) -> None:
        match frame:
            case wire.Seen():
                if not self._outgoing.seen(*wire.parse_cursor(frame.cursor)):
                    await self._count_idle()
            case wire.Echo():
                await self._socket.tell(wire.builtins(frame))
                await self._count_idle()
            case wire.Send():
                self._post(frame)
            case _:
                await self._revise(frame)

    def _post(self, frame: wire.Send) -> None:
        """Posts a message, together with others that wait; the session is checked again."""
        limits.check_send(self._reader.user_id)
        self._under_way.begin()
        send = Send(self._reader.session_key, self._reader.room_id, frame.key, frame.body, frame.reply_to)
        sending.enqueue(send, partial(self._posted, frame.key))

    def _posted(self, key: str, outcome: sending.Outcome) -> None:
        """Answers. All that was posted in one turn of the loop is one write, which costs more than all else of it."""
        if not isinstance(outcome, Posted):
            feed.hub().spawn(self._refuse(key, outcome))
            return
        self._acknowledged.append(wire.sent(outcome.message, outcome.data))
        if len(self._acknowledged) == 1:
            asyncio.get_running_loop().call_soon(self._acknowledge)

    def _acknowledge(self) -> None:
        ready, self._acknowledged = self._acknowledged, []
        if self._socket.write_now(ready):
            self._under_way.end(len(ready))
        else:
            feed.hub().spawn(self._write_all(ready))

    async def _write_all(self, ready: list[bytes]) -> None:
        """The same through the server, which waits for the client."""
        with self._ending(len(ready)):
            for text in ready:
                await self._socket.write(text)

    async def _refuse(self, key: str, problem: Exception) -> None:
        with self._ending(1):
            if isinstance(problem, ChatError):
                await self._decline(problem, {"key": key[:64]})
                return
            log.error("A message could not be posted.", exc_info=problem)
            await self._socket.refuse(Unavailable("Something went wrong here. Come back with your cursor."))

    @contextmanager
    def _ending(self, count: int) -> Iterator[None]:
        """So many frames are under way no more, whether or not their client is still there to be answered."""
        try:
            with suppress(OSError):
                yield
        finally:
            self._under_way.end(count)

    async def _revise(self, frame: wire.Edit | wire.Delete) -> None:
        """Edits or deletes, before the next frame is read."""
        limits.check_send(self._reader.user_id)
        self._under_way.begin()
        self._revising = True
        try:
            message = await lanes.call(self._perform, frame)
            await self._socket.write(wire.sent(message, wire.encode(message)))
        finally:
            self._revising = False
            self._under_way.end()

    def _perform(self, frame: wire.Edit | wire.Delete) -> wire.Message:
        """The service behind a frame; runs in a lane, where the session is checked again."""
        user, room_id = access.session_user(self._reader.session_key), self._reader.room_id
        match frame:
            case wire.Edit(seq=seq, body=body):
                return services.edit_message(user, room_id, seq, body).to_wire()
            case wire.Delete(seq=seq):
                return services.delete_message(user, room_id, seq).to_wire()

    async def _decline(self, problem: ChatError, reference: dict[str, Any]) -> None:
        """Says why a frame was not done, and closes the connection at the fifth that is not of the protocol."""
        await self._socket.tell({"type": "error", **wire.error(problem, **reference)})
        self._invalid += isinstance(problem, Invalid)
        if self._invalid >= INVALID_FRAMES:
            await self._socket.close(problem)
        await self._count_idle()

    async def _count_idle(self) -> None:
        """Closes a connection that floods. What is done is not counted here: it has the person's own rate."""
        wait = self._idle.hit(IDLE_FRAMES, time.monotonic())
        if wait:
            problem = RateLimited("Too many frames. Come back with your cursor.", retry_after=ceil(wait))
            await self._socket.refuse(problem)
