"""HTTP/1.1 with keep-alive: one request after the other on one connection."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from .connection import Address, Connection
from .loop import Loop

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
BODILESS = {204, 304}
BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept: */*\r\nAccept-Language: en-US,en;q=0.5\r\n"
)
"""What a browser sends along, so that heads have a realistic size."""


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes


def request(method: str, path: str, host: str, headers: str = "", body: bytes = b"") -> bytes:
    """A request as bytes; `headers` are whole lines."""
    length = f"Content-Length: {len(body)}\r\n" if body or method == "POST" else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{BROWSER}{headers}{length}\r\n".encode() + body


def header(head: bytes, name: bytes) -> bytes:
    """The value of a header, empty when it is not there; `name` in lower case."""
    at = head.lower().find(b"\r\n" + name + b":")
    return head[at + len(name) + 3 :].split(b"\r\n", 1)[0].strip() if at >= 0 else b""


class Client(Connection):
    """`answered` is called with each answer."""

    def __init__(self, loop: Loop, address: Address, answered: Callable[[Client, Answer], None]) -> None:
        super().__init__(loop, address)
        self.answered = answered
        self._partial = b""

    def ask(self, data: bytes) -> None:
        self.write(data)

    def handed(self, status: int, head: bytes, body: bytes) -> None:
        """An answer that was read elsewhere."""
        self.answered(self, Answer(status, head, body))

    def received(self, data: bytes) -> None:
        data = self._partial + data if self._partial else data
        end = data.find(b"\r\n\r\n")
        body = _body(data, end) if end >= 0 else None
        if body is None:
            self._partial = data
            return
        self._partial = b""
        self.answered(self, Answer(int(data[9:12]), data[: end + 2], body))


def _body(data: bytes, end: int) -> bytes | None:
    """The body behind a head that ends at `end`; None while it is not whole."""
    if found := LENGTH.search(data, 0, end + 2):
        whole = end + 4 + int(found[1])
        return data[end + 4 : whole] if len(data) >= whole else None
    if int(data[9:12]) in BODILESS:
        return b""
    return _joined(data[end + 4 :])


def _joined(chunks: bytes) -> bytes | None:
    """The body that comes in chunks; None until the last one is there."""
    parts, at = [], 0
    while (line := chunks.find(b"\r\n", at)) >= 0:
        size = int(chunks[at:line], 16)
        parts.append(chunks[line + 2 : line + 2 + size])
        at = line + 2 + size + 2
        if at > len(chunks):
            return None
        if not size:
            return b"".join(parts)
    return None
