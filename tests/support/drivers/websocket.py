"""WebSocket: one connection that reads and writes."""

import asyncio
import json
from collections import defaultdict, deque
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.support.drivers.base import Batch, Driver, Message
from tests.support.people import REQUEST_S, Refused
from tests.support.sockets import close_code, open_socket

CLOSED = {
    4400: "invalid",
    4401: "not_authenticated",
    4403: "forbidden",
    4404: "not_found",
    4408: "slow_consumer",
    4410: "transport_not_allowed",
    4412: "restarting",
    4413: "too_large",
    4429: "rate_limited",
    4503: "unavailable",
}
SEEN_BATCHES = 20
SEEN_S = 5.0


def refusal(closed: ConnectionClosed) -> Refused:
    """What a close says; the code is the number itself when the protocol has no word for it."""
    code = close_code(closed)
    return Refused(CLOSED.get(code, str(code)), code)


class WebSocket(Driver):
    via = "websocket"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.hello: dict[str, Any] = {}
        self.refused: Refused | None = None
        self._batches: asyncio.Queue[Batch | None] = asyncio.Queue()
        self._sends: defaultdict[str, deque[asyncio.Future[Message]]] = defaultdict(deque)
        self._changes: deque[asyncio.Future[Message]] = deque()
        self._unseen = 0
        self._seen_timer: asyncio.TimerHandle | None = None

    async def connect(self) -> None:
        path = f"/ws/rooms/{self.slug}/" + (f"?after={self.cursor}" if self.cursor else "")
        self.socket = await open_socket(self.server, path, self.person)
        try:
            while self.hello.get("type") != "hello":
                self.hello = json.loads(await asyncio.wait_for(self.socket.recv(), REQUEST_S))
                assert self.hello["type"] in ("hello", "error"), self.hello
        except ConnectionClosed as closed:
            raise refusal(closed) from None
        self.cursor = self.cursor or self.hello["cursor"]
        self._reading = asyncio.create_task(self._read())

    async def next_batch(self, timeout: float) -> Batch | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while (batch := await self._batches.get()) is not None:
                    await self._acknowledge(batch)
                    if batch:
                        return batch
                self._batches.put_nowait(None)
                assert self.refused
                raise self.refused
        return None

    async def send(self, key: str, body: str, reply_to: int | None = None) -> Message:
        frame = {"type": "send", "key": key, "body": body, "reply_to": reply_to}
        return await self._ask(frame, self._sends[key])

    async def edit(self, seq: int, body: str) -> Message:
        return await self._ask({"type": "edit", "seq": seq, "body": body}, self._changes)

    async def delete(self, seq: int) -> Message:
        return await self._ask({"type": "delete", "seq": seq}, self._changes)

    async def close(self) -> None:
        if self._seen_timer:
            self._seen_timer.cancel()
        if hasattr(self, "socket"):
            await self.socket.close()
        if hasattr(self, "_reading"):
            await self._reading

    async def _ask(self, frame: dict[str, Any], queue: deque[asyncio.Future[Message]]) -> Message:
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        queue.append(answer)
        try:
            await self.socket.send(json.dumps(frame, ensure_ascii=False))
        except ConnectionClosed as closed:
            raise refusal(closed) from None
        return await asyncio.wait_for(answer, REQUEST_S)

    async def _acknowledge(self, batch: Batch) -> None:
        self.cursor = batch.cursor
        self._unseen += 1
        if batch.more or self._unseen >= SEEN_BATCHES:
            await self._seen()
        elif self._seen_timer is None:
            self._seen_timer = asyncio.get_running_loop().call_later(SEEN_S, self._seen_late)

    def _seen_late(self) -> None:
        self._seen_task = asyncio.create_task(self._seen())

    async def _seen(self) -> None:
        self._unseen = 0
        if self._seen_timer:
            self._seen_timer.cancel()
            self._seen_timer = None
        with suppress(ConnectionClosed):
            await self.socket.send(json.dumps({"type": "seen", "cursor": self.cursor}))

    async def _read(self) -> None:
        try:
            async for frame in self.socket:
                await self._take(json.loads(frame))
            raise self.socket.protocol.close_exc
        except ConnectionClosed as closed:
            self._end(refusal(closed))

    async def _take(self, said: dict[str, Any]) -> None:
        if said["type"] == "batch":
            self._batches.put_nowait(Batch.of(said))
        elif said["type"] == "ping":
            await self._seen()
        elif said["type"] == "switch":
            self.asked.append({name: said[name] for name in ("to", "reason")})
        elif said["type"] in ("sent", "error"):
            self._answer(said)

    def _answer(self, said: dict[str, Any]) -> None:
        waiting = self._sends.get(said.get("key", "")) or self._changes
        if not waiting:  # the error that comes before a close
            return
        answer = waiting.popleft()
        if answer.done():  # nobody waits for it any more
            return
        if said["type"] == "sent":
            answer.set_result(said["message"])
            return
        answer.set_exception(Refused(said["error"]["code"], 0, said.get("retry_after"), said))

    def _end(self, refused: Refused) -> None:
        self.refused = refused
        self._batches.put_nowait(None)
        for answer in [*self._changes, *(answer for queue in self._sends.values() for answer in queue)]:
            if not answer.done():
                answer.set_exception(refused)
