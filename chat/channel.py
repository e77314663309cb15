"""A room in this process: who waits for it, and what they are woken by.

All changes of one turn of the loop are handed out together. A level reader with an outlet gets them without its task
waking up: at 1,000 sockets that is the difference between 40 and 8 µs for each delivery (docs/performance.md).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar

from django.conf import settings

from .window import Window
from .wire import BATCH_LIMIT, Batch, Change, Slice


class Admitted(Protocol):
    """What the hub knows of a reader."""

    @property
    def user_id(self) -> int: ...
    @property
    def session_key(self) -> str: ...
    @property
    def room_id(self) -> int: ...
    @property
    def epoch(self) -> str: ...
    @property
    def access_version(self) -> int: ...


R = TypeVar("R", bound=Admitted)
Outlet = Callable[[Batch], bool]
"""Hands a batch to a reader at once; False when it cannot take one just now."""


class Subscription(Generic[R]):
    """A wake-up for one reader. It has no queue: what to deliver follows from the reader's cursor."""

    def __init__(self, channel: Channel, reader: R) -> None:
        self.channel = channel
        self.reader = reader
        self._admitted = {reader.epoch: reader.access_version}
        self.revoked = False
        self.ended = False
        self.epoch, self.number = "", 0
        self.pushed_at = 0.0
        self._outlet: Outlet | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def stale(self) -> bool:
        """Whether access may have changed since the reader was admitted."""
        return self.revoked or not self.covers(self.window.epoch, self.window.access_version)

    def covers(self, epoch: str, access_version: int) -> bool:
        """Whether the reader was admitted as of that change of access; numbers of two epochs do not compare."""
        return access_version <= self._admitted.get(epoch, -1)

    def readmitted(self, reader: R, epoch: str, access_version: int) -> None:
        """Takes a new admission, asked for when the window stood at that epoch and change of access."""
        self.reader = reader
        self._admitted = {epoch: access_version}
        self._admitted[reader.epoch] = max(reader.access_version, self._admitted.get(reader.epoch, -1))

    @property
    def window(self) -> Window:
        return self.channel.window

    def revoke(self) -> None:
        """Has the reader admitted anew before anything else is handed out."""
        self.revoked = True
        self.wake()

    def wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def push(self, batch: Batch) -> bool:
        """Gives the batch to a reader who waits with an outlet, and moves its position; False when it must wake up."""
        if not self._outlet or self.epoch != batch.epoch or self.stale or self.ended or not self._outlet(batch):
            return False
        self.number = batch.end
        self.pushed_at = asyncio.get_running_loop().time()
        return True

    async def wait(self, epoch: str, number: int, hold: float | None, outlet: Outlet | None = None) -> bool:
        """Waits until something is after the position, access changed or the subscription ended; False in vain.

        Where batches went to the outlet meanwhile, `number` and `pushed_at` say how far and when.
        """
        self.epoch, self.number, self._outlet = epoch, number, outlet
        deadline = None if hold is None else asyncio.get_running_loop().time() + hold
        try:
            async with asyncio.timeout_at(deadline):
                while not self._due:
                    self._waiter = asyncio.get_running_loop().create_future()
                    await self._waiter
        except TimeoutError:
            pass
        finally:
            self._outlet = None
        return self._due

    @property
    def _due(self) -> bool:
        window = self.window
        return self.stale or self.ended or window.end > self.number or window.epoch != self.epoch


class Channel:
    """A room in this process: its window, its subscriptions, and the task that reads what was missed."""

    def __init__(self, part: Slice) -> None:
        self.window = _window_at(part)
        self.subscriptions: set[Subscription[Any]] = set()
        self.ahead: dict[int, Change] = {}
        self.idle_since = time.monotonic()
        self.told = 0
        self.healing: asyncio.Task[None] | None = None
        self._handing_out = False

    def wake(self) -> None:
        """Hands out what is new, together with all else that comes in this turn of the loop."""
        if not self._handing_out:
            self._handing_out = True
            asyncio.get_running_loop().call_soon(self._hand_out)

    def _hand_out(self) -> None:
        self._handing_out = False
        batches: dict[int, Batch | None] = {}
        for subscription in tuple(self.subscriptions):
            number = subscription.number
            if number not in batches:
                batches[number] = self._plain_batch(number)
            batch = batches[number]
            if batch is None or not subscription.push(batch):
                subscription.wake()

    def _plain_batch(self, number: int) -> Batch | None:
        """What is after the number, where the same bytes are right for everybody who is admitted."""
        part = self.window.after(number, BATCH_LIMIT)
        if part is None or part.more or not part.changes or part.has_access_change:
            return None
        return self.window.batch(part)

    def take(self, changes: Iterable[Change]) -> None:
        """Appends what is next; what is ahead waits for the number before it."""
        self.ahead |= {change.number: change for change in changes if change.number > self.window.end}
        while (change := self.ahead.pop(self.window.end + 1, None)) is not None:
            self.window.append(change)

    def catch_up(self, part: Slice) -> None:
        """Takes what was read from the log, or starts anew where the log could not be continued."""
        if part.reset:
            self.window = _window_at(part)
            self.ahead.clear()
            self.told = 0
        else:
            self.window.extend(part)
            self.take(())
            self.ahead = {number: change for number, change in self.ahead.items() if number > self.window.end}
        self.wake()


def _window_at(part: Slice) -> Window:
    return Window(settings.CHAT_WINDOW, part.epoch, part.end, part.access_version)
