"""WebSocket: read, wait, repeat; and the frames that a client may send."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from math import ceil
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings
from django.http.cookie import parse_cookie

from .. import access, feed, lanes, limits, overview, sending, services, wire
from ..access import Reader
from ..addresses import address_of_scope
from ..errors import ChatError, Invalid, RateLimited, Restarting, SlowConsumer, Unavailable
from ..models import User
from ..services import Posted, Send
from . import frames
from .flow import UnderWay, Unseen
from .origin import is_own_origin

INVALID_FRAMES = 5
"""Invalid frames that a connection tolerates; the last one closes it."""

IDLE_FRAMES = "600/60s"
"""Frames of a connection that are refused or say nothing new, three times an outbox that comes all at once."""

SENDS_UNDER_WAY = 64
"""Messages of a connection that wait for their commit; past it the next frame is read when one is done."""

log = logging.getLogger("chat.websocket")


class RoomConsumer(AsyncConsumer):
    """One socket in one room. It reads through the process's hub, so it joins no channel layer of its own."""

    channel_layer_alias = "none"

    reader: Reader
    user: User
    write_frame: Any = None

    def __init__(self) -> None:
        self.unseen = Unseen(settings.CHAT_UNSEEN_MESSAGES, settings.CHAT_UNSEEN_BYTES)
        self.invalid_frames = 0
        self.idle_frames = limits.Limiter()
        self.under_way = UnderWay(SENDS_UNDER_WAY)
        self.acknowledged: list[bytes] = []
        self.answering: set[asyncio.Task[None]] = set()
        self.closed = self.leaving = False
        self.following: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Cleans up here and not on disconnect: a dead socket can end the loop without one."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.closed = True
            if self.following:
                self.following.cancel()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own dispatch crosses to a thread for each event, to close connections that are not used here."""
        match message["type"]:
            case "websocket.connect":
                await self.connect()
            case "websocket.receive":
                await self.receive(message)
            case "websocket.disconnect":
                raise StopConsumer

    async def connect(self) -> None:
        """A foreign page is refused at the handshake; everybody else is accepted first, to be told why not."""
        if not is_own_origin(self.scope):
            await self.send({"type": "websocket.close"})
            return
        self.write_frame = (self.scope.get("extensions") or {}).get(wire.WRITE_FRAME)
        await self.send({"type": "websocket.accept"})
        try:
            await self.open()
        except ChatError as problem:
            await self.refuse(problem)

    async def open(self) -> None:
        """Admits the reader, says hello and begins to follow."""
        cursor = self._cursor()
        revision = feed.hub().revision
        session_key = parse_cookie(_header(self.scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")
        self.user = await lanes.call(access.session_user, session_key)
        slug = self.scope["url_route"]["kwargs"]["slug"]
        self.reader, who = await lanes.call(access.admit, self.user, session_key, slug, "websocket")
        cursor = cursor or await feed.position(self.reader.room_id)
        await self.tell(
            {
                "type": "hello",
                "cursor": wire.cursor(*cursor),
                "room": who.room.to_wire(),
                "you": access.you(who),
                "timings": overview.timings(who.room),
            }
        )
        self.following = asyncio.create_task(self.follow(revision, cursor))

    async def follow(self, revision: int, cursor: feed.Cursor) -> None:
        """Writes batches until the reader is refused, falls behind or leaves."""
        # A server may raise OSError when it is asked to write to a socket that has gone.
        with suppress(OSError):
            try:
                with limits.readers.admit(self.user.pk, address_of_scope(self.scope)):
                    await self.read(revision, cursor)
            except Restarting as problem:
                await self.send_away(problem)
            except ChatError as problem:
                await self.refuse(problem)
            except OSError:
                raise
            except Exception:
                log.exception("A socket stopped following its room.")
                await self.refuse(Unavailable("Something went wrong here. Come back with your cursor."))

    async def read(self, revision: int, cursor: feed.Cursor) -> None:
        """Batch after batch, and a ping when there has been none for a while."""
        idle_s = settings.CHAT_HEARTBEAT_S
        outlet = self.push if self.write_frame else None
        async for batch in feed.follow(self.reader, revision, cursor, wire.BATCH_LIMIT, idle_s=idle_s, outlet=outlet):
            await (self.deliver(batch) if batch else self.tell({"type": "ping", "at": wire.now()}))

    def push(self, batch: wire.Batch) -> bool:
        """Writes a batch at once, without the server's `send`; False when this must wait for the client."""
        if self.closed or not self.unseen.has_room or not self.write_frame(batch.frame):
            return False
        self.unseen.add(batch)
        return True

    async def deliver(self, batch: wire.Batch) -> None:
        """Writes a batch when the client has acknowledged enough of those before; raises `SlowConsumer`."""
        if not await self.unseen.room_for(settings.CHAT_SEEN_TIMEOUT_S):
            raise SlowConsumer("Too much is not acknowledged. Come back with your cursor.")
        self.unseen.add(batch)
        await self.write(batch.data)

    async def receive(self, message: dict[str, Any]) -> None:
        """One frame: begun, or answered with the reason why not."""
        await self.under_way.fewer_than(self.under_way.most)
        if self.following is None or self.closed or self.leaving:
            return
        reference: dict[str, Any] = {}
        try:
            frame = frames.decode(message)
            reference = frames.reference(frame)
            await self.handle(frame)
        except ChatError as problem:
            await self.decline(problem, reference)

    async def handle(self, frame: wire.Frame) -> None:
        """Does what a frame asks for, a send beside those that follow it; raises `ChatError`."""
        if isinstance(frame, wire.Seen):
            if not self.unseen.seen(*wire.parse_cursor(frame.cursor)):
                await self.count_idle()
            return
        limits.check_send(self.user.pk)
        self.under_way.begin()
        if isinstance(frame, wire.Send):
            self.post(frame)
            return
        try:
            message = await lanes.call(self.perform, frame)
            await self.write(wire.sent(message, wire.encode(message)))
        finally:
            self.under_way.end()

    def post(self, frame: wire.Send) -> None:
        """Posts a message, together with others that wait; the session is checked again."""
        send = Send(self.reader.session_key, self.reader.room_id, frame.key, frame.body, frame.reply_to)
        sending.enqueue(send, partial(self.posted, frame))

    def posted(self, frame: wire.Send, outcome: sending.Outcome) -> None:
        """Answers: what was posted in this turn of the loop goes as one write, which costs more than all else of it."""
        if not isinstance(outcome, Posted):
            self.spawn(self.answer(frame, outcome))
            return
        self.acknowledged.append(wire.sent(outcome.message, outcome.data))
        if len(self.acknowledged) == 1:
            asyncio.get_running_loop().call_soon(self.acknowledge)

    def acknowledge(self) -> None:
        ready, self.acknowledged = self.acknowledged, []
        if self.write_now(ready):
            self.under_way.end(len(ready))
        else:
            self.spawn(self.write_all(ready))

    async def write_all(self, ready: list[bytes]) -> None:
        """The same through the server, which waits for the client."""
        try:
            for data in ready:
                await self.write(data)
        finally:
            self.under_way.end(len(ready))

    async def answer(self, frame: wire.Send, outcome: Exception) -> None:
        """Says why a message was not posted."""
        try:
            if isinstance(outcome, ChatError):
                await self.decline(outcome, frames.reference(frame))
                return
            log.error("A message could not be posted.", exc_info=outcome)
            await self.refuse(Unavailable("Something went wrong here. Come back with your cursor."))
        finally:
            self.under_way.end()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self.unless_gone(work))
        self.answering.add(task)
        task.add_done_callback(self.answering.discard)

    async def unless_gone(self, work: Coroutine[Any, Any, None]) -> None:
        """A server may raise OSError when it is asked to write to a socket that has gone."""
        with suppress(OSError):
            await work

    def perform(self, frame: wire.Edit | wire.Delete) -> wire.Message:
        """The service behind a frame; runs in a lane, where the session is checked again."""
        user, room_id = access.session_user(self.reader.session_key), self.reader.room_id
        match frame:
            case wire.Edit(seq=seq, body=body):
                return services.edit_message(user, room_id, seq, body).to_wire()
            case wire.Delete(seq=seq):
                return services.delete_message(user, room_id, seq).to_wire()

    async def decline(self, problem: ChatError, reference: dict[str, Any]) -> None:
        """Says why a frame was not done."""
        await self.tell({"type": "error", **wire.error(problem, **reference)})
        await self.count_refused(problem)

    async def count_refused(self, problem: ChatError) -> None:
        """Closes the connection at the fifth frame that is not of the protocol."""
        self.invalid_frames += isinstance(problem, Invalid)
        if self.invalid_frames >= INVALID_FRAMES:
            await self.close(problem)
        await self.count_idle()

    async def count_idle(self) -> None:
        """Closes a connection that floods. What is done is not counted here: it has the person's own rate."""
        wait = self.idle_frames.hit("", IDLE_FRAMES, time.monotonic())
        if wait:
            await self.refuse(RateLimited("Too many frames. Come back with your cursor.", retry_after=ceil(wait)))

    async def refuse(self, problem: ChatError) -> None:
        """Says why, then closes with the code."""
        await self.tell({"type": "error", **wire.error(problem)})
        await self.close(problem)

    async def send_away(self, problem: Restarting) -> None:
        """Lets frames under way be done and answered, then says when to come back."""
        self.leaving = True
        await self.under_way.fewer_than(1)
        await self.tell({"type": "drain", "retry_ms": round(1000 * (problem.retry_after or 0))})
        await self.close(problem)

    async def close(self, problem: ChatError) -> None:
        """The last word: frames that were under way already are neither done nor answered."""
        if self.closed:
            return
        self.closed = True
        await self.send({"type": "websocket.close", "code": problem.close, "reason": problem.code})

    async def tell(self, frame: dict[str, Any]) -> None:
        await self.write(wire.encode(frame))

    def write_now(self, ready: list[bytes]) -> bool:
        """Writes without the server's `send`; False when it takes nothing just now, or cannot."""
        if self.closed or not self.write_frame:
            return False
        return bool(self.write_frame(b"".join(map(wire.text_frame, ready))))

    async def write(self, data: bytes) -> None:
        if not self.closed:
            await self.send({"type": "websocket.send", "text": data.decode()})

    def _cursor(self) -> feed.Cursor | None:
        query = parse_qs(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if set(query) - {"after"} or len(query.get("after", [])) > 1:
            raise Invalid("Unknown or repeated parameter.")
        return wire.parse_cursor(query["after"][0]) if "after" in query else None


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
