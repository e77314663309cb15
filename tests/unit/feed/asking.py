"""How these tests ask the feed."""

import asyncio
import json
from typing import Any, cast

from chat import feed
from chat.access import Reader
from chat.hub import Hub
from tests.unit.fake_log import FakeReader, until

READER = cast(Reader, FakeReader(transport="longpoll"))


async def poll(cursor: feed.Cursor | None, limit: int = 10) -> dict[str, Any]:
    batch: dict[str, Any] = json.loads(await feed.read_after(READER, feed.hub().revision, cursor, limit))
    return batch


async def long_poll(cursor: feed.Cursor | None, hold: float = 5, page: str = "", revision: int = 0) -> dict[str, Any]:
    data = await feed.wait_after(READER, revision, cursor, 10, hold=hold, page=page)
    batch: dict[str, Any] = json.loads(data)
    return batch


def numbers(batch: dict[str, Any]) -> list[int]:
    return [message["n"] for message in batch["messages"]]


async def held(our_hub: Hub, *polls: Any) -> list[asyncio.Task[Any]]:
    """The polls as tasks, all of them waiting."""
    tasks = [asyncio.create_task(one) for one in polls]
    await until(lambda: sum(one.woken is not None for one in our_hub.subscriptions()) == len(tasks))
    return tasks
