"""A small application behind the shortcut: a room from memory, and an echo of everything else.

An answer that belongs to another request shows: the echo names the request, and a poll tells the cursor that it led to.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from autobahn.exception import Disconnected

from chat import feed, sending, wire
from chat.access import Reader
from chat.channel import Channel
from chat.errors import ChatError, Conflict
from chat.hub import Hub
from chat.services import Posted, Send
from chat.transports.asked import poll as parse
from chat.transports.http import ADMITTED, Poster
from chat.transports.long_polling import LongPoll
from chat.transports.polling import Poll
from chat.transports.shortcut import Shortcut, while_connected
from chat.wire import Change, Slice

ROOM, EPOCH = 1, "epoch"
START = 12
"""Number of the room's last message at the beginning."""

_PATH = re.compile(r"/api/rooms/lobby/(poll|longpoll)\Z")


def begin() -> None:
    """A hub for the running loop, without a database."""
    feed._hubs[asyncio.get_running_loop()] = Hub(cast(Any, None))
    start_anew()


def enqueue(send: Send, done: Callable[[Any], None]) -> None:
    """In place of `sending.enqueue`: stores nothing, and refuses what asks for it."""
    data = wire.encode({"key": send.key, "body": send.body})
    refused = Conflict("This key was used for another message.")
    outcome = refused if send.body == "refuse" else Posted(cast(Any, None), data, send.body != "again")
    asyncio.get_running_loop().call_soon(done, outcome)


def start_anew() -> None:
    """The room as it was at the beginning: the window has all of it."""
    feed.hub().channels[ROOM] = Channel(Slice(EPOCH, 0, 0, 0, []))
    for _ in range(START):
        write()


def write() -> None:
    """A message more; everybody who waits is answered in the next turn of the loop."""
    channel = feed.hub().channels[ROOM]
    number = channel.window.end + 1
    channel.take([Change(number, number, b'{"seq":%d,"body":"message"}' % number)])
    channel.wake()


async def view(scope: Any, receive: Any, send: Any) -> None:
    """Answers polls of those who have the right cookie, and echoes all other requests."""
    if scope["type"] == "websocket":
        await _echo_frames(receive, send)
        return
    body = await _body(receive)
    found = _PATH.match(scope["path"])
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    if scope["method"] == "POST" and scope["path"] == "/api/rooms/lobby/messages" and cookies == [b"sessionid=good"]:
        await _post(scope, send, body)
        return
    asked = parse(scope["query_string"], found[1] == "longpoll") if found else None
    if scope["method"] != "GET" or asked is None or not found or cookies != [b"sessionid=good"] or _is_lost(asked):
        said = f"{scope['method']} {scope['raw_path']!r} {scope['query_string']!r} {cookies!r} {body!r}"
        await _answer(send, 404, said.encode())
        return
    reader = Reader(7, "good", ROOM, "lobby", found[1], EPOCH, 0, 25, 2000, None)  # type: ignore[arg-type]
    scope[ADMITTED] = reader, feed.hub().revision
    await while_connected(receive, _answer_poll(send, reader, asked))


async def _post(scope: Any, send: Any, body: bytes) -> None:
    try:
        asked: wire.PostBody = wire.decode(body, wire.PostBody)
        posted = await sending.post(Send("good", ROOM, asked.key, asked.body))
    except ChatError as problem:
        await _answer(send, problem.status, wire.encode(wire.error(problem)) + body)
        return
    scope[ADMITTED] = Poster(7, "good", ROOM), feed.hub().revision
    await _answer(send, 201 if posted.created else 200, b'{"message":%s}' % posted.data)


async def _answer_poll(send: Any, reader: Reader, asked: Poll | LongPoll) -> None:
    hub = feed.hub()
    hold, page = (asked.wait, asked.page) if isinstance(asked, LongPoll) else (0, "")
    batch = await feed.wait_after(reader, hub.revision, asked.cursor, asked.limit, hold=hold, page=page)
    await _answer(send, 200, batch)


def _is_lost(asked: Poll | LongPoll) -> bool:
    """Whether only a database could tell the answer."""
    if asked.cursor is None:
        return False
    epoch, number = asked.cursor
    return epoch != EPOCH or number > feed.hub().channels[ROOM].window.end


async def _body(receive: Any) -> bytes:
    body: bytes = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            return body


async def _answer(send: Any, status: int, body: bytes) -> None:
    headers = [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(body)), (b"X-Last", b"1")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _echo_frames(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    # A server refuses what is sent after the close that it has sent itself.
    with suppress(RuntimeError, Disconnected):
        while (event := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": repr(event.get("text") or event.get("bytes"))})


application = Shortcut(view)
assert wire.BATCH_LIMIT > START  # noqa: S101 - one batch brings all that is there at the beginning
