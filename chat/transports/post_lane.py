"""Messages posted from within a server's HTTP protocol, like polls: by requests whose header block is known.

Through the view a POST costs some 3 ms for middleware, session, person and membership, all of which the transaction of
the message asks the database again; from here it costs 127 µs on uvicorn and 142 on Daphne, nearly all of it for its
part in that transaction (docs/performance.md). What the view decides by headers alone, such as where the request comes
from and whether its token is right, is the same for the same bytes. A message that is refused was not stored, so the
request goes on to the view, which says why.
"""

from __future__ import annotations

from functools import partial
from math import inf
from time import monotonic
from typing import Any

from .. import feed, limits, sending, wire
from ..admissions import Admission
from ..errors import ChatError
from ..services import Posted, Send
from . import asked as asking
from .line import Line

MAX_REST = 64 * 1024
"""Bytes that may come while a message is being stored, before reading stops."""


class PostLine(Line):
    """A connection that posts."""

    __slots__ = ()

    def receive(self, data: bytes) -> None:
        """What comes from the client."""
        raise NotImplementedError

    def read_on(self, is_on: bool) -> None:
        """Stops reading, or goes on."""
        raise NotImplementedError

    def take_post(self, data: bytes) -> bool:
        """Posts the message with which the bytes begin; False, and nothing is done, for all else."""
        found = asking.split_post(data, self.peer)
        if found is None:
            return False
        head, body, rest = found
        hub = feed.hub()
        admission = hub.admissions.find(head, monotonic())
        if admission is None or hub.draining:
            return False
        poster = admission.reader
        try:
            asked: wire.PostBody = wire.decode(body, wire.PostBody)
            limits.check_send(poster.user_id)
        except ChatError:
            return False
        if not self.joined:
            self.join()
        request = data[: len(data) - len(rest)]
        self.posting, self.rest, self.quiet_since = request, rest, inf
        self.lane.begin()
        send = Send(poster.session_key, poster.room_id, asked.key, asked.body, asked.reply_to)
        sending.enqueue(send, partial(self._posted, request, admission))
        return True

    def keep_for_later(self, data: bytes) -> None:
        """What comes before the answer is for after it."""
        self.rest += data
        if len(self.rest) > MAX_REST:
            self.read_on(False)

    def _posted(self, request: bytes, admission: Admission[Any], outcome: sending.Outcome) -> None:
        self.lane.end()
        if self.posting is not request:
            return  # the client has gone
        rest, self.rest, self.posting = self.rest, b"", None
        if len(rest) > MAX_REST:
            self.read_on(True)
        if not isinstance(outcome, Posted):
            limits.give_back_send(admission.reader.user_id)
            self.ordinary(request + rest)
            return
        self.put(self.lane.created(admission.headers, b'{"message":%s}' % outcome.data, is_new=outcome.created))
        self.quiet_since = self.lane.now
        if rest:
            self.receive(rest)
