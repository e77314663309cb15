"""The hub's only way to the log; it is given from outside, so that the hub imports no models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any, Protocol

from .wire import Slice


class Source(Protocol):
    """The log, as the hub may read it."""

    async def after(self, room_id: int, epoch: str | None, number: int, limit: int) -> Slice: ...

    async def positions(self, room_ids: Iterable[int]) -> Mapping[int, tuple[str, int, int]]: ...

    async def doubtful(self, readers: Iterable[Any]) -> Set[str]: ...

    def expects(self, room_id: int) -> bool:
        """Whether more is just about to be written there."""
