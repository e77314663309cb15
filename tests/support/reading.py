"""A reader that follows a room and holds every batch to the promises of the protocol."""

import time
from collections.abc import Callable
from typing import Any

from tests.support.drivers import Batch, Driver, Message

SOON_S = 5.0
"""A change arrives in milliseconds. This is for a busy machine, and far under the check that heals lost wake-ups."""


class Reader:
    """Follows a driver; keeps each message in the newest state that came."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.messages: dict[int, Message] = {}
        self.versions: list[int] = []
        self.batches: list[Batch] = []
        self.room: dict[str, Any] | None = None
        self.you: dict[str, Any] | None = None

    @property
    def texts(self) -> list[str]:
        """The bodies in order of place."""
        return [message["body"] for message in self.in_order()]

    def in_order(self) -> list[Message]:
        """The messages in order of place."""
        return [self.messages[seq] for seq in sorted(self.messages)]

    async def until(self, reached: Callable[["Reader"], bool], timeout: float = SOON_S) -> None:
        """Read until the condition holds; AssertionError when it does not within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not reached(self):
            batch = await self.driver.next_batch(max(0.01, deadline - time.monotonic()))
            assert batch is not None, (
                f"{self.driver.via} on {self.driver.server}: nothing new; have {len(self.messages)} messages"
            )
            self.take(batch)

    async def until_count(self, count: int, timeout: float = SOON_S) -> None:
        """Read until so many messages have come."""
        await self.until(lambda reader: len(reader.messages) >= count, timeout)

    async def until_texts(self, texts: list[str], timeout: float = SOON_S) -> None:
        """Read until exactly these bodies have come, in this order of place."""
        await self.until_count(len(texts), timeout)
        assert self.texts == texts

    async def until_version(self, version: int, timeout: float = SOON_S) -> None:
        """Read until the change with this number has come."""
        await self.until(lambda reader: bool(reader.versions) and reader.versions[-1] >= version, timeout)

    def take(self, batch: Batch) -> None:
        """Check a batch against all before it, and keep what it says."""
        self.batches.append(batch)
        if batch.reset:
            self.messages.clear()
            self.versions.clear()
        for message in batch.messages:
            assert not self.versions or message["version"] > self.versions[-1], "doubled or out of order"
            assert message["version"] <= batch.number, "the cursor does not cover what it came with"
            self.versions.append(message["version"])
            self.messages[message["seq"]] = message
        self.room = batch.room or self.room
        self.you = batch.you or self.you
