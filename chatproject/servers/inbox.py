"""What has come over a socket and waits for the application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class Inbox(asyncio.Queue[Any]):
    """What has come over a socket and waits for the application; `emptied` is called when it has taken the last."""

    def __init__(self, emptied: Callable[[], None]) -> None:
        super().__init__()
        self._emptied = emptied

    def get_nowait(self) -> Any:
        item = super().get_nowait()
        if self.empty():
            self._emptied()
        return item
