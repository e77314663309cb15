"""Flow control that needs nothing from the server: what is written and not yet acknowledged has a bound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import dropwhile

from ..wire import Batch


def no_way(_frame: bytes) -> None:
    """Of a server that offers none past its `send`."""


class Outgoing:
    """What goes to a client: batches that were written and that it has not acknowledged.

    At the bound nothing more is written; when the client stays silent the socket is closed and comes back with its
    cursor. (Mattermost and Centrifugo bound their sockets the same way.)
    """

    __slots__ = (
        "_acknowledged",
        "_batches",
        "_probed_at",
        "_waiter",
        "bytes",
        "max_bytes",
        "max_messages",
        "messages",
        "open",
        "round_trip_s",
        "write",
    )

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        self.max_messages = max_messages
        self.max_bytes = max_bytes
        self.messages = 0
        self.bytes = 0
        self.open = False
        self.round_trip_s: float | None = None
        self._acknowledged = 0
        self._probed_at = 0.0
        self.write: Callable[[bytes], object] = no_way
        self._batches: list[Batch] = []
        self._waiter: asyncio.Future[None] | None = None

    def push(self, batch: Batch) -> bool:
        """Writes a batch at once; False when it must wait for the client or go another way.

        It looks at this object alone: with a thousand readers, each further one would come from beyond the caches.
        """
        if not self.open or self.messages >= self.max_messages or self.bytes >= self.max_bytes:
            return False
        self.write(batch.frame)
        self._batches.append(batch)
        self.messages += batch.messages
        self.bytes += len(batch.data)
        return True

    def add(self, batch: Batch) -> None:
        self._batches.append(batch)
        self.messages += batch.messages
        self.bytes += len(batch.data)

    def seen(self, epoch: str, number: int) -> bool:
        """Forgets what the client has acknowledged: up to that batch, and all of an epoch before it.

        True when that was anything. It is the answer to a ping, where there was one.
        """
        if self._probed_at:
            self.round_trip_s, self._probed_at = time.monotonic() - self._probed_at, 0.0
        before = len(self._batches)
        if before and self._batches[-1].epoch == epoch and self._batches[-1].end <= number:
            self._keep([])
        elif any(batch.epoch == epoch for batch in self._batches):
            self._keep(list(dropwhile(lambda one: one.epoch != epoch or one.end <= number, self._batches)))
        return len(self._batches) < before

    def probe(self) -> bool:
        """Whether a ping may be sent now, whose answer could be taken for no other acknowledgement."""
        if self._batches or self._probed_at:
            return False
        self._probed_at = time.monotonic()
        return True

    @property
    def sent(self) -> int:
        """Bytes of all batches so far."""
        return self._acknowledged + self.bytes

    @property
    def has_room(self) -> bool:
        """Whether another batch may be written at once."""
        return self.messages < self.max_messages and self.bytes < self.max_bytes

    async def room_for(self, patience: float) -> bool:
        """Waits until there is room for another batch; False when the client stays silent."""
        if self.has_room:
            return True
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(patience):
                await self._waiter
        except TimeoutError:
            return False
        return True

    def _keep(self, batches: list[Batch]) -> None:
        before = self.bytes
        self._batches = batches
        self.messages = sum(batch.messages for batch in batches)
        self.bytes = sum(len(batch.data) for batch in batches)
        self._acknowledged += before - self.bytes
        if self._waiter and not self._waiter.done() and self.has_room:
            self._waiter.set_result(None)


class UnderWay:
    """Frames of a client that are being done and not yet answered; at the bound no further one is taken."""

    __slots__ = ("_changed", "count", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0
        self._changed: asyncio.Event | None = None

    @property
    def is_full(self) -> bool:
        return self.count >= self.most

    def begin(self) -> None:
        self.count += 1

    def end(self, count: int = 1) -> None:
        self.count -= count
        if self._changed:
            self._changed.set()

    async def fewer_than(self, most: int) -> None:
        """Waits until so few are under way."""
        while self.count >= most:
            self._changed = self._changed or asyncio.Event()
            self._changed.clear()
            await self._changed.wait()
