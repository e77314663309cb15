"""What the connection test asks over HTTP: plain answers, holds, an answer in pieces, large requests.

Open to everybody who may come to the door: who cannot get in needs it most. So it asks for no session and no database,
and says nothing but what a visitor knows. An address may make so many probes; all holds are those of one person.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from .. import feed, limits, wire
from ..addresses import address_of
from ..errors import ChatError, MethodNotAllowed, Restarting, TooLarge
from .http import answer, refusal, whole_number

TESTERS = 0
"""All who test count as this one person, whom nobody is: their holds and sockets share one bound in each process."""

MAX_HOLD_S = 55
LOOK_EVERY_S = 1.0
"""A server that stops waits no longer than this for a hold of ours."""

RETRY_S = 3.0
PIECES = 4
PIECE_EVERY_S = 0.5

Probe = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponseBase]]


def probe(method: str) -> Callable[[Probe], Probe]:
    """A view that anybody may ask, as often as CHAT_TEST_RATE allows."""

    def decorated(view: Probe) -> Probe:
        async def probed(request: HttpRequest) -> HttpResponseBase:
            try:
                if request.method != method:
                    raise MethodNotAllowed("This address does not take that method.")
                limits.check_test(address_of(request))
                return await view(request)
            except ChatError as problem:
                return refusal(problem, allow=method)

        return probed

    return decorated


@probe("GET")
async def plain(request: HttpRequest) -> HttpResponse:
    """The server's time, and how it sees the visitor: what a proxy passes on decides the last three."""
    seen = {"address": address_of(request), "host": request.get_host(), "secure": request.is_secure()}
    return answer({"at": wire.now(), **seen})


@probe("GET")
async def hold(request: HttpRequest) -> HttpResponse:
    """`?seconds=`: answers after them, as a long poll without news does. Counts as a reader."""
    params = {name: str(value) for name, value in request.GET.items()}
    seconds = whole_number(params, "seconds", 1, 1, MAX_HOLD_S)
    with limits.readers.admit(TESTERS, address_of(request)):
        await rest(seconds)
    return answer({"held_s": seconds})


async def rest(seconds: float) -> None:
    """Waits without a thread; raises `Restarting` when this process goes down meanwhile."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        check_staying()
        await asyncio.sleep(min(LOOK_EVERY_S, left))


def check_staying() -> None:
    """Raises `Restarting` when this process goes down."""
    if feed.hub().draining:
        raise Restarting("The server restarts.", retry_after=RETRY_S)


@probe("GET")
async def pieces(request: HttpRequest) -> StreamingHttpResponse:
    """A line at once and further ones at intervals: who gets them all together is behind something that collects."""
    headers = {"Cache-Control": "no-store"}
    return StreamingHttpResponse(_lines(), content_type="application/x-ndjson", headers=headers)


async def _lines() -> AsyncIterator[bytes]:
    for number in range(PIECES):
        yield wire.encode({"piece": number, "of": PIECES, "every_ms": round(1000 * PIECE_EVERY_S)}) + b"\n"
        if number + 1 < PIECES:
            await asyncio.sleep(PIECE_EVERY_S)


@probe("POST")
async def size(request: HttpRequest) -> HttpResponse:
    """Sends back what came, up to the largest request that the chat takes; raises `TooLarge`."""
    try:
        body = request.body
    except RequestDataTooBig:
        raise TooLarge("This request is too large.") from None
    return answer({"bytes": len(body), "body": body.decode("latin-1")})
