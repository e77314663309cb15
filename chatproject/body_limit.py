"""A bound on request bodies before Django writes them to disk."""

from __future__ import annotations

from typing import Any

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

from chat import wire
from chat.errors import TooLarge

SLACK = 4096
"""Bytes above the bound that are still passed on, so that Django's own check can answer with its page."""

MAX_DISCARD = 1024 * 1024
"""Bytes that are read and dropped before the answer to a body without a declared length."""


class BodyLimit:
    """ASGI middleware: answers 413 to a request that is, or says it is, too large."""

    def __init__(self, app: ASGI3Application, limit: int) -> None:
        self.app = app
        self.limit = limit + SLACK

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if _declared(scope) > self.limit:
            await _refuse(send)
            return
        taken = 0

        async def counted() -> Any:
            nonlocal taken
            event: Any = await receive()
            taken += len(event.get("body", b""))
            if taken <= self.limit:
                return event
            await _discard(receive, event)
            await _refuse(send)
            # Django takes this for a client that left, and answers nothing more.
            return {"type": "http.disconnect"}

        await self.app(scope, counted, send)


def _declared(scope: Any) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() and len(length) < 20 else 0


async def _discard(receive: Any, event: Any) -> None:
    """Reads on for a while: a server that closes over unread data resets the connection, answer and all."""
    left = MAX_DISCARD
    while event.get("more_body") and left > 0:
        event = await receive()
        left -= len(event.get("body", b""))


async def _refuse(send: Any) -> None:
    problem = TooLarge("This request is too large.")
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": wire.encode(wire.error(problem))})
