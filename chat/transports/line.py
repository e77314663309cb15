"""The life of a connection in the lane: when it comes in, what the application is told, when it leaves."""

from __future__ import annotations

from math import inf
from typing import Any

from .. import feed
from ..access import Reader
from ..admissions import Admission
from ..connections import Connection
from ..limits import readers
from . import asked as asking
from .answers import Lane
from .asked import HEAD, RESUMED, Head, Resumed


class Lead:
    """What a connection was last asked for, and as whom: all in one object that the next request of the kind needs."""

    __slots__ = (
        "_checked",
        "_window",
        "admission",
        "connection",
        "desk",
        "head",
        "hold_s",
        "hub",
        "is_long",
        "query",
        "revocations",
        "room_id",
        "start",
        "tail",
        "until",
    )

    def __init__(self, lane: Lane, hub: Any, admission: Admission[Reader]) -> None:
        self.hub = hub
        self.head: Head = admission.head
        self.start, self.tail, _peer = self.head
        self.query = slice(len(self.start), -len(self.tail))
        self.admission = admission
        self.until = admission.until
        self.room_id = admission.reader.room_id
        self.hold_s = admission.reader.hold_s
        self.revocations = hub.admissions.revocations
        self.desk = lane.desk(admission)
        self.is_long = self.desk.is_long
        self.connection = None if self.is_long else hub.connections.of(admission.reader, "")
        self._window: Any = None
        self._checked = -1

    def connection_of(self, page: str) -> Connection:
        """What is counted for who asks; a long poll names its page."""
        return self.connection or self.hub.connections.of(self.admission.reader, page)  # type: ignore[no-any-return]

    def holds_in(self, channel: Any) -> bool:
        """Whether the admission holds; asked again when something about access has changed."""
        window = channel.window
        if window is self._window and window.access_version == self._checked:
            return True
        self._window, self._checked = window, window.access_version
        holds = self.admission.holds_in(channel)
        if not holds:
            self._window = None
        return holds


class Line:
    """The part of a connection that answers polls.

    `seat`: the subscription of its holds, with a reader's place: who comes back at once finds it again. `held`: just
    now something is held there. `quiet_since`: when it was last asked, inf while something is held, and while the
    server looks after it.
    """

    __slots__ = (
        "entered",
        "held",
        "joined",
        "lane",
        "lead",
        "limit",
        "offered",
        "outlet",
        "posting",
        "query",
        "quiet_since",
        "rest",
        "resumed",
        "seat",
        "seated",
        "wake",
    )

    def open_line(self, lane: Lane) -> None:
        """Instead of a constructor, which belongs to the server's class."""
        self.lane = lane
        self.joined = False
        self.quiet_since = inf
        self.lead: Lead | None = None
        self.held = False
        self.seat: Any = None
        self.seated: Lead | None = None
        self.entered = 0, ""
        self.query = b""
        self.limit = 0
        self.posting: Any = None
        self.rest = b""
        self.wake: Any = None
        self.outlet: Any = None
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

    def give_up(self) -> None:
        """Leaves the seat, and with it whatever is held."""
        seat, self.seat, self.seated, self.held = self.seat, None, None, False
        if seat is not None:
            feed.hub().detach(seat)
            readers.leave(*self.entered)

    def join(self) -> None:
        """From now on the lane looks after the time for which the connection is idle."""
        self.joined = True
        if not self.held:
            self.quiet_since = self.lane.now
        self.lane.lines.add(self)

    def leave(self) -> None:
        """The server looks after it again."""
        self.give_up()
        self.joined = False
        self.quiet_since = inf
        self.lane.lines.discard(self)

    def offer(self, data: bytes) -> None:
        """Has the application told which bytes came, when they are one whole poll."""
        found = asking.split(data, self.peer) or asking.split_post(data, self.peer)
        is_one = found is not None and (len(found) == 2 or not found[2]) and asking.is_ordinary(found[0])
        self.offered = found[0] if found and is_one else None

    def gone(self) -> None:
        """The connection has ended."""
        self.give_up()
        self.posting = None
        self.lead = self.wake = self.outlet = None
        self.lane.lines.discard(self)
