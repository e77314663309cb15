"""The connections to Redis. What Redis says while one is down is lost, and the channel layer tells nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_watchers: list[Callable[[], object]] = []


def watch(connected: Callable[[], object]) -> None:
    """From now on `connected` is called at each new connection, which may stand for one that was lost."""
    _watchers.append(connected)


async def on_connect(connection: Any) -> None:
    """redis-py's `redis_connect_func`: the handshake, and then the news."""
    await connection.on_connect()
    for connected in _watchers:
        connected()
