"""HTTP/1.1 with keep-alive, one request after the other, which knows what passed on the wire."""

from __future__ import annotations

import asyncio
import json
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from httptools import HttpResponseParser

ANSWER_S = 75.0
"""Longer than any hold: an answer that takes more will not come."""

PIECE = 64 * 1024
BROWSER = (
    "Connection: keep-alive\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
    'sec-ch-ua-platform: "Linux"\r\nsec-ch-ua: "Chromium";v="156"\r\nsec-ch-ua-mobile: ?0\r\n'
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
    "\r\nAccept: application/json\r\nAccept-Language: en-US,en;q=0.9\r\nAccept-Encoding: identity\r\n"
    "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
)
"""What a page of Chromium sends along, so that heads have the size of those in the lab."""


@dataclass
class Answer:
    """An answer and what it cost; `up` and `down` in bytes above TCP and TLS, heads included."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    up: int = 0
    down: int = 0

    def header(self, name: str) -> str:
        """The last value of a header, empty when it is not there; `name` in lower case."""
        return next((value for key, value in reversed(self.headers) if key == name), "")

    @property
    def json(self) -> Any:
        """The body; None when it is no JSON, as from a proxy that answers for itself."""
        with suppress(ValueError):
            return json.loads(self.body)
        return None

    @property
    def retry_after_s(self) -> float:
        """How long the server asks to wait; a second when it does not say."""
        with suppress(ValueError):
            return max(0.1, float(self.header("retry-after")))
        return 1.0


class _Reading:
    """The callbacks of a parser: fills an answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.complete = self.stays = False
        self.parser = HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.answer.headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_body(self, body: bytes) -> None:
        self.answer.body += body

    def on_message_complete(self) -> None:
        self.complete = True
        self.answer.status = self.parser.get_status_code()
        self.stays = self.parser.should_keep_alive()


class Connection:
    """To one origin, such as `https://chat.example.org`; opened at the first request, and again when it was closed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._address = parts.hostname or "", parts.port or (443 if self._tls else 80)
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, headers: str = "", body: bytes = b"") -> Answer:
        """`headers` are whole lines. Raises OSError, of which TimeoutError is one, when there is no whole answer."""
        length = f"Content-Length: {len(body)}\r\n" if method != "GET" else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\n{BROWSER}{headers}{length}\r\n".encode() + body
        answer = Answer(up=len(head))
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._exchange(head, answer)
        except BaseException:
            self.close()
            raise
        return answer

    async def _exchange(self, head: bytes, answer: Answer) -> None:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(*self._address, ssl=self._tls)
        self._writer.write(head)
        reading = _Reading(answer)
        while not reading.complete:
            data = await self._reader.read(PIECE)
            if not data:
                raise ConnectionResetError("The server closed the connection without a whole answer.")
            answer.down += len(data)
            reading.parser.feed_data(data)
        if not reading.stays:
            self.close()

    def close(self) -> None:
        """The next request opens it anew."""
        if self._writer:
            self._writer.close()
            self._writer = None
