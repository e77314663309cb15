"""Polling and long polling: reads by GET, writes by POST, PATCH and DELETE."""

import asyncio
import math
import secrets
from typing import Any

from tests.support.drivers.base import Batch, Driver, Message
from tests.support.people import Browser

PAUSE_S = 0.05
"""Between two polls; a page would wait for the room's interval."""


class HttpDriver(Driver):
    """What the two have in common."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.browser = Browser(self.server, self.person)
        self._waiting: list[Batch] = []

    async def connect(self) -> None:
        batch = await self._read(wait=0)
        if batch:
            self._waiting.append(batch)
        else:
            self.cursor = batch.cursor

    async def next_batch(self, timeout: float) -> Batch | None:
        try:
            async with asyncio.timeout(timeout):
                batch = self._waiting.pop() if self._waiting else await self._wait(timeout)
        except TimeoutError:
            return None
        self.cursor = batch.cursor
        return batch

    async def send(self, key: str, body: str, reply_to: int | None = None) -> Message:
        return await self.browser.post(self.slug, key, body, reply_to)

    async def edit(self, seq: int, body: str) -> Message:
        return await self.browser.edit(self.slug, seq, body)

    async def delete(self, seq: int) -> Message:
        return await self.browser.delete(self.slug, seq)

    async def close(self) -> None:
        await self.browser.close()

    async def _wait(self, timeout: float) -> Batch:
        raise NotImplementedError

    async def _read(self, wait: int) -> Batch:
        given = {"after": self.cursor, "limit": self.limit, **self._extra(wait)}
        query = {name: value for name, value in given.items() if value is not None}
        batch = Batch.of(await self.browser.call("GET", f"/api/rooms/{self.slug}/{self.via}", params=query))
        self.asked += [batch.switch] if batch.switch else []
        return batch

    def _extra(self, wait: int) -> dict[str, Any]:
        return {}


class Poll(HttpDriver):
    via = "poll"

    async def _wait(self, timeout: float) -> Batch:
        while not (batch := await self._read(wait=0)):
            self.cursor = batch.cursor
            await asyncio.sleep(PAUSE_S)
        return batch


class LongPoll(HttpDriver):
    via = "longpoll"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.page = secrets.token_hex(8)

    async def _wait(self, timeout: float) -> Batch:
        while not (batch := await self._read(wait=min(25, math.ceil(timeout)))):
            self.cursor = batch.cursor
        return batch

    def _extra(self, wait: int) -> dict[str, Any]:
        return {"wait": wait, "page": self.page}
