"""Answers of the lane, put together once for all who are answered alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from ..access import Reader
from ..admissions import Admission, Headers
from ..limits import readers
from ..wire import Batch

OK = b"HTTP/1.1 200 OK\r\n"
CREATED = b"HTTP/1.1 201 Created\r\n"

MAX_DESKS = 1000
"""Rooms with different headers for whose readers answers are shared, for a second at most."""

MAX_ANSWERS = 32
MAX_ANSWER = 4 * 1024
"""Bytes of an answer that is kept for others who ask the same."""


SEAT_S = 2
"""How long a reader keeps a place between two holds."""


class Closable(Protocol):
    """A connection, as the lane looks after it."""

    quiet_since: float

    def end_idle(self) -> None: ...
    def give_up(self) -> None: ...


class Form(Protocol):
    """How a server writes the head of an answer."""

    def __call__(self, headers: Headers) -> tuple[bytes, bytes]:
        """What comes before the length of the body, and after it; without the status line and the server's own."""


class Answer(NamedTuple):
    """A whole answer, and what is counted of it: bytes of its batch, the number that it leads to, no news or some."""

    whole: bytes
    size: int
    number: int
    is_empty: bool


class Desk:
    """What readers of a room are answered whose answers have the same headers: put together once for all of them."""

    __slots__ = ("_answers", "_batch", "_end", "_epoch", "_lane", "_opening", "_parts", "_whole", "is_long")

    def __init__(self, lane: Lane, headers: Headers, is_long: bool) -> None:
        self.is_long = is_long
        self._lane = lane
        self._parts = lane.form(headers)
        self._answers: dict[bytes, Answer] = {}
        self.forget()

    def forget(self) -> None:
        self._answers.clear()
        self._epoch, self._end = "", -1
        self._batch: Batch | None = None
        self._opening = self._whole = b""

    def known(self, window: Any, query: bytes) -> Answer | None:
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

    def keep(self, query: bytes, answer: Answer, window: Any) -> None:
        """For the next one who asks the same."""
        if len(self._answers) < MAX_ANSWERS and len(answer.whole) <= MAX_ANSWER:
            self._epoch, self._end = window.epoch, window.end
            self._answers[query] = answer


def _nothing() -> None:
    """Nobody waits."""


class Lane:
    """What all connections of a server share. `opening`: the status line and the server's own headers, just now.

    `begin` and `end` are called around each message that is being posted, so that a stop waits for it.
    """

    def __init__(self, form: Form, begin: Callable[[], None] = _nothing, end: Callable[[], None] = _nothing) -> None:
        self.form = form
        self.begin, self.end = begin, end
        self.tell(b"")
        self.now = 0.0
        self.bounds = readers.bounds()
        self.lines: set[Closable] = set()
        self._desks: dict[tuple[int, bool, Headers], Desk] = {}

    def tell(self, own: bytes) -> None:
        """What headers the server adds to each answer by now."""
        self.own = own
        self.opening = OK + own

    def created(self, headers: Headers, body: bytes, *, is_new: bool) -> bytes:
        """The answer to a message that was posted."""
        before, after = self.form(headers)
        return b"%s%s%s%d%s%s" % (CREATED if is_new else OK, self.own, before, len(body), after, body)

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
        for line in [line for line in self.lines if line.quiet_since + SEAT_S < now]:
            line.give_up()
            if line.quiet_since + idle_s < now:
                line.end_idle()
