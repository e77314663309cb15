"""A channel layer in memory that records its groups, and can be away."""

import asyncio
from typing import Any


class FakeLayer:
    """One queue per channel; `problem` is raised by everything but `receive`. `deaf`: what is sent gets lost."""

    def __init__(self) -> None:
        self.channels: dict[str, asyncio.Queue[Any]] = {}
        self.groups: dict[str, set[str]] = {}
        self.tries = 0
        self.sent = 0
        self.deaf = False
        self.problem: Exception | None = None

    async def new_channel(self) -> str:
        self.tries += 1
        self._fail()
        name = f"channel-{self.tries}"
        self.channels[name] = asyncio.Queue()
        return name

    async def group_add(self, group: str, channel: str) -> None:
        self._fail()
        self.groups.setdefault(group, set()).add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        self._fail()
        self.groups[group].discard(channel)

    async def send(self, channel: str, message: Any) -> None:
        self._fail()
        self.sent += 1
        if not self.deaf:
            self.channels[channel].put_nowait(message)

    async def group_send(self, group: str, message: Any) -> None:
        self._fail()
        for name in self.groups.get(group, ()):
            self.channels[name].put_nowait(message)

    async def receive(self, channel: str) -> Any:
        said = await self.channels[channel].get()
        if isinstance(said, Exception):
            raise said
        return said

    def _fail(self) -> None:
        if self.problem:
            raise self.problem
