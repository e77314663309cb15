"""What a connection waits with: small twins of asyncio's Queue and Event, for one waiter and a few.

Those keep five deques for each connection, 600 bytes a piece, empty as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class Inbox:
    """What has come over a socket and waits for the application; `emptied` is called when it has taken the last."""

    __slots__ = ("_emptied", "_items", "_waiter")

    def __init__(self, emptied: Callable[[], None] = lambda: None) -> None:
        self._emptied = emptied
        self._items: list[Any] = []
        self._waiter: asyncio.Future[None] | None = None

    def qsize(self) -> int:
        return len(self._items)

    def empty(self) -> bool:
        return not self._items

    def put_nowait(self, item: Any) -> None:
        self._items.append(item)
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> Any:
        """The next item; one at a time may wait for it."""
        while not self._items:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        self._waiter = None
        item = self._items.pop(0)
        if not self._items:
            self._emptied()
        return item


class Gate:
    """Open until it is cleared."""

    __slots__ = ("_closed",)

    def __init__(self) -> None:
        self._closed: asyncio.Event | None = None

    def is_set(self) -> bool:
        return self._closed is None

    def set(self) -> None:
        if self._closed:
            self._closed.set()
            self._closed = None

    def clear(self) -> None:
        self._closed = self._closed or asyncio.Event()

    async def wait(self) -> None:
        """Returns once it is open."""
        while self._closed:
            await self._closed.wait()
