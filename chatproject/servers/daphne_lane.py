"""Daphne's HTTP connections with the lane: polls and holds answered before Twisted's parser.

Twisted makes a request object of each request, and Daphne a scope, a queue and a task: 255 µs for an empty poll, which
takes 8 from here, and 448 for a delivery to a hold, which takes 19.
"""

from __future__ import annotations

import os
import time
from typing import Any

from daphne.http_protocol import http
from django.conf import settings
from twisted.internet import task
from twisted.web.http_headers import Headers as TwistedHeaders

from chat.admissions import Headers
from chat.transports.answers import Lane
from chat.transports.lane import PollLine

from .bounds import REQUEST_S
from .daphne_frames import write_at_once


class LaneChannel(PollLine, http.HTTPChannel):
    """A connection whose polls are answered at once when nothing else is under way on it."""

    def __init__(self, lane: Lane) -> None:
        super().__init__()
        self.open_line(lane)

    def dataReceived(self, data: bytes) -> None:
        if self.held:
            self.resume(data)
        elif self.posting is not None:
            self.keep_for_later(data)
        elif self.requests or self._buffer or self._HTTPChannel__first_line != 1 or not self.persistent:
            super().dataReceived(data)
        elif self._waitingForTransport or self.transport.disconnecting or not self.take(data):
            self.offer(data)
            self.ordinary(data)

    receive = dataReceived

    def read_on(self, is_on: bool) -> None:
        (self.transport.resumeProducing if is_on else self.transport.pauseProducing)()

    def put(self, answer: bytes) -> None:
        write_at_once(self.transport, answer)

    def ordinary(self, data: bytes) -> None:
        if self.joined:
            self.leave()
            self.setTimeout(REQUEST_S)
        super().dataReceived(data)
        self.offered = self.resumed = None

    def join(self) -> None:
        """The timer of Twisted ends."""
        super().join()
        self.setTimeout(None)

    def end_idle(self) -> None:
        self.leave()
        self.timeoutConnection()

    @property
    def peer(self) -> tuple[str, str]:
        return str(getattr(self.transport.getPeer(), "host", "")), "https" if self.isSecure() else "http"

    def connectionLost(self, reason: Any) -> None:
        self.gone()
        super().connectionLost(reason)


def form_of(server: Any) -> Any:
    """How Daphne and Twisted write the head of an answer."""

    def form(headers: Headers) -> tuple[bytes, bytes]:
        written = TwistedHeaders()
        for name, value in headers:
            written.addRawHeader(name, b"\0" if name.lower() == b"content-length" else value)
        if server.server_name and not written.hasHeader("server"):
            written.setRawHeaders(b"server", [server.server_name.encode()])
        lines = [b"%s: %s\r\n" % (name, value) for name, values in written.getAllRawHeaders() for value in values]
        before, after = b"".join([*lines, b"\r\n"]).split(b"\0")
        return before, after

    return form


def open_lane(server: Any) -> None:
    """Has Daphne make these connections, unless it was asked for something that needs every answer to pass it."""
    if not settings.CHAT_SHORTCUT or http.H2_ENABLED or server.http_timeout or _is_logged(server.action_logger):
        return
    from chatproject.asgi import live

    lane = Lane(form_of(server), live.begin, live.end)
    server.http_factory.protocol = lambda: LaneChannel(lane)
    sweeping = task.LoopingCall(lambda: lane.sweep(time.monotonic(), REQUEST_S))
    sweeping.start(1)


def _is_logged(logger: Any) -> bool:
    return logger is not None and logger.stream.name != os.devnull
