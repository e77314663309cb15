"""The proxy in front of Valkey: it knows published messages, and can drop, double and reorder them."""

from __future__ import annotations

import asyncio
from typing import Any

from .proxy import Connection, Proxy
from .resp import Splitter, is_message

SHARE = 0.5
"""Of the messages that a fault touches while it lasts."""


class LayerConnection(Connection):
    """Takes the answers of the server apart, frame by frame."""

    proxy: LayerProxy

    def __init__(self, proxy: LayerProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(proxy, reader, writer)
        self._frames = Splitter()
        self._held = b""

    def altered(self, chunk: bytes) -> bytes:
        return b"".join(self._altered(frame) for frame in self._frames.feed(chunk))

    def _altered(self, frame: bytes) -> bytes:
        held, self._held = self._held, b""
        fault = self.proxy.fault if is_message(frame) and self.proxy.random.random() < SHARE else ""
        if fault:
            self.proxy.touched += 1
        match fault:
            case "drop":
                return held
            case "double":
                return frame + frame + held
            case "reorder" if not held:
                self._held = frame
                return b""
        return frame + held


class LayerProxy(Proxy):
    """`fault`: "", "drop", "double" or "reorder"; `touched`: messages that had it done to them."""

    connection: Any = LayerConnection

    def __init__(self, upstream: int, seed: str) -> None:
        super().__init__("valkey", upstream, seed)
        self.fault = ""
        self.touched = 0
