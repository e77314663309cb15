"""The hub of a process: it takes what was committed, here or elsewhere, and wakes all readers of this process.

It moves bytes and imports no models: the `Source` given from outside is its only way to the log. It is touched only
from its own event loop. While a reader waits it holds a future, and nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

from . import fanout
from .admissions import Admissions
from .channel import Channel
from .connections import Connections
from .errors import ChatError, NotFound
from .orders import obey
from .pauses import pause
from .source import Source
from .subscription import R, Subscription
from .wire import Change, Slice

PATIENCE_S = 0.02
"""How long a missing number may still arrive by itself: two commits can be told in the wrong order."""

READ_LIMIT = 200
"""Messages of one read when the hub catches up."""

Place = tuple[int, int, str]
"""A room, a person, and a page of theirs."""

log = logging.getLogger("chat.hub")


class Hub:
    """All channels of a process, and who reads them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.channels: dict[int, Channel] = {}
        self.admissions: Admissions[Any] = Admissions()
        self.connections = Connections()
        self.revision = 0
        self.draining = False
        self.at_drain: list[Callable[[], object]] = []
        self._opening: dict[int, asyncio.Task[Channel]] = {}
        self._pages: dict[Place, Subscription[Any]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def open(self, room_id: int) -> Channel:
        """The room's channel, at the position of the log; many who come at once share one read."""
        if channel := self.channels.get(room_id):
            return channel
        opening = self._opening.get(room_id)
        if opening is None:
            opening = self._opening[room_id] = self.spawn(self._open(room_id))
            opening.add_done_callback(lambda _task: self._opening.pop(room_id, None))
        return await asyncio.shield(opening)

    @contextmanager
    def subscribe(self, channel: Channel, reader: R, *, revision: int, page: str = "") -> Iterator[Subscription[R]]:
        """A subscription for as long as the block lasts; `attach` tells what the parameters mean."""
        subscription = self.attach(channel, reader, revision=revision, page=page)
        try:
            yield subscription
        finally:
            self.detach(subscription)

    def attach(self, channel: Channel, reader: R, *, revision: int, page: str = "") -> Subscription[R]:
        """A subscription until it is detached.

        `revision`: the hub's revision before the reader was admitted; when a revocation came in between, the reader
        is stale at once. `page`: a page has one held poll, so its next one ends this one.
        """
        subscription = Subscription(channel, reader, page)
        subscription.revoked = revision != self.revision
        subscription.ended = self.draining
        subscription.connection = self.connections.enter(subscription, page)
        channel.attach(subscription)
        if page:
            place = _place(subscription)
            self._end_earlier(place)
            self._pages[place] = subscription
        return subscription

    def detach(self, subscription: Subscription[Any]) -> None:
        subscription.unpark()
        subscription.channel.detach(subscription)
        self.connections.leave(subscription)
        if subscription.page and self._pages.get(_place(subscription)) is subscription:
            del self._pages[_place(subscription)]

    def _end_earlier(self, place: Place) -> None:
        if earlier := self._pages.get(place):
            earlier.end()

    def drain(self) -> None:
        """Ends every subscription, and each new one at once: their readers go elsewhere with their cursors."""
        self.draining = True
        for call in self.at_drain:
            call()
        for subscription in list(self.subscriptions()):
            subscription.end()

    def deliver(self, event: fanout.Event) -> None:
        """Takes an event of this process or of another one."""
        match event:
            case fanout.Changed():
                self._changed(event)
            case fanout.Revoked():
                self._revoke(event)
            case fanout.Ended() | fanout.SwitchAsked() if event.process == fanout.ORIGIN:
                obey(event, self.connections, self.admissions)

    def _changed(self, event: fanout.Changed) -> None:
        self.connections.messages += sum(change.number == change.seq for change in event.changes)
        channel = self.channels.get(event.room_id)
        if channel is None:
            return
        if event.epoch != channel.window.epoch:
            self.heal(event.room_id, channel)
            return
        channel.told = max(channel.told, event.last)
        channel.take(event.changes)
        channel.wake(more=self.source.expects(event.room_id))
        if channel.window.end < channel.told:
            self.heal(event.room_id, channel, patience=PATIENCE_S)

    def _revoke(self, event: fanout.Revoked) -> None:
        self.revision += 1
        self.admissions.revoke(event)
        for subscription in list(self.subscriptions()):
            if event.concerns(subscription.reader.user_id, subscription.reader.session_key):
                subscription.revoke()

    def subscriptions(self) -> Iterator[Subscription[Any]]:
        for channel in self.channels.values():
            yield from channel.subscriptions

    async def _open(self, room_id: int) -> Channel:
        part = await self.source.after(room_id, None, 0, 0)
        channel = self.channels[room_id] = Channel(part)
        # A change committed during the read was told before the channel was there to hear it.
        self.heal(room_id, channel)
        return channel

    async def healed(self, room_id: int) -> None:
        """Returns when the room's channel has caught up with the log."""
        channel = await self.open(room_id)
        self.heal(room_id, channel)
        if channel.healing:
            await asyncio.shield(channel.healing)

    async def reach_back(self, room_id: int, epoch: str, number: int) -> bool:
        """Whether the window holds all after a number that it did not reach; many who come at once share one read."""
        channel = self.channels.get(room_id)
        if channel is None or channel.window.epoch != epoch or not channel.window.may_begin_after(number):
            return False
        if channel.reaching is None or channel.reaching.done():
            channel.reaching = self.spawn(self._reach_back(room_id, channel))
        await asyncio.shield(channel.reaching)
        return channel.window.epoch == epoch and channel.window.start <= number

    async def _reach_back(self, room_id: int, channel: Channel) -> None:
        epoch, start = channel.window.epoch, channel.window.back
        changes: list[Change] = []
        end, more = start, True
        while more:
            part = await self.source.after(room_id, epoch, end, READ_LIMIT)
            if part.reset:
                return
            changes += part.changes
            end, more = part.end, part.more
        channel.reach_back(Slice(epoch, start, end, part.access_version, changes))

    def heal(self, room_id: int, channel: Channel, patience: float = 0) -> None:
        """Starts reading what is missing, unless that is under way."""
        if channel.healing is None or channel.healing.done():
            channel.healing = self.spawn(self._catch_up(room_id, channel, patience))

    async def _catch_up(self, room_id: int, channel: Channel, patience: float) -> None:
        await asyncio.sleep(patience)
        failures = 0
        while True:
            try:
                part = await self.source.after(room_id, channel.window.epoch, channel.window.end, READ_LIMIT)
            except NotFound:
                self._forget(room_id, channel)
                return
            except ChatError as error:
                log.warning("Room %s cannot catch up: %s", room_id, error)
                await asyncio.sleep(pause(failures))
                failures += 1
                continue
            channel.catch_up(part)
            if not part.more and channel.window.end >= channel.told:
                return

    def _forget(self, room_id: int, channel: Channel) -> None:
        self.channels.pop(room_id, None)
        for subscription in list(channel.subscriptions):
            subscription.revoke()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        # In a context of its own: a task started by a request must not depend on that request's lane.
        task = asyncio.get_running_loop().create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _place(subscription: Subscription[Any]) -> Place:
    return subscription.reader.room_id, subscription.reader.user_id, subscription.page
