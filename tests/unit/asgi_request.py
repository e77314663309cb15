"""One HTTP request to an ASGI application, as a server would pass it on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Headers = Sequence[tuple[bytes, bytes]]


@dataclass
class Exchange:
    """A request, and what was answered to it. `leave()` is what a server says of a client that has gone."""

    path: str
    query: str = ""
    headers: Headers = ()
    method: str = "GET"
    events: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._left = asyncio.Event()
        self._asked = False

    async def run(self, app: Any) -> "Exchange":
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": self.query.encode(),
            "root_path": "",
            "headers": [(b"host", b"testserver"), *self.headers],
            "client": ("127.0.0.1", 4711),
            "server": ("testserver", 80),
        }
        await app(scope, self._receive, self._send)
        return self

    def leave(self) -> None:
        self._left.set()

    @property
    def answer(self) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Status, headers in their order, body."""
        start, *bodies = self.events
        return start["status"], start["headers"], b"".join(event.get("body", b"") for event in bodies)

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, event: Any) -> None:
        self.events.append(event)
