"""Polls answered without Django: the next request of a page that a view has admitted.

A poll costs Django 1.1 to 1.5 ms for middleware, session, person and membership, to find out again what it found out a
moment ago; from the hub alone the same bytes cost a tenth of a millisecond (docs/performance.md). The views stay the
reference: whatever is not exactly the request that a view has answered goes on to the view.

This works on any ASGI server, and for requests that differ in what does not matter. On our servers `lane` answers most
before they come here; it knows them by what is kept here.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
from math import ceil
from typing import Any, cast

from django.conf import settings

from .. import feed, wire
from ..access import Reader
from ..addresses import address_of_scope
from ..admissions import Admission, Headers
from ..errors import ChatError
from . import asked as asking
from . import newcomers
from .asked import HEAD, RESUMED, TAKE_BACK
from .learning import Asked, keep_for_lane, learning
from .long_polling import LongPoll
from .newcomers import Newcomer, session_in
from .polling import Poll

_PATH = re.compile(r"/api/rooms/([-a-zA-Z0-9_]+)/(poll|longpoll)\Z")

_DECIDING = {b"host", b"accept-language", b"x-forwarded-proto"}
"""Headers that the middleware looks at, besides cookies: another value is another request."""

_BODY = {b"content-length", b"transfer-encoding"}

ASGI = Callable[[Any, Any, Any], Awaitable[None]]


class Shortcut:
    """ASGI middleware before Django; CHAT_SHORTCUT switches it off."""

    def __init__(self, app: ASGI) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        resumed = scope["extensions"].get(RESUMED) if "extensions" in scope else None
        if resumed is not None:
            await while_connected(receive, _answer(scope, send, *resumed))
            return
        asked = _recognise(scope) if settings.CHAT_SHORTCUT else None
        if asked is None:
            is_offered = settings.CHAT_SHORTCUT and "extensions" in scope and HEAD in scope["extensions"]
            await self.app(scope, receive, learning(scope, send, None) if is_offered else send)
        elif admission := _admission(asked) or await _admit(asked):
            keep_for_lane(scope, admission)
            await _serve(scope, receive, send, asked.poll, admission)
        else:
            await self.app(scope, receive, learning(scope, send, asked))


async def _serve(scope: Any, receive: Any, send: Any, poll: Poll | LongPoll, admission: Admission[Reader]) -> None:
    answer = partial(_answer, scope, send, poll, admission, feed.hub().revision)
    if isinstance(poll, Poll):
        await answer()
    elif not _is_taken_back(scope):
        await while_connected(receive, answer())


def _is_taken_back(scope: Any) -> bool:
    """Whether the server holds the poll by itself, as its page is admitted now."""
    take_back = scope["extensions"].get(TAKE_BACK) if "extensions" in scope else None
    return take_back is not None and take_back()


def _recognise(scope: Any) -> Asked | None:
    """The poll that a request is; None for anything out of the ordinary, errors among it."""
    found = _PATH.match(scope["path"])
    if not found or scope["method"] != "GET" or scope.get("root_path"):
        return None
    slug, transport = found[1], cast(wire.Transport, found[2])
    poll = asking.poll(scope["query_string"], transport == "longpoll")
    if poll is None:
        return None
    manner, cookies = [transport.encode(), scope["scheme"].encode()], []
    for name, value in scope["headers"]:
        if name in _BODY:
            return None
        if name == b"cookie":
            cookies.append(value)
        elif name in _DECIDING:
            manner += name, value
    # No header has a line feed in it.
    key = b"\n".join([slug.encode(), *manner, *cookies])
    return Asked(poll, key, Newcomer(b"\n".join(manner), session_in(cookies), slug, transport))


def _admission(asked: Asked) -> Admission[Reader] | None:
    """The view's admission, while it holds and nothing is asked for that tells a reader where it stands."""
    hub = feed.hub()
    admission: Admission[Reader] | None = hub.admissions.find(asked.key, time.monotonic())
    if admission is None:
        return None
    channel = hub.channels.get(admission.reader.room_id)
    if channel is None or not admission.holds_in(channel):
        return None
    window = channel.window
    epoch, number = asked.poll.cursor or (window.epoch, 0)
    first = 0 if admission.by_view else window.access_version
    return admission if epoch == window.epoch and first <= number <= window.end else None


async def _admit(asked: Asked) -> Admission[Reader] | None:
    """The same for somebody who has not been here yet, where others have been."""
    admission = await newcomers.admit(asked.newcomer)
    if admission:
        feed.hub().admissions.keep(asked.key, admission, time.monotonic())
    return _admission(asked)


async def _answer(scope: Any, send: Any, poll: Poll | LongPoll, admission: Admission[Reader], revision: int) -> None:
    status, retry_after = 200, None
    try:
        body = await poll.read(admission.reader, revision, address_of_scope(scope))
    except ChatError as problem:
        status, retry_after, body = problem.status, problem.retry_after, wire.encode(wire.error(problem))
    headers = _headers(admission.headers, len(body), retry_after)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _headers(like: Headers, length: int, retry_after: float | None) -> list[tuple[bytes, bytes]]:
    """The headers of the view's answer, for another body."""
    headers = [(name, b"%d" % length if name == b"Content-Length" else value) for name, value in like]
    if retry_after is not None:
        at = next(at for at, (name, _value) in enumerate(headers) if name == b"Content-Type")
        headers.insert(at + 1, (b"Retry-After", b"%d" % ceil(retry_after)))
    return headers


async def while_connected(receive: Any, answer: Any) -> None:
    """Lets go of a hold whose client has gone."""
    answering, leaving = asyncio.ensure_future(answer), asyncio.ensure_future(_disconnect(receive))
    try:
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            answering.result()
    finally:
        answering.cancel()
        leaving.cancel()


async def _disconnect(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
