"""Polls and holds answered inside a server's HTTP protocol: no parser, no ASGI, no task.

A poll through ASGI costs 51 µs on uvicorn and 255 on Daphne, nearly all of it for parsing, scopes and tasks; from here
it costs FIGURES (docs/performance.md). Nothing of HTTP is understood anew: a request is only answered here when all of
it but its query is, to the byte, what the server's own parser has read before and the view has answered with 200, while
that admission holds. Every other byte goes to the parser and the ordinary path, which stays the reference.

`Line` is the part of a connection that both servers share; their adapters tell how to write, and how to go the ordinary
way.
"""

from __future__ import annotations

import asyncio
from contextvars import Context
from math import inf
from random import random
from time import monotonic
from typing import Any, Protocol

from .. import feed
from ..access import Reader
from ..admissions import Admission, Headers
from ..limits import readers
from ..wire import Batch
from . import asked as asking
from .asked import HEAD, RESUMED, Head, Resumed
from .long_polling import JITTER, LongPoll

MAX_DESKS = 1000
"""Rooms with different headers for whose readers answers are shared, for a second at most."""

MAX_ANSWERS = 32
MAX_ANSWER = 4 * 1024
"""Bytes of an answer that is kept for others who ask the same."""

MIN_HOLD_S = 2.0
"""Shorter holds go the ordinary way: a sweep that is half a second late would be a good part of them."""


class Form(Protocol):
    """How a server writes the head of an answer."""

    def __call__(self, headers: Headers) -> tuple[bytes, bytes]:
        """What comes before the length of the body, and after it; without the status line and the server's own."""


class Desk:
    """What readers of a room are answered whose answers have the same headers: put together once for all of them."""

    __slots__ = ("_answers", "_batch", "_end", "_epoch", "_lane", "_opening", "_parts", "_whole", "is_long")

    def __init__(self, lane: Lane, headers: Headers, is_long: bool) -> None:
        self.is_long = is_long
        self._lane = lane
        self._parts = lane.form(headers)
        self._answers: dict[bytes, bytes] = {}
        self.forget()

    def forget(self) -> None:
        self._answers.clear()
        self._epoch, self._end = "", -1
        self._batch: Batch | None = None
        self._opening = self._whole = b""

    def known(self, window: Any, query: bytes) -> bytes | None:
        """The answer that somebody else got who asked the same, while the window has stood there."""
        if self._end != window.end or self._epoch != window.epoch or self._opening is not self._lane.opening:
            self.forget()
            self._epoch, self._end, self._opening = window.epoch, window.end, self._lane.opening
        return self._answers.get(query)

    def answer(self, batch: Batch) -> bytes:
        """The answer that brings the batch."""
        if self._batch is not batch or self._opening is not self._lane.opening:
            self.forget()
            before, after = self._parts
            self._batch, self._opening = batch, self._lane.opening
            self._whole = b"%s%s%d%s%s" % (self._opening, before, len(batch.data), after, batch.data)
        return self._whole

    def keep(self, query: bytes, whole: bytes, window: Any) -> None:
        """For the next one who asks the same."""
        if len(self._answers) < MAX_ANSWERS and len(whole) <= MAX_ANSWER:
            self._epoch, self._end = window.epoch, window.end
            self._answers[query] = whole


class Lane:
    """What all connections of a server share. `opening`: the status line and the server's own headers, just now."""

    def __init__(self, form: Form, opening: bytes = b"") -> None:
        self.form = form
        self.opening = opening
        self.now = 0.0
        self.bounds = readers.bounds()
        self.lines: set[Line] = set()
        self._desks: dict[tuple[int, bool, Headers], Desk] = {}

    def desk(self, admission: Admission[Reader]) -> Desk:
        reader = admission.reader
        place = reader.room_id, reader.transport == "longpoll", admission.headers
        found = self._desks.get(place)
        if found is None:
            if len(self._desks) >= MAX_DESKS:
                self._desks.clear()
            found = self._desks[place] = Desk(self, admission.headers, place[1])
        return found

    def sweep(self, now: float, idle_s: float) -> None:
        """Ends connections on which nothing has been asked for so long. To be called about once a second."""
        self.now = now
        for desk in self._desks.values():
            desk.forget()
        for line in [line for line in self.lines if line.quiet_since + idle_s < now]:
            line.end_idle()


class Lead:
    """What a connection was last asked for, and as whom."""

    __slots__ = ("admission", "desk", "head", "hub", "query", "room_id", "start", "tail")

    def __init__(self, lane: Lane, hub: Any, admission: Admission[Reader]) -> None:
        self.hub = hub
        self.head: Head = admission.head
        self.start, self.tail, _peer = self.head
        self.query = slice(len(self.start), -len(self.tail))
        self.admission = admission
        self.room_id = admission.reader.room_id
        self.desk = lane.desk(admission)


class Line:
    """The part of a connection that answers polls.

    `quiet_since`: when it was last asked, inf while something is held, and while the server looks after it.
    """

    __slots__ = (
        "held",
        "joined",
        "lane",
        "lead",
        "limit",
        "offered",
        "query",
        "quiet_since",
        "resumed",
        "spare",
        "wake",
    )

    def open_line(self, lane: Lane) -> None:
        """Instead of a constructor, which belongs to the server's class."""
        self.lane = lane
        self.joined = False
        self.quiet_since = inf
        self.lead: Lead | None = None
        self.held: Any = None
        self.spare: Any = None
        self.query = b""
        self.limit = 0
        self.wake: Any = None
        self.offered: Head | None = None
        self.resumed: Resumed | None = None

    def put(self, answer: bytes) -> None:
        """Writes a whole answer."""
        raise NotImplementedError

    def ordinary(self, data: bytes) -> None:
        """Hands bytes to the server's own parser."""
        raise NotImplementedError

    def end_idle(self) -> None:
        """Ends the connection, as the server does with one that is idle."""
        raise NotImplementedError

    @property
    def peer(self) -> tuple[str, str]:
        """Host and scheme."""
        raise NotImplementedError

    def extensions(self) -> dict[str, Any]:
        """What the application is told of the request that has just been parsed; once."""
        told: dict[str, Any] = {}
        if self.offered is not None:
            told[HEAD] = self.offered
        if self.resumed is not None:
            told[RESUMED] = self.resumed
        self.offered = self.resumed = None
        return told

    def take(self, data: bytes) -> bool:
        """Answers or holds the one whole request that the bytes are; False, and nothing is done, for all else."""
        lead = self.lead
        if lead is None or not data.endswith(lead.tail) or not data.startswith(lead.start):
            lead = self._find(data)
            if lead is None:
                return False
        hub = lead.hub
        admission = hub.admissions.find(lead.head, monotonic())
        if admission is not lead.admission:
            lead = self._lead(admission)
        if lead is None or hub.draining:
            return False
        channel = hub.channels.get(lead.room_id)
        if channel is None or not lead.admission.holds_in(channel):
            return False
        if not self.joined:
            self.join()
        query = data[lead.query]
        whole = lead.desk.known(channel.window, query)
        if whole is None:
            return self._read(lead, channel, query)
        self.put(whole)
        self.quiet_since = self.lane.now
        return True

    def _find(self, data: bytes) -> Lead | None:
        """The lead of another request than the last one."""
        found = asking.split(data, self.peer)
        return self._lead(feed.hub().admissions.find(found[0], monotonic())) if found else None

    def _lead(self, admission: Admission[Reader] | None) -> Lead | None:
        self.lead = Lead(self.lane, feed.hub(), admission) if admission else None
        return self.lead

    def _read(self, lead: Lead, channel: Any, query: bytes) -> bool:
        poll = asking.poll(query[1:], lead.desk.is_long)
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
        whole = lead.desk.answer(batch)
        lead.desk.keep(query, whole, window)
        self.put(whole)
        self.quiet_since = self.lane.now
        return True

    def _hold(self, lead: Lead, channel: Any, query: bytes, poll: LongPoll) -> bool:
        reader, hub, window = lead.admission.reader, lead.hub, channel.window
        hold = min(poll.wait, reader.hold_s * (1 - JITTER + 2 * JITTER * random()))  # noqa: S311 - spreads load
        if hold < MIN_HOLD_S or not readers.enters(reader.user_id, lead.admission.address, self.lane.bounds):
            return False
        held = self.spare
        if held is None or not _fits(held, channel, reader, poll.page):
            held = self.spare = hub.attach(channel, reader, revision=hub.revision, page=poll.page)
            held.outlet, self.wake = self._outlet, self._woken  # bound once
        else:
            hub.attach_again(held)
        self.held, self.query, self.limit, self.quiet_since = held, query, poll.limit, inf
        if not held.park(window.epoch, window.end, self.wake, outlet=held.outlet, patience=hold - feed.SWEEP_S):
            self.release()
            return False
        return True

    def _outlet(self, batch: Batch) -> bool:
        """The answer to a hold whose room has news."""
        lead = self.lead
        if lead is None or batch.messages > self.limit:
            return False
        self.release()
        self.put(lead.desk.answer(batch))
        self.quiet_since = self.lane.now
        return True

    def _woken(self, number: int) -> None:
        """The answer to a hold that is over; whatever is not that simple goes on in the ordinary way."""
        held, lead = self.held, self.lead
        over = held.ended or held.parked_at + held.patience <= asyncio.get_running_loop().time()
        if over and lead is not None and not held.stale and not lead.hub.draining:
            batch = _batch(held.channel.window, number, self.limit)
            if batch is not None:
                self._outlet(batch)
                return
        # Not from within whatever it was that woke it, nor in its context.
        asyncio.get_running_loop().call_soon(self._resume_later, held, context=Context())

    def _resume_later(self, held: Any) -> None:
        if self.held is held:
            self.resume(b"")

    def resume(self, more: bytes) -> None:
        """Hands a hold to the ordinary path, for what is left of it, and the bytes that have come after it."""
        held, lead = self.held, self.lead
        assert lead is not None  # noqa: S101 - set while something is held
        poll = asking.poll(self.query[1:], True)
        assert isinstance(poll, LongPoll)  # noqa: S101 - held for it
        waited = asyncio.get_running_loop().time() - held.parked_at
        left = 0.0 if held.ended else max(0.0, held.patience + feed.SWEEP_S - waited)
        # Who was ended by the page's next hold must not end that one.
        rest = poll._replace(wait=left, page="" if held.ended else poll.page)
        self.resumed = Resumed(rest, lead.admission, -1 if held.revoked else lead.hub.revision)
        query = self.query
        self.release()
        self.ordinary(lead.start + query + lead.tail + more)

    def release(self) -> None:
        """Lets go of the hold, if there is one."""
        held, lead, self.held = self.held, self.lead, None
        if held is None or lead is None:
            return
        lead.hub.detach(held)
        readers.leave(lead.admission.reader.user_id, lead.admission.address)

    def join(self) -> None:
        """From now on the lane looks after the time for which the connection is idle."""
        self.joined = True
        if self.held is None:
            self.quiet_since = self.lane.now
        self.lane.lines.add(self)

    def leave(self) -> None:
        """The server looks after it again."""
        self.joined = False
        self.quiet_since = inf
        self.lane.lines.discard(self)

    def offer(self, data: bytes) -> None:
        """Has the application told which bytes came, when they are one whole poll."""
        found = asking.split(data, self.peer)
        self.offered = found[0] if found and asking.is_ordinary(found[0]) else None

    def gone(self) -> None:
        """The connection has ended."""
        self.release()
        self.lead = self.spare = self.wake = None
        self.lane.lines.discard(self)


def _fits(spare: Any, channel: Any, reader: Reader, page: str) -> bool:
    """Whether the subscription of the last hold does for the next one."""
    return spare.reader is reader and spare.channel is channel and spare.page == page and not spare.revoked


def _batch(window: Any, number: int, limit: int) -> Batch | None:
    """What is after a number, where the window has it and the same bytes are right for everybody."""
    part = window.after(number, limit)
    return None if part is None or part.has_access_change else window.batch(part)
