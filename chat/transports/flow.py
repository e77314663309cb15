"""Flow control that needs nothing from the server: what is not yet acknowledged has a bound, in both directions."""

from __future__ import annotations

import asyncio
from collections import deque

from ..wire import Batch


class Unseen:
    """Batches written to a client that it has not acknowledged.

    At the bound nothing more is written; when the client stays silent the socket is closed and comes back with its
    cursor. (Mattermost and Centrifugo bound their sockets the same way.)
    """

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        self.max_messages = max_messages
        self.max_bytes = max_bytes
        self.messages = 0
        self.bytes = 0
        self._batches: deque[Batch] = deque()
        self._below = asyncio.Event()
        self._below.set()

    def add(self, batch: Batch) -> None:
        self._batches.append(batch)
        self._count(batch, 1)

    def seen(self, epoch: str, number: int) -> bool:
        """Forgets what the client has acknowledged: up to that batch, and all of an epoch before it.

        True when that was anything.
        """
        before = len(self._batches)
        if all(batch.epoch != epoch for batch in self._batches):
            return False
        while self._batches and (self._batches[0].epoch != epoch or self._batches[0].end <= number):
            self._count(self._batches.popleft(), -1)
        return len(self._batches) < before

    @property
    def has_room(self) -> bool:
        """Whether another batch may be written at once."""
        return self._below.is_set()

    async def room_for(self, patience: float) -> bool:
        """Waits until there is room for another batch; False when the client stays silent."""
        try:
            async with asyncio.timeout(patience):
                await self._below.wait()
        except TimeoutError:
            return False
        return True

    def _count(self, batch: Batch, sign: int) -> None:
        self.messages += sign * batch.messages
        self.bytes += sign * len(batch.data)
        if self.messages < self.max_messages and self.bytes < self.max_bytes:
            self._below.set()
        else:
            self._below.clear()


class UnderWay:
    """Frames of a client that are being done and not yet answered; at the bound no further one is taken."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0
        self._changed: asyncio.Event | None = None

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
