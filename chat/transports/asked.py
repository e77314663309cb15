"""A poll as it stands in a request, read from bytes: a plain one, or none. All else is for the view."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from ..access import Reader
from ..admissions import Admission
from ..errors import Invalid
from .long_polling import PARAMS as LONG_POLL_PARAMS
from .long_polling import LongPoll
from .polling import PARAMS as POLL_PARAMS
from .polling import Poll

HEAD = "chat.head"
"""ASGI extension of our servers: the `Head` of a request whose very bytes are known."""

RESUMED = "chat.resumed"
"""ASGI extension of our servers: the rest of a hold."""

TAKE_BACK = "chat.take_back"
"""ASGI extension of uvicorn's lane: has it hold the poll after all, now that its page is admitted; or False."""

MAX_TAIL = 4096
"""Bytes of a header block that may be remembered."""

MAX_BODY = 32 * 1024
"""Bytes of a message: more is for the view to refuse."""

_PLAIN = re.compile(rb"[A-Za-z0-9_:&=-]*\Z")
"""Queries that mean the same however they are decoded."""

_REQUEST = re.compile(
    rb"(GET /api/rooms/[-a-zA-Z0-9_]+/(?:poll|longpoll))((?:\?[A-Za-z0-9_:&=%-]*)?)"
    rb"( HTTP/1\.1\r\n(?:[A-Za-z0-9-]+: [!-~](?:[\t -~]*[!-~])?\r\n)+\r\n)\Z"
)
"""One whole request and nothing else: before the query, the query, and all that follows it."""

_POST = re.compile(
    rb"(POST /api/rooms/[-a-zA-Z0-9_]+/messages)( HTTP/1\.1\r\n(?:[A-Za-z0-9-]+: [!-~](?:[\t -~]*[!-~])?\r\n)*?)"
    rb"(?i:content-length): ([1-9][0-9]{0,4})(\r\n(?:[A-Za-z0-9-]+: [!-~](?:[\t -~]*[!-~])?\r\n)*\r\n)"
)
"""The head of a whole request with a body: before its length, the length, after it."""

_OTHER = re.compile(
    rb"\r\n(?:connection(?!: keep-alive\r)|proxy-connection|keep-alive|upgrade|expect|te|trailer|transfer-encoding"
    rb"|content-length|http2-settings|daphne-root-path):",
    re.IGNORECASE,
)
"""Headers that change what a server does with a request or with its connection."""


class Head(NamedTuple):
    """All of a request but its query, to the byte, and where it comes from. `peer`: host and scheme."""

    start: bytes
    tail: bytes
    peer: tuple[str, str]


class Resumed(NamedTuple):
    """A hold that goes on: what is left of it, and the hub's revision before its reader was admitted."""

    poll: LongPoll
    admission: Admission[Reader]
    revision: int


def split(data: bytes, peer: tuple[str, str]) -> tuple[Head, bytes] | None:
    """The head and the query of the one whole poll that the bytes are; None for anything else."""
    found = _REQUEST.match(data) if len(data) <= 2 * MAX_TAIL else None
    if not found or len(found[3]) > MAX_TAIL:
        return None
    return Head(found[1], found[3], peer), found[2]


def split_post(data: bytes, peer: tuple[str, str]) -> tuple[Head, bytes, bytes] | None:
    """The head and the body of the message with which the bytes begin, and what follows it; None for anything else.

    In the head a line feed stands where the length of the body was: no header has one, so no other head is like it.
    """
    found = _POST.match(data)
    if not found or len(found[2]) + len(found[4]) > MAX_TAIL:
        return None
    start, size = found.end(), int(found[3])
    if size > MAX_BODY or start + size > len(data):
        return None
    head = Head(found[1], found[2] + b"\n" + found[4], peer)
    return head, data[start : start + size], data[start + size :]


def is_ordinary(head: Head) -> bool:
    """Whether nothing in the header block concerns the connection, a body or the server itself."""
    return not _OTHER.search(head.tail)


@lru_cache(maxsize=1024)
def poll(query: bytes, is_long: bool) -> Poll | LongPoll | None:
    """What the view would make of a query; None for anything out of the ordinary, errors among it."""
    query = query.replace(b"%3A", b":")
    if not _PLAIN.match(query):
        return None
    pairs = [pair.partition("=") for pair in query.decode().split("&") if pair]
    params = {name: value for name, _equals, value in pairs}
    if len(params) < len(pairs) or not params.keys() <= set(LONG_POLL_PARAMS if is_long else POLL_PARAMS):
        return None
    with suppress(Invalid):
        return LongPoll.of(params) if is_long else Poll.of(params)
    return None
