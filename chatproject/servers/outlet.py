"""What the servers give an application to write through, past ASGI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Outlet(Protocol):
    """Its server sets `write`, and keeps `open` true for as long as that may be called."""

    open: bool
    write: Callable[[bytes], object]
