"""One reader of a room in this process: what it was admitted to, and how it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from math import inf
from typing import Any, Generic, Protocol, TypeVar

from .connections import Connection
from .futures import settle
from .window import Window
from .wire import Batch


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
    @property
    def transport(self) -> str: ...
    @property
    def poll_interval_ms(self) -> int: ...


class Room(Protocol):
    """What a reader knows of its channel. `handed`: up to there parked readers have all."""

    @property
    def window(self) -> Window: ...
    @property
    def handed(self) -> int: ...
    @property
    def handed_at(self) -> float: ...
    def attach(self, subscription: Subscription[Any]) -> None: ...
    def park(self, subscription: Subscription[Any]) -> None: ...
    def unpark(self, subscription: Subscription[Any]) -> None: ...
    def detach(self, subscription: Subscription[Any]) -> None: ...


R = TypeVar("R", bound=Admitted)
Outlet = Callable[[Batch], bool]
"""Hands a batch to a reader at once; False when it cannot take one just now."""

Woken = Callable[[int], object]
"""Called with the number up to which all has been handed to a reader that parked."""


def no_outlet(_batch: Batch) -> bool:
    """Of a reader that must be woken for each batch."""
    return False


class Subscription(Generic[R]):
    """A wake-up for one reader. It has no queue: what to deliver follows from the reader's cursor.

    A level reader parks: it leaves its outlet and a function that wakes it, and keeps neither task nor timer.
    `connection`: what the census tells of the reader's page.
    """

    connection: Connection

    __slots__ = (
        "_epoch",
        "_other",
        "_version",
        "channel",
        "connection",
        "ended",
        "outlet",
        "page",
        "parked_at",
        "patience",
        "reader",
        "revoked",
        "woken",
    )

    def __init__(self, channel: Room, reader: R, page: str = "") -> None:
        self.channel = channel
        self.reader = reader
        self.page = page
        self.revoked = False
        self.ended = False
        self.parked_at = 0.0
        self.patience = inf
        self.outlet: Outlet = no_outlet
        self.woken: Woken | None = None
        self._epoch, self._version = reader.epoch, reader.access_version
        self._other = "", -1

    @property
    def stale(self) -> bool:
        """Whether access may have changed since the reader was admitted."""
        window = self.channel.window
        return self.revoked or not self.covers(window.epoch, window.access_version)

    def covers(self, epoch: str, access_version: int) -> bool:
        """Whether the reader was admitted as of that change of access; numbers of two epochs do not compare."""
        known, version = (self._epoch, self._version) if epoch == self._epoch else self._other
        return epoch == known and access_version <= version

    def readmitted(self, reader: R, epoch: str, access_version: int) -> None:
        """Takes a new admission, asked for when the window stood at that epoch and change of access."""
        self.reader = reader
        self._epoch, self._version = reader.epoch, reader.access_version
        self._other = epoch, access_version
        if epoch == reader.epoch:
            self._version = max(self._version, access_version)

    def revoke(self) -> None:
        """Has the reader admitted anew before anything else is handed out."""
        self.revoked = True
        self.wake()

    def end(self) -> None:
        """Sends the reader away, with its cursor."""
        self.ended = True
        self.wake()

    def is_due(self, epoch: str, number: int) -> bool:
        """Whether a reader at that position has something to do at once."""
        window = self.channel.window
        return self.ended or window.end != number or window.epoch != epoch or self.stale

    def park(
        self,
        epoch: str,
        number: int,
        woken: Woken,
        *,
        outlet: Outlet = no_outlet,
        patience: float = inf,
    ) -> bool:
        """Leaves a level reader to the channel; False, and nothing is done, when it has something to do at once.

        Batches go to the outlet. `woken` is called once: for what the outlet does not take, for a change of access, at
        the end, and after about `patience` seconds without a batch.
        """
        if self.is_due(epoch, number):
            return False
        self.park_level(woken, outlet, patience)
        return True

    def park_level(self, woken: Woken, outlet: Outlet, patience: float) -> None:
        """The same for a reader that is known to have nothing to do."""
        self.woken, self.outlet, self.patience = woken, outlet, patience
        self.channel.park(self)

    def unpark(self) -> None:
        """Takes the reader back."""
        self.channel.unpark(self)
        self.woken = None

    def wake(self) -> None:
        """Gives a parked reader back to itself."""
        woken = self.woken
        self.unpark()
        if woken:
            woken(self.channel.handed)

    async def wait(self, epoch: str, number: int, hold: float | None) -> bool:
        """Waits until the reader has something to do; False when `hold` seconds pass in vain."""
        woken: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        if not self.park(epoch, number, partial(settle, woken)):
            return True
        try:
            async with asyncio.timeout(hold):
                await woken
        except TimeoutError:
            return False
        finally:
            self.unpark()
        return True
