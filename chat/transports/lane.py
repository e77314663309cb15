"""Polls and holds answered inside a server's HTTP protocol: no parser, no ASGI, no task.

A poll through ASGI costs 51 µs on uvicorn and 255 on Daphne, nearly all of it for parsing, scopes and tasks; from here
it costs 7 µs on uvicorn and 8 on Daphne (docs/performance.md). Nothing of HTTP is understood anew: a request is only
answered here when all of it but its query is, to the byte, what the server's own parser has read before and the view
has answered with 200, while that admission holds. Every other byte goes to the parser and the ordinary path, which
stays the reference.

This is the part of a connection that both servers share; their adapters tell how to write, and how to go the ordinary
way.
"""

from __future__ import annotations

import asyncio
from contextvars import Context
from math import inf
from random import random
from time import monotonic
from typing import Any

from .. import feed
from ..access import Reader
from ..admissions import Admission
from ..limits import readers
from ..wire import Batch
from . import asked as asking
from .answers import Answer
from .asked import Resumed
from .line import Lead
from .long_polling import JITTER, LongPoll
from .post_lane import PostLine

MIN_HOLD_S = 2.0
"""Shorter holds go the ordinary way: a sweep that is half a second late would be a good part of them."""


class PollLine(PostLine):
    """A connection that polls, and posts."""

    __slots__ = ()

    def take(self, data: bytes) -> bool:
        """Answers or holds the one whole request that the bytes are; False, and nothing is done, for all else."""
        lead = self.lead
        if lead is None or not data.endswith(lead.tail) or not data.startswith(lead.start):
            lead = self._find(data)
            if lead is None:
                return self.take_post(data)
        hub = lead.hub
        if lead.revocations != hub.admissions.revocations or lead.until <= monotonic():
            lead = self._lead(hub.admissions.find(lead.head, monotonic()))
        if lead is None or hub.draining:
            return False
        channel = hub.channels.get(lead.room_id)
        if channel is None or not lead.holds_in(channel):
            return False
        if not self.joined:
            self.join()
        query = data[lead.query]
        answer = None if lead.is_long else lead.desk.known(channel.window, query)
        if answer is None:
            return self._read(lead, channel, query)
        whole, size, end, is_empty = answer
        self.put(whole)
        self.quiet_since = now = self.lane.now
        connection: Any = lead.connection
        connection.sent += size
        connection.empty += is_empty
        connection.number = end
        connection.before, connection.asked_at = connection.asked_at, now
        return True

    def _find(self, data: bytes) -> Lead | None:
        """The lead of another request than the last one."""
        found = asking.split(data, self.peer)
        return self._lead(feed.hub().admissions.find(found[0], monotonic())) if found else None

    def _lead(self, admission: Admission[Reader] | None) -> Lead | None:
        self.lead = Lead(self.lane, feed.hub(), admission) if admission else None
        return self.lead

    def _read(self, lead: Lead, channel: Any, query: bytes) -> bool:
        poll = asking.poll(query[1:], lead.is_long)
        if poll is None:
            return False
        window = channel.window
        epoch, number = poll.cursor or (window.epoch, window.end)
        if epoch != window.epoch:
            return False
        if isinstance(poll, LongPoll) and number == window.end:
            # Without a cursor, what is left of a hold could not tell where it began.
            return poll.cursor is not None and self._hold(lead, channel, query, poll)
        batch = _batch(window, number, poll.limit)
        if batch is None:
            return False
        whole, size, is_empty = lead.desk.answer(batch), len(batch.data), batch.end == number
        if not lead.is_long:
            lead.desk.keep(query, Answer(whole, size, batch.end, is_empty), window)
        self.put(whole)
        self.quiet_since = self.lane.now
        connection = lead.connection_of(getattr(poll, "page", ""))
        connection.answered(size, batch.end, is_empty=is_empty)
        connection.asks(self.lane.now)
        connection.pushed = False
        return True

    def _hold(self, lead: Lead, channel: Any, query: bytes, poll: LongPoll) -> bool:
        hold = min(poll.wait, lead.hold_s * (1 - JITTER + 2 * JITTER * random()))  # noqa: S311 - spreads load
        if hold < MIN_HOLD_S or (not self._is_seated(lead, poll.page) and not self._sit(lead, channel, poll.page)):
            return False
        self.held, self.query, self.limit, self.quiet_since = True, query, poll.limit, inf
        seat = self.seat
        seat.park_level(self.wake, self.outlet, hold - feed.SWEEP_S)
        connection = seat.connection
        if connection.pushed:
            connection.pushed = False
            connection.round_trip_s = seat.parked_at - channel.handed_at
        return True

    def _is_seated(self, lead: Lead, page: str) -> bool:
        """Whether the seat of the last hold does for the next one."""
        seat = self.seat
        return self.seated is lead and seat is not None and not (seat.revoked or seat.ended) and seat.page == page

    def _sit(self, lead: Lead, channel: Any, page: str) -> bool:
        """Takes a new seat; False when there is no place for the reader, or it must be admitted anew."""
        self.give_up()
        entered = lead.admission.reader.user_id, lead.admission.address
        if not readers.enters(*entered, self.lane.bounds):
            return False
        self.entered, self.seated = entered, lead
        self.seat = lead.hub.attach(channel, lead.admission.reader, revision=lead.hub.revision, page=page)
        self.outlet, self.wake = self._outlet, self._woken  # bound once
        return not (self.seat.stale or self.seat.ended or self.seat.connection.switch)

    def _outlet(self, batch: Batch) -> bool:
        """The answer to a hold whose room has news."""
        lead = self.lead
        if lead is None or not self.held or batch.messages > self.limit:
            return False
        self.held = False
        self.seat.unpark()
        self.put(lead.desk.answer(batch))
        self.quiet_since = self.lane.now
        connection = self.seat.connection
        connection.sent += len(batch.data)
        connection.number = batch.end
        connection.pushed = True
        return True

    def _woken(self, number: int) -> None:
        """The answer to a hold that is over; whatever is not that simple goes on in the ordinary way."""
        seat, lead = self.seat, self.lead
        over = seat.ended or seat.parked_at + seat.patience <= asyncio.get_running_loop().time()
        if over and lead is not None and not seat.stale and not lead.hub.draining:
            batch = _batch(seat.channel.window, number, self.limit)
            if batch is not None and self._outlet(batch):
                seat.connection.empty += batch.end == number
                seat.connection.pushed = False
                self._unless_ended(seat)
                return
        # Not from within whatever it was that woke it, nor in its context.
        asyncio.get_running_loop().call_soon(self._resume_later, seat, context=Context())

    def _unless_ended(self, seat: Any) -> None:
        """Keeps the seat, unless another hold of the page has it now."""
        if seat.ended:
            self.give_up()

    def _resume_later(self, seat: Any) -> None:
        if self.held and self.seat is seat:
            self.resume(b"")

    def resume(self, more: bytes) -> None:
        """Hands a hold to the ordinary path, for what is left of it, and the bytes that have come after it."""
        seat, lead = self.seat, self.lead
        assert lead is not None  # noqa: S101 - set while something is held
        poll = asking.poll(self.query[1:], True)
        assert isinstance(poll, LongPoll)  # noqa: S101 - held for it
        waited = asyncio.get_running_loop().time() - seat.parked_at
        left = 0.0 if seat.ended else max(0.0, seat.patience + feed.SWEEP_S - waited)
        # Who was ended by the page's next hold must not end that one.
        rest = poll._replace(wait=left, page="" if seat.ended else poll.page)
        self.resumed = Resumed(rest, lead.admission, -1 if seat.revoked else lead.hub.revision)
        self.give_up()
        self.ordinary(lead.start + self.query + lead.tail + more)


def _batch(window: Any, number: int, limit: int) -> Batch | None:
    """What is after a number, where the window has it and the same bytes are right for everybody."""
    part = window.after(number, limit)
    return None if part is None or part.has_access_change else window.batch(part)
