"""What a hub does by itself: it looks for what the layer lost, and lets go of rooms that nobody reads."""

from __future__ import annotations

import asyncio
import logging
import time

from django.conf import settings

from . import fanout
from .connections import SAMPLE_S
from .hub import Hub
from .listener import Listener
from .registrar import Registrar

LINGER_S = 60
"""How long a room without readers keeps its window: a long poll comes back within a second."""

SWEEP_S = 0.5
"""Between looks for readers who have waited as long as they want: one timer for all of them."""

log = logging.getLogger("chat.upkeep")


class Upkeep:
    """The background tasks of a hub; they live as long as its loop."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.registrar = Registrar(hub)

    def start(self) -> None:
        """Listens to this process and to the others, and looks after what they may not have said."""
        fanout.attach(asyncio.get_running_loop(), self.hub.deliver)
        self.hub.spawn(self._sweep())
        self.hub.spawn(self._check_positions())
        self.hub.spawn(self._check_access())
        self.hub.spawn(self._sample())
        if fanout.layer() is not None:
            listener = Listener(self.hub.deliver, self.look, self.registrar)
            self.hub.spawn(listener.listen())
            self.hub.spawn(listener.look_after_reconnects())

    async def look(self) -> None:
        """Finds every change and every end of a session that this process has not heard of."""
        await self.look_at_positions()
        await self.look_at_access()

    async def look_at_positions(self) -> None:
        """One query; rooms whose log stands elsewhere catch up."""
        channels = dict(self.hub.channels)
        if not channels:
            return
        try:
            positions = await self.hub.source.positions(list(channels))
        except Exception as error:
            log.warning("The positions of rooms cannot be checked: %r", error)
            return
        for room_id, channel in channels.items():
            position = positions.get(room_id)
            if position is None or tuple(position[:2]) != (channel.window.epoch, channel.window.end):
                self.hub.heal(room_id, channel)
            elif position[2]:
                channel.window.forget(position[2])

    async def look_at_access(self) -> None:
        """A few queries for all readers; those in doubt are admitted anew."""
        subscriptions = list(self.hub.subscriptions())
        if not subscriptions:
            return
        try:
            doubtful = await self.hub.source.doubtful([subscription.reader for subscription in subscriptions])
        except Exception as error:
            log.warning("The sessions of readers cannot be checked: %r", error)
            return
        for subscription in subscriptions:
            if subscription.reader.session_key in doubtful:
                subscription.revoke()

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_S)
            for channel in list(self.hub.channels.values()):
                channel.wake_impatient(loop.time())

    async def _check_positions(self) -> None:
        while True:
            await asyncio.sleep(settings.CHAT_POSITION_CHECK_S)
            self._drop_idle()
            await self.look_at_positions()

    async def _check_access(self) -> None:
        while True:
            await asyncio.sleep(settings.CHAT_ACCESS_CHECK_S)
            await self.look_at_access()

    async def _sample(self) -> None:
        """At the same moments in all processes, so that what they find can be added up."""
        while True:
            await asyncio.sleep(SAMPLE_S - time.time() % SAMPLE_S)
            self.hub.connections.sample()

    def _drop_idle(self) -> None:
        old = time.monotonic() - LINGER_S
        for room_id, channel in list(self.hub.channels.items()):
            if not channel.subscriptions and channel.idle_since < old:
                del self.hub.channels[room_id]
