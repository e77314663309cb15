"""Flow control that needs nothing from the server: what is written and not yet acknowledged has a bound."""

from __future__ import annotations

import asyncio


class Unseen:
    """Messages and bytes written to a client since it last said `seen`.

    At the bound nothing more is written; when the client stays silent the socket is closed and comes back with its
    cursor. (Mattermost and Centrifugo bound their sockets the same way.)
    """

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        self.max_messages = max_messages
        self.max_bytes = max_bytes
        self.messages = 0
        self.bytes = 0
        self._below = asyncio.Event()
        self._below.set()

    def add(self, messages: int, size: int) -> None:
        self.messages += messages
        self.bytes += size
        if self.messages >= self.max_messages or self.bytes >= self.max_bytes:
            self._below.clear()

    def clear(self) -> None:
        self.messages = self.bytes = 0
        self._below.set()

    async def room_for(self, patience: float) -> bool:
        """Waits until there is room for another batch; False when the client stays silent."""
        try:
            async with asyncio.timeout(patience):
                await self._below.wait()
        except TimeoutError:
            return False
        return True
