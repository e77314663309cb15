"""What all JSON endpoints share: who asks, strict parameters, errors in the wire's form."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from math import ceil
from typing import Any, Concatenate, NamedTuple, ParamSpec

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from .. import access, feed, lanes, wire
from ..access import Reader, Standing
from ..addresses import address_of
from ..errors import ChatError, Invalid, MethodNotAllowed, NotAuthenticated, TooLarge
from ..models import User

ADMITTED = "chat.admitted"
"""In the ASGI scope: the reader whom a view has admitted, and the hub's revision before."""

P = ParamSpec("P")
log = logging.getLogger("chat.http")


class Poster(NamedTuple):
    """Who posted a message, and where."""

    user_id: int
    session_key: str
    room_id: int


@dataclass(frozen=True)
class Call:
    """A request by somebody who is signed in. `revision`: the hub's, read before the session was."""

    request: HttpRequest
    user: User
    session_key: str
    revision: int

    @property
    def address(self) -> str:
        return address_of(self.request)

    async def admit(self, slug: str, transport: wire.Transport) -> Reader:
        """The reader; the ASGI scope gets it, too, for whoever answers the next such request."""
        reader, _who = await lanes.call(access.admit, self.user, self.session_key, slug, transport)
        getattr(self.request, "scope", {})[ADMITTED] = reader, self.revision
        return reader

    def posted(self, room_id: int) -> None:
        """Tells, in the same place, that what was decided by the headers alone allowed a message for that room."""
        poster = Poster(self.user.pk, self.session_key, room_id)
        getattr(self.request, "scope", {})[ADMITTED] = poster, self.revision

    async def standing(self, slug: str) -> Standing:
        return await lanes.call(access.standing, self.user, slug)

    def params(self, *names: str) -> dict[str, str]:
        """The query, each name once; raises `Invalid` for any other."""
        query = self.request.GET
        for name in query:
            if name not in names or len(query.getlist(name)) != 1:
                raise Invalid("Unknown or repeated parameter.", field=name[:40])
        return {name: str(value) for name, value in query.items()}

    def body(self, kind: Any) -> Any:
        """The JSON body as a struct; raises `Invalid` or `TooLarge`."""
        if self.request.content_type != "application/json":
            raise Invalid("Send JSON with Content-Type: application/json.")
        try:
            return wire.decode(self.request.body, kind)
        except RequestDataTooBig:
            raise TooLarge("This request is too large.") from None


View = Callable[Concatenate[Call, P], Coroutine[Any, Any, HttpResponse]]


def endpoint(**methods: View[P]) -> Callable[Concatenate[HttpRequest, P], Coroutine[Any, Any, HttpResponse]]:
    """A Django view from one function a method, each given the `Call`."""

    async def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return await _respond(methods, request, *args, **kwargs)
        except ChatError as problem:
            return refusal(problem, allow=", ".join(methods))

    return view


async def _respond(
    methods: dict[str, View[P]], request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    handler = methods.get(request.method or "")
    if handler is None:
        raise MethodNotAllowed("This address does not take that method.")
    revision = feed.hub().revision
    with lanes.database_guard():
        user = await request.auser()
    if not isinstance(user, User):
        raise NotAuthenticated("Sign in first.")
    return await handler(Call(request, user, request.session.session_key or "", revision), *args, **kwargs)


def answer(data: Any, status: int = 200) -> HttpResponse:
    """JSON from bytes that are ready, or from anything that encodes."""
    content = data if isinstance(data, bytes) else wire.encode(data)
    return HttpResponse(content, status=status, content_type="application/json", headers={"Cache-Control": "no-store"})


def refusal(problem: ChatError, allow: str = "") -> HttpResponse:
    """The error as HTTP tells it."""
    response = answer(wire.error(problem), problem.status)
    if problem.retry_after is not None:
        response["Retry-After"] = str(ceil(problem.retry_after))
    if isinstance(problem, MethodNotAllowed) and allow:
        response["Allow"] = allow
    return response


def whole_number(params: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    """A parameter as a number in [low, high]; raises `Invalid`."""
    text = params.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 19 or not low <= int(text) <= high:
        raise Invalid(f"A whole number from {low} to {high}.", field=name)
    return int(text)


def cursor_param(params: dict[str, str]) -> feed.Cursor | None:
    """The reader's cursor; None when it has none yet. Raises `Invalid`."""
    return wire.parse_cursor(params["after"]) if "after" in params else None
