"""A reader that is followed, as a test sees it."""

import asyncio
import json
from typing import cast

from chat import feed
from chat.access import Reader
from chat.errors import ChatError
from chat.following import Following
from chat.hub import Hub
from chat.wire import Batch
from tests.unit.fake_log import ROOM_ID, FakeReader, until

READER = cast(Reader, FakeReader())


class Line:
    """Follows the room. `pushed` came through the outlet, `read` was handed out by the loop: None is a beat.

    `takes`: the outlet takes batches. Deliveries wait for `gate`.
    """

    def __init__(self, our_hub: Hub, number: int = 0, epoch: str = "e1", idle_s: float = 5) -> None:
        self.hub = our_hub
        self.pushed: list[Batch] = []
        self.read: list[Batch | None] = []
        self.problem: ChatError | None = None
        self.takes = True
        self.gone = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.channel = our_hub.channels[ROOM_ID]
        self.subscription = our_hub.attach(self.channel, READER, revision=our_hub.revision)
        self.following = Following(self.subscription, (epoch, number), self, idle_s)

    @property
    def numbers(self) -> list[int]:
        """All that came, in order of number: nothing may come twice."""
        return sorted(number for batch in [*self.read, *self.pushed] if batch for number in numbers(batch))

    @property
    def parked(self) -> bool:
        return self.subscription in self.channel.parked

    async def waiting(self) -> "Line":
        """The line once its reader is level."""
        await until(lambda: self.parked)
        return self

    async def next(self) -> list[int] | None:
        """The numbers of the next batch that the loop hands out, None for a beat."""
        await until(lambda: self.read)
        batch = self.read.pop(0)
        return numbers(batch) if batch else None

    def push(self, batch: Batch) -> bool:
        if self.takes:
            self.pushed.append(batch)
        return self.takes

    async def deliver(self, batch: Batch) -> None:
        await self.gate.wait()
        if self.gone:
            raise BrokenPipeError
        self.read.append(batch)

    async def beat(self) -> None:
        self.read.append(None)

    async def cease(self, problem: ChatError) -> None:
        self.problem = problem


def reading(our_hub: Hub, number: int = 0, epoch: str = "e1", idle_s: float = 5) -> Line:
    """A line without a way past the loop."""
    line = Line(our_hub, number, epoch, idle_s)
    line.takes = False
    return line


def numbers(batch: Batch) -> list[int]:
    return [message["n"] for message in json.loads(batch.data)["messages"]]


def follows_nobody() -> bool:
    """Whether nothing is left of any reader."""
    hub = feed.hub()
    return not list(hub.subscriptions()) and not any(channel.parked for channel in hub.channels.values())
