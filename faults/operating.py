"""The operator as the lab uses it: without blocking the loop, and again when the database was away."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.support.operator import Operator
from tests.support.servers import Place

AGAIN_S = 0.5
PATIENCE_S = 60.0


class Operating:
    """One command at a time."""

    def __init__(self, place: Place) -> None:
        self._operator = Operator(place, "faults.operator_process")
        self._turn = asyncio.Lock()

    async def once(self, command: str, **arguments: Any) -> Any:
        """The answer. AssertionError when it failed, and then nobody knows whether it was done; OperatorRefused."""
        async with self._turn:
            return await asyncio.to_thread(self._operator, command, **arguments)

    async def __call__(self, command: str, **arguments: Any) -> Any:
        """The answer to a command that may be repeated; the last failure after a minute of failures."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_S
        while True:
            try:
                return await self.once(command, **arguments)
            except AssertionError as failed:
                if "OperationalError" not in str(failed) or loop.time() > deadline:
                    raise
                await asyncio.sleep(AGAIN_S)

    def stop(self) -> None:
        self._operator.stop()
