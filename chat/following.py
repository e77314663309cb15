"""The third depth of the loop, for WebSockets: read, wait, repeat.

There is a task while something is read, and none while the reader is level: a room of 1,000 quiet sockets has no task,
no timer and no future of its own for any of them (docs/performance.md).
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Protocol

from . import feed
from .access import Reader
from .errors import ChatError, Restarting, Unavailable
from .subscription import Outlet, Subscription
from .wire import BATCH_LIMIT, Batch

log = logging.getLogger("chat.websocket")


class Line(Protocol):
    """What connects to a reader. Its coroutines may raise OSError when the reader has gone."""

    @property
    def push(self) -> Outlet:
        """Writes a batch at once; False when that must wait."""

    async def deliver(self, batch: Batch) -> None:
        """Writes a batch when the reader can take it; raises `SlowConsumer`."""

    async def beat(self) -> None:
        """Says that the line is alive."""

    async def cease(self, problem: ChatError) -> None:
        """Nothing more comes, and why."""


class Following:
    """A reader who gets everything after a cursor, until it is closed or refused."""

    __slots__ = ("_epoch", "_idle_s", "_line", "_number", "_said_at", "_subscription", "_task")

    def __init__(self, subscription: Subscription[Reader], cursor: feed.Cursor, line: Line, idle_s: float) -> None:
        """`idle_s`: seconds of silence after which the line beats."""
        self._subscription = subscription
        self._epoch, self._number = cursor
        self._line = line
        self._idle_s = idle_s
        self._said_at = asyncio.get_running_loop().time()
        self._task: asyncio.Task[Any] | None = None
        self._go_on()

    @property
    def number(self) -> int:
        """Up to there the reader was handed all."""
        subscription = self._subscription
        return self._number if subscription.woken is None else subscription.channel.handed

    def close(self) -> None:
        """Nothing more comes, and the line is not told."""
        feed.hub().detach(self._subscription)
        if self._task:
            self._task.cancel()

    def _woken(self, number: int) -> None:
        self._number = number
        self._said_at = max(self._said_at, self._subscription.channel.handed_at)
        self._go_on()

    def _go_on(self) -> None:
        self._task = feed.hub().spawn(self._run())

    async def _run(self) -> None:
        try:
            await self._read_on()
            self._task = None
        except OSError:
            feed.hub().detach(self._subscription)
        except ChatError as problem:
            await self._cease(problem)
        except Exception:
            log.exception("A socket stopped following its room.")
            await self._cease(Unavailable("Something went wrong here. Come back with your cursor."))

    async def _read_on(self) -> None:
        """Hands out batch after batch until the reader is level, and leaves it to the channel."""
        subscription = self._subscription
        while True:
            part = await feed.read(subscription, self._epoch, self._number, BATCH_LIMIT)
            if feed.is_news(part):
                await self._line.deliver(feed.encode(subscription, part))
                self._said_at = asyncio.get_running_loop().time()
            elif self._said_at + self._idle_s <= asyncio.get_running_loop().time():
                await self._line.beat()
                self._said_at = asyncio.get_running_loop().time()
            self._epoch, self._number = part.epoch, part.end
            if subscription.ended:
                raise _restarting()
            if not part.more and self._park():
                return

    def _park(self) -> bool:
        return self._subscription.park(
            self._epoch, self._number, self._woken, outlet=self._line.push, patience=self._idle_s
        )

    async def _cease(self, problem: ChatError) -> None:
        feed.hub().detach(self._subscription)
        try:
            await self._line.cease(problem)
        except OSError:
            log.debug("A socket went before it was told why it ends.")


def _restarting() -> Restarting:
    return Restarting("This server restarts. Come back with your cursor.", retry_after=feed.retry_ms() / 1000)
