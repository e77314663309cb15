"""What a fault may touch."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..stage import Stage


class Client(Protocol):
    """A page that can stop taking anything, with its connections open."""

    def pause(self) -> None: ...
    def resume(self) -> None: ...


class Crowd(Protocol):
    """Who is there. A room is {"id", "slug", …}."""

    @property
    def rooms(self) -> list[dict[str, Any]]: ...
    @property
    def pages(self) -> Sequence[Client]: ...
    def restored(self, room: int, said: dict[str, Any]) -> None:
        """Hears what the command `restore` has said."""


@dataclass(frozen=True)
class Lab:
    """`random` is seeded for this one fault."""

    stage: Stage
    population: Crowd
    random: random.Random

    async def a_while(self, low: float = 0.5, high: float = 2.5) -> None:
        """Let the fault last."""
        await asyncio.sleep(self.random.uniform(low, high))

    def a_server(self) -> int:
        """The index of one of the servers."""
        return self.random.randrange(len(self.stage.servers))


Mend = Callable[[], None]
Fault = Callable[[Lab], Awaitable[Mend | None]]
"""Injects a fault, lets it last and mends it; or leaves it on, and says how to mend it when readers have caught up."""
