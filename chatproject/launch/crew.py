"""All children of the launcher."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from types import TracebackType

from .child import Child
from .problem import Problem


class Crew:
    """Children in the order of their start. Leaving the context stops them in reverse order."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    async def __aenter__(self) -> Crew:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in reversed(self._children):
            await child.stop()

    async def add(self, starting: Awaitable[Child]) -> Child:
        """Take a child on; from now on it is stopped with the others."""
        child = await starting
        self._children.append(child)
        return child

    async def finish(self, starting: Awaitable[Child]) -> int:
        """Take on a child that is expected to end, and return its exit status when it has."""
        child = await self.add(starting)
        status = await child.process.wait()
        self._children.remove(child)
        return status

    async def until_one_ends(self) -> None:
        """Wait while all run. Problem with the name of the first child that has ended."""
        waits = {asyncio.create_task(child.process.wait()): child for child in self._children}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        ended = waits[done.pop()]
        where = ended.log or "the lines above"
        raise Problem(f"{ended.name} ended by itself ({describe(ended.process.returncode)}): see {where}.")


def describe(status: int | None) -> str:
    """An exit status in words; negative numbers are signals."""
    return f"signal {-status}" if status is not None and status < 0 else f"status {status}"
