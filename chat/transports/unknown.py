"""Sockets to addresses that do not exist."""

from __future__ import annotations

from typing import Any

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer


class UnknownPath(AsyncConsumer):
    """A socket to an address that does not exist is told so; without this it would be a server error."""

    channel_layer_alias = "none"

    async def dispatch(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.connect":
            await self.send({"type": "websocket.accept"})
            await self.send({"type": "websocket.close", "code": 4404})
        if message["type"] == "websocket.disconnect":
            raise StopConsumer
