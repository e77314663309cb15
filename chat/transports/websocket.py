"""WebSocket: read, wait, repeat; and the frames that a client may send."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.http.cookie import parse_cookie

from .. import admitting, feed, limits, overview, wire
from ..access import Reader
from ..addresses import address_of_scope
from ..admitting import Ask
from ..connections import Switch
from ..errors import ChatError, Invalid, Restarting, SlowConsumer
from ..following import Following
from .flow import Outgoing
from .incoming import Incoming
from .origin import is_own_origin


class RoomConsumer(AsyncConsumer):
    """One socket in one room. It reads through the process's hub, so it joins no channel layer of its own."""

    channel_layer_alias = "none"

    reader: Reader
    address = ""
    hear_texts: Callable[[Any], None] = staticmethod(lambda _hear: None)
    following: Following | None = None
    incoming: Incoming | None = None

    def __init__(self) -> None:
        self.outgoing = Outgoing(settings.CHAT_UNSEEN_MESSAGES, settings.CHAT_UNSEEN_BYTES)
        self.closed = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Channels' own loop keeps two tasks for a socket, and crosses to a thread for each event.

        Cleans up here and not on disconnect: a dead socket can end the loop without one.
        """
        self.scope, self.base_send = scope, send
        try:
            while (message := await receive())["type"] != "websocket.disconnect":
                await self.dispatch(message)
        finally:
            self.closed = True
            self.hear_texts(None)
            self.give_place_back()
            if self.following:
                self.following.close()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """One event of the socket."""
        match message["type"]:
            case "websocket.connect":
                await self.connect()
            case "websocket.receive" if self.incoming:
                await self.incoming.receive(message)

    async def connect(self) -> None:
        """A foreign page is refused at the handshake; everybody else is accepted first, to be told why not."""
        if not is_own_origin(self.scope):
            await self.send({"type": "websocket.close"})
            return
        extensions: dict[str, Any] = self.scope.get("extensions") or {}
        self.hear_texts = extensions.get(wire.HEAR_TEXTS, self.hear_texts)
        await self.send({"type": "websocket.accept"})
        if wire.OPEN_OUTLET in extensions:
            extensions[wire.OPEN_OUTLET](self.outgoing)
        try:
            await self.open()
        except ChatError as problem:
            await self.refuse(problem)
        # A socket stays for hours, and nobody asks for its handshake again.
        cast(list[Any], self.scope["headers"]).clear()

    async def open(self) -> None:
        """Admits the reader, says hello and begins to follow."""
        cursor = self._cursor()
        revision = feed.hub().revision
        session_key = parse_cookie(_header(self.scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")
        slug = self.scope["url_route"]["kwargs"]["slug"]
        self.reader, who = await admitting.admit(Ask(session_key, slug, "websocket"))
        channel = await feed.hub().open(self.reader.room_id)
        cursor = cursor or (channel.window.epoch, channel.window.end)
        await self.tell(
            {
                "type": "hello",
                "cursor": wire.cursor(*cursor),
                "room": who.room.to_wire(),
                "you": self.reader.you,
                "timings": overview.timings(who.room),
            }
        )
        self.take_place()
        subscription = feed.hub().attach(channel, self.reader, revision=revision)
        subscription.connection.socket = self
        self.following = Following(subscription, cursor, self, settings.CHAT_HEARTBEAT_S)
        self.incoming = Incoming(self, self.reader, self.outgoing)
        self.hear_texts(self.incoming.hear)

    def take_place(self) -> None:
        """Counts as a reader; raises `RateLimited` or `Unavailable`."""
        address = address_of_scope(self.scope)
        limits.readers.enter(self.reader.user_id, address)
        self.address = address

    def give_place_back(self) -> None:
        if self.address:
            limits.readers.leave(self.reader.user_id, self.address)
            self.address = ""

    @property
    def push(self) -> Callable[[wire.Batch], bool]:
        """Writes a batch at once, without the server's `send`; False when this must wait for the client."""
        return self.outgoing.push

    async def deliver(self, batch: wire.Batch) -> None:
        """Writes a batch when the client has acknowledged enough of those before; raises `SlowConsumer`."""
        if not await self.outgoing.room_for(settings.CHAT_SEEN_TIMEOUT_S):
            raise SlowConsumer("Too much is not acknowledged. Come back with your cursor.")
        self.outgoing.add(batch)
        await self.write(batch.data)

    async def beat(self) -> None:
        """A sign of life for a page, which sees no pings of the protocol."""
        self.outgoing.probe()
        await self.tell(_ping())

    # What the census asks and says (`connections.Socket`)

    @property
    def sent(self) -> int:
        return self.outgoing.sent

    @property
    def round_trip_s(self) -> float | None:
        return self.outgoing.round_trip_s

    @property
    def number(self) -> int:
        return self.following.number if self.following else -1

    def probe(self) -> None:
        """Has the client answer a ping, where it has nothing else to acknowledge."""
        if self.outgoing.open and self.outgoing.probe():
            self.write_now([wire.encode(_ping())])

    def ask_to_switch(self, switch: Switch) -> None:
        feed.hub().spawn(self._say({"type": "switch", **switch._asdict()}))

    async def _say(self, frame: dict[str, Any]) -> None:
        with suppress(OSError):  # gone meanwhile
            await self.tell(frame)

    async def cease(self, problem: ChatError) -> None:
        """Nothing more comes."""
        await (self.send_away(problem) if isinstance(problem, Restarting) else self.refuse(problem))

    async def refuse(self, problem: ChatError) -> None:
        """Says why, then closes with the code."""
        await self.tell({"type": "error", **wire.error(problem)})
        await self.close(problem)

    async def send_away(self, problem: Restarting) -> None:
        """Lets frames under way be done and answered, then says when to come back."""
        if self.incoming:
            await self.incoming.finish()
        await self.tell({"type": "drain", "retry_ms": round(1000 * (problem.retry_after or 0))})
        await self.close(problem)

    async def close(self, problem: ChatError) -> None:
        """The last word: frames that were under way already are neither done nor answered."""
        if self.closed:
            return
        self.closed = True
        self.outgoing.open = False
        self.give_place_back()
        await self.send({"type": "websocket.close", "code": problem.close, "reason": problem.code})

    async def tell(self, frame: dict[str, Any]) -> None:
        await self.write(wire.encode(frame))

    def write_now(self, texts: list[bytes]) -> bool:
        """Writes without the server's `send`; False when it takes nothing just now, or cannot."""
        is_open = self.outgoing.open
        if is_open:
            self.outgoing.write(b"".join(map(wire.text_frame, texts)))
        return is_open

    async def write(self, data: bytes) -> None:
        if not self.closed:
            await self.send({"type": "websocket.send", "text": data.decode()})

    def _cursor(self) -> feed.Cursor | None:
        query = parse_qs(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if set(query) - {"after"} or len(query.get("after", [])) > 1:
            raise Invalid("Unknown or repeated parameter.")
        return wire.parse_cursor(query["after"][0]) if "after" in query else None


def _ping() -> dict[str, Any]:
    return {"type": "ping", "at": wire.now()}


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
