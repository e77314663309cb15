"""A room in this process: who waits for it, and what they are handed.

All changes of one turn of the loop are handed out together. A level reader with an outlet gets them without its task
waking up: at 1,000 sockets that is the difference between 40 and 8 µs for each delivery (docs/performance.md).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from .subscription import Outlet, Subscription
from .window import Window
from .wire import BATCH_LIMIT, Batch, Change, Slice

HOLD_BACK_S = 0.01
"""The longest that readers wait for a commit that is under way."""

log = logging.getLogger("chat.hub")


class Channel:
    """A room in this process: its window, its subscriptions, and the task that reads what was missed.

    Whoever is in `parked` has all up to `handed`, and is admitted as of the window.
    """

    def __init__(self, part: Slice) -> None:
        self.window = _window_at(part)
        self.subscriptions: set[Subscription[Any]] = set()
        self.parked: dict[Subscription[Any], Outlet] = {}
        self.handed = part.end
        self.handed_at = 0.0
        self.ahead: dict[int, Change] = {}
        self.idle_since = time.monotonic()
        self.told = 0
        self.healing: asyncio.Task[None] | None = None
        self.reaching: asyncio.Task[None] | None = None
        self._handing_out = False
        self._held_back: asyncio.TimerHandle | None = None

    def attach(self, subscription: Subscription[Any]) -> None:
        self.subscriptions.add(subscription)

    def detach(self, subscription: Subscription[Any]) -> None:
        self.subscriptions.discard(subscription)
        self.idle_since = time.monotonic()

    def park(self, subscription: Subscription[Any]) -> None:
        """Takes a reader who is level with the window, once all others are."""
        if self.handed != self.window.end:
            self._hand_out()
        subscription.parked_at = asyncio.get_running_loop().time()
        self.parked[subscription] = subscription.outlet

    def unpark(self, subscription: Subscription[Any]) -> None:
        self.parked.pop(subscription, None)

    def wake(self, *, more: bool = False) -> None:
        """Hands out what is new, together with all else that comes in this turn of the loop.

        `more` is just about to be committed: once it is waited for, so that those who write at the same time, to whom
        one hand-out gives the word for their next messages, come to write together: 16 messages in one frame, not 5.
        """
        if more and self._held_back is None:
            self._held_back = asyncio.get_running_loop().call_later(HOLD_BACK_S, self._hand_out)
        elif not self._handing_out:
            self._handing_out = True
            asyncio.get_running_loop().call_soon(self._hand_out)

    def wake_impatient(self, now: float) -> None:
        """Wakes those to whom nothing has come for so long as they wait at most."""
        for subscription in list(self.parked):
            if max(subscription.parked_at, self.handed_at) + subscription.patience <= now:
                subscription.wake()

    def _hand_out(self) -> None:
        self._handing_out = False
        if self._held_back:
            self._held_back.cancel()
            self._held_back = None
        if self.handed == self.window.end:
            return
        batch = self._plain_batch() if self.parked else None
        for subscription, outlet in tuple(self.parked.items()):
            if batch is None or not _pushed(outlet, batch):
                subscription.wake()
        self.handed = self.window.end
        self.handed_at = asyncio.get_running_loop().time()

    def _plain_batch(self) -> Batch | None:
        """What parked readers do not have, where the same bytes are right for everybody who is admitted."""
        part = self.window.after(self.handed, BATCH_LIMIT)
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
            self._start_anew(part)
            return
        self._extend(part, self.window.extend)

    def reach_back(self, part: Slice) -> None:
        """Takes what was read from the log before the window began, unless the log began anew meanwhile."""
        if part.epoch == self.window.epoch and part.start <= self.window.end:
            self._extend(part, self.window.reach_back)

    def _extend(self, part: Slice, extend: Callable[[Slice], None]) -> None:
        extend(part)
        self.take(())
        self.ahead = {number: change for number, change in self.ahead.items() if number > self.window.end}
        self.wake()

    def _start_anew(self, part: Slice) -> None:
        """Each reader finds out where it stands in the new life of the log."""
        for subscription in tuple(self.parked):
            subscription.wake()
        self.window = _window_at(part)
        self.handed = part.end
        self.ahead.clear()
        self.told = 0


def _pushed(outlet: Outlet, batch: Batch) -> bool:
    """Whether the reader's outlet took the batch. One that fails costs the others nothing."""
    try:
        return outlet(batch)
    except Exception:
        log.exception("A batch could not be handed to a reader, who now reads it.")
        return False


def _window_at(part: Slice) -> Window:
    return Window(settings.CHAT_WINDOW, part.epoch, part.end, part.access_version)
