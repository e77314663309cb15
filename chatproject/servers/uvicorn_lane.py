"""uvicorn's HTTP connections with the lane: polls and holds answered before its parser.

uvicorn makes a scope, a cycle and a task of each request: 51 µs for an empty poll, which takes 7 from here, and 246 for
a delivery to a hold, which takes 16.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from functools import partial
from typing import Any

import httptools
import uvicorn
from django.conf import settings
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from chat.admissions import Headers
from chat.transports.answers import Lane
from chat.transports.asked import TAKE_BACK
from chat.transports.lane import PollLine

from .uvicorn_bounds import Requests


def form(headers: Headers) -> tuple[bytes, bytes]:
    """The headers of an answer as uvicorn writes them: what comes before the length of the body, and after it."""
    lines = [
        b"%s: %s\r\n" % (name.lower(), b"\0" if name.lower() == b"content-length" else value) for name, value in headers
    ]
    before, after = b"".join([*lines, b"\r\n"]).split(b"\0")
    return before, after


class LaneRequests(PollLine, Requests):
    """A connection whose polls are answered at once when nothing else is under way on it.

    `begun`: a request has begun and not ended. `parsing`: what the parser is given just now.
    """

    cycle: RequestResponseCycle | None  # type: ignore[assignment]
    flow: FlowControl | None  # type: ignore[assignment]

    # With more than 30 attributes a Python object has 2 KB of its own for their names.
    __slots__ = ("begun", "parsing")

    def __init__(self, lane: Lane, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_line(lane)
        self.begun = False
        self.parsing = b""

    def data_received(self, data: bytes) -> None:
        if self.held:
            self.resume(data)
        elif self.posting is not None:
            self.keep_for_later(data)
        elif self.begun or self.cycle is not None:
            super().data_received(data)
        elif (self.flow is not None and self.flow.write_paused) or not self.take(data):
            self.offer(data)
            self.ordinary(data)

    receive = data_received

    def read_on(self, is_on: bool) -> None:
        (self.transport.resume_reading if is_on else self.transport.pause_reading)()

    def put(self, answer: bytes) -> None:
        self.server_state.total_requests += 1
        self.transport.write(answer)

    def ordinary(self, data: bytes) -> None:
        if self.joined:
            self.leave()
        self.parsing = data
        super().data_received(data)
        self.offered = self.resumed = None
        self.parsing = b""

    def take_back(self, data: bytes) -> bool:
        """Holds here the poll that the application was given, which would keep a task and 3 KB for it."""
        cycle = self.cycle
        if cycle is None or cycle.response_started or cycle.disconnected or self.begun or self.pipeline:
            return False
        if self.transport.is_closing():
            return False
        if not self.take(data):
            if self.joined:
                self.leave()
            return False
        cycle.response_started = cycle.response_complete = True
        self.cycle = self.running = None
        return True

    def join(self) -> None:
        """The timers of uvicorn end, and what it has for its own path goes: 5 KB."""
        super().join()
        self._complete()
        self._unset_keepalive_if_required()
        nothing: Any = None
        self.scope = self.headers = self.deadline = nothing
        self.parser = self.flow = self.pipeline = nothing

    def leave(self) -> None:
        super().leave()
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.flow = FlowControl(self.transport)
        self.pipeline = deque()

    def pause_writing(self) -> None:
        if self.joined:
            self.leave()
        super().pause_writing()

    def resume_writing(self) -> None:
        if self.flow is not None:
            super().resume_writing()
        if self.cycle is None and not self.begun and not self.joined:
            self.join()

    def end_idle(self) -> None:
        self.timeout_keep_alive_handler()

    @property
    def peer(self) -> tuple[str, str]:
        return self.client[0] if self.client else "", self.scheme or ""

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self.begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if self.offered is not None or self.resumed is not None:
            take_back = partial(self.take_back, self.parsing)
            self.scope["extensions"] = self.extensions() | {TAKE_BACK: take_back}
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.begun = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.begun and self.cycle is not None and self.cycle.response_complete:
            self.cycle = self.running = None


def open_lane(config: uvicorn.Config) -> Lane | None:
    """Has uvicorn make these connections; None where it was asked for something that needs every answer to pass it."""
    watched = logging.getLogger("uvicorn.access").hasHandlers() or config.limit_concurrency is not None
    if not settings.CHAT_SHORTCUT or watched or config.http_protocol_class is not HttpToolsProtocol:
        return None
    from chatproject.asgi import live

    lane = Lane(form, live.begin, live.end)
    config.http_protocol_class = partial(LaneRequests, lane)  # type: ignore[assignment]
    return lane


def tick(lane: Lane, server: uvicorn.Server) -> None:
    """Once a second: uvicorn's own headers tell the time."""
    own = b"".join(b"%s: %s\r\n" % header for header in server.server_state.default_headers)
    if lane.own != own:
        lane.tell(own)
    lane.sweep(time.monotonic(), server.config.timeout_keep_alive)
