"""Requests as they should not be: whole ones, and what becomes of them."""

from __future__ import annotations

from random import Random

from .site import EPOCH, START

LINE = b"GET /api/rooms/lobby/%s%s HTTP/1.1\r\n"
BLOCK = b"Host: 127.0.0.1\r\nUser-Agent: Mozilla/5.0 (X11)\r\nAccept: */*\r\nCookie: sessionid=good\r\n\r\n"
POST = b"POST /api/rooms/lobby/messages HTTP/1.1\r\n"
POSTS = 0.3
"""Share of messages."""

BODIES = [
    b'{"key":"key-%06d","body":"hello"}', b'{"key":"key-%06d","body":"refuse"}', b'{"key":"key-%06d","body":"again"}',
    b'{"key":"key-%06d","body":"hello","more":1}', b'{"key":"key-%06d"', b"%d",
    b'{"key":"key-%06d","body":"POST /api/rooms/lobby/messages HTTP/1.1\r\n\r\n"}',
]  # fmt: skip
INJECTED = [
    b"Content-Length: 0\r\n", b"Content-Length: 5\r\n", b"Content-Length: +1\r\n", b"content-length : 3\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n", b"Expect: 100-continue\r\n",
    b"Connection: close\r\n", b"Connection: keep-alive\r\n", b"Connection: keep-alive, close\r\n",
    b"Connection: upgrade\r\nUpgrade: h2c\r\n", b"Cookie: sessionid=bad\r\n", b"Cookie: sessionid=good\r\n",
    b"X-Forwarded-For: 10.0.0.1\r\n", b" folded\r\n", b"\r\n", b"\n", b"X: \x00\r\n", b"X\r\n", b": y\r\n",
    b"X: y\n", b"X: " + b"z" * 5000 + b"\r\n",
    b"Host: elsewhere\r\n", b"Keep-Alive: timeout=5\r\n", b"TE: trailers\r\n",
]  # fmt: skip
QUERIES = [
    b"", b"?", b"?after=%s:%d", b"?after=%s:3", b"?after=%s%%3A4", b"?limit=1", b"?limit=2&after=%s:1",
    b"?after=other:1",
    b"?after=%s:99", b"?x=1", b"?wait=0", b"?wait=0&after=%s:%d", b"?wait=9&after=%s:%d", b"?wait=9&page=a&after=%s:%d",
    b"?limit=1&limit=2", b"?after=%%zz", b"?after=%s:01", b"?wait=56",
]  # fmt: skip


def whole(random: Random, end: int) -> bytes:
    """A request that is plain as bytes, whatever it asks for. `end`: the room's last number."""
    if random.random() < POSTS:
        return message(random)
    query = random.choice(QUERIES)
    epoch = EPOCH.encode()
    count = query.replace(b"%%", b"").count(b"%")
    query = query % ((epoch, end)[:count] if count else ())
    return LINE % (random.choice([b"poll", b"longpoll"]), query) + BLOCK


def message(random: Random) -> bytes:
    """A message to post, as it should be or nearly so."""
    body = random.choice(BODIES) % random.randrange(10**6)
    length = b"Content-Length: %d\r\n" % len(body)
    at = random.choice([b"Accept", b"Cookie"])
    return POST + BLOCK.replace(at, length + at) + body


def mutated(random: Random, end: int = START) -> bytes:
    """Up to three requests in a row, of which some are damaged."""
    requests = [whole(random, end) for _ in range(random.choice([1, 1, 1, 1, 1, 2, 3]))]
    return b"".join(random.choice(DAMAGE)(random, request) for request in requests)


def _none(_random: Random, data: bytes) -> bytes:
    return data


def _inject(random: Random, data: bytes) -> bytes:
    """A header more, after any line."""
    lines = data.split(b"\r\n")
    at = random.randrange(1, len(lines) - 1)
    return b"\r\n".join(lines[:at]) + b"\r\n" + random.choice(INJECTED) + b"\r\n".join(lines[at:])


def _flip(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def _drop(random: Random, data: bytes) -> bytes:
    start = random.randrange(len(data))
    return data[:start] + data[start + random.randrange(1, 9) :]


def _repeat(random: Random, data: bytes) -> bytes:
    start = random.randrange(len(data))
    return data[:start] + data[start : start + random.randrange(1, 40)] + data[start:]


def _body(random: Random, data: bytes) -> bytes:
    body = random.choice([b"x" * 5, b"GET /api/rooms/lobby/poll HTTP/1.1\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n"])
    head = random.choice([b"Content-Length: %d\r\n" % len(body), b"Transfer-Encoding: chunked\r\n"])
    return data[:-2] + head + b"\r\n" + body


def _method(random: Random, data: bytes) -> bytes:
    return random.choice([b"POST", b"HEAD", b"get", b"OPTIONS", b"GET "]) + data[3:]


def _version(random: Random, data: bytes) -> bytes:
    return data.replace(b"HTTP/1.1", random.choice([b"HTTP/1.0", b"HTTP/2.0", b"http/1.1", b"HTTP/1.1 "]), 1)


def _line_ends(_random: Random, data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def _blank_first(random: Random, data: bytes) -> bytes:
    return b"\r\n" * random.choice([1, 1, 2]) + data


DAMAGE = [
    _inject, _inject, _flip, _cut, _drop, _repeat, _body, _method, _version, _line_ends, _blank_first,
    *[_none] * 15,
]  # fmt: skip


def pieces(random: Random, data: bytes) -> list[bytes]:
    """The data as a network may deliver it: at once, or in up to four pieces."""
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(random.choice([0, 0, 0, 0, 0, 1, 3])))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True) if end > start]
